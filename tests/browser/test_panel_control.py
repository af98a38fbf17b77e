"""More of a panel that has spoken: a slow seat joins late, seats and judge are asked again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import PHONE, Site
from tests.browser.review_sample import ANSWERS, CRITIQUES, REVIEW_SCRIPTS, judge_reply
from tests.browser.starting import enter_room, make_preset, start_panel, start_run

LATE = "Keep the monolith until the sale is over, then decide with figures. " * 12
SECOND = "On second thoughts, nobody has measured the checkout path at all."
SCRIPTS = {
    **REVIEW_SCRIPTS,
    # A contradiction of A and B, a blind spot, and a point of A: nothing of C.
    "judge": {"text": judge_reply(CRITIQUES[:3])},
    "changing": {"text": ANSWERS["first"], "then": {"text": SECOND}},
    "slow": {"text": LATE, "tokens_per_second": 24},
    "flaky": {"status": 401, "error_message": "bad key", "then": {"text": "Here after all."}},
    "other": {"text": "Another model says: write the runbook first."},
    "third": {"text": ANSWERS["third"]},
    "patient": {"text": LATE, "tokens_per_second": 3},
}
SECONDS = 20_000

Open = Callable[..., Page]


def start_with_a_slow_seat(page: Page, site: Site, name: str) -> str:
    seats = [
        {"model": f"scripted:{slug}", "persona_name": slug.title()}
        for slug in ("first", "second", "slow")
    ]
    more = {"quorum": "2", "grace_seconds": "0"}
    make_preset(page, site, name, seats, judge="scripted:judge", more=more)
    return start_run(page, site, name)


def wish(page: Page, label: str) -> None:
    page.keyboard.press("m")
    page.locator("#wishes").get_by_role("button", name=label).click()
    expect(page.locator("#wish-calls")).to_be_visible()


def test_a_quorum_does_not_wait_and_a_watcher_sees_the_late_seat_join(
    site: Site, open_page: Open
) -> None:
    page = open_page(site)
    path = start_with_a_slow_seat(page, site, "Quorum")
    expect(page.locator(".step-current").last).to_contain_text("Your review", timeout=SECONDS)
    expect(page.locator(".step").first).to_contain_text("Panel 2 of 3 · C at work")
    expect(page.locator("#seat-C .answer-late")).to_have_text(
        "The judge does not wait for it. Its answer joins when it comes."
    )
    expect(page.locator("#seat-C .call-state")).to_have_text("streaming")
    expect(page.locator("#critique-1 .critique-origin")).to_contain_text("read A and B")
    watcher = open_page(site, path)
    expect(watcher.locator("#seat-C .call-state")).to_have_text("done", timeout=SECONDS)
    for each in (page, watcher):
        expect(each.locator("#seat-C .answer-late")).to_have_text(
            "Arrived after the judge: no critique speaks of it."
        )
        expect(each.locator("#seat-C-blocks")).to_have_text(LATE.strip())
        expect(each.locator(".step").first).to_contain_text("Panel 3 of 3")
    page.get_by_role("tab", name="Ledger").click()
    expect(page.locator("tr.seat-C .ledger-outcome")).to_have_text("done, after the judge")


def test_a_panel_is_changed_by_keyboard_and_click_and_nothing_is_lost(
    site: Site, open_page: Open
) -> None:
    page = open_page(site)
    seats = [
        {"model": f"scripted:{slug}", "persona_name": slug.title()}
        for slug in ("changing", "second", "flaky")
    ]
    make_preset(page, site, "Changed", seats, judge="scripted:judge")
    path = start_run(page, site, "Changed")
    expect(page.locator(".step-current")).to_contain_text("Your review", timeout=SECONDS)
    expect(page.locator("#critique-1")).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator("#critique-1")).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator("#critique-1 .decision-words")).to_contain_text("accepted")
    watcher = open_page(site, path)
    enter_room(watcher)

    # All that failed, through the menu alone.
    wish(page, "Ask 1 failed seat again…")
    expect(page.locator("#wish-calls")).to_contain_text("1 call, and nothing else:")
    expect(page.locator("#wish-calls")).to_contain_text("scripted:flaky")
    page.locator("#wish-dialog .btn-primary").click()
    expect(page.locator("#seat-C-blocks")).to_have_text("Here after all.")
    expect(watcher.locator("#seat-C-blocks")).to_have_text("Here after all.")

    # One seat again; the answer before is kept, read, and chosen again.
    page.get_by_role("button", name="Ask seat A again").click()
    expect(page.locator("#wish-model")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#seat-A-blocks")).to_have_text(SECOND)
    expect(page.locator("#seat-A .answers-menu summary")).to_have_text("Answer 2 of 2 ▾")
    expect(watcher.locator("#critique-1 .tag-warn")).to_have_text("of another answer")
    page.locator("#seat-A .other-answer summary").click()
    page.locator("#seat-A .other-answer .btn").click()
    expect(page.locator("#seat-A-blocks")).to_contain_text("Go ahead")
    expect(watcher.locator("#seat-A .answers-menu summary")).to_have_text("Answer 1 of 2 ▾")
    expect(page.locator("#critique-1 .tag-warn")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.locator("#seat-A-blocks")).to_have_text(SECOND)
    expect(page.locator("#critique-1 .decision-words")).to_contain_text("accepted")

    # Another model in a seat: shown before it is called.
    page.get_by_role("button", name="Ask seat C again").click()
    page.locator("#wish-model").fill("scripted:other")
    expect(page.locator("#wish-calls")).to_contain_text("scripted:other")
    page.locator("#wish-dialog .btn-primary").click()
    expect(page.locator("#seat-C-blocks")).to_contain_text("write the runbook first")

    # A seat more; every watcher gets its column.
    wish(page, "Add a seat…")
    expect(page.locator("#wish-model")).to_be_focused()
    page.locator("#wish-model").fill("scripted:third")
    expect(page.locator("#wish-calls")).to_contain_text("scripted:third")
    page.locator("#wish-persona_name").fill("Owner")
    expect(page.locator("#wish-persona_name")).to_have_value("Owner")
    page.locator("#wish-dialog .btn-primary").click()
    for each in (page, watcher):
        expect(each.locator("#seat-D h2")).to_contain_text("Owner")
        expect(each.locator("#seat-D-blocks")).to_contain_text("Name an owner for retention.")
        expect(each.locator("#seat-D .answer-late")).to_contain_text("Arrived after the judge")
        expect(each.locator(".swipe-tabs button")).to_have_count(5)

    # Another judge: what was decided stays, what was not makes room.
    wish(page, "Judge again…")
    page.locator("#wish-model").fill("local-judge")
    expect(page.locator("#wish-calls")).to_contain_text("No model is called.")
    page.locator("#wish-dialog .btn-primary").click()
    expect(page.locator("#critique-1 .critique-origin")).to_contain_text("from an earlier judge")
    for each in (page, watcher):
        expect(each.locator("#critique-2")).to_have_count(0)
        expect(each.locator("#critiques")).to_contain_text("found by the local judge")
    assert page.locator("#seat-D .answer-late").count() == 0
    page.get_by_role("tab", name="Ledger").click()
    asked = page.locator(".ledger-table tbody tr td[data-label='Model asked for']")
    assert [text.split()[0] for text in asked.all_inner_texts()] == [
        f"scripted:{slug}"
        for slug in ("changing", "second", "flaky", "judge", "flaky", "changing", "other", "third")
    ]


def test_a_person_does_not_wait_for_a_slow_seat_and_runs_a_stopped_run_again(
    site: Site, open_page: Open
) -> None:
    page = open_page(site)
    start_panel(page, site, ["second", "patient"], judge="scripted:judge")
    expect(page.locator("#seat-A .call-state")).to_have_text("done", timeout=SECONDS)
    expect(page.locator("#seat-B .call-state")).to_have_text("streaming")
    page.keyboard.press("g")
    expect(page.locator(".step-current").last).to_contain_text("Your review", timeout=SECONDS)
    page.get_by_role("button", name="Stop all").click()
    expect(page.locator("#seat-B .call-state")).to_have_text("stopped")
    expect(page.locator(".step-current")).to_contain_text("Your review")

    start_panel(page, site, ["second", "patient"], judge="scripted:judge")
    expect(page.locator("#seat-A .call-state")).to_have_text("done", timeout=SECONDS)
    page.get_by_role("button", name="Stop all").click()
    page.get_by_role("button", name="Run it again").first.click()
    expect(page.locator("#wish-calls")).to_contain_text("2 calls, and nothing else:")
    page.locator("#wish-dialog .btn-primary").click()
    expect(page.locator("#seat-B .call-state")).to_have_text("streaming")
    expect(page.locator("#seat-A .call-state")).to_have_text("done")
    page.get_by_role("button", name="Stop all").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_opens_a_review_at_its_critiques_and_everybody_can_use_the_menus(
    site: Site, open_page: Open, scheme: str
) -> None:
    page = open_page(site)
    path = start_with_a_slow_seat(page, site, f"Phone {scheme}")
    expect(page.locator("#seat-C .call-state")).to_have_text("done", timeout=SECONDS)
    page.get_by_role("button", name="Ask seat B again").click()
    expect(page.locator("#wish-calls")).to_contain_text("scripted:second")
    assert violations(page) == []
    page.locator("#wish-dialog .btn-primary").click()
    expect(page.locator("#seat-B .answers-menu")).to_be_visible()
    page.locator("#seat-B .answers-menu summary").click()
    assert violations(page) == []

    phone = open_page(site, path, viewport=PHONE, color_scheme=scheme)
    enter_room(phone)
    expect(phone.locator("#review")).to_be_in_viewport(ratio=0.6)
    phone.locator("#wishes summary").click()
    expect(phone.locator("#wishes .menu-list")).to_be_in_viewport(ratio=1)
    assert violations(phone) == []
    overhang = phone.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overhang <= 0


def test_the_marked_tab_stays_marked_whatever_the_server_sends(site: Site, open_page: Open) -> None:
    page = open_page(site)
    start_with_a_slow_seat(page, site, "Marked")
    current = page.locator('.swipe-tabs [aria-current="true"]').first
    expect(current).to_be_attached()
    page.evaluate(
        """() => document.querySelectorAll(".swipe-tabs [aria-current]")
            .forEach((tab) => tab.removeAttribute("aria-current"))"""
    )
    expect(current).to_be_attached()
