"""People rule on critiques. Every word is a new decision row; undoing is a row too."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from panels.choices import DECIDABLE_RUNS, CritiqueKind, CritiqueOrigin, Verdict
from panels.engine import dispatch
from panels.engine.events import CritiqueChanged, CritiquesFound
from panels.models import Critique, Decision, Run
from panels.queries import standing_decisions


class UnableToDecide(Exception):
    """The message says why, for a person."""


@dataclass(frozen=True, kw_only=True)
class Reviewer:
    """Who speaks: a user, or a guest under the name that they chose."""

    name: str
    user_id: int | None = None
    share_link_id: int | None = None


def decide(
    run: Run,
    number: int,
    reviewer: Reviewer,
    *,
    now: datetime,
    verdict: str | None = None,
    side: str | None = None,
    note: str | None = None,
) -> None:
    """Record a decision. What is None stays as it stands.

    :raises UnableToDecide: unknown critique or side, or a run that can't be decided on.
    """
    with transaction.atomic():
        critique = _critique(run, number)
        standing = _standing(critique)
        current = standing[-1] if standing else None
        _refuse_unknown_side(critique, side)
        Decision.objects.create(
            critique=critique,
            verdict=verdict or (current.verdict if current else Verdict.OPEN),
            side=side if side is not None else (current.side if current else ""),
            note=note if note is not None else (current.note if current else ""),
            reviewer_id=reviewer.user_id,
            share_link_id=reviewer.share_link_id,
            reviewer_name=reviewer.name,
            created_at=now,
        )
    dispatch.publish(CritiqueChanged(run_id=str(run.pk), number=number))


def undo(run: Run, reviewer: Reviewer, *, now: datetime, number: int | None = None) -> int | None:
    """Take back the latest decision on a critique, or this reviewer's latest in the run.

    Returns the critique's number, None when there is nothing to take back.
    """
    with transaction.atomic():
        latest = _latest(run, reviewer, number)
        if latest is None:
            return None
        Decision.objects.create(
            critique=latest.critique,
            verdict=latest.verdict,
            undoes=latest,
            reviewer_id=reviewer.user_id,
            share_link_id=reviewer.share_link_id,
            reviewer_name=reviewer.name,
            created_at=now,
        )
    dispatch.publish(CritiqueChanged(run_id=str(run.pk), number=latest.critique.number))
    return latest.critique.number


def add_critique(
    run: Run, reviewer: Reviewer, *, kind: CritiqueKind, title: str, body: str, now: datetime
) -> int:
    """A person's own card: a framing or a remark. Its number."""
    _refuse_undecidable(run)
    with transaction.atomic():
        last = Critique.objects.filter(run=run).aggregate(last=Max("number"))["last"] or 0
        Critique.objects.create(
            run=run,
            number=last + 1,
            kind=kind,
            origin=CritiqueOrigin.PERSON,
            author_name=reviewer.name,
            title=title,
            body=body,
            created_at=now,
        )
    dispatch.publish(CritiquesFound(run_id=str(run.pk), numbers=(last + 1,)))
    return last + 1


def _critique(run: Run, number: int) -> Critique:
    _refuse_undecidable(run)
    critique = run.critiques.select_for_update().filter(number=number).first()
    if critique is None:
        raise UnableToDecide(f"There is no critique C{number} in this run.")
    return critique


def _refuse_undecidable(run: Run) -> None:
    if run.state not in DECIDABLE_RUNS:
        raise UnableToDecide("The panel has not finished; critiques come after it.")


def _refuse_unknown_side(critique: Critique, side: str | None) -> None:
    if side and not critique.stances.filter(seat=side).exists():
        raise UnableToDecide(f"Seat {side} takes no side in C{critique.number}.")


def _standing(critique: Critique) -> list[Decision]:
    return standing_decisions(list(critique.decisions.order_by("pk")))


def _latest(run: Run, reviewer: Reviewer, number: int | None) -> Decision | None:
    decisions = list(
        Decision.objects.filter(critique__run=run).select_related("critique").order_by("pk")
    )
    standing = standing_decisions(decisions)
    if number is not None:
        standing = [d for d in standing if d.critique.number == number]
    else:
        standing = [d for d in standing if _is_by(d, reviewer)]
    return standing[-1] if standing else None


def _is_by(decision: Decision, reviewer: Reviewer) -> bool:
    if reviewer.user_id is not None:
        return decision.reviewer_id == reviewer.user_id
    return (
        decision.share_link_id == reviewer.share_link_id and decision.reviewer_name == reviewer.name
    )
