"""A person takes up a run that failed or was stopped. What had finished is not asked again."""

from datetime import datetime

from django.db import transaction

from panels.choices import CallState, RunState
from panels.engine.wishes import ENDED_BADLY, UnableToAsk, locked, queue_seat, tell
from panels.models import Call, Run
from panels.panel import Seat
from panels.queries import load_run_snapshot
from panels.snapshot import RunSnapshot


def run_again(run: Run, *, now: datetime) -> None:
    """
    :raises UnableToAsk: when the run is at work, or has reached its review.
    """
    with transaction.atomic():
        row = locked(run.pk)
        if row.state not in ENDED_BADLY:
            raise UnableToAsk("Only a run that failed or was stopped can be run again.")
        snapshot = load_run_snapshot(row.pk)
        _forget_cut_judging(row, now)
        row.try_move(since=sorted(ENDED_BADLY), to=_part_of(snapshot), reason="", finished_at=None)
        calls = [queue_seat(row, seat, now=now) for seat in seats_to_ask(snapshot)]
    tell(row, *calls)


def seats_to_ask(run: RunSnapshot) -> tuple[Seat, ...]:
    """Those that did not speak to their end; none where the review had been reached."""
    if run.reviewable_at:
        return ()
    return tuple(
        answer.seat
        for answer in run.answers
        if not answer.is_open and not (answer.call and answer.call.is_done)
    )


def _part_of(run: RunSnapshot) -> RunState:
    if not run.reviewable_at:
        return RunState.PANEL
    return RunState.DONE if any(s.is_done for s in run.syntheses) else RunState.REVIEW


def _forget_cut_judging(run: Run, now: datetime) -> None:
    """A judge that had finished is read; one that was cut is asked anew, as another judging."""
    cut = run.judgings.open().exclude(call__state=CallState.DONE)
    Call.objects.unsettled().filter(judging__in=cut).update(
        state=CallState.STOPPED, error_code="stopped_by_person", finished_at=now
    )
    cut.update(ended_at=now, reason="stopped_by_person")
