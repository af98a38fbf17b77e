"""Runs in the states that the cards must show, and a look into a card."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bs4 import BeautifulSoup, Tag

from panels.choices import CallState
from panels.snapshot import (
    AcceptedCritique,
    AnswerSnapshot,
    CallSnapshot,
    RunSnapshot,
    SynthesisSnapshot,
)
from tests.factories import NOW, make_call, make_panel, make_run

#: Breaks out of text, attributes and tags wherever it isn't escaped.
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def root_of(html: str) -> Tag:
    """The card's only root element."""
    roots = [node for node in BeautifulSoup(html, "html.parser").contents if str(node).strip()]
    assert len(roots) == 1
    assert isinstance(roots[0], Tag)
    return roots[0]


def words_of(element: Tag) -> str:
    return " ".join(element.get_text(" ").split())


def posts(card: Tag) -> list[str]:
    """The last words of the addresses that its buttons post to."""
    return [element["hx-post"].rsplit("/", 2)[1] for element in card.select("[hx-post]")]


def assert_inert(card: Tag) -> None:
    """Nothing in it can run, load or reach out."""
    assert card.find_all(["script", "img", "iframe", "style", "link", "object"]) == []
    for element in [card, *card.find_all(True)]:
        assert not [name for name in element.attrs if name.startswith("on") or name == "style"]
        assert "javascript:" not in str(element.get("href", "")).lower()


def seat_call(**changes: Any) -> CallSnapshot:
    """A finished call of seat A that took ten seconds."""
    return make_call(
        **{
            "text": "Split it.",
            "model_asked": "openrouter:google/gemini-3-flash",
            "tokens_in": 6240,
            "tokens_out": 842,
            "cost_usd": Decimal("0.0040"),
            "cost_source": "reported",
            "asked_at": NOW,
            "first_token_at": at(2),
            "finished_at": at(10),
            **changes,
        }
    )


def open_call(state: CallState, **changes: Any) -> CallSnapshot:
    unknown = {"tokens_in": None, "tokens_out": None, "cost_usd": None, "cost_source": "unknown"}
    return seat_call(**{"state": state, "finished_at": None, **unknown, **changes})


def run_of(*attempts: CallSnapshot, **changes: Any) -> RunSnapshot:
    """A run of one seat, A, with its attempts."""
    panel = changes.pop("panel", None) or make_panel("A")
    answer = AnswerSnapshot(
        seat=panel.seats[0], call=attempts[-1] if attempts else None, attempts=attempts
    )
    return make_run(texts={}, panel=panel, calls=attempts, answers=(answer,), **changes)


def writer_call(text: str, **changes: Any) -> CallSnapshot:
    return seat_call(
        **{"id": 30, "role": "writer", "seat": "", "text": text, "model_asked": "a:w", **changes}
    )


def synthesis_of(
    call: CallSnapshot | None, *, version: int = 1, **changes: Any
) -> SynthesisSnapshot:
    return SynthesisSnapshot(
        **{
            "id": version,
            "version": version,
            "accepted": (
                AcceptedCritique(number=1, title="Use an outbox", side="B"),
                AcceptedCritique(number=2, title="Name an owner"),
            ),
            "rejected": (3,),
            "added": (),
            "requested_by": "Ada",
            "created_at": at(100),
            "call": call,
            **changes,
        }
    )
