"""What the observer is told of a run and its calls: figures, codes and ids, and nobody's words."""

from datetime import datetime

from panels.choices import Because
from panels.engine.records import CallFate
from panels.observing.observer import Decided, EndedCall, EndedRun, Observer
from panels.snapshot import CallSnapshot, RunSnapshot


def ended_call(
    run_id: str,
    call: CallSnapshot,
    fate: CallFate | CallSnapshot,
    *,
    asked_at: datetime | None,
    first_token_at: datetime | None,
    finished_at: datetime,
    followed_by: str,
) -> EndedCall:
    """`call` as it was queued, `fate` as it was stored, which may be the same row read again."""
    return EndedCall(
        run_id=run_id,
        call_id=call.id,
        role=call.role,
        seat=call.seat,
        attempt=call.attempt,
        because=call.because,
        model_asked=call.model_asked,
        model_served=fate.model_served,
        provider_served=fate.provider_served,
        generation_id=fate.generation_id,
        finish_reason=fate.finish_reason,
        state=fate.state,
        error_code=fate.error_code,
        followed_by=followed_by,
        tokens_in=fate.tokens_in,
        tokens_out=fate.tokens_out,
        tokens_reasoning=fate.tokens_reasoning,
        tokens_cached=fate.tokens_cached,
        cost_usd=fate.cost_usd,
        cost_source=fate.cost_source,
        asked_at=asked_at,
        first_token_at=first_token_at,
        finished_at=finished_at,
    )


def tell_interrupted(run: RunSnapshot, now: datetime, observer: Observer) -> None:
    """Calls that a dead process left open, and that were marked as interrupted at `now`."""
    for call in run.calls:
        if call.is_interrupted and call.finished_at == now:
            ended = ended_call(
                run.id,
                call,
                call,
                asked_at=call.asked_at,
                first_token_at=call.first_token_at,
                finished_at=now,
                followed_by=Because.INTERRUPTED,
            )
            observer.call_ended(ended)


def tell_end(before: RunSnapshot | None, run: RunSnapshot, observer: Observer) -> None:
    """Once, by who saw it end: `before` is the run as it was when it was looked at last."""
    if before is not None and run.is_finished and not before.is_finished:
        observer.run_ended(_ended_run(before, run))


def _ended_run(before: RunSnapshot, run: RunSnapshot) -> EndedRun:
    ended_at = run.finished_at or run.created_at
    return EndedRun(
        run_id=run.id,
        state=run.state,
        reason=run.reason,
        lane=run.lane,
        is_tour=run.is_tour,
        is_continuation=before.finished_at is not None,
        began_at=_began_at(before, run),
        ended_at=ended_at,
        seat_count=len(run.answers),
        call_count=len(run.calls),
        tokens_in=run.tokens_in,
        tokens_out=run.tokens_out,
        cost_usd=run.cost_usd,
        has_unknown_cost=run.has_unknown_cost,
        synthesis_count=sum(synthesis.is_done for synthesis in run.syntheses),
        decisions=tuple(
            Decided(
                number=critique.number,
                kind=critique.kind,
                origin=critique.origin,
                verdict=critique.verdict,
                decided_at=critique.decision.created_at if critique.decision else None,
            )
            for critique in run.critiques
        ),
    )


def _began_at(before: RunSnapshot, run: RunSnapshot) -> datetime:
    """Of what follows an end: the first call that was queued after it."""
    if before.finished_at is None:
        return run.started_at or run.created_at
    since = before.finished_at
    return min((call.created_at for call in run.calls if call.created_at >= since), default=since)
