import pytest

from panels.judging.claim_space import ClaimSpace, build_claim_space
from panels.judging.rubric_coverage import cover_rubric, find_blind_spots, find_partly_covered
from tests.factories import make_run
from tests.judging.reviews import QUESTION, REVIEWS, RUBRIC

ROLLBACK = "Does it say how to roll back?"
ALERTS = "Does it say what to monitor and alert on?"
CHECKOUT_PAGE = "Is the accessibility of the checkout page considered?"


def space_of(*answers: str) -> ClaimSpace:
    texts = dict(zip("ABCDEFGH", answers, strict=False))
    return build_claim_space(make_run(texts=texts, question=QUESTION))


def blind_spots(space: ClaimSpace, *rubric: str, most: int = 5) -> list[str]:
    found = find_blind_spots(space, cover_rubric(space, rubric, QUESTION), most)
    return [critique.title for critique in found]


def partly(space: ClaimSpace, *rubric: str, most: int = 3) -> dict[str, tuple[str, ...]]:
    found = find_partly_covered(space, cover_rubric(space, rubric, QUESTION), most)
    return {critique.title: critique.seats for critique, _ in found}


def test_what_no_answer_comes_near_is_a_blind_spot():
    space = space_of("The rollback needs a database restore.", "Roll back by a feature flag.")

    assert blind_spots(space, ROLLBACK, ALERTS) == ["Not dealt with: what to monitor and alert on"]


def test_a_blind_spot_quotes_the_rubric_and_no_answer():
    space = space_of("Split checkout in January.", "Keep checkout as it is.")
    (found,) = find_blind_spots(space, cover_rubric(space, [ALERTS], QUESTION), 5)

    assert found.kind == "blind_spot"
    assert found.stances == ()
    assert found.body == f"None of the 2 answers comes near this item of the rubric: “{ALERTS}”"


def test_of_a_single_answer_it_is_told_in_the_singular():
    space = space_of("Split checkout in January.")
    (found,) = find_blind_spots(space, cover_rubric(space, [ALERTS], QUESTION), 5)

    assert found.body.startswith("The answer does not come near")


def test_the_words_of_the_question_bring_nothing_near():
    assert blind_spots(space_of(*REVIEWS.values()), CHECKOUT_PAGE) != []


def test_the_blind_spots_of_realistic_reviews_are_the_true_ones():
    assert blind_spots(space_of(*REVIEWS.values()), *RUBRIC) == [
        "Not dealt with: accessibility of the checkout page",
        "Not dealt with: security of payment data and PCI compliance",
    ]


def test_there_is_an_end_to_the_blind_spots():
    rubric = [f"Does it say how to feed {animal}?" for animal in ("cats", "dogs", "owls", "eels")]

    assert len(blind_spots(space_of("Split checkout in January."), *rubric, most=3)) == 3


@pytest.mark.parametrize(
    "rubric", [(), ("",), ("  ",), ("Does it answer the question that was asked?",)]
)
def test_an_item_that_nearness_cannot_judge_is_left_out(rubric):
    assert blind_spots(space_of("Split checkout in January."), *rubric) == []


def test_an_item_given_twice_counts_once():
    assert len(blind_spots(space_of("Split checkout in January."), ALERTS, ALERTS)) == 1


def test_without_any_claim_every_item_is_a_blind_spot():
    assert len(blind_spots(space_of("ok", "no"), ROLLBACK, ALERTS)) == 2


def test_what_only_some_deal_with_is_partly_covered():
    space = space_of(
        "Alert on queue depth and monitor the error rate.",
        "Split checkout in January.",
        "Keep checkout as it is.",
    )

    assert partly(space, ALERTS) == {"What to monitor and alert on: only seat A": ("A",)}


def test_partial_coverage_says_who_does_and_who_does_not():
    space = space_of(
        "Alert on queue depth and monitor the error rate.",
        "We monitor latency and alert on it.",
        "Keep checkout as it is.",
    )
    ((found, quoted),) = find_partly_covered(space, cover_rubric(space, [ALERTS], QUESTION), 3)

    assert (
        found.body
        == f"Seats A and B deal with this item of the rubric, seat C does not: “{ALERTS}”"
    )
    assert [s.is_verified for s in found.stances] == [True, True]
    assert len(quoted) == 2


@pytest.mark.parametrize(
    "answers",
    [
        ("Alert on queue depth and monitor errors.", "Split checkout in January."),
        (
            "Alert on queue depth.",
            "Monitor and alert on errors.",
            "We need an alert and a monitor.",
        ),
        ("Split checkout soon.", "Keep checkout here.", "Measure checkout first."),
    ],
)
def test_it_needs_three_answers_some_near_and_some_far(answers):
    assert partly(space_of(*answers), ALERTS) == {}


def test_there_is_an_end_to_partial_coverage():
    space = space_of(*REVIEWS.values())

    assert len(partly(space, *RUBRIC, most=1)) == 1
    assert partly(space, *RUBRIC, most=0) == {}


def test_the_partial_coverage_of_realistic_reviews_is_found():
    assert partly(space_of(*REVIEWS.values()), *RUBRIC)[
        "What to monitor and alert on: only seat A"
    ] == ("A",)
