"""What follows a failed attempt, as a table over every error that a provider can cause."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panels.choices import Because
from panels.engine.retrying import (
    Attempt,
    FallBackTo,
    GiveUp,
    NoRetry,
    RetryAfter,
    RetryPolicy,
    after_failure,
    count_retries,
)
from panels.panel import Fallbacks
from panels.providers import errors
from panels.providers.errors import ProviderError

FIRST = "openrouter:first"
ALL = Fallbacks(outage="openai:spare", overflow="google:long", refusal="local:open")
NONE = Fallbacks()
POLICY = RetryPolicy()

#: Error code → how often the same model is asked again, and which fallback follows.
TABLE = {
    "provider_error": (0, Because.OUTAGE),
    "not_configured": (0, Because.OUTAGE),
    "unreachable": (2, Because.OUTAGE),
    "timed_out": (0, Because.OUTAGE),
    "connect_timed_out": (2, Because.OUTAGE),
    "first_token_timed_out": (2, Because.OUTAGE),
    "silence_timed_out": (2, Because.OUTAGE),
    "request_refused": (0, Because.OUTAGE),
    "auth_failed": (0, Because.OUTAGE),
    "payment_required": (0, Because.OUTAGE),
    "permission_denied": (0, Because.OUTAGE),
    "model_not_found": (0, Because.OUTAGE),
    "context_overflow": (0, Because.OVERFLOW),
    "bad_request": (0, None),
    # What may not leave must not be sent again, and nowhere else either.
    "privacy_refused": (0, None),
    "server_error": (2, Because.OUTAGE),
    "rate_limited": (2, Because.OUTAGE),
    "overloaded": (2, Because.OUTAGE),
    "content_refused": (0, Because.REFUSAL),
    "stream_broken": (2, Because.OUTAGE),
    "unreadable_stream": (0, Because.OUTAGE),
    "endless_answer": (0, Because.OUTAGE),
    "empty_answer": (1, Because.OUTAGE),
    # Not a provider's errors.
    "internal_error": (0, None),
    "stopped_by_person": (0, None),
    "a_code_of_tomorrow": (0, None),
}
MODEL_OF = {
    Because.OUTAGE: ALL.outage,
    Because.OVERFLOW: ALL.overflow,
    Because.REFUSAL: ALL.refusal,
}


def failed(code="rate_limited", model=FIRST, **facts):
    return Attempt(model=model, error_code=code, **facts)


def decide(*attempts, policy=POLICY, fallbacks=ALL, retries_in_run=0, seed=1):
    return after_failure(
        attempts,
        policy=policy,
        fallbacks=fallbacks,
        retries_in_run=retries_in_run,
        rng=Random(seed),
    )


def every_error(error=ProviderError):
    return {error, *(deeper for child in error.__subclasses__() for deeper in every_error(child))}


def codes_of_the_tree():
    return {error.error_code for error in every_error() if error.__module__ == errors.__name__}


def test_every_error_of_a_provider_has_its_row():
    assert codes_of_the_tree() <= set(TABLE)


def test_no_two_errors_share_a_code():
    in_tree = [error for error in every_error() if error.__module__ == errors.__name__]
    assert len({error.error_code for error in in_tree}) == len(in_tree)


@pytest.mark.parametrize(("code", "retries", "fallback"), [(c, *row) for c, row in TABLE.items()])
def test_an_error_is_retried_and_then_falls_back(code, retries, fallback):
    for made in range(retries):
        assert isinstance(decide(*[failed(code)] * (made + 1)), RetryAfter)
    decision = decide(*[failed(code)] * (retries + 1))
    reason = NoRetry.RETRIES_USED_UP if retries else NoRetry.NOT_RETRYABLE
    if fallback is None:
        assert decision == GiveUp(reason=reason)
    else:
        assert decision == FallBackTo(
            model=MODEL_OF[fallback], because=fallback, reason=reason, repeats_shown_text=False
        )


@pytest.mark.parametrize(("code", "retries", "fallback"), [(c, *row) for c, row in TABLE.items()])
def test_without_a_fallback_it_is_given_up_and_says_which_would_have_helped(
    code, retries, fallback
):
    decision = decide(*[failed(code)] * (retries + 1), fallbacks=NONE)
    reason = NoRetry.RETRIES_USED_UP if retries else NoRetry.NOT_RETRYABLE
    assert decision == GiveUp(reason=reason, wanted=fallback)


@pytest.mark.parametrize("code", ["context_overflow", "content_refused"])
def test_no_other_kind_of_fallback_stands_in(code):
    wanted = TABLE[code][1]
    others = Fallbacks(
        **{kind: f"other:{kind}" for kind in ("outage", "overflow", "refusal") if kind != wanted}
    )
    assert decide(failed(code), fallbacks=others) == GiveUp(
        reason=NoRetry.NOT_RETRYABLE, wanted=wanted
    )


# Text that was shown


@pytest.mark.parametrize("code", ["stream_broken", "silence_timed_out"])
def test_a_retry_says_that_shown_text_will_be_repeated(code):
    assert decide(failed(code, had_text=True)).repeats_shown_text is True
    assert decide(failed(code)).repeats_shown_text is False


def test_text_of_an_earlier_attempt_counts_too():
    attempts = [failed("stream_broken", had_text=True), failed("overloaded")]
    assert decide(*attempts).repeats_shown_text is True
    assert decide(*attempts, failed("overloaded")).repeats_shown_text is True


def test_a_fallback_says_it_too():
    decision = decide(failed("content_refused", had_text=True))
    assert (decision.model, decision.repeats_shown_text) == (ALL.refusal, True)


# A fallback's own life


def test_a_fallback_has_retries_of_its_own():
    used_up = [failed("overloaded")] * 3
    on_spare = [failed("overloaded", ALL.outage)]
    assert isinstance(decide(*used_up, *on_spare), RetryAfter)
    assert isinstance(decide(*used_up, *on_spare * 2), RetryAfter)
    assert decide(*used_up, *on_spare * 3) == GiveUp(
        reason=NoRetry.RETRIES_USED_UP, wanted=Because.OUTAGE
    )


def test_a_fallback_waits_from_the_beginning():
    attempts = [failed("overloaded")] * 3 + [failed("overloaded", ALL.outage)]
    assert all(decide(*attempts, seed=seed).seconds <= 1 for seed in range(50))


def test_a_fallback_that_fails_otherwise_has_the_fallback_of_that_failure():
    attempts = [failed("auth_failed"), failed("context_overflow", ALL.outage)]
    assert decide(*attempts).model == ALL.overflow
    attempts.append(failed("content_refused", ALL.overflow))
    assert decide(*attempts).model == ALL.refusal
    attempts.append(failed("auth_failed", ALL.refusal))
    assert decide(*attempts) == GiveUp(reason=NoRetry.NOT_RETRYABLE, wanted=Because.OUTAGE)


def test_a_model_that_is_its_own_fallback_is_not_asked_again():
    itself = Fallbacks(outage=FIRST, overflow=FIRST, refusal=FIRST)
    for code in ("payment_required", "context_overflow", "content_refused"):
        assert isinstance(decide(failed(code), fallbacks=itself), GiveUp)


def test_one_model_for_two_kinds_is_used_once():
    both = Fallbacks(outage="openai:spare", refusal="openai:spare")
    attempts = [failed("payment_required"), failed("content_refused", "openai:spare")]
    assert decide(*attempts, fallbacks=both) == GiveUp(
        reason=NoRetry.NOT_RETRYABLE, wanted=Because.REFUSAL
    )


# Limits


def test_the_run_has_a_limit_and_fallbacks_are_still_used_at_it():
    assert isinstance(decide(failed(), retries_in_run=5), RetryAfter)
    assert decide(failed(), retries_in_run=6) == FallBackTo(
        model=ALL.outage,
        because=Because.OUTAGE,
        reason=NoRetry.RUN_RETRIES_USED_UP,
        repeats_shown_text=False,
    )
    assert decide(failed(), retries_in_run=6, fallbacks=NONE) == GiveUp(
        reason=NoRetry.RUN_RETRIES_USED_UP, wanted=Because.OUTAGE
    )


def test_a_policy_without_retries_goes_straight_to_the_fallback():
    never = RetryPolicy(most_retries_per_call=0)
    assert decide(failed(), policy=never).model == ALL.outage


@pytest.mark.parametrize(
    ("codes", "is_retried"),
    [
        (["empty_answer"], True),
        (["empty_answer", "empty_answer"], False),
        (["empty_answer", "overloaded"], True),
        (["overloaded", "empty_answer"], True),
        (["empty_answer", "overloaded", "empty_answer"], False),
        (["overloaded", "overloaded", "empty_answer"], False),
    ],
)
def test_saying_nothing_is_retried_once_among_other_failures(codes, is_retried):
    assert isinstance(decide(*map(failed, codes)), RetryAfter) is is_retried


def test_what_our_own_restart_cut_off_uses_up_nothing():
    cut = failed("interrupted", had_text=True)
    decision = decide(cut, cut, cut, failed("overloaded"), cut, failed("overloaded"))
    assert isinstance(decision, RetryAfter)
    assert decision.seconds <= 2
    assert decision.repeats_shown_text is True


@pytest.mark.parametrize(
    ("attempts", "retries"),
    [
        ([], 0),
        ([failed()], 0),
        ([failed(), failed()], 1),
        ([failed(), failed(), failed("")], 2),
        ([failed(), failed(), failed(model="b"), failed(model="b"), failed(model="c")], 2),
        ([failed("interrupted"), failed("interrupted"), failed()], 0),
    ],
)
def test_retries_of_a_call_are_counted_from_its_attempts(attempts, retries):
    assert count_retries(attempts) == retries


@given(
    codes=st.lists(st.sampled_from(sorted(TABLE)), min_size=40, max_size=40),
    seed=st.integers(),
    fallbacks=st.builds(
        Fallbacks,
        outage=st.sampled_from(["", "a", "b", FIRST]),
        overflow=st.sampled_from(["", "a", "b", FIRST]),
        refusal=st.sampled_from(["", "a", "b", FIRST]),
    ),
)
def test_every_call_ends_however_its_attempts_fail(codes, seed, fallbacks):
    attempts, model, fallen = [], FIRST, []
    for code in codes:
        attempts.append(failed(code, model))
        decision = decide(
            *attempts, fallbacks=fallbacks, retries_in_run=count_retries(attempts), seed=seed
        )
        if isinstance(decision, GiveUp):
            break
        if isinstance(decision, FallBackTo):
            model = decision.model
            fallen.append(model)
    assert isinstance(decision, GiveUp)
    assert len(fallen) == len(set(fallen)) <= 3
    assert len(attempts) <= 1 + POLICY.most_retries_per_run + len(fallen)
