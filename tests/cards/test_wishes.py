"""What the page says of late and repeated seats, of judges that were asked again, and may offer."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from panels.cards.answer import answer_card
from panels.cards.foreseen import against_foreseen, foreseen_of_call
from panels.cards.head import head_card
from panels.cards.review import review_card
from panels.cards.stepper import steps_of
from panels.cards.wishes import wishes_card
from panels.choices import CallState, RunState
from panels.panel import LOCAL_JUDGE
from panels.snapshot import AnswerSnapshot, CallSnapshot, JudgingSnapshot, RunSnapshot
from tests.cards.foreseen_runs import estimate_json
from tests.factories import NOW, make_call, make_panel, make_run


def judging(number: int = 1, **changes: Any) -> JudgingSnapshot:
    values: dict[str, Any] = {
        "id": number,
        "number": number,
        "model": LOCAL_JUDGE,
        "reads": {"A": 1},
        "requested_by": "",
        "created_at": NOW,
        "ended_at": NOW,
        "reason": "",
        "stands": True,
        "call": None,
    }
    return JudgingSnapshot(**{**values, **changes})


def run_of(*attempts: CallSnapshot, **changes: Any) -> RunSnapshot:
    """Of one seat, with these attempts; the newest answer counts."""
    run = make_run(texts={"A": ""}, **changes)
    counting = next((c for c in reversed(attempts) if c.is_answer), attempts[-1])
    answer = AnswerSnapshot(seat=run.panel.seat("A"), call=counting, attempts=attempts)
    return replace(run, calls=attempts, answers=(answer,))


FIRST = make_call(id=1, text="First.")
SECOND = make_call(id=2, text="Second.")
STREAMING = make_call(id=2, text="Sec", state=CallState.STREAMING, finished_at=None)
FAILED = make_call(id=2, text="", state=CallState.FAILED, error_code="timed_out")


@pytest.mark.parametrize(
    ("attempts", "reads", "said"),
    [
        ((FIRST,), {"A": 1}, ""),
        ((FIRST,), {}, "Arrived after the judge: no critique speaks of it."),
        ((FIRST, SECOND), {"A": 1}, "The judge read another answer of this seat."),
        ((FIRST, STREAMING), {"A": 1}, ""),
        ((STREAMING,), {}, "The judge does not wait for it. Its answer joins when it comes."),
        ((FAILED,), {}, ""),
    ],
)
def test_a_column_says_what_the_judge_has_not_read(
    attempts: tuple[CallSnapshot, ...], reads: dict[str, int], said: str
) -> None:
    run = run_of(*attempts, judgings=(judging(reads=reads),))
    assert answer_card(run, "A", now=NOW).seat_answers.late == said


def test_before_anything_is_judged_nothing_is_late() -> None:
    assert answer_card(run_of(FIRST), "A", now=NOW).seat_answers.late == ""


def test_the_new_answer_is_shown_while_it_comes_and_the_one_before_is_at_hand() -> None:
    card = answer_card(run_of(FIRST, STREAMING), "A", now=NOW)
    assert (card.tail, card.is_open, card.can_ask) == ("<p>Sec</p>\n", True, False)
    other = card.seat_answers.choices[0]
    assert (other.number, other.counts, other.html) == (1, True, "<p>First.</p>\n")


def test_a_wish_that_came_to_nothing_is_told_above_the_answer_that_counts() -> None:
    card = answer_card(run_of(FIRST, FAILED), "A", now=NOW)
    assert card.blocks == "<p>First.</p>\n"
    assert card.error is None
    assert card.seat_answers.failed_again is not None
    assert card.seat_answers.failed_again.sentence == "The provider took too long."
    assert card.can_ask


def test_one_answer_leaves_nothing_to_choose() -> None:
    assert answer_card(run_of(FIRST), "A", now=NOW).seat_answers.choices == ()


# The head


def labels(run: RunSnapshot) -> list[tuple[str, str]]:
    return [(step.label, step.words) for step in steps_of(run)]


def test_the_steps_show_a_late_seat_at_work_beside_the_review() -> None:
    run = run_of(STREAMING, judgings=(judging(reads={}),))
    assert labels(run)[0] == ("Panel 0 of 1 · A at work", "now")
    assert labels(run)[2] == ("Your review", "now")
    assert head_card(run).is_at_work


def test_the_steps_show_a_judge_that_reads_again() -> None:
    again = judging(2, ended_at=None, stands=False)
    assert labels(run_of(FIRST, judgings=(judging(), again)))[1] == ("Judge again", "now")
    assert labels(run_of(FIRST, judgings=(judging(),)))[1] == ("Judge", "done")


def test_a_judge_that_was_asked_again_in_vain_is_told() -> None:
    failed = judging(2, stands=False, reason="auth_failed")
    told = head_card(run_of(FIRST, judgings=(judging(), failed))).judged_in_vain
    assert told is not None
    assert told.sentence == "The provider did not accept the key."
    assert head_card(run_of(FIRST, judgings=(judging(),))).judged_in_vain is None


# The review's words


def waiting(readable: int, **changes: Any) -> str:
    letters = "ABC"
    panel = make_panel(letters, **{"quorum": 2, "grace_seconds": 20, **changes})
    run = make_run(texts=dict.fromkeys(letters, "x"), panel=panel, state=RunState.PANEL)
    calls = [
        make_call(
            id=number,
            seat=letter,
            text="x",
            state=CallState.DONE if number <= readable else CallState.STREAMING,
        )
        for number, letter in enumerate(letters, 1)
    ]
    answers = tuple(
        AnswerSnapshot(seat=seat, call=call, attempts=(call,))
        for seat, call in zip(panel.seats, calls, strict=True)
    )
    card = review_card(replace(run, calls=tuple(calls), answers=answers))
    assert card.can_judge_now == (0 < readable < 3)
    return card.waiting


def test_an_empty_review_says_what_the_judge_waits_for() -> None:
    everybody = "The seats are answering. The judge reads what they said when all have settled."
    assert waiting(1, quorum=None) == everybody
    assert waiting(3) == everybody
    assert waiting(1) == "The seats are answering. The judge need not wait for all: 2 are enough."
    assert waiting(2) == (
        "2 of 3 seats have answered. The judge waits 20 s for the others and begins. "
        "Late answers join."
    )


# What is offered


@pytest.mark.parametrize(
    ("changes", "offered"),
    [
        ({}, ["Add a seat…", "Judge again…"]),
        ({"state": RunState.PANEL}, ["Add a seat…"]),
        ({"state": RunState.FAILED}, ["Run it again…"]),
        ({"state": RunState.CANCELLED}, ["Run it again…"]),
        ({"lane": "single", "state": RunState.DONE}, []),
        ({"is_tour": True}, []),
        ({"judgings": (judging(), judging(2, ended_at=None))}, ["Add a seat…"]),
        (
            {"texts": {"A": "x", "B": ""}},
            ["Ask 1 failed seat again…", "Add a seat…", "Judge again…"],
        ),
    ],
)
def test_only_what_is_possible_is_offered(changes: dict[str, Any], offered: list[str]) -> None:
    run = make_run(**changes)
    assert [wish.label for wish in wishes_card(run).wishes] == offered


# Estimates


def test_what_nobody_had_foreseen_has_no_estimate_and_makes_no_total_wrong() -> None:
    later = make_call(id=2, text="Second.", created_at=NOW + timedelta(minutes=5))
    run = run_of(FIRST, later, estimate_json=estimate_json(), state=RunState.DONE)
    assert foreseen_of_call(run, later) == ""
    assert against_foreseen(run) == ""
