"""Quorum, grace, late and repeated seats: what they ask of a run, decided from facts."""

from datetime import timedelta
from typing import Any

import pytest

from panels.choices import CallState, RunState
from panels.engine import next_step as steps
from panels.engine.next_step import calls_to_ask, grace_ends_at
from panels.snapshot import (
    CallSnapshot,
    Choice,
    RunSnapshot,
    counting_call,
)
from tests.engine.step_runs import LATER_STATES, call, judge_call, judging, next_step, run_with
from tests.factories import NOW, make_call, make_panel

# Quorum and grace

QUORUM = make_panel("ABC", quorum=2, grace_seconds=20)


def slow_panel(**changes: Any) -> RunSnapshot:
    """A is done at once, B ten seconds later, C still speaks."""
    return run_with(
        RunState.PANEL,
        call("A", CallState.DONE),
        call("B", CallState.DONE, finished_at=NOW + timedelta(seconds=10)),
        call("C", CallState.STREAMING),
        **{"panel": QUORUM, **changes},
    )


@pytest.mark.parametrize(
    ("seconds", "expected"), [(10, None), (29.9, None), (30, steps.EndPanel())]
)
def test_the_grace_counts_from_the_answer_that_made_the_quorum(
    seconds: float, expected: steps.Step | None
) -> None:
    run = slow_panel()
    assert grace_ends_at(run) == NOW + timedelta(seconds=30)
    assert next_step(run, NOW + timedelta(seconds=seconds)) == expected


def test_without_a_grace_the_quorum_is_enough() -> None:
    panel = make_panel("ABC", quorum=2, grace_seconds=0)
    assert next_step(slow_panel(panel=panel), NOW + timedelta(seconds=10)) == steps.EndPanel()


def test_without_a_quorum_all_are_waited_for() -> None:
    run = slow_panel(panel=make_panel("ABC"))
    assert grace_ends_at(run) is None
    assert next_step(run, NOW + timedelta(days=1)) is None


def test_only_what_can_be_read_makes_a_quorum() -> None:
    run = run_with(
        RunState.PANEL,
        call("A", CallState.DONE),
        call("B", CallState.FAILED, "half", error_code="bad_request"),
        call("C", CallState.STREAMING),
        panel=QUORUM,
    )
    assert grace_ends_at(run) is None
    assert next_step(run, NOW + timedelta(days=1)) is None


def test_when_all_have_settled_no_grace_is_waited_for() -> None:
    calls = [call(letter, CallState.DONE) for letter in "ABC"]
    run = run_with(RunState.PANEL, *calls, panel=QUORUM)
    assert grace_ends_at(run) is None
    assert next_step(run) == steps.EndPanel()


def test_fewer_answers_than_the_quorum_are_judged_when_no_more_will_come() -> None:
    calls = [call(letter, CallState.FAILED, "", error_code="bad_request") for letter in "BC"]
    run = run_with(RunState.PANEL, call("A", CallState.DONE), *calls, panel=QUORUM)
    assert next_step(run) == steps.EndPanel()


def test_a_held_seat_does_not_stop_the_judge_of_a_quorum() -> None:
    run = run_with(
        RunState.PANEL,
        call("A", CallState.DONE),
        call("B", CallState.DONE),
        call("C", CallState.QUEUED),
        panel=QUORUM,
        hold="run_cap",
    )
    assert calls_to_ask(run) == ()
    assert next_step(run, NOW + timedelta(seconds=20)) == steps.EndPanel()


# Late and repeated seats


@pytest.mark.parametrize("state", LATER_STATES)
def test_a_late_seat_is_asked_in_every_later_state(state: RunState) -> None:
    late = call("B", CallState.QUEUED)
    assert calls_to_ask(run_with(state, call("A", CallState.DONE), late)) == (late,)


@pytest.mark.parametrize("state", [RunState.FAILED, RunState.CANCELLED, RunState.DRAFT])
def test_a_run_that_is_over_asks_nobody(state: RunState) -> None:
    queued = [call("A", CallState.QUEUED), judge_call(CallState.QUEUED)]
    run = run_with(state, *queued, judgings=(judging(queued[1]),))
    assert (calls_to_ask(run), next_step(run)) == ((), None)


def test_a_held_run_asks_nobody() -> None:
    assert calls_to_ask(run_with(RunState.PANEL, call("A", CallState.QUEUED), hold="day_cap")) == ()


@pytest.mark.parametrize("state", [RunState.REVIEW, RunState.DONE])
def test_an_open_late_seat_moves_nothing(state: RunState) -> None:
    run = run_with(state, call("A", CallState.DONE), call("B", CallState.STREAMING))
    assert next_step(run) is None


# Which answer counts

FIRST = make_call(id=1, text="First.")
AGAIN = make_call(id=2, text="Second.")
FAILED_AGAIN = make_call(id=2, text="", state=CallState.FAILED)
OPEN_AGAIN = make_call(id=2, text="Sec", state=CallState.STREAMING)


@pytest.mark.parametrize(
    ("attempts", "choice", "counting"),
    [
        ([FIRST], None, FIRST),
        ([FIRST, AGAIN], None, AGAIN),
        ([FIRST, FAILED_AGAIN], None, FIRST),
        ([FIRST, OPEN_AGAIN], None, FIRST),
        ([FIRST, AGAIN], Choice(1, after_id=2), FIRST),
        ([FIRST, AGAIN, make_call(id=3, text="Third.")], Choice(1, after_id=2), 3),
        ([FIRST, AGAIN, make_call(id=3, text="", state="failed")], Choice(1, after_id=2), FIRST),
        # Its own follow-up attempt belongs to the wish that the choice was made over.
        (
            [FIRST, FAILED_AGAIN, make_call(id=3, attempt=2, text="Late.")],
            Choice(1, after_id=2),
            FIRST,
        ),
        ([make_call(id=1, text="half", state="failed")], None, 1),
        ([], None, None),
    ],
)
def test_the_newest_answer_counts_unless_a_person_has_chosen_since(
    attempts: list[CallSnapshot], choice: Choice | None, counting: CallSnapshot | int | None
) -> None:
    found = counting_call(attempts, choice)
    if isinstance(counting, int):
        assert found is not None
        assert found.id == counting
    else:
        assert found == counting
