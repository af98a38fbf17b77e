"""What follows a failed call, from the rows of its run."""

from datetime import timedelta

import pytest

from panels.choices import Because, CallRole, CallState, RunState
from panels.engine import next_step as steps
from panels.engine.next_attempt import NextAttempt, next_attempt, retries_in
from panels.engine.next_step import calls_to_ask, next_step
from panels.engine.retrying import RetryPolicy
from panels.panel import Fallbacks, Judge, Writer
from panels.snapshot import AnswerSnapshot, SynthesisSnapshot
from tests.engine.test_next_step import judging
from tests.factories import NOW, make_call, make_panel, make_run, make_seat

POLICY = RetryPolicy()
SPARE = Fallbacks(outage="spare:m", overflow="long:m", refusal="open:m")
PANEL = make_panel(
    "AB",
    seats=(make_seat("A", fallbacks=SPARE), make_seat("B")),
    judge=Judge(model="scripted:judge", fallbacks=Fallbacks(outage="spare:judge")),
    writer=Writer(model="scripted:writer", fallbacks=Fallbacks(outage="spare:writer")),
)


def failed(code="rate_limited", **changes):
    return make_call(**{"state": CallState.FAILED, "error_code": code, **changes})


def run_with(*calls, state=RunState.PANEL, **changes):
    answers = tuple(
        AnswerSnapshot(
            seat=seat,
            call=next((c for c in reversed(calls) if c.seat == seat.letter), None),
            attempts=tuple(c for c in calls if c.seat == seat.letter),
        )
        for seat in PANEL.seats
    )
    return make_run(state=state, calls=calls, answers=answers, panel=PANEL, **changes)


def following(*calls, policy=POLICY):
    return next_attempt(run_with(*calls), calls[-1], policy)


def test_a_failure_that_may_pass_is_followed_by_the_same_model_after_a_wait():
    call = failed()
    attempt = following(call)
    assert (attempt.after, attempt.model, attempt.because) == (call, "scripted:a", Because.RETRY)
    assert NOW <= attempt.not_before_at <= NOW + timedelta(seconds=1)


def test_the_same_facts_give_the_same_wait_and_other_calls_another():
    waits = {following(failed(id=n)).not_before_at for n in range(1, 9)}
    assert len(waits) == 8
    assert following(failed(id=1)) == following(failed(id=1))


def test_what_the_provider_asked_for_is_waited_for():
    attempt = following(failed(retry_after_seconds=20.0))
    assert attempt.not_before_at >= NOW + timedelta(seconds=20)


@pytest.mark.parametrize(
    ("code", "model", "because"),
    [
        ("auth_failed", "spare:m", Because.OUTAGE),
        ("context_overflow", "long:m", Because.OVERFLOW),
        ("content_refused", "open:m", Because.REFUSAL),
    ],
)
def test_a_failure_that_lasts_is_followed_by_the_fallback_at_once(code, model, because):
    call = failed(code)
    assert following(call) == NextAttempt(after=call, model=model, because=because)


def test_retries_are_counted_over_the_attempts_and_then_the_fallback_comes():
    calls = [failed(id=n, attempt=n) for n in (1, 2, 3)]
    assert following(*calls[:2]).because == Because.RETRY
    assert following(*calls).model == "spare:m"


def test_a_fallback_that_fails_too_has_its_own_retries():
    calls = [failed(id=n, attempt=n) for n in (1, 2, 3)]
    calls.append(failed(id=4, attempt=4, model_asked="spare:m", because=Because.OUTAGE))
    attempt = following(*calls)
    assert (attempt.model, attempt.because) == ("spare:m", Because.RETRY)


@pytest.mark.parametrize(
    "state",
    [
        CallState.QUEUED,
        CallState.WAITING,
        CallState.STREAMING,
        CallState.DONE,
        CallState.STOPPED,
        CallState.INTERRUPTED,
    ],
)
def test_only_a_failure_is_followed_up(state):
    assert following(failed(state=state)) is None


def test_without_a_fallback_the_last_attempt_is_the_last():
    calls = [failed(id=n, attempt=n, seat="B", model_asked="scripted:b") for n in (1, 2, 3)]
    assert following(*calls) is None


def test_the_runs_limit_counts_every_place():
    policy = RetryPolicy(most_retries_per_run=2)
    ofb = [
        failed(id=n, attempt=n, seat="B", model_asked="scripted:b", because=because)
        for n, because in ((1, ""), (2, Because.RETRY), (3, Because.RETRY))
    ]
    assert retries_in(run_with(*ofb)) == 2
    assert following(*ofb, failed(id=9), policy=policy).because == Because.OUTAGE


def test_an_attempt_that_was_cut_by_our_restart_is_no_retry():
    cut = make_call(id=1, state=CallState.INTERRUPTED, error_code="interrupted")
    again = failed(id=2, attempt=2, because=Because.INTERRUPTED)
    assert retries_in(run_with(cut, again)) == 0
    assert following(cut, again).because == Because.RETRY


# As a step of the run


def test_a_crash_between_a_failure_and_its_retry_is_made_good():
    done, lost = make_call(id=1, seat="B", text="x"), failed(id=2)
    step = next_step(run_with(done, lost), NOW, POLICY)
    assert isinstance(step, steps.AskAgain)
    assert [attempt.after for attempt in step.attempts] == [lost]


def test_a_judges_failure_is_followed_up_before_the_local_judge_steps_in():
    judge = failed("auth_failed", id=3, role=CallRole.JUDGE, seat="")
    run = judged_run(judge)
    assert next_step(run, NOW) == steps.AskAgain(
        (NextAttempt(after=judge, model="spare:judge", because=Because.OUTAGE),)
    )
    last = failed(
        "auth_failed", id=4, role=CallRole.JUDGE, seat="", attempt=2, model_asked="spare:judge"
    )
    run = judged_run(judge, last)
    assert next_step(run, NOW) == steps.EndJudging(judging(last))


def judged_run(*judge_calls):
    calls = make_call(id=1, text="x"), *judge_calls
    return run_with(*calls, state=RunState.JUDGING, judgings=(judging(judge_calls[-1]),))


def test_a_writers_failure_is_followed_up_before_the_review_opens_again():
    call = failed("auth_failed", id=5, role=CallRole.WRITER, seat="")
    version = SynthesisSnapshot(
        id=1,
        version=1,
        accepted=(),
        rejected=(),
        added=(),
        requested_by="Ada",
        created_at=NOW,
        call=call,
    )
    run = run_with(call, state=RunState.WRITING, syntheses=(version,))
    assert next_step(run, NOW) == steps.AskAgain(
        (NextAttempt(after=call, model="spare:writer", because=Because.OUTAGE),)
    )


def test_once_the_panel_has_ended_no_seat_is_asked_again():
    judge = make_call(id=3, role=CallRole.JUDGE, seat="", state=CallState.QUEUED)
    judgings = (judging(judge),)
    run = run_with(failed(id=1), judge, state=RunState.JUDGING, judgings=judgings)
    assert (next_step(run, NOW), calls_to_ask(run)) == (None, (judge,))
