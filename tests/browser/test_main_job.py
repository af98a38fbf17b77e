"""The main job on the real small model: from a document to a synthesis that obeys the person."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

DOCUMENT = Path(__file__).parent / "documents" / "adr-checkout.md"
QUESTION = (
    "Can this plan to split checkout out of the monolith go ahead as it stands, "
    "and what must change before the dual writes begin?"
)
MOST_SECONDS = 60
#: Words that any text has; only longer ones are counted at all.
_COMMON = """
about above after again against because being between could doing during every first from further
having might most other should since some such than their there these they this those through under
until using where which while within without would
"""


class Stopwatch:
    """Counts only the time in which the machine works and the person waits."""

    def __init__(self) -> None:
        self.seconds = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.seconds += time.monotonic() - started


def test_a_document_becomes_a_synthesis_that_obeys_the_person(
    make_site: Callable[..., Site], open_page: Callable[..., Page]
) -> None:
    page = open_page(make_site())
    watch = Stopwatch()
    fill_in_new_run(page)
    with watch.running():
        page.get_by_role("button", name="Start the panel").click()
        see_three_columns_stream(page)
        expect(page.locator(".step-current")).to_contain_text("Your review", timeout=60_000)
    answers = [plain(text) for text in page.locator(".answer-blocks").all_inner_texts()]
    check_answers(page, answers)
    check_cards(page, answers)

    accepted, rejected = decide_by_keyboard(page)
    with watch.running():
        page.keyboard.press("Control+Enter")
        last_step = page.locator(".step").last
        expect(last_step).to_contain_text("Synthesis: done", timeout=60_000)
    print(f"\nFrom start to synthesis: {watch.seconds:.1f} s of machine time")  # noqa: T201
    check_synthesis(page, accepted, rejected)
    check_ledger(page)
    assert watch.seconds < MOST_SECONDS


def fill_in_new_run(page: Page) -> None:
    page.get_by_role("link", name="New run").first.click()
    page.get_by_role("textbox", name="What should the panel look at?").fill(QUESTION)
    page.locator("#files").set_input_files(DOCUMENT)
    expect(page.locator(".document-name")).to_have_text("adr-checkout.md")
    page.get_by_role("radio", name="Architecture review").check()
    expect(page.locator("#calls .calls li")).to_have_count(5)
    expect(page.locator("#calls .call-title").nth(0)).to_have_text("SRE on call")
    models = page.locator("#calls .call-model").all_inner_texts()
    assert [model.split()[-2 if "best" in model else -1] for model in models] == [
        *["local:smollm2-135m"] * 3,
        "call",
        "local:smollm2-135m",
    ]
    expect(page.locator("#calls .seat-judge")).to_contain_text("local judge: no model call")
    expect(page.locator("#summary .sum dd")).to_have_text("free")


def see_three_columns_stream(page: Page) -> None:
    """Each column grows before it is done."""
    for letter in "ABC":
        column = page.locator(f"#seat-{letter}-body .prose").filter(has_text=re.compile(r"\w"))
        column.first.wait_for(timeout=30_000)
    expect(page.locator(".call-state-streaming").first).to_be_visible()


def check_answers(page: Page, answers: list[str]) -> None:
    subject = content_words(DOCUMENT.read_text() + QUESTION)
    assert len(answers) == 3
    for letter, answer in zip("ABC", answers, strict=True):
        note = page.locator(f"#seat-{letter} .answer-note").first.inner_text()
        shown, total = (int(n.replace(",", "")) for n in re.findall(r"[\d,]+\d", note)[:2])
        assert 0 < shown < total
        assert total > 2_900
        shared = content_words(answer) & subject
        assert len(shared) >= 5, (letter, answer)
        sentences = [s.strip() for s in re.split(r"[.!?\n]", answer.lower()) if s.strip()]
        assert len(set(sentences)) > len(sentences) / 2, (letter, answer)


def check_cards(page: Page, answers: list[str]) -> None:
    cards = page.locator("#critiques .critique")
    kinds = {card.get_attribute("data-kind") for card in cards.all()}
    assert cards.count() >= 5
    assert len(kinds) >= 3
    compact = {letter: squeeze(answer) for letter, answer in zip("ABC", answers, strict=True)}
    quotes = page.locator("#critiques .stance:has(.quote)")
    assert quotes.count() > 0
    for stance in quotes.all():
        letter = stance.locator(".seat-badge").inner_text()
        assert squeeze(stance.locator(".quote").inner_text()) in compact[letter]


def decide_by_keyboard(page: Page) -> tuple[set[str], set[str]]:
    """Accepts three, rejects one, defers one, and changes its mind once."""
    page.keyboard.press("j")
    for key in ["a", "x", "a", "s", "a"]:
        decided = page.locator("#critiques .decision-words")
        before = decided.count()
        page.keyboard.press(key)
        expect(decided).to_have_count(before + 1)
        page.keyboard.press("j")
    page.keyboard.press("u")
    expect(page.locator(".review-head strong")).to_contain_text("4 of")
    page.keyboard.press("k")
    page.keyboard.press("a")
    expect(page.locator(".review-head strong")).to_contain_text("5 of")
    return labels(page, "accepted"), labels(page, "rejected")


def labels(page: Page, verdict: str) -> set[str]:
    numbers = page.locator(f"#critiques .critique-{verdict} .critique-number")
    return set(numbers.all_inner_texts())


def check_synthesis(page: Page, accepted: set[str], rejected: set[str]) -> None:
    assert (len(accepted), len(rejected)) == (3, 1)
    expect(page.get_by_role("tab", name="Synthesis")).to_have_attribute("aria-selected", "true")
    cited = set(page.locator("#synthesis-blocks .cite").all_inner_texts())
    cited = {label.strip("[]") for label in cited}
    assert cited
    assert cited <= accepted
    used = page.locator(".receipt-lines li:has(.used) .cite").all_inner_texts()
    assert set(used) == cited
    lines = page.locator(".receipt-lines .cite").all_inner_texts()
    assert set(lines) == accepted
    report = page.locator(".minority").inner_text()
    assert all(label in report for label in rejected)


def check_ledger(page: Page) -> None:
    page.get_by_role("tab", name="Ledger").click()
    rows = page.locator(".ledger-table tbody tr")
    expect(rows).to_have_count(4)
    names = rows.locator("th").all_inner_texts()
    assert [plain(name) for name in names] == [
        "A SRE on call",
        "B Data engineer",
        "C Sceptic",
        "✎ Synthesis v1",
    ]
    expect(page.locator(".ledger-words")).to_contain_text("made no call")
    for column in ("Tokens in", "Tokens out", "Cost"):
        figures = rows.locator(f'[data-label="{column}"]').all_inner_texts()
        total = page.locator(f'.ledger-table tfoot [data-label="{column}"]').inner_text()
        assert sum(map(number, figures)) == number(total)


def number(figure: str) -> Decimal:
    """The figure before any words about it: `1,204`, `$0.00 free, on this machine`."""
    return Decimal(figure.replace(",", "").strip("$").split()[0])


def content_words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{5,}", text.lower())) - set(_COMMON.split())


def plain(text: str) -> str:
    return " ".join(text.split())


def squeeze(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()
