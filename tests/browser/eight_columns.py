"""Eight seats that stream Markdown at once, and what their columns should show."""

from playwright.sync_api import Page

from tests.browser.conftest import Site
from tests.browser.markdown_answers import markdown_answer, plain
from tests.browser.starting import start_panel

LETTERS = "ABCDEFGH"
ANSWERS = {letter: markdown_answer(letter) for letter in LETTERS}
SCRIPTS = {letter.lower(): answer.script for letter, answer in ANSWERS.items()}
MOST_LOOKS = 100


def start_eight(page: Page, site: Site) -> str:
    return start_panel(page, site, list(SCRIPTS))


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
