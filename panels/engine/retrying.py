"""What happens after an attempt failed: the same model again, a fallback model, or nothing. Pure.

- Transient errors (`_RULES`, those with retries) are retried on the same model: exponential backoff
  with full jitter, never sooner than `Retry-After` says. A wait beyond the longest one is not made:
  it goes on as if the retries were used up, and the decision says so.
- Then the fallback that fits the error is asked: `outage`, `overflow` or `refusal`. A longer
  context does not help against a refusal, so one kind never stands in for another.
- A fallback gets retries of its own. Each model is used once in a call's life, so that no circle of
  fallbacks is possible.
- Errors of the account (no key, a bad key, no money, no permission, no such model) are not retried,
  and they use the outage fallback: another provider may work, and a person chose it for that.
- A bad request is our own fault or the preset's, and fails at once, to be seen.
- The run's limit counts retries. Fallbacks are bounded by their number and are still used when it
  is reached: they save a run.

The attempts of a call are those in a row that no person interfered with: asking again by hand
begins anew. An attempt that our own restart cut off uses up nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from panels.choices import Because
from panels.panel import Fallbacks
from panels.providers import errors
from panels.providers.errors import ProviderError

#: What the engine writes on a call that a dead process left open.
INTERRUPTED = "interrupted"
#: Doubling goes no further than this, whatever the policy: the longest wait is reached long before.
_MOST_DOUBLINGS = 30


class NoRetry(StrEnum):
    """Why the same model is not asked again."""

    NOT_RETRYABLE = "not_retryable"
    RETRIES_USED_UP = "retries_used_up"
    RUN_RETRIES_USED_UP = "run_retries_used_up"
    #: The provider asks for a longer wait than the policy's longest.
    WAIT_TOO_LONG = "wait_too_long"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A request that failed. `had_text`: somebody may have seen a part of its answer."""

    model: str
    error_code: str
    retry_after_seconds: float | None = None
    had_text: bool = False


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """`most_retries_per_call` counts for each model of a call, so a fallback has its own."""

    most_retries_per_call: int = 2
    most_retries_per_run: int = 6
    #: Saying nothing often repeats itself, and is paid for: it is retried less.
    most_retries_of_empty: int = 1
    first_wait_seconds: float = 1.0
    longest_wait_seconds: float = 60.0


@dataclass(frozen=True, kw_only=True)
class RetryAfter:
    """`repeats_shown_text`: earlier text was shown. It stays, and this is a new, named attempt."""

    seconds: float
    repeats_shown_text: bool


@dataclass(frozen=True, kw_only=True)
class FallBackTo:
    """At once. `because` is an outage, an overflow or a refusal; `reason` is why the model before
    it is not asked again."""

    model: str
    because: Because
    reason: NoRetry
    repeats_shown_text: bool


@dataclass(frozen=True, kw_only=True)
class GiveUp:
    """`wanted` is the kind of fallback that would have come next, were one set and not yet used."""

    reason: NoRetry
    wanted: Because | None = None


Decision = RetryAfter | FallBackTo | GiveUp


@dataclass(frozen=True)
class _Rule:
    is_retried: bool
    fallback: Because | None


_TRANSIENT = _Rule(is_retried=True, fallback=Because.OUTAGE)
#: The same request to the same model ends the same way; another provider may work.
_LASTING = _Rule(is_retried=False, fallback=Because.OUTAGE)
_OVERFLOW = _Rule(is_retried=False, fallback=Because.OVERFLOW)
_REFUSAL = _Rule(is_retried=False, fallback=Because.REFUSAL)
_FINAL = _Rule(is_retried=False, fallback=None)

_RULES_BY_ERROR: dict[type[ProviderError], _Rule] = {
    errors.ProviderError: _LASTING,
    errors.NotConfigured: _LASTING,
    errors.Unreachable: _TRANSIENT,
    # A whole call's time ran out: half an hour that was paid for, and would be again.
    errors.TimedOut: _LASTING,
    errors.ConnectTimedOut: _TRANSIENT,
    errors.FirstTokenTimedOut: _TRANSIENT,
    errors.SilenceTimedOut: _TRANSIENT,
    errors.RequestRefused: _LASTING,
    errors.AuthFailed: _LASTING,
    errors.PaymentRequired: _LASTING,
    errors.PermissionDenied: _LASTING,
    errors.ModelNotFound: _LASTING,
    errors.ContextOverflow: _OVERFLOW,
    errors.BadRequest: _FINAL,
    errors.TemporarilyRefused: _TRANSIENT,
    errors.RateLimited: _TRANSIENT,
    errors.Overloaded: _TRANSIENT,
    errors.ContentRefused: _REFUSAL,
    errors.StreamBroken: _TRANSIENT,
    # A server of another protocol: asking again costs money and reads the same.
    errors.UnreadableStream: _LASTING,
    # Paid for to the last character, and models that repeat themselves do it again.
    errors.EndlessAnswer: _LASTING,
    errors.EmptyAnswer: _TRANSIENT,
}
_RULES = {error.error_code: rule for error, rule in _RULES_BY_ERROR.items()}


def after_failure(
    attempts: Sequence[Attempt],
    *,
    policy: RetryPolicy,
    fallbacks: Fallbacks,
    retries_in_run: int,
    rng: Random,
) -> Decision:
    """What follows the last of a call's failed attempts (in order, at least one).

    `retries_in_run` are those already granted in the whole run, this call's included.
    A code that isn't a provider's error is final.
    """
    last = attempts[-1]
    rule = _RULES.get(last.error_code, _FINAL)
    repeats = any(attempt.had_text for attempt in attempts)
    reason = _why_no_retry(rule, attempts, policy, retries_in_run)
    if reason is None:
        return RetryAfter(seconds=_wait(attempts, policy, rng), repeats_shown_text=repeats)
    if rule.fallback is None:
        return GiveUp(reason=reason)
    model = _model_for(rule.fallback, fallbacks)
    if not model or any(model == attempt.model for attempt in attempts):
        return GiveUp(reason=reason, wanted=rule.fallback)
    return FallBackTo(model=model, because=rule.fallback, reason=reason, repeats_shown_text=repeats)


def count_retries(attempts: Sequence[Attempt]) -> int:
    """How many of a call's attempts were retries: failures that the same model followed up.

    For a run's count, add those of its calls. The last attempt counts by what came before it.
    """
    counted = [attempt for attempt in attempts if attempt.error_code != INTERRUPTED]
    models = [attempt.model for attempt in counted]
    return len(models) - len(set(models))


def _model_for(kind: Because, fallbacks: Fallbacks) -> str:
    match kind:
        case Because.OUTAGE:
            return fallbacks.outage
        case Because.OVERFLOW:
            return fallbacks.overflow
        case Because.REFUSAL:
            return fallbacks.refusal
    return ""


def _why_no_retry(
    rule: _Rule, attempts: Sequence[Attempt], policy: RetryPolicy, retries_in_run: int
) -> NoRetry | None:
    if not rule.is_retried:
        return NoRetry.NOT_RETRYABLE
    if _is_used_up(attempts, policy):
        return NoRetry.RETRIES_USED_UP
    if retries_in_run >= policy.most_retries_per_run:
        return NoRetry.RUN_RETRIES_USED_UP
    if (attempts[-1].retry_after_seconds or 0.0) > policy.longest_wait_seconds:
        return NoRetry.WAIT_TOO_LONG
    return None


def _is_used_up(attempts: Sequence[Attempt], policy: RetryPolicy) -> bool:
    failures = _failures_of_last_model(attempts)
    if len(failures) > policy.most_retries_per_call:
        return True
    empty = errors.EmptyAnswer.error_code
    empties = sum(1 for failure in failures if failure.error_code == empty)
    return attempts[-1].error_code == empty and empties > policy.most_retries_of_empty


def _failures_of_last_model(attempts: Sequence[Attempt]) -> list[Attempt]:
    model = attempts[-1].model
    return [a for a in attempts if a.model == model and a.error_code != INTERRUPTED]


def _wait(attempts: Sequence[Attempt], policy: RetryPolicy, rng: Random) -> float:
    """Full jitter, so that seats that failed together do not come back together.

    It is added to what `Retry-After` asks for, which many clients are told at the same moment.
    """
    doublings = min(len(_failures_of_last_model(attempts)) - 1, _MOST_DOUBLINGS)
    longest = policy.longest_wait_seconds
    backoff = min(longest, policy.first_wait_seconds * 2**doublings)
    asked_for = max(0.0, attempts[-1].retry_after_seconds or 0.0)
    return min(longest, asked_for + rng.uniform(0.0, backoff))
