"""The attempt that follows a failed one, decided from the run's facts alone. Pure.

The jitter comes from the run's and the call's ids, so that the same facts always give the same
decision: before a crash and after it, in this process and in another.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from panels.choices import Because
from panels.engine.retrying import (
    Attempt,
    FallBackTo,
    GiveUp,
    RetryAfter,
    RetryPolicy,
    after_failure,
    count_retries,
)
from panels.panel import Fallbacks, Panel
from panels.snapshot import CallSnapshot, RunSnapshot


@dataclass(frozen=True, kw_only=True)
class NextAttempt:
    """`after` is the call that failed; `not_before_at` None means at once."""

    after: CallSnapshot
    model: str
    because: Because
    not_before_at: datetime | None = None


def next_attempt(run: RunSnapshot, call: CallSnapshot, policy: RetryPolicy) -> NextAttempt | None:
    """What follows this call, the latest at its place; None when it is the last attempt.

    Only a failure is followed up: what a person stopped stays stopped.
    """
    if not call.is_failed:
        return None
    decision = after_failure(
        [_attempt(earlier) for earlier in run.chain_until(call)],
        policy=policy,
        fallbacks=_fallbacks_of(run.panel, call),
        retries_in_run=retries_in(run),
        rng=Random(f"{run.id}:{call.id}"),  # noqa: S311  For spreading, not for secrets.
    )
    match decision:
        case RetryAfter(seconds=seconds):
            return NextAttempt(
                after=call,
                model=call.model_asked,
                because=Because.RETRY,
                not_before_at=_later(call.finished_at, seconds),
            )
        case FallBackTo(model=model, because=because):
            return NextAttempt(after=call, model=model, because=because)
        case GiveUp():
            return None


def retries_in(run: RunSnapshot) -> int:
    """How many retries the run has been granted by now."""
    return sum(count_retries([_attempt(call) for call in chain]) for chain in run.chains)


def _attempt(call: CallSnapshot) -> Attempt:
    return Attempt(
        model=call.model_asked,
        error_code=call.error_code,
        retry_after_seconds=call.retry_after_seconds,
        had_text=bool(call.text.strip()),
    )


def _fallbacks_of(panel: Panel, call: CallSnapshot) -> Fallbacks:
    if call.is_judge:
        return panel.judge.fallbacks
    return panel.writer.fallbacks if call.is_writer else panel.seat(call.seat).fallbacks


def _later(moment: datetime | None, seconds: float) -> datetime | None:
    return moment + timedelta(seconds=seconds) if moment else None
