"""A call has ended: its fate is stored and what follows a failure is queued, in one transaction.

So nobody ever sees a seat that failed and is about to be asked again, a person's stop finds either
the open call or the queued one, and a crash leaves nothing half done. What a crash could leave all
the same, by an older policy or another process, `next_step` finds from the facts.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from panels.choices import PARTS, CallRole, CallState
from panels.engine import leases, records
from panels.engine.leases import Lease
from panels.engine.next_attempt import NextAttempt, next_attempt
from panels.engine.retrying import RetryPolicy
from panels.engine.spoken_refusals import is_spoken_refusal
from panels.models import Call, Judging, Run, Synthesis
from panels.providers.errors import ContentRefused
from panels.queries import load_run_snapshot
from panels.queries.run_snapshot import call_snapshot
from panels.snapshot import CallSnapshot


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A call's end as it was stored; `fate` is None where somebody else had settled it already."""

    fate: records.CallFate | None
    #: The attempt that follows, already queued.
    following: CallSnapshot | None = None


@transaction.atomic
def settle_call(
    lease: Lease,
    call_id: int,
    fate: records.CallFate,
    *,
    policy: RetryPolicy,
    now: datetime,
) -> Settled:
    """Store how a call ended, and queue the attempt that follows, if one does.

    What was paid for is kept even where the run is not ours any more, unless its new holder has
    settled the call already. What follows is the new holder's to decide.
    """
    fate = _named(fate)
    is_held = leases.is_held(lease)
    is_stored = records.finish_call(call_id, fate, now=now)
    if not is_stored:
        return Settled(fate=None)
    if fate.state != CallState.FAILED or not is_held:
        return Settled(fate=fate)
    run = load_run_snapshot(lease.run_id)
    call = next(call for call in run.calls if call.id == call_id)
    attempt = next_attempt(run, call, policy)
    following = queue_attempt(lease.run_id, attempt, now=now) if attempt else None
    return Settled(fate=fate, following=following)


def _named(fate: records.CallFate) -> records.CallFate:
    """An answer that only refuses is a refusal. Its text stays."""
    if fate.state == CallState.DONE and is_spoken_refusal(fate.text):
        return replace(fate, state=CallState.FAILED, error_code=ContentRefused.error_code)
    return fate


@transaction.atomic
def queue_attempt(
    run_id: UUID | str, attempt: NextAttempt, *, now: datetime
) -> CallSnapshot | None:
    """None when a person stopped the run meanwhile, or when the place is asked already."""
    failed = attempt.after
    run = Run.objects.select_for_update().filter(pk=run_id, state__in=PARTS[CallRole(failed.role)])
    place = Call.objects.filter(run_id=run_id, role=failed.role, seat=failed.seat)
    if not run.first() or place.filter(pk__gt=failed.id).exists():
        return None
    again = Call.objects.create(
        run_id=run_id,
        role=failed.role,
        seat=failed.seat,
        attempt=failed.attempt + 1,
        because=attempt.because,
        not_before_at=attempt.not_before_at,
        model_asked=attempt.model,
        created_at=now,
    )
    Synthesis.objects.filter(call_id=failed.id).update(call=again)
    Judging.objects.filter(call_id=failed.id).update(call=again)
    return call_snapshot(again, text="", reasoning="")
