"""What the page makes the browser do while answers stream, counted instead of timed."""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser.conftest import Site
from tests.browser.markdown_answers import markdown_answer
from tests.browser.starting import start_panel

SCRIPTS = {letter: markdown_answer(letter.upper()).script for letter in "abcdefgh"}
WATCHED_MS = 2_500


def test_no_frame_has_the_whole_page_styled_again(
    site: Site, browser: Browser, open_page: Callable[..., Page]
) -> None:
    """Counters and cards are morphed meanwhile. One bare `:last-child` or `* + *` in the style
    sheets, and each morph computes the style of every element of every answer.
    """
    page = open_page(site)
    start_panel(page, site, list(SCRIPTS))
    page.locator("#seat-A-blocks").get_by_text("Part 4 of seat A").wait_for()
    elements = page.evaluate("document.querySelectorAll('*').length")
    styled = sizes_of_style_passes(browser, page)
    assert len(styled) > 10
    assert max(styled) < elements / 2


def sizes_of_style_passes(browser: Browser, page: Page) -> list[int]:
    """How many elements each pass of the next while computed the style of."""
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    page.wait_for_timeout(WATCHED_MS)
    events: list[dict[str, Any]] = json.loads(browser.stop_tracing())["traceEvents"]
    return [e["args"]["elementCount"] for e in events if is_style_pass(e)]


def is_style_pass(event: dict[str, Any]) -> bool:
    return event["name"] == "UpdateLayoutTree" and "elementCount" in event.get("args", {})
