"""Two people in one room: decisions, quotes, filters, the synthesis, and who may do what."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.review_sample import (
    INVENTED,
    QUOTE_ONCE,
    QUOTE_SPLIT,
    QUOTE_WAIT,
    REVIEW_SCRIPTS,
    start_review,
    write_synthesis,
)
from tests.browser.scripted_vendor import ScriptedVendor
from tests.browser.sharing import join_as, make_link

SCRIPTS = REVIEW_SCRIPTS
MOST_LOOKS = 200

Open = Callable[..., Page]


@pytest.fixture
def vendor() -> Iterator[ScriptedVendor]:
    with closing(ScriptedVendor(REVIEW_SCRIPTS)) as vendor:
        yield vendor


def test_owner_and_guest_see_each_other_decide_at_once(site: Site, open_page: Open) -> None:
    owner = open_page(site)
    path = start_review(owner, site, "Two reviewers")
    guest = join_as("Grace", open_page(site, make_link(owner, site, path, "review")))
    both = (owner, guest)

    press(guest, 1, "a")
    for page in both:
        expect(decision(page, 1)).to_have_text("✓ accepted by Grace")
        expect(page.locator(".review-head strong")).to_have_text("1 of 6")
    press(owner, 1, "2")
    for page in both:
        expect(decision(page, 1)).to_contain_text("side with B")
    press(guest, 2, "x")
    for page in both:
        expect(decision(page, 2)).to_have_text("✕ rejected by Grace")

    press(owner, 3, "n")
    owner.get_by_role("textbox", name=re.compile("The writer and your teammates")).fill("Say why.")
    owner.keyboard.press("Control+Enter")
    for page in both:
        expect(page.locator("#critique-3 [data-note]")).to_have_text("Say why.")

    press(guest, 2, "u")
    for page in both:
        expect(decision(page, 2)).to_have_count(0)
        expect(page.locator(".review-head strong")).to_contain_text("of 6")


def test_a_card_shows_its_quotes_and_a_mark_selects_its_card(site: Site, open_page: Open) -> None:
    page = open_page(site)
    path = start_review(page, site, "Quotes")
    expect(page.locator("#critique-6 .tag-warn")).to_have_text("unverified")
    expect(page.locator("#critique-6 .quote")).to_have_text(INVENTED)

    page.locator("#critique-1-title").click()
    assert_marked(page, "A", QUOTE_SPLIT)
    assert_marked(page, "B", QUOTE_WAIT)
    for seat, quote in (("A", QUOTE_SPLIT), ("B", QUOTE_WAIT)):
        expect(page.locator(f"#seat-{seat}-blocks p").get_by_text(quote)).to_be_in_viewport()

    at = page.evaluate(
        """() => {
            const ranges = [...CSS.highlights.get("quote-A")];
            const range = ranges.find((r) => r.toString().includes("exactly once"));
            const box = range.getClientRects()[0];
            return [box.x + box.width / 2, box.y + box.height / 2];
        }"""
    )
    page.mouse.click(*at)
    expect(page.locator("#critique-3")).to_have_attribute("data-ui-selected", "")
    assert_marked(page, "A", QUOTE_ONCE)

    linked = open_page(site, f"{path}#critique-3")
    expect(linked.locator("#critique-3")).to_have_attribute("data-ui-selected", "")
    expect(linked.locator("#seat-A-blocks p").get_by_text(QUOTE_ONCE)).to_be_in_viewport()


def test_filters_show_only_what_is_asked_for(site: Site, open_page: Open) -> None:
    page = open_page(site)
    start_review(page, site, "Filters")
    filters = page.locator("#review-filters")

    filters.get_by_role("button", name="Unique").click()
    assert shown(page) == ["C3", "C6"]
    filters.get_by_role("button", name="Unique").click()
    assert shown(page) == ["C1", "C2", "C5", "C3", "C6", "C4"]
    press(page, 4, "a")
    page.locator("#critique-1-title").click()
    filters.get_by_role("button", name="Open").click()
    assert shown(page) == ["C1", "C2", "C5", "C3", "C6"]
    filters.get_by_role("button", name="Open").click()
    page.keyboard.press("/")
    page.keyboard.type("retention")
    # The selected one stays, so that nobody decides on a card that is gone.
    assert shown(page) == ["C1", "C5"]
    page.get_by_role("searchbox").fill("no such words")
    assert shown(page) == ["C1"]


def test_the_synthesis_obeys_the_decisions_and_code_says_where_it_does_not(
    make_site: Callable[..., Site], vendor: ScriptedVendor, open_page: Open
) -> None:
    site = make_site({}, FUSIONWEB_ENDPOINTS=f"vendor {vendor.base_url}")
    page = open_page(site)
    start_review(page, site, "Obedience", provider="vendor")
    for number, key in ((1, "a"), (1, "2"), (2, "a"), (3, "x"), (4, "s")):
        press(page, number, key)
    write_synthesis(page)

    receipt = page.locator("#version-1 .receipt-lines li")
    expect(receipt).to_have_text(
        [re.compile("C1.*✓ used", re.S), re.compile("C2.*✕ missing", re.S)]
    )
    assert page.locator("#synthesis-blocks .cite").all_inner_texts() == ["C1"]
    expect(page.locator("#version-1 .notice")).to_have_count(0)
    assert minority(page, 1) == {
        "C1": "The reviewers took the other side.",
        "C2": "It was accepted, but the writer left it out.",
        "C3": "The reviewers rejected it.",
        "C4": "The reviewers put it off.",
        "C5": "Nobody decided on it.",
        "C6": "Nobody decided on it.",
    }
    accepted, _, not_to_use = vendor.last_prompt("writer").partition("Do not use:")
    accepted = accepted.partition("The accepted critiques:")[2]
    assert "CRITIQUE C1" in accepted
    assert "CRITIQUE C2" in accepted
    assert "CRITIQUE C3" not in accepted
    assert "exactly once" not in accepted
    assert "C3" not in not_to_use

    page.get_by_role("button", name="Ask the writer to add C2").click()
    expect(page.locator("#version-2 .receipt-lines .used")).to_have_count(2, timeout=15_000)
    assert page.locator("#synthesis-blocks .cite").all_inner_texts() == ["C1", "C2"]
    assert "C2" not in minority(page, 2)
    assert "so that it also carries [C2]" in vendor.last_prompt("writer")
    page.get_by_role("tab", name="v1").click()
    expect(page.locator("#version-1 .missing")).to_be_visible()
    expect(page.locator("#version-2")).not_to_be_visible()
    page.locator("#version-1 .receipt-lines .cite").first.click()
    expect(page.locator("#critique-1")).to_be_focused()


def press(page: Page, number: int, key: str) -> None:
    """Selects the card and presses the key; waits until the card shows what came of it."""
    card = page.locator(f"#critique-{number}")
    card.locator(".critique-title").click()
    before = card.locator(".decision, .stance-taken").all_inner_texts()
    page.keyboard.press(key)
    for _ in range(MOST_LOOKS if key != "n" else 0):
        if card.locator(".decision, .stance-taken").all_inner_texts() != before:
            return
        page.wait_for_timeout(30)
    assert key == "n", f"The key {key} did nothing to C{number}."


def decision(page: Page, number: int) -> Any:
    return page.locator(f"#critique-{number} .decision-words")


def assert_marked(page: Page, seat: str, quote: str) -> None:
    marked = f'[...CSS.highlights.get("selected-{seat}") ?? []].map((r) => r.toString())'
    for _ in range(MOST_LOOKS):
        if page.evaluate(marked) == [quote]:
            return
        page.wait_for_timeout(30)
    raise AssertionError((seat, page.evaluate(marked)))


def shown(page: Page) -> list[str]:
    return page.locator("#critiques .critique:visible .critique-number").all_inner_texts()


def minority(page: Page, version: int) -> dict[str, str]:
    items = page.locator(f"#version-{version} .minority li")
    words = items.locator("p.small").all_inner_texts()
    labels = items.locator(".cite").all_inner_texts()
    reasons = [re.sub(r"^[^.]*\. ", "", said).strip() for said in words]
    return dict(zip(labels, reasons, strict=True))
