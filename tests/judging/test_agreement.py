import pytest

from panels.judging.agreement import (
    consensus_critique,
    find_groups,
    find_partial_groups,
    find_unique,
    partial_critique,
    unique_critique,
)
from panels.judging.claim_space import ClaimSpace, build_claim_space
from tests.factories import make_run
from tests.judging.reviews import QUESTION, REVIEWS

RESTORE = "The rollback plan needs a database restore."
RESTORE_TOO = "Rolling back with this plan needs a restore of the database."
LABELS = "Buttons on the payment page need readable labels for everyone."
STAFF = "Running it around the clock takes an on-call rotation of six engineers."


def space_of(*answers: str) -> ClaimSpace:
    texts = dict(zip("ABCDEFGH", answers, strict=False))
    return build_claim_space(make_run(texts=texts, question=QUESTION))


def seats(space: ClaimSpace, group: tuple[int, ...]) -> str:
    return "".join(space.claims[i].seat for i in group)


def test_claims_that_say_the_same_form_a_group():
    space = space_of(RESTORE, f"{LABELS} {RESTORE_TOO}", STAFF)

    assert [seats(space, group) for group in find_groups(space, ())] == ["AB"]


def test_a_group_has_one_claim_of_each_seat():
    space = space_of(f"{RESTORE} {RESTORE_TOO}", f"{RESTORE} {RESTORE_TOO}")

    assert [seats(space, group) for group in find_groups(space, ())] == ["AB", "AB"]


@pytest.mark.parametrize("answers", [(RESTORE,), (RESTORE, LABELS), (), ("", "")])
def test_it_takes_two_seats_to_agree(answers):
    assert find_groups(space_of(*answers), ()) == []


def test_used_claims_are_left_out():
    space = space_of(RESTORE, RESTORE_TOO)

    assert find_groups(space, {0}) == []


def test_the_largest_group_comes_first():
    space = space_of(f"{STAFF} {RESTORE}", f"{RESTORE_TOO} {STAFF}", RESTORE)

    assert [seats(space, group) for group in find_groups(space, ())] == ["ABC", "AB"]


def test_a_group_of_all_seats_is_no_partial_coverage():
    space = space_of(RESTORE, RESTORE_TOO, RESTORE)

    assert find_partial_groups(space, find_groups(space, ())) == []


def test_a_group_on_which_a_seat_is_silent_is_partial_coverage():
    space = space_of(RESTORE, RESTORE_TOO, LABELS)
    (group,) = find_partial_groups(space, find_groups(space, ()))
    found = partial_critique(space, group)

    assert found.kind == "partial_coverage"
    assert found.seats == ("A", "B")
    assert found.body == "Seats A and B raise this; seat C says nothing that comes near it."


def test_of_two_answers_none_is_partial_coverage():
    space = space_of(RESTORE, f"{RESTORE_TOO} {LABELS}")

    assert find_partial_groups(space, find_groups(space, ())) == []


def test_consensus_quotes_every_seat_and_calls_nothing_proof():
    space = space_of(RESTORE, RESTORE_TOO)
    found = consensus_critique(space, find_groups(space, ())[0])

    assert (found.kind, found.seats) == ("consensus", ("A", "B"))
    assert found.title in {RESTORE.rstrip("."), RESTORE_TOO.rstrip(".")}
    assert "agreement is not proof" in found.body


def test_a_claim_that_nobody_else_makes_is_unique():
    space = space_of(f"{RESTORE} {LABELS}", RESTORE_TOO)
    (i,) = find_unique(space, (), 5)
    found = unique_critique(space, i)

    assert (found.kind, found.seats) == ("unique_insight", ("A",))
    assert found.stances[0].quote == LABELS
    assert found.body == "Only seat A says this; nothing in the other answers comes near it."


@pytest.mark.parametrize(
    ("used", "most", "count"), [((), 5, 2), ({0}, 5, 1), ((), 1, 1), ({0, 1}, 5, 0)]
)
def test_unique_claims_have_an_end_and_leave_used_ones_out(used, most, count):
    assert len(find_unique(space_of(LABELS, STAFF), used, most)) == count


def test_one_seat_does_not_fill_the_list_of_unique_claims():
    space = space_of(*REVIEWS.values())
    found = [space.claims[i].seat for i in find_unique(space, (), 6)]

    assert sorted(found) == ["A", "A", "B", "B", "C", "C"]


def test_a_short_remark_is_no_insight():
    assert find_unique(space_of("Retention is not decided.", STAFF), (), 5) == [1]


def test_what_says_more_comes_first():
    space = space_of(
        "Somebody painted the office walls in a lovely shade.",
        "Splitting checkout before the November peak risks 4,500 orders per minute.",
    )

    assert find_unique(space, (), 2) == [1, 0]
