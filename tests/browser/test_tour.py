"""The guided tour, one key from nothing to a whole review; and the keyboard is enough for it."""

import json
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.starting import enter_room

Open = Callable[..., Page]
TOUR_MS = 60_000


def test_the_tour_by_keyboard_alone_from_an_empty_list_to_its_exports(
    make_site: Callable[..., Site], open_page: Open
) -> None:
    page = open_page(make_site())
    tab_to(page, "Start the guided tour")
    page.keyboard.press("Enter")
    enter_room(page)
    expect(page.locator(".chip-tour")).to_have_text("scripted tour")
    expect(page.locator("#run-head")).to_contain_text("Every answer here comes from a script.")
    expect(page.locator(".step-current")).to_contain_text("Your review", timeout=TOUR_MS)
    expect(page.locator("#run-head .notice-warn, #run-head .notice-error")).to_have_count(0)
    cards = page.locator("#critiques .critique")
    assert len({card.get_attribute("data-kind") for card in cards.all()}) >= 4

    page.keyboard.press("j")
    expect(cards.first).to_be_focused()
    page.keyboard.press("2")
    expect(page.locator(".stance-taken")).to_have_count(1)
    decide_on_some(page)
    write_a_note(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".step").last).to_contain_text("Synthesis: done", timeout=TOUR_MS)

    tab_to(page, "Synthesis")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Ledger")).to_be_focused()
    expect(page.locator(".ledger-table")).to_be_visible()
    check_exports(page)

    tab_to(page, "Runs", is_backward=True)
    page.keyboard.press("Enter")
    expect(page.locator(".runs-table tbody tr")).to_have_count(1)
    expect(page.locator(".runs-table .tag").first).to_have_text("tour")


def decide_on_some(page: Page) -> None:
    decided = page.locator("#critiques .decision-words")
    for key in ("a", "a", "x", "s", "a"):
        before = decided.count()
        page.keyboard.press("j")
        page.keyboard.press(key)
        expect(decided).to_have_count(before + 1)
        assert_focus_is_visible(page)
    page.keyboard.press("Control+z")
    expect(decided).to_have_count(before)


def write_a_note(page: Page) -> None:
    page.keyboard.press("k")
    page.keyboard.press("n")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.type("Only with a named owner.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-ui-selected] [data-note]")).to_have_text("Only with a named owner.")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Use single keys")
    page.keyboard.press("Escape")


def tab_to(page: Page, name: str, *, is_backward: bool = False) -> None:
    """Along the page's own order; whatever has the focus on the way shows it."""
    for _ in range(80):
        page.keyboard.press("Shift+Tab" if is_backward else "Tab")
        assert_focus_is_visible(page)
        if page.evaluate("document.activeElement.innerText?.trim()") == name:
            return
    raise AssertionError(f"Tab does not lead to “{name}”.")


def assert_focus_is_visible(page: Page) -> None:
    seen = page.evaluate(
        """() => {
            const element = document.activeElement;
            if (element === document.body) return true;
            const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
            const isDrawn = outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
            const isInView = element.getClientRects().length > 0;
            return isInView && (isDrawn || boxShadow !== "none") || element.outerHTML.slice(0, 200);
        }"""
    )
    assert seen is True, seen


def check_exports(page: Page) -> None:
    run = json.loads(downloaded(page, "JSON"))
    assert run["format"] == "fusionweb-run/1"
    assert run["is_tour"] is True
    assert len(run["critiques"]) == page.locator("#critiques .critique").count()
    assert len(run["syntheses"]) == 1
    assert len(run["calls"]) == page.locator(".ledger-table tbody tr").count()
    assert all(call["model_asked"].startswith("scripted:") for call in run["calls"])
    markdown = downloaded(page, "Markdown")
    assert markdown.startswith("# ")
    assert "Only with a named owner" in markdown


def downloaded(page: Page, form: str) -> str:
    """The file behind the menu's entry, by keyboard."""
    tab_to(page, "Export ▾", is_backward=True)
    page.keyboard.press("Enter")
    tab_to(page, form)
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator(".menu-list")).not_to_be_visible()
    return download.value.path().read_text(encoding="utf-8")
