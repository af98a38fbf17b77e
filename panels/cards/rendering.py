"""RunSnapshot → the HTML of one card, or the values of all of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from panels.cards.answer import AnswerCard, answer_card
from panels.cards.critique import critique_card
from panels.cards.head import head_card
from panels.cards.lane import escalation_card
from panels.cards.ledger import ledger_card
from panels.cards.review import foot_card, review_card
from panels.cards.synthesis import synthesis_card
from panels.cards.wishes import wishes_card
from panels.choices import CritiqueKind
from panels.snapshot import RunSnapshot


def render_head(run: RunSnapshot) -> str:
    return _render("head", head=head_card(run))


def render_wishes(run: RunSnapshot) -> str:
    return _render("wishes", wishes=wishes_card(run))


def render_columns(run: RunSnapshot, live: Mapping[str, tuple[Sequence[str], str]]) -> str:
    """All columns, for a page that may lack one. `live`: seat → the live blocks and tail."""
    now = timezone.now()
    answers = []
    for seat in run.panel.seats:
        blocks, tail = live.get(seat.letter, (None, ""))
        answers.append(answer_card(run, seat.letter, now=now, blocks=blocks, tail=tail))
    return _render("columns", answers=answers)


def render_swipe_tabs(run: RunSnapshot) -> str:
    return _render("swipe_tabs", run=run, answers=run.answers)


def render_answer(
    run: RunSnapshot,
    letter: str,
    *,
    blocks: Sequence[str] | None = None,
    tail: str = "",
    tokens_out: int | None = None,
    seconds: float | None = None,
    now: datetime | None = None,
) -> str:
    """`blocks` and `tail`: the live HTML, when the caller has it; else the stored text is used.

    `now` is what the wait for a retry counts down from.
    """
    card = answer_card(
        run,
        letter,
        now=now or timezone.now(),
        blocks=blocks,
        tail=tail,
        tokens_out=tokens_out,
        seconds=seconds,
    )
    return _render("answer", answer=card)


def render_answer_meta(
    run: RunSnapshot, letter: str, *, tokens_out: int | None = None, seconds: float | None = None
) -> str:
    """The counters alone, while an answer streams."""
    now = timezone.now()
    card = answer_card(run, letter, now=now, blocks=(), tokens_out=tokens_out, seconds=seconds)
    return _render("answer_meta", answer=card)


def render_critique(run: RunSnapshot, number: int) -> str:
    critique = run.critique(number)
    if critique is None:
        raise LookupError(f"There is no critique C{number} in this run.")
    return _render("critique", card=critique_card(run, critique))


def render_group(run: RunSnapshot, kind: str) -> str:
    return _render("group", group=_group(run, CritiqueKind(kind)))


def render_review(run: RunSnapshot) -> str:
    return _render("review", review=review_card(run))


def render_review_foot(run: RunSnapshot) -> str:
    return _render("review_foot", foot=foot_card(run))


def render_synthesis(
    run: RunSnapshot, *, blocks: Sequence[str] | None = None, tail: str = ""
) -> str:
    return _render("synthesis", synthesis=synthesis_card(run, blocks=blocks, tail=tail))


def render_escalation(run: RunSnapshot) -> str:
    return _render("escalation", escalation=escalation_card(run))


def render_ledger(run: RunSnapshot, *, now: datetime | None = None) -> str:
    """`now` ends the bars of calls that are still open."""
    return _render("ledger", ledger=ledger_card(run, now or timezone.now()))


def run_page_context(run: RunSnapshot, *, can_review: bool, is_owner: bool) -> dict[str, Any]:
    """All that `pages/run.html` needs but `socket_url`."""
    return {
        "run": run,
        "scope": _scope(can_review=can_review, is_owner=is_owner),
        "is_owner": is_owner,
        "head": head_card(run),
        "wishes": wishes_card(run),
        "answers": _answers(run),
        "groups": _groups(run),
        "review": review_card(run),
        "foot": foot_card(run),
        "synthesis": synthesis_card(run),
        "ledger": ledger_card(run, timezone.now()),
        "escalation": escalation_card(run) if run.is_single else None,
    }


def _scope(*, can_review: bool, is_owner: bool) -> str:
    if is_owner:
        return "owner"
    return "review" if can_review else "view"


def _answers(run: RunSnapshot) -> list[AnswerCard]:
    now = timezone.now()
    return [answer_card(run, seat.letter, now=now) for seat in run.panel.seats]


def _groups(run: RunSnapshot) -> list[dict[str, Any]]:
    """One per kind, also the empty ones: their places must be there for cards to come."""
    return [_group(run, kind) for kind in CritiqueKind]


def _group(run: RunSnapshot, kind: CritiqueKind) -> dict[str, Any]:
    cards = [critique_card(run, c) for c in run.critiques if c.kind == kind]
    return {"kind": kind.value, "label": kind.label, "cards": cards}


def _render(name: str, **values: Any) -> str:
    return render_to_string(f"panels/cards/_{name}.html", values)
