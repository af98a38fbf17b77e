"""The server dies in mid-panel: what was finished is kept, only what was cut is asked again."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.starting import start_panel

FINISHED, CUT = "ABCD", "EFGH"


def script(letter: str) -> dict[str, object]:
    words = [f"{letter}{number}" for number in range(60)]
    speed = 100 if letter in FINISHED else 15
    return {"text": " ".join(words), "tokens_per_second": speed}


SCRIPTS = {letter.lower(): script(letter) for letter in FINISHED + CUT}


def test_after_a_kill_the_page_comes_back_and_only_the_cut_calls_are_asked_again(
    make_site: Callable[..., Site], open_page: Callable[..., Page]
) -> None:
    site = make_site(SCRIPTS)
    page = open_page(site)
    start_panel(page, site, list(SCRIPTS))
    for letter in FINISHED:
        expect(page.locator(f"#seat-{letter} .call-state")).to_have_text("done")
    for letter in CUT:
        expect(page.locator(f"#seat-{letter}-blocks, #seat-{letter}-tail")).to_contain_text(
            [f"{letter}0"]
        )

    page.evaluate("window.isSamePage = true")
    site.kill()
    expect(page.locator("#connection")).to_contain_text("Reconnecting")
    site.start()

    expect(page.locator(".step-current")).to_contain_text("Your review", timeout=40_000)
    expect(page.locator("#connection")).to_be_empty()
    for letter in SCRIPTS:
        shown = page.locator(f"#seat-{letter.upper()}-blocks").inner_text()
        assert shown.split() == str(SCRIPTS[letter]["text"]).split()
    assert page.evaluate("window.isSamePage"), "The page was loaded anew."
    assert _attempts(page) == {**dict.fromkeys(FINISHED, 1), **dict.fromkeys(CUT, 2)}
    expect(page.locator("#seat-E .answer-note")).to_contain_text("The server stopped")


def _attempts(page: Page) -> dict[str, int]:
    """How many calls the ledger lists for each seat; every last one is done."""
    page.get_by_role("tab", name="Ledger").click()
    rows = page.locator(".ledger-table tbody tr").all_inner_texts()
    letters = [row.split()[0] for row in rows]
    outcomes = dict(zip(letters, rows, strict=True))
    assert all("done" in outcome for outcome in outcomes.values())
    assert sum("cut off when the server stopped" in row for row in rows) == len(CUT)
    return {letter: letters.count(letter) for letter in letters}
