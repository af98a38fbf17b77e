"""A run's judgings and their critiques, with what people decided on these."""

from collections import defaultdict
from datetime import datetime

from panels.choices import CritiqueOrigin
from panels.models import Critique, Decision, Judging, Run, Stance
from panels.queries.of_run import RowsOfRun
from panels.snapshot import (
    CallSnapshot,
    CritiqueSnapshot,
    DecisionSnapshot,
    JudgingSnapshot,
    StanceSnapshot,
)


def judging_snapshot(row: Judging, call: CallSnapshot | None) -> JudgingSnapshot:
    return JudgingSnapshot(
        id=row.pk,
        number=row.number,
        model=row.model,
        reads=row.reads_json,
        requested_by=row.requested_by,
        created_at=row.created_at,
        ended_at=row.ended_at,
        reason=row.reason,
        stands=row.stands,
        call=call,
    )


def load_critiques(run: Run, judgings: tuple[JudgingSnapshot, ...]) -> tuple[CritiqueSnapshot, ...]:
    numbers = {judging.id: judging.number for judging in judgings}
    rows = _CRITIQUES(run.pk)
    stances: dict[int, list[StanceSnapshot]] = defaultdict(list)
    decisions: dict[int, list[Decision]] = defaultdict(list)
    if rows:
        for stance in _STANCES(run.pk):
            stances[stance.critique_id].append(_stance_snapshot(stance))
        for decision in _DECISIONS(run.pk):
            decisions[decision.critique_id].append(decision)
    return tuple(
        _critique_snapshot(
            row,
            stances[row.pk],
            decisions[row.pk],
            number := numbers.get(row.judging_id or 0, 0),
            _replaced_at(row, number, judgings),
        )
        for row in rows
    )


_CRITIQUES = RowsOfRun(
    Critique, lambda run_id: Critique.objects.filter(run=run_id).order_by("number")
)
_STANCES = RowsOfRun(
    Stance, lambda run_id: Stance.objects.filter(critique__run=run_id).order_by("pk")
)
_DECISIONS = RowsOfRun(
    Decision, lambda run_id: Decision.objects.filter(critique__run=run_id).order_by("pk")
)


def _replaced_at(
    row: Critique, number: int, judgings: tuple[JudgingSnapshot, ...]
) -> datetime | None:
    """When the first judging after its own took over; people's own critiques always stay."""
    if row.origin == CritiqueOrigin.PERSON:
        return None
    later = (judging for judging in judgings if judging.stands and judging.number > number)
    return next((judging.ended_at for judging in later), None)


def _critique_snapshot(
    row: Critique,
    stances: list[StanceSnapshot],
    decisions: list[Decision],
    judging: int,
    replaced_at: datetime | None,
) -> CritiqueSnapshot:
    standing = standing_decisions(decisions)
    latest = standing[-1] if standing else None
    return CritiqueSnapshot(
        id=row.pk,
        number=row.number,
        kind=row.kind,
        origin=row.origin,
        author_name=row.author_name,
        title=row.title,
        body=row.body,
        stances=tuple(stances),
        decision=_decision_snapshot(latest) if latest else None,
        decision_count=len(decisions),
        judging=judging,
        replaced_at=replaced_at,
    )


def _stance_snapshot(row: Stance) -> StanceSnapshot:
    return StanceSnapshot(
        seat=row.seat, position=row.position, quote=row.quote, start=row.start, end=row.end
    )


def _decision_snapshot(row: Decision) -> DecisionSnapshot:
    return DecisionSnapshot(
        verdict=row.verdict,
        side=row.side,
        note=row.note,
        reviewer_name=row.reviewer_name,
        created_at=row.created_at,
    )


def standing_decisions(decisions: list[Decision]) -> list[Decision]:
    """The decisions that count, oldest first: undone ones and the undos themselves left out."""
    undone = {decision.undoes_id for decision in decisions if decision.undoes_id}
    return [d for d in decisions if d.pk not in undone and d.undoes_id is None]
