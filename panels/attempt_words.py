"""The attempts of a call in words: what it waits for, why it is asked again, how that went."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from math import ceil

from panels.choices import Because
from panels.snapshot import CallSnapshot
from panels.wording import call_fate, call_state, count_of, explain_call_error, fate_of_one

#: What went wrong, in a word or two; a sentence and a remedy are in `wording`.
_REASONS = {
    "provider_error": "an error of the provider",
    "not_configured": "not set up",
    "unreachable": "not reached",
    "timed_out": "too slow",
    "connect_timed_out": "no connection in time",
    "first_token_timed_out": "no answer in time",
    "silence_timed_out": "went quiet",
    "request_refused": "request refused",
    "auth_failed": "key not accepted",
    "payment_required": "payment required",
    "permission_denied": "not permitted",
    "model_not_found": "unknown model",
    "context_overflow": "too long for the model",
    "bad_request": "request not understood",
    "server_error": "failed on its side",
    "rate_limited": "rate limited",
    "overloaded": "overloaded",
    "privacy_refused": "not allowed to leave",
    "content_refused": "declined",
    "stream_broken": "connection broken",
    "unreadable_stream": "unreadable",
    "endless_answer": "no end",
    "empty_answer": "empty answer",
    "interrupted": "cut off by a restart",
    "internal_error": "an error of Fusionweb",
}
#: Failures that a person calls an outage; an unknown model or an empty purse is none.
_OUTAGES = frozenset(
    {
        "unreachable",
        "timed_out",
        "connect_timed_out",
        "first_token_timed_out",
        "silence_timed_out",
        "server_error",
        "rate_limited",
        "overloaded",
        "stream_broken",
    }
)


def reason_of(code: str) -> str:
    return _REASONS.get(code, "an error")


def state_words(chain: Sequence[CallSnapshot], now: datetime, *, is_held: bool = False) -> str:
    """Where the last of these attempts stands; a queued one says what it waits for.

    `is_held`: its run waits at a cap, and the head of the page says at which.
    """
    if not chain:
        return call_state(None)
    call = chain[-1]
    if not call.is_queued or call.not_before_at is None:
        return call_state(call)
    seconds = ceil((call.not_before_at - now).total_seconds())
    if seconds <= 0 and is_held:
        return call_state(call)
    if seconds <= 0:
        return f"waiting for a free place at {call.model_asked.partition(':')[0]}"
    words = f"asking again in {seconds} s"
    before = chain[-2:-1]
    return f"{words}, because: {reason_of(before[0].error_code)}" if before else words


def next_words(chain: Sequence[CallSnapshot]) -> str:
    """`is asked again in a moment, because: rate limited`; "" when the last is no waiting retry.

    For places that do not count down.
    """
    if len(chain) < 2 or not chain[-1].is_queued:
        return ""
    return f"is asked again in a moment, because: {reason_of(chain[-2].error_code)}"


def attempt_note(chain: Sequence[CallSnapshot]) -> str:
    """For the column: why this is not the first attempt; "" when it is."""
    if len(chain) < 2:
        return ""
    before, call = chain[-2:]
    words = f"Attempt {call.attempt}"
    if before.model_asked != call.model_asked:
        words += f", by {call.model_asked} in place of {before.model_asked}"
    return f"{words}. Before: {explain_call_error(before.error_code).sentence}"


def outcome(chain: Sequence[CallSnapshot]) -> str:
    """For the ledger: `done, 1 retry (rate limited)`."""
    if words := next_words(chain):
        return words
    before = history(chain)
    return f"{fate_of_one(chain[-1])}, {before}" if before else call_fate(chain[-1])


def history(chain: Sequence[CallSnapshot]) -> str:
    """What happened before the last of these attempts; "" when it is the first."""
    pairs = list(pairwise(chain))
    retried = [before for before, call in pairs if call.because == Because.RETRY]
    told = [_retries(retried)] if retried else []
    if any(call.because == Because.INTERRUPTED for _, call in pairs):
        told.append("asked again after a restart")
    told += [
        f"fell back to {call.model_asked} {_why(before, call)}"
        for before, call in pairs
        if call.because in (Because.OUTAGE, Because.OVERFLOW, Because.REFUSAL)
    ]
    return ", ".join(told)


def _retries(failed: Sequence[CallSnapshot]) -> str:
    reasons = dict.fromkeys(reason_of(call.error_code) for call in failed)
    return f"{count_of(len(failed), 'retry', 'retries')} ({', '.join(reasons)})"


def _why(before: CallSnapshot, call: CallSnapshot) -> str:
    if call.because == Because.OVERFLOW:
        return "for its longer context"
    if call.because == Because.REFUSAL:
        return "after a refusal"
    if before.error_code in _OUTAGES:
        return "after an outage"
    return f"because: {reason_of(before.error_code)}"
