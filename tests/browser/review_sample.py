"""A review with every kind of critique, for journeys through the room. All of it is scripted."""

import json
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.starting import make_preset, start_run

QUOTE_SPLIT = "Split checkout before the sale."
QUOTE_WAIT = "Do not split checkout before the sale."
QUOTE_ONCE = "The outbox delivers every event exactly once."
QUOTE_OUTBOX = "Keep the outbox table."
INVENTED = "Nobody ever said these words at all."

_FILLER = "The plan describes dual writes, a nightly comparison and a flag for each step.\n\n" * 24

#: Long enough to scroll; the quotes stand at the end.
ANSWERS = {
    "first": f"## Go ahead\n\n{_FILLER}{QUOTE_SPLIT} {QUOTE_ONCE} {QUOTE_OUTBOX}\n",
    "second": f"## Wait\n\n{_FILLER}{QUOTE_WAIT} {QUOTE_OUTBOX}\n",
    "third": f"## Owners\n\n{_FILLER}Name an owner for retention. {QUOTE_OUTBOX}\n",
}

#: Kind, title, and who says what. They become C1, C2, …
CRITIQUES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("contradiction", "Split before the sale, or after", {"A": QUOTE_SPLIT, "B": QUOTE_WAIT}),
    ("blind_spot", "Nobody is on call", {}),
    ("unique_insight", "Events are not exactly once", {"A": QUOTE_ONCE}),
    ("consensus", "Keep the outbox", dict.fromkeys("ABC", QUOTE_OUTBOX)),
    ("partial_coverage", "Retention has no owner", {"C": "Name an owner for retention."}),
    ("unique_insight", "An invented point", {"B": INVENTED}),
)
FIRST_DRAFT = "# Split after the sale\n\nThe team waits until the sale is over [C1]. More later."
SECOND_DRAFT = FIRST_DRAFT + "\n\nIt names who is on call [C2]."


def judge_reply(critiques: Sequence[tuple[str, str, dict[str, str]]] = CRITIQUES) -> str:
    return json.dumps({"critiques": [_critique(*critique) for critique in critiques]})


def _critique(kind: str, title: str, quotes: dict[str, str]) -> dict[str, Any]:
    headings = {"A": "Go ahead", "B": "Wait", "C": "Owners"}
    stances = [
        {
            "answer": f"{{{{label_of:{headings[letter]}}}}}",
            "quote": quote,
            "position": f"as {letter} sees it",
        }
        for letter, quote in quotes.items()
    ]
    return {"why": f"Why {title} matters.", "kind": kind, "title": title, "stances": stances}


REVIEW_SCRIPTS: dict[str, dict[str, Any]] = {
    **{name: {"text": text} for name, text in ANSWERS.items()},
    "judge": {"text": judge_reply()},
    "writer": {"text": FIRST_DRAFT, "then": {"text": SECOND_DRAFT}},
}


def start_review(page: Page, site: Site, name: str, *, provider: str = "scripted") -> str:
    """A run in review, open in `page`; its path."""
    make_preset(
        page,
        site,
        name,
        [{"model": f"{provider}:{slug}", "persona_name": slug.title()} for slug in ANSWERS],
        judge=f"{provider}:judge",
        writer=f"{provider}:writer",
    )
    path = start_run(page, site, name)
    expect(page.locator(".step-current")).to_contain_text("Your review", timeout=15_000)
    return path


def write_synthesis(page: Page, version: int = 1) -> None:
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"#version-{version} .version-head .btn")).to_be_visible(timeout=15_000)
