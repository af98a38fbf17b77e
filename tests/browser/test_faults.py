"""Seats that fail in every way: the others and the run go on, and the page says what happened."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.starting import start_panel

WORDS = "The outbox is written in one transaction with the order. " * 6

SCRIPTS = {
    "good": {"text": WORDS, "tokens_per_second": 60},
    "limited": {"status": 429, "error_message": "Slow down, 3 requests a minute."},
    "silent": {"fault": "hang"},
    "cut": {"text": WORDS, "tokens_per_second": 60, "fault": "cut", "fault_after_tokens": 20},
    "broken": {
        "text": WORDS,
        "tokens_per_second": 60,
        "fault": "malformed",
        "fault_after_tokens": 9,
    },
    "slow": {"text": WORDS * 9, "tokens_per_second": 8},
    "patient": {"text": WORDS, "tokens_per_second": 20},
}
ENVIRONMENT = {"FUSIONWEB_FIRST_TOKEN_SECONDS": "1", "FUSIONWEB_SILENCE_SECONDS": "2"}

WHAT_HAPPENED = {
    "B": "The provider allows no more requests for now",
    "C": "The model did not begin to answer in time",
    "D": "The connection broke in the middle of the answer. What had come is kept",
    "E": "The provider answered in a form that could not be read",
}


#: What was tried before it was given up, as the ledger says it.
RETRIES = {
    "B": ", 2 retries (rate limited)",
    "C": ", 2 retries (no answer in time)",
    "D": ", 2 retries (connection broken)",
    "E": "",
}
#: Three attempts, and the waits between them.
SECONDS = 30_000


def test_each_column_and_the_ledger_say_what_happened_and_the_run_goes_on(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = open_page(site)
    start_panel(page, site, ["good", "limited", "silent", "cut", "broken"])

    expect(page.locator("#seat-A .call-state")).to_have_text("done")
    for letter, sentence in WHAT_HAPPENED.items():
        state = page.locator(f"#seat-{letter} .call-state")
        expect(state).to_have_text("failed", timeout=SECONDS)
        expect(page.locator(f"#seat-{letter} .notice")).to_contain_text(sentence)
    expect(page.locator("#seat-B .notice")).to_contain_text("Slow down, 3 requests a minute.")
    expect(page.locator("#seat-A-blocks")).to_have_text(WORDS.strip())
    kept = page.locator("#seat-D-blocks").inner_text().split()
    assert kept == WORDS.split()[:20]

    expect(page.locator(".step-current")).to_contain_text("Your review", timeout=SECONDS)
    expect(page.locator(".step-done").first).to_contain_text("Panel 1 of 5")
    page.get_by_role("tab", name="Ledger").click()
    expect(page.locator(".ledger-table tbody tr")).to_have_count(1 + 3 + 3 + 3 + 1)
    expect(page.locator("tr.seat-A .ledger-outcome")).to_have_text("done")
    for letter, sentence in WHAT_HAPPENED.items():
        outcome = page.locator(f"tr.seat-{letter} .ledger-outcome").last
        expect(outcome).to_have_text(f"failed: {sentence}{RETRIES[letter]}")


def test_a_reader_keeps_what_a_broken_answer_had_said_while_it_is_asked_again(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = open_page(site)
    start_panel(page, site, ["good", "cut"])
    note = page.locator("#seat-B .answer-note")
    expect(note).to_contain_text("Attempt 3. Before: The connection broke", timeout=SECONDS)
    earlier = page.locator("#seat-B .earlier-attempt .prose")
    expect(earlier).to_have_count(2)
    for attempt in earlier.all():
        assert attempt.inner_text().split() == WORDS.split()[:20]
    expect(page.locator("#seat-B .earlier-end")).to_contain_text("what follows is new")


def test_one_seat_and_then_all_are_stopped_by_a_click(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = open_page(site)
    start_panel(page, site, ["slow", "slow", "patient"])
    for letter in "ABC":
        expect(page.locator(f"#seat-{letter} .call-state")).to_have_text("streaming")

    page.get_by_role("button", name="Stop seat A").click()
    expect(page.locator("#seat-A .call-state")).to_have_text("stopped")
    expect(page.locator("#seat-A .notice")).to_contain_text("Somebody stopped it. What had come")
    assert page.locator("#seat-A-blocks").inner_text().split()[:3] == ["The", "outbox", "is"]
    expect(page.locator("#seat-B .call-state")).to_have_text("streaming")
    expect(page.locator("#seat-C .call-state")).to_have_text("done")

    page.get_by_role("button", name="Stop all").click()
    expect(page.locator("#seat-B .call-state")).to_have_text("stopped")
    expect(page.locator("#run-head .notice")).to_contain_text("Somebody stopped the run.")
    expect(page.locator("#seat-C .call-state")).to_have_text("done")
    page.get_by_role("tab", name="Ledger").click()
    outcomes = page.locator(".ledger-outcome")
    expect(outcomes).to_have_text(["stopped", "stopped", "done"])
