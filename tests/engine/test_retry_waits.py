"""How long a retry waits: backoff, jitter, and what the provider asks for."""

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
)
from panels.panel import Fallbacks

POLICY = RetryPolicy()
SPARE = Fallbacks(outage="openai:spare")
NONE = Fallbacks()
RETRIED = [
    "empty_answer",
    "overloaded",
    "rate_limited",
    "server_error",
    "silence_timed_out",
    "stream_broken",
    "unreachable",
]


def failed(code="rate_limited", **facts):
    return Attempt(model="openrouter:first", error_code=code, **facts)


def decide(*attempts, policy=POLICY, fallbacks=SPARE, seed=1):
    return after_failure(
        attempts, policy=policy, fallbacks=fallbacks, retries_in_run=0, rng=Random(seed)
    )


@given(made=st.integers(0, 12), seed=st.integers())
def test_backoff_doubles_with_full_jitter_and_stays_under_the_longest_wait(made, seed):
    policy = RetryPolicy(most_retries_per_call=20, first_wait_seconds=0.5, longest_wait_seconds=30)
    decision = decide(*[failed("overloaded")] * (made + 1), policy=policy, seed=seed)
    assert 0 <= decision.seconds <= min(30, 0.5 * 2**made)


def test_the_jitter_is_full():
    waits = [decide(failed("overloaded"), seed=seed).seconds for seed in range(200)]
    assert min(waits) < 0.05
    assert max(waits) > 0.95
    assert 0.4 < sum(waits) / len(waits) < 0.6


def test_a_thousand_retries_do_not_overflow():
    policy = RetryPolicy(most_retries_per_call=2000)
    assert decide(*[failed()] * 2000, policy=policy).seconds <= policy.longest_wait_seconds


@given(
    code=st.sampled_from(RETRIED),
    seconds=st.floats(0, 60),
    seed=st.integers(),
)
def test_a_retry_never_comes_sooner_than_the_provider_asks_for(code, seconds, seed):
    decision = decide(failed(code, retry_after_seconds=seconds), seed=seed)
    assert seconds <= decision.seconds <= POLICY.longest_wait_seconds


def test_calls_that_were_told_the_same_moment_do_not_all_come_back_at_it():
    told = failed(retry_after_seconds=10.0)
    assert len({decide(told, seed=seed).seconds for seed in range(8)}) == 8


@pytest.mark.parametrize("seconds", [0.0, -5.0, None])
def test_a_wait_of_nothing_still_backs_off(seconds):
    assert 0 < decide(failed(retry_after_seconds=seconds)).seconds <= 1


def test_only_the_last_answer_says_how_long_to_wait():
    decision = decide(failed(retry_after_seconds=50.0), failed("overloaded"))
    assert decision.seconds <= 2


def test_a_wait_at_the_limit_is_kept():
    assert decide(failed(retry_after_seconds=60.0)) == RetryAfter(
        seconds=60.0, repeats_shown_text=False
    )


@pytest.mark.parametrize("seconds", [60.001, 3600.0, float("inf")])
def test_a_longer_wait_is_not_made_and_that_is_said(seconds):
    too_long = failed(retry_after_seconds=seconds)
    assert decide(too_long) == FallBackTo(
        model=SPARE.outage,
        because=Because.OUTAGE,
        reason=NoRetry.WAIT_TOO_LONG,
        repeats_shown_text=False,
    )
    assert decide(too_long, fallbacks=NONE) == GiveUp(
        reason=NoRetry.WAIT_TOO_LONG, wanted=Because.OUTAGE
    )
