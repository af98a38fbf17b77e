from dataclasses import replace

import pytest

from panels.choices import CallState
from panels.writing.minority_report import MinorityReason, minority_report
from tests.factories import make_critique, make_decision
from tests.writing.factories import (
    accept,
    make_reviewed_run,
    make_synthesis,
    split_critique,
    stance,
)

FULL = "Do not split it. [C1] Security is open. [C2] Four hours. [C3]"


def report(run, synthesis):
    return {item.number: item.reason for item in minority_report(run, synthesis)}


def test_it_lists_what_the_synthesis_does_not_carry():
    run = make_reviewed_run()
    synthesis = make_synthesis(FULL, accepted=accept(run, 1, 2, 3), rejected=(4,))

    assert report(run, synthesis) == {
        4: MinorityReason.REJECTED,
        5: MinorityReason.DEFERRED,
        6: MinorityReason.OPEN,
    }


def test_a_side_that_was_not_taken_is_kept_with_its_quotes():
    run = make_reviewed_run()
    synthesis = make_synthesis(FULL, accepted=accept(run, 1, side="A"))
    item = minority_report(run, synthesis)[0]

    assert (item.label, item.reason) == ("C1", MinorityReason.SIDE_NOT_TAKEN)
    assert [(s.seat, s.quote) for s in item.stances] == [("B", "I would split checkout now.")]


@pytest.mark.parametrize(
    ("side", "lost"), [("A", ["B"]), ("C", ["B"]), ("B", ["A", "C"]), ("", [])]
)
def test_seats_with_the_same_position_stand_on_the_same_side(side, lost):
    run = make_reviewed_run(critiques=(split_critique(),))
    synthesis = make_synthesis(FULL, accepted=accept(run, 1, side=side))
    found = minority_report(run, synthesis)

    assert [s.seat for item in found for s in item.stances] == lost


def test_stances_without_a_position_stand_for_themselves():
    stances = tuple(replace(s, position="") for s in split_critique().stances)
    run = make_reviewed_run(critiques=(split_critique(stances=stances),))
    synthesis = make_synthesis(FULL, accepted=accept(run, 1, side="A"))
    (item,) = minority_report(run, synthesis)

    assert [s.seat for s in item.stances] == ["B", "C"]


def test_an_accepted_critique_that_the_writer_left_out_is_missing():
    run = make_reviewed_run()
    synthesis = make_synthesis("Security is open. [C2]", accepted=accept(run, 1, 2, 3, side="A"))
    found = {item.number: item for item in minority_report(run, synthesis)}

    assert found[1].reason == found[3].reason == MinorityReason.MISSING
    assert 2 not in found
    assert len(found[1].stances) == 3


@pytest.mark.parametrize(
    ("state", "is_told"),
    [
        (CallState.QUEUED, False),
        (CallState.WAITING, False),
        (CallState.STREAMING, False),
        (CallState.INTERRUPTED, False),
        (CallState.DONE, True),
        (CallState.FAILED, True),
        (CallState.STOPPED, True),
    ],
)
def test_nothing_is_missing_before_the_text_is_settled(state, is_told):
    run = make_reviewed_run()
    synthesis = make_synthesis("Not yet", accepted=accept(run, 2), state=state)

    assert (report(run, synthesis).get(2) == MinorityReason.MISSING) is is_told


def test_without_a_call_nothing_is_missing_yet():
    run = make_reviewed_run()
    synthesis = make_synthesis(accepted=accept(run, 2), call=None)

    assert 2 not in report(run, synthesis)


@pytest.mark.parametrize(
    ("verdict", "reason"),
    [
        ("accepted", MinorityReason.ACCEPTED_LATER),
        ("rejected", MinorityReason.REJECTED),
        ("deferred", MinorityReason.DEFERRED),
        ("open", MinorityReason.OPEN),
    ],
)
def test_what_was_not_given_to_the_writer_has_the_reason_of_now(verdict, reason):
    critique = make_critique(7, "consensus", decision=make_decision(verdict))
    run = make_reviewed_run(critiques=(critique,))

    assert report(run, make_synthesis(FULL)) == {7: reason}


def test_what_was_rejected_then_stays_rejected_in_that_version():
    critique = make_critique(7, "consensus", decision=make_decision("accepted"))
    run = make_reviewed_run(critiques=(critique,))

    assert report(run, make_synthesis(FULL, rejected=(7,))) == {7: MinorityReason.REJECTED}


def test_a_critique_rejected_since_is_still_carried_by_the_version_that_has_it():
    critique = make_critique(2, "blind_spot", decision=make_decision("rejected"))
    run = make_reviewed_run(critiques=(critique,))
    synthesis = make_synthesis(FULL, accepted=accept(run, 2))

    assert report(run, synthesis) == {}


@pytest.mark.parametrize("reason", MinorityReason)
def test_every_reason_has_its_words(reason):
    run = make_reviewed_run()
    item = replace(minority_report(run, make_synthesis(FULL))[0], reason=reason)

    assert item.words.endswith(".")


def test_quotes_and_notes_are_kept():
    run = make_reviewed_run()
    found = {
        item.number: item for item in minority_report(run, make_synthesis(FULL, rejected=(4,)))
    }

    assert found[4].note == "Out of scope"
    assert found[4].kind == "unique_insight"
    assert found[4].stances == (stance("A", "Alert on queue depth."),)
    assert not found[6].stances[0].is_verified


def test_a_run_without_critiques_has_no_minority():
    assert minority_report(make_reviewed_run(critiques=()), make_synthesis(FULL)) == ()
