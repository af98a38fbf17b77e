"""A person stops one seat, or all of a run. Text and spend so far stay."""

import asyncio
from datetime import datetime

from django.db import transaction

from panels.choices import CallState, RunState
from panels.engine import dispatch
from panels.engine.database import at_once
from panels.engine.events import CallChanged, RunChanged
from panels.engine.take_call import release
from panels.models import Call, Run


async def stop_seat(run: Run, letter: str, *, now: datetime) -> None:
    """Stop a seat's open call; what it said so far counts as its answer."""
    await _stop_calls(run, seat=letter, now=now)
    # Without it the run may fit under its caps; if it does not, it is held again.
    await at_once(release)(run)
    await dispatch.launch(run.pk)


async def stop_run(run: Run, *, now: datetime) -> None:
    """Stop everything: a panel or a judging run is cancelled; a writing one goes back to people."""
    await at_once(_end)(run, now)
    await at_once(release)(run)
    await _stop_calls(run, seat=None, now=now)
    dispatch.publish(RunChanged(run_id=str(run.pk)))


def _end(run: Run, now: datetime) -> None:
    cancelled = run.try_move(
        since=[RunState.PANEL, RunState.JUDGING],
        to=RunState.CANCELLED,
        reason="stopped_by_person",
        finished_at=now,
    )
    if not cancelled:
        has_text = run.syntheses.filter(call__state=CallState.DONE).exists()
        run.try_move(since=[RunState.WRITING], to=RunState.DONE if has_text else RunState.REVIEW)


async def _stop_calls(run: Run, *, seat: str | None, now: datetime) -> None:
    # Again until there is none: a call may fail, and be followed up, while it is being stopped.
    while call_ids := await at_once(_open_call_ids)(run, seat):
        await asyncio.gather(*(_stop_call(run, call_id, now) for call_id in call_ids))


async def _stop_call(run: Run, call_id: int, now: datetime) -> None:
    await dispatch.stop_call(call_id)
    await at_once(_settle)(call_id, now)
    dispatch.publish(CallChanged(run_id=str(run.pk), call_id=call_id))


def _open_call_ids(run: Run, seat: str | None) -> list[int]:
    calls = run.calls.unsettled()
    if seat is not None:
        calls = calls.filter(seat=seat)
    return list(calls.values_list("pk", flat=True))


@transaction.atomic
def _settle(call_id: int, now: datetime) -> None:
    """Settle a call that nobody had open: still queued, or its process is gone."""
    call = Call.objects.unsettled().select_for_update(no_key=True).filter(pk=call_id).first()
    if call is not None:
        call.cut(CallState.STOPPED, error_code="stopped_by_person", now=now)
