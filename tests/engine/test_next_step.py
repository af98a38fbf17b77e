"""What a run needs next, as a table over its facts and the time."""

import pytest

from panels.choices import CallState, RunState
from panels.engine import next_step as steps
from panels.engine.next_step import calls_to_ask
from tests.engine.step_runs import (
    LATER_STATES,
    call,
    judge_call,
    judging,
    next_step,
    run_with,
    synthesis,
)
from tests.factories import NOW

# The panel


def test_every_queued_seat_is_asked_and_no_settled_one() -> None:
    done, queued = call("A", CallState.DONE), call("B", CallState.QUEUED)
    run = run_with(RunState.PANEL, done, queued)
    assert (next_step(run), calls_to_ask(run)) == (None, (queued,))


@pytest.mark.parametrize("other", [CallState.DONE, CallState.FAILED, CallState.STOPPED])
def test_the_panel_ends_when_every_seat_has_settled_and_one_can_be_read(other: CallState) -> None:
    run = run_with(RunState.PANEL, call("A", CallState.DONE), call("B", other))
    assert next_step(run) == steps.EndPanel()


def test_a_stopped_seat_with_text_is_an_answer() -> None:
    run = run_with(
        RunState.PANEL, call("A", CallState.FAILED, ""), call("B", CallState.STOPPED, "So far.")
    )
    assert next_step(run) == steps.EndPanel()


@pytest.mark.parametrize("text", ["", "  \n"])
def test_a_panel_without_a_readable_answer_fails_with_its_reason(text: str) -> None:
    run = run_with(
        RunState.PANEL, call("A", CallState.FAILED, "half"), call("B", CallState.STOPPED, text)
    )
    assert next_step(run) == steps.FailRun("all_seats_failed")


@pytest.mark.parametrize("state", [CallState.QUEUED, CallState.WAITING, CallState.STREAMING])
def test_the_panel_waits_for_a_seat_that_is_asked_again(state: CallState) -> None:
    failed = call("B", CallState.FAILED, "", error_code="bad_request")
    again = call("B", state, "", id=200)
    run = run_with(RunState.PANEL, call("A", CallState.DONE), failed, again)
    assert next_step(run) is None


# Judging


def test_judging_begins_by_fixing_what_is_read() -> None:
    assert next_step(run_with(RunState.JUDGING, call("A", CallState.DONE))) == steps.BeginJudging()


def test_the_local_judge_needs_no_call() -> None:
    local = judging()
    run = run_with(RunState.JUDGING, call("A", CallState.DONE), judgings=(local,))
    assert next_step(run) == steps.EndJudging(local)


@pytest.mark.parametrize("state", LATER_STATES)
@pytest.mark.parametrize("call_state", [CallState.DONE, CallState.FAILED, CallState.STOPPED])
def test_a_settled_judge_is_read_whatever_part_the_run_is_at(
    state: RunState, call_state: CallState
) -> None:
    settled = judging(judge_call(call_state, error_code="bad_request"))
    assert next_step(run_with(state, judgings=(settled,))) == steps.EndJudging(settled)


@pytest.mark.parametrize("state", LATER_STATES)
def test_an_open_judge_is_waited_for_and_a_queued_one_asked(state: RunState) -> None:
    queued = judge_call(CallState.QUEUED)
    syntheses = (synthesis(CallState.STREAMING),)
    run = run_with(state, queued, judgings=(judging(queued),), syntheses=syntheses)
    assert (next_step(run), calls_to_ask(run)) == (None, (queued,))
    streaming = judge_call(CallState.STREAMING)
    run = run_with(state, streaming, judgings=(judging(streaming),), syntheses=syntheses)
    assert (next_step(run), calls_to_ask(run)) == (None, ())


def test_a_judging_that_has_ended_is_left_alone() -> None:
    ended = judging(judge_call(CallState.DONE), ended_at=NOW, stands=True)
    assert next_step(run_with(RunState.REVIEW, judgings=(ended,))) is None


# Writing


def test_a_queued_synthesis_is_written() -> None:
    queued = synthesis(CallState.QUEUED)
    run = run_with(RunState.WRITING, queued.call, syntheses=(queued,))
    assert (next_step(run), calls_to_ask(run)) == (None, (queued.call,))


def test_writing_ends_in_done_with_a_text_and_in_review_without_one() -> None:
    failed = synthesis(CallState.FAILED)
    assert next_step(run_with(RunState.WRITING, syntheses=(failed,))) == steps.EndWriting(
        is_written=False
    )
    earlier = synthesis(CallState.DONE), synthesis(CallState.FAILED, version=2)
    assert next_step(run_with(RunState.WRITING, syntheses=earlier)) == steps.EndWriting(
        is_written=True
    )


def test_writing_ends_while_a_late_seat_still_speaks() -> None:
    run = run_with(
        RunState.WRITING, call("A", CallState.STREAMING), syntheses=(synthesis(CallState.DONE),)
    )
    assert next_step(run) == steps.EndWriting(is_written=True)


@pytest.mark.parametrize(
    "state", [RunState.REVIEW, RunState.DONE, RunState.FAILED, RunState.CANCELLED]
)
def test_a_synthesis_that_was_stopped_is_not_asked_for(state: RunState) -> None:
    queued = synthesis(CallState.QUEUED)
    run = run_with(state, queued.call, syntheses=(queued,))
    assert (next_step(run), calls_to_ask(run)) == (None, ())
