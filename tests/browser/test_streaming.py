"""Eight seats stream at once: smoothly, and exactly, whatever happens to the page meanwhile."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Page, WebSocketRoute

from tests.browser.conftest import Site
from tests.browser.frame_gaps import MOST_GAP_MS, MOST_TAKES, FrameRecorder, Take, assert_smooth
from tests.browser.markdown_answers import markdown_answer, plain
from tests.browser.relay import Relay
from tests.browser.starting import start_panel

LETTERS = "ABCDEFGH"
ANSWERS = {letter: markdown_answer(letter) for letter in LETTERS}
SCRIPTS = {letter.lower(): answer.script for letter, answer in ANSWERS.items()}
PART_MS = 20_000
MOST_LOOKS = 100


@pytest.fixture
def relay(site: Site) -> Iterator[Relay]:
    with closing(Relay(site.port)) as relay:
        yield relay


def begin_take(site: Site, open_page: Callable[..., Page]) -> Take:
    idle = FrameRecorder(open_page(site, "/sign-in/"), is_idle_page=True)
    return Take(FrameRecorder(open_page(site)), idle)


def start_eight(page: Page, site: Site) -> str:
    return start_panel(page, site, list(SCRIPTS))


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


def test_one_lost_frame_is_noticed(site: Site, open_page: Callable[..., Page]) -> None:
    """So can the check of the text: here it does, for seat C and no other."""
    page = open_page(site)
    lossy = LossyLine("C")
    page.route_web_socket(re.compile("/ws/"), lossy.connect)
    start_eight(page, site)

    torn = watch_to_the_end(page)
    found = differences(page)
    assert lossy.lost_frames == 1
    assert "C" in torn
    assert list(found) == ["C"]
    shown, expected = found["C"]
    assert len(shown) < len(expected)


class LossyLine:
    """Loses one frame with settled blocks of a seat, and every card that would make up for it."""

    def __init__(self, letter: str) -> None:
        self.lost_frames = 0
        self._blocks = f'hx-target="#seat-{letter}-blocks"'
        self._card = re.compile(
            rf'<hx-partial hx-target="#seat-{letter}" .*?</hx-partial>', re.DOTALL
        )

    def connect(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda frame: self._pass_on(socket, json.loads(frame)["content"]))

    def _pass_on(self, socket: WebSocketRoute, content: str) -> None:
        if self._blocks in content and self.lost_frames == 0:
            self.lost_frames += 1
            return
        if self.lost_frames:
            content = self._card.sub("", content)
        socket.send(json.dumps({"content": content}))


def watch_to_the_end(page: Page) -> set[str]:
    """The letters of columns that showed anything but a beginning, at any time until the end."""
    torn: set[str] = set()
    review = page.locator(".step-current").get_by_text("Your review")
    for _ in range(MOST_LOOKS):
        texts = settled_texts(page).items()
        torn |= {letter for letter, text in texts if not ANSWERS[letter].shown.startswith(text)}
        if review.is_visible():
            return torn
        page.wait_for_timeout(400)
    raise AssertionError("The panel did not end.")


def settled_texts(page: Page) -> dict[str, str]:
    blocks = page.locator(".answer-blocks").all_inner_texts()
    return dict(zip(LETTERS, map(plain, blocks), strict=True))


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


def differences(page: Page) -> dict[str, tuple[str, str]]:
    """By letter, what stands in a column and what should, where that is not the same."""
    found = {}
    for letter, answer in ANSWERS.items():
        column = page.locator(f"#seat-{letter}-blocks").inner_text()
        tail = page.locator(f"#seat-{letter}-tail").inner_text()
        shown = plain(f"{column} {tail}")
        if shown != answer.shown:
            found[letter] = (shown, answer.shown)
    return found
