"""One model first, then the panel, then the word on whether it changed anything: by keyboard."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import PHONE, Site
from tests.browser.starting import QUESTION, enter_room, make_preset

HOSTILE = "<img src=x onerror=alert(1)>"
SCRIPTS = {
    "one": {
        "text": f"**Wait a year.** {HOSTILE}\n\nThe order ledger has no owner.",
        "tokens_per_second": 80,
        "usage": {"tokens_in": 100, "tokens_out": 10, "cost_usd": "0.0041"},
        "then": {
            "text": "# Extract the ledger first\n\nMove it behind an outbox.",
            "usage": {"tokens_in": 300, "tokens_out": 20, "cost_usd": "0.0200"},
        },
    },
    "a": {
        "text": "**Split it.** Move the ledger first.",
        "usage": {"tokens_in": 100, "tokens_out": 10, "cost_usd": "0.0400"},
    },
    "b": {
        "text": "**Do not split.** Dual writes lose events.",
        "usage": {"tokens_in": 100, "tokens_out": 10, "cost_usd": "0.0243"},
    },
}


def open_new_run(page: Page, site: Site, name: str) -> None:
    seats = [{"model": "scripted:a", "persona_name": "SRE"}, {"model": "scripted:b"}]
    make_preset(page, site, name, seats, writer="scripted:one")
    page.goto(f"{site.address}/runs/new/")
    page.locator("#id_question").fill(QUESTION)
    page.locator(".choice").filter(has=page.get_by_text(name, exact=True)).click()
    expect(page.locator("#one-model-words")).to_contain_text("scripted:one")


def test_from_one_model_to_the_panel_and_its_verdict(
    make_site: Callable[..., Site], open_page: Callable[..., Page]
) -> None:
    site = make_site(SCRIPTS)
    page = open_page(site)
    open_new_run(page, site, "Lane")
    page.get_by_role("button", name="Ask one model first").click()
    enter_room(page)
    single = page.url.partition("#")[0]
    see_one_column_stream(page)

    page.keyboard.press("Control+Enter")
    expect(page).not_to_have_url(re.compile(re.escape(single)))
    enter_room(page)
    panel = page.url.partition("#")[0]
    expect(page.locator(".answer")).to_have_count(2)
    expect(page.locator(".step-current")).to_contain_text("Your review")

    page.keyboard.press("Control+Enter")
    expect(page.locator("#synthesis-blocks")).to_contain_text("Move it behind an outbox.")
    say_by_keyboard(page)
    see_the_baseline(page)
    see_both_ledgers(page, single, panel)
    see_both_in_the_list(page, site)
    assert "Traceback" not in site.log()


def see_one_column_stream(page: Page) -> None:
    expect(page.locator(".answer")).to_have_count(1)
    expect(page.get_by_role("tab")).to_have_text(["Answer", "Brief", "Ledger"])
    expect(page.locator("#seat-A-blocks strong")).to_have_text("Wait a year.")
    expect(page.locator(".step")).to_contain_text("One model: done")
    # What stands beside it came by the socket when the answer was there.
    expect(page.locator(".later-calls li")).to_have_count(4)
    expect(page.locator("#escalation button")).to_be_enabled()


def say_by_keyboard(page: Page) -> None:
    """Each key gives an answer; undoing puts back what stood before."""
    said = page.locator(".changed-said")
    expect(said).to_have_text("Nobody has said.")
    page.keyboard.press("y")
    expect(said).to_have_text("Answer: yes.")
    page.keyboard.press("p")
    expect(said).to_have_text("Answer: partly.")
    page.keyboard.press("Control+z")
    expect(said).to_have_text("Answer: yes.")
    page.keyboard.press("o")
    expect(said).to_have_text("Answer: no.")
    page.keyboard.press("u")
    expect(said).to_have_text("Answer: yes.")
    page.get_by_role("button", name="Take back").click()
    expect(said).to_have_text("Nobody has said.")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(said).to_have_text("Answer: yes.")


def see_the_baseline(page: Page) -> None:
    """Beside the synthesis, and it stays open when the card comes anew."""
    baseline = page.locator("#baseline .prose")
    expect(baseline).to_be_hidden()
    page.keyboard.press("b")
    expect(baseline).to_contain_text("The order ledger has no owner.")
    expect(page.locator("#baseline img")).to_have_count(0)
    text, beside = page.locator("#synthesis-blocks").bounding_box(), baseline.bounding_box()
    assert text
    assert beside
    assert beside["x"] > text["x"] + text["width"]
    page.keyboard.press("p")
    expect(page.locator(".changed-said")).to_have_text("Answer: partly.")
    expect(baseline).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("b")
    expect(baseline).to_be_hidden()


def see_both_ledgers(page: Page, single: str, panel: str) -> None:
    page.get_by_role("tab", name="Ledger").click()
    first = page.locator("#ledger tbody tr").first
    expect(first).to_contain_text("Default lane")
    expect(first).to_contain_text("escalated")
    # (0.0041 + 0.0400 + 0.0243 + 0.0200) / 0.0041
    expect(page.locator("#ledger tfoot")).to_contain_text("21.6× the default lane")
    expect(page.locator("#ledger tfoot")).to_contain_text("$0.0884")
    first.get_by_role("link", name="its ledger").click()
    expect(page).to_have_url(f"{single}#ledger")
    page.locator("#ledger").get_by_role("link", name="its ledger").click()
    expect(page).to_have_url(f"{panel}#ledger")


def see_both_in_the_list(page: Page, site: Site) -> None:
    page.goto(site.address)
    rows = page.locator(".runs-table tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("← one model")
    expect(rows.nth(1).locator(".tag").first).to_have_text("one model")
    rows.nth(1).get_by_role("link", name=re.compile("panel's run")).click()
    expect(page.locator(".answer")).to_have_count(2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_the_panel_is_a_swipe_away(
    make_site: Callable[..., Site], open_page: Callable[..., Page], scheme: str
) -> None:
    site = make_site(SCRIPTS)
    page = open_page(site, viewport=PHONE, color_scheme=scheme)
    open_new_run(page, site, "Phone")
    page.get_by_role("button", name="Ask one model first").click()
    enter_room(page)
    expect(page.locator("#escalation button")).to_be_enabled()
    page.locator(".swipe-tabs").get_by_role("button", name="Panel").click()
    expect(page.get_by_role("button", name="Escalate to the panel")).to_be_in_viewport()
    card = page.locator("#escalation")
    assert card.evaluate("card => card.scrollWidth <= card.clientWidth")
    assert violations(page) == []
