"""The main pages for everybody: axe-core, both widths, both schemes, and the keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import DESK, PHONE, Site
from tests.browser.review_sample import REVIEW_SCRIPTS, start_review, write_synthesis
from tests.browser.starting import enter_room

SCRIPTS = REVIEW_SCRIPTS

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def reviewed() -> list[str]:
    """The path of the module's one run, once somebody has made it."""
    return []


def main_pages(page: Page, site: Site, reviewed: list[str]) -> list[str]:
    """Their paths. The run is in review, with one synthesis and decisions of each kind."""
    if not reviewed:
        path = start_review(page, site, "For everybody")
        for key in ("a", "x", "s"):
            page.keyboard.press("j")
            page.keyboard.press(key)
            expect(page.locator("[data-ui-selected] .decision-words")).to_be_visible()
        write_synthesis(page)
        reviewed.append(path)
    run = reviewed[0]
    return [
        "/",
        "/runs/new/",
        run,
        f"{run}#brief",
        f"{run}#synthesis",
        f"{run}#ledger",
        "/presets/",
        "/presets/new/",
        "/spend/",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_and_no_page_scrolls_sideways(
    site: Site, open_page: Open, reviewed: list[str], size: dict[str, int], scheme: str
) -> None:
    page = open_page(site, viewport=size, color_scheme=scheme)
    found = {}
    for path in main_pages(page, site, reviewed):
        page.goto("about:blank")
        page.goto(site.address + path)
        if "/runs/" in path and "new" not in path:
            enter_room(page)
        if broken := violations(page):
            found[path] = broken
        overhang = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overhang <= 0, f"{path} is {overhang} px too wide"
    assert found == {}


def test_on_a_phone_every_card_and_column_is_a_swipe_away(
    site: Site, open_page: Open, reviewed: list[str]
) -> None:
    page = open_page(site, viewport=PHONE)
    main_pages(page, site, reviewed)
    page.goto(site.address + reviewed[0])
    enter_room(page)
    tabs = page.locator(".swipe-tabs button")
    expect(tabs).to_have_count(4)
    for tab, target in zip(tabs.all(), ["#seat-A", "#seat-B", "#seat-C", "#review"], strict=True):
        tab.click()
        expect(page.locator(target)).to_be_in_viewport(ratio=0.6)
        expect(tab).to_have_attribute("aria-current", "true")
    page.locator("#critique-5-title").click()
    page.locator(".decide-bar").get_by_role("button", name="Accept").click()
    expect(page.locator("#critique-5 .decision-words")).to_contain_text("accepted by")


def test_axe_would_notice(site: Site, open_page: Open) -> None:
    page = open_page(site, "/runs/new/")
    page.evaluate("document.querySelector('label[for=id_question]').removeAttribute('for')")
    page.evaluate("document.querySelector('html').removeAttribute('lang')")
    assert any(each.startswith("html-has-lang") for each in violations(page))
