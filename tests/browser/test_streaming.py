"""Eight seats stream at once: smoothly, and exactly, whatever happens to the page meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Page

from tests.browser import eight_columns
from tests.browser.conftest import Site
from tests.browser.eight_columns import (
    MOST_LOOKS,
    differences,
    start_eight,
    watch_to_the_end,
)
from tests.browser.frame_gaps import MOST_GAP_MS, MOST_TAKES, FrameRecorder, Take, assert_smooth
from tests.browser.relay import Relay

SCRIPTS = eight_columns.SCRIPTS
PART_MS = 20_000


@pytest.fixture
def relay(site: Site) -> Iterator[Relay]:
    with closing(Relay(site.port)) as relay:
        yield relay


def begin_take(site: Site, open_page: Callable[..., Page]) -> Take:
    idle = FrameRecorder(open_page(site, "/sign-in/"), is_idle_page=True)
    return Take(FrameRecorder(open_page(site)), idle)


def test_no_frame_is_late_and_every_column_is_exact(
    site: Site, open_page: Callable[..., Page]
) -> None:
    def measure() -> Take:
        take = begin_take(site, open_page)
        page = take.page.page
        start_eight(page, site)
        assert watch_to_the_end(page) == set()
        assert differences(page) == {}
        return take.end()

    assert_smooth(measure)


def test_the_same_through_reloads_and_cuts_and_for_somebody_who_comes_late(
    site: Site, relay: Relay, open_page: Callable[..., Page]
) -> None:
    def measure() -> Take:
        take = begin_take(site, open_page)
        page = take.page.page
        path = start_eight(page, site)
        page.goto(relay.address + path)
        reload_at(page, part=1, take=take)
        cut_at(page, relay, part=2)
        late = open_page(site, path)
        reload_at(page, part=3, take=take)
        cut_at(page, relay, part=4)
        assert watch_to_the_end(page) == set()
        assert watch_to_the_end(late) == set()
        assert differences(page) == {}
        assert differences(late) == {}
        return take.end()

    assert_smooth(measure)


def test_a_busy_page_is_late_in_every_take(site: Site, open_page: Callable[..., Page]) -> None:
    """The check above can fail: noise is taken twice and thrice, a busy page stays late."""
    takes: list[Take] = []

    def measure() -> Take:
        idle = FrameRecorder(open_page(site), is_idle_page=True)
        takes.append(Take(FrameRecorder(open_page(site), is_idle_page=True), idle))
        be_busy(takes[-1].page.page)
        return takes[-1].end()

    with pytest.raises(AssertionError, match="frames, longest gap"):
        assert_smooth(measure)
    assert [take.is_smooth for take in takes] == [False] * MOST_TAKES


def be_busy(page: Page) -> None:
    page.evaluate(
        """async (ms) => {
            const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
            await nextFrame();
            await nextFrame();
            const started = performance.now();
            while (performance.now() - started < ms);
            await nextFrame();
            await nextFrame();
        }""",
        5 * MOST_GAP_MS,
    )


def reload_at(page: Page, *, part: int, take: Take) -> None:
    wait_for_part(page, part)
    take.page.keep()
    page.reload()


def cut_at(page: Page, relay: Relay, *, part: int) -> None:
    """As a bad line does: without a word."""
    wait_for_part(page, part)
    page.evaluate(
        """() => addEventListener("htmx:ws:close", (e) => { window.closeCode = e.detail.code; })"""
    )
    assert relay.cut_websockets() >= 1
    wait_until(page, "window.closeCode === 1006")


def wait_for_part(page: Page, part: int) -> None:
    page.locator("#seat-A-blocks").get_by_text(f"Part {part} of seat A").wait_for(timeout=PART_MS)


def wait_until(page: Page, condition: str) -> None:
    for _ in range(MOST_LOOKS):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(20)
    raise AssertionError(condition)
