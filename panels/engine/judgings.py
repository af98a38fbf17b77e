"""The rows of a judging: which answers it reads, fixed when it begins, and whether it stands."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from panels.choices import CallRole, RunState
from panels.models import Call, Critique, Judging, Run
from panels.queries import load_run_snapshot


@transaction.atomic
def begin_judging(run_id: UUID | str, *, now: datetime, requested_by: str = "") -> Judging:
    """The next judging, by the panel's judge, of the answers that can be read now."""
    if begun := Judging.objects.open().filter(run_id=run_id, created_at=now).first():
        # By this very call, when the answer of its commit was lost.
        return begun
    run = load_run_snapshot(run_id)
    judging = Judging.objects.create(
        run_id=run_id,
        number=len(run.judgings) + 1,
        model=run.panel.judge.model,
        reads_json={a.letter: a.call.id for a in run.readable_answers if a.call},
        requested_by=requested_by,
        created_at=now,
    )
    if judging.number == 1:
        judging.adopt_critiques()
    if not judging.is_local:
        judging.call = _call_of(judging, now)
        judging.save(update_fields=["call"])
    return judging


@transaction.atomic
def end_panel(run_id: UUID | str, *, now: datetime) -> Judging | None:
    """Judging follows at once: one transaction lies between the last answer and the judge."""
    if not Run(pk=run_id).try_move(since=[RunState.PANEL], to=RunState.JUDGING):
        return None
    if Judging.objects.open().filter(run_id=run_id).exists():
        # Of a run that is run again: its judge goes on where it was.
        return None
    return begin_judging(run_id, now=now)


def record_past_judging(run_id: UUID | str, *, now: datetime) -> None:
    """Of a run that was judged before judgings had rows: what it read is what can be read now."""
    if Judging.objects.filter(run_id=run_id).exists():
        return
    past = begin_judging(run_id, now=now)
    Judging.objects.filter(pk=past.pk).update(ended_at=now, stands=True)


def _call_of(judging: Judging, now: datetime) -> Call:
    """A new one, unless a process that knew no judgings had queued or asked it already."""
    calls = Call.objects.filter(run_id=judging.run_id, role=CallRole.JUDGE, judging=None)
    earlier = calls.in_ledger_order().last() if judging.number == 1 else None
    return earlier or Call.objects.create(
        run_id=judging.run_id, role=CallRole.JUDGE, model_asked=judging.model, created_at=now
    )


@transaction.atomic
def end_judging(
    run_id: UUID | str, judging_id: int, *, reason: str, stands: bool, now: datetime
) -> tuple[int, ...]:
    """Close it, and open the review if the run waited for it.

    Returns the numbers of the critiques whose place it takes.
    """
    ended = Judging.objects.filter(pk=judging_id, ended_at=None)
    if not ended.update(ended_at=now, reason=reason, stands=stands):
        return ()
    if stands:
        Run.objects.filter(pk=run_id).update(judge_reason=reason)
    Run(pk=run_id).try_move(since=[RunState.JUDGING], to=RunState.REVIEW, reviewable_at=now)
    return _replaced_by(run_id, judging_id) if stands else ()


def _replaced_by(run_id: UUID | str, judging_id: int) -> tuple[int, ...]:
    earlier = Critique.objects.filter(run_id=run_id, judging__lt=judging_id)
    return tuple(earlier.order_by("number").values_list("number", flat=True))
