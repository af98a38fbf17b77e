"""Where a run stands, as four steps."""

import pytest

from panels.cards.stepper import steps_of
from panels.snapshot import RunSnapshot, SynthesisSnapshot
from tests.factories import NOW, make_call, make_run


def states(run: RunSnapshot) -> list[str]:
    return [step.state.value for step in steps_of(run)]


def written(**changes) -> SynthesisSnapshot:
    return SynthesisSnapshot(
        id=1,
        version=1,
        accepted=(),
        rejected=(),
        added=(),
        requested_by="Ada",
        created_at=NOW,
        call=make_call(id=9, role="writer", seat="", text="Do it.", **changes),
    )


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (make_run(state="panel", reviewable_at=None), ["current", "pending", "pending", "pending"]),
        (make_run(state="judging", reviewable_at=None), ["done", "current", "pending", "pending"]),
        (make_run(), ["done", "done", "current", "pending"]),
        (make_run(judge_reason="judge_not_json"), ["done", "failed", "current", "pending"]),
        (
            make_run(state="writing", syntheses=(written(),)),
            ["done", "done", "done", "current"],
        ),
        (make_run(state="done", syntheses=(written(),)), ["done", "done", "done", "done"]),
        (
            make_run(syntheses=(written(state="failed", error_code="overloaded"),)),
            ["done", "done", "current", "failed"],
        ),
        # Read while somebody asked for it: the run's row was still in review.
        (
            make_run(syntheses=(written(state="queued"),)),
            ["done", "done", "current", "current"],
        ),
        (
            make_run(state="failed", reviewable_at=None, texts={"A": ""}),
            ["failed", "pending", "pending", "pending"],
        ),
    ],
)
def test_each_state_of_a_run_has_its_steps(run: RunSnapshot, expected: list[str]) -> None:
    assert states(run) == expected


def test_while_the_panel_works_settled_seats_are_counted() -> None:
    run = make_run(state="panel", texts={"A": "Yes.", "B": "No."})
    assert steps_of(run)[0].label == "Panel 2 of 2"


def test_afterwards_the_answers_that_could_be_read_are_counted() -> None:
    run = make_run(texts={"A": "Yes.", "B": ""})
    assert steps_of(run)[0].label == "Panel 1 of 2"


def test_a_step_says_its_state_in_words_and_by_a_mark() -> None:
    panel, judge, review, synthesis = steps_of(make_run(judge_reason="judge_not_json"))
    assert [step.mark for step in (panel, judge, review, synthesis)] == ["✓", "✕", "3", "4"]
    assert [step.words for step in (panel, judge, review, synthesis)] == [
        "done",
        "failed",
        "now",
        "to come",
    ]
