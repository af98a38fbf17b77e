import pytest

from panels.judging.claim_space import build_claim_space
from panels.judging.contradictions import find_contradictions
from panels.judging.schema import FoundCritique
from tests.factories import make_run
from tests.judging.reviews import QUESTION, REVIEWS

SPLIT = "I would split checkout before the November peak."
KEEP = "Do not split checkout before the November peak."


def find(*answers: str, most: int = 4, question: str = QUESTION) -> list[FoundCritique]:
    texts = dict(zip("ABCDEFGH", answers, strict=False))
    space = build_claim_space(make_run(texts=texts, question=question))
    return [found.critique for found in find_contradictions(space, most)]


def positions(critique: FoundCritique) -> dict[str, str]:
    return {stance.seat: stance.position for stance in critique.stances}


def test_two_answers_that_oppose_each_other_contradict():
    (found,) = find(KEEP, SPLIT)

    assert found.kind == "contradiction"
    assert found.title == "Split checkout before the November peak: yes or no?"
    assert positions(found) == {"A": "Not split", "B": "Split"}


def test_the_body_names_the_sides_and_how_they_were_found():
    (found,) = find(KEEP, SPLIT, "Nobody should split checkout before the November peak.")

    assert found.body.startswith("Seats A and C take “not split”, seat B “split”, on what reads")
    assert "Found by comparing words" in found.body


@pytest.mark.parametrize(
    ("left", "right", "title"),
    [
        (
            "Inventory should be reserved synchronously during checkout.",
            "Fifth, inventory should be reserved asynchronously.",
            "Inventory should be reserved: synchronously or asynchronously?",
        ),
        (
            "With the outbox we get exactly-once delivery of order events.",
            "The queue gives at-least-once delivery of order events.",
            "Delivery of order events: exactly-once or at-least-once?",
        ),
        (
            "Keep the old orders table readable for 90 days.",
            "Keep the old orders table readable for 7 days.",
            "Keep the old orders table readable: 90 days or 7 days?",
        ),
    ],
)
def test_a_title_says_what_is_disputed(left, right, title):
    assert [found.title for found in find(left, right)] == [title]


@pytest.mark.parametrize(
    "answers",
    [
        (KEEP, KEEP),
        (SPLIT,),
        (f"{KEEP} {SPLIT}", "Buttons need readable labels everywhere."),
        (KEEP, "Cats do not split logs before breakfast in winter."),
        (SPLIT, "Should we not split checkout before the November peak?"),
        (
            "The design assumes exactly-once delivery of events.",
            "Delivery of events is at-least-once.",
        ),
        ("", ""),
        (),
    ],
)
def test_there_is_no_contradiction(answers):
    assert find(*answers) == []


def test_the_same_dispute_in_other_words_is_no_second_card():
    found = find(
        f"{KEEP}\n\nWe must not split checkout before the peak in November.",
        f"{SPLIT}\n\nSplit checkout well before the November peak begins.",
    )

    assert len(found) == 1


def test_no_sentence_is_in_two_contradictions():
    found = find(*REVIEWS.values())
    places = [(s.seat, s.start) for critique in found for s in critique.stances]

    assert len(places) == len(set(places))


def test_there_is_an_end_to_the_contradictions():
    assert len(find(*REVIEWS.values())) == 4
    assert len(find(*REVIEWS.values(), most=2)) == 2


def test_the_disputes_of_realistic_reviews_are_found():
    found = find(*REVIEWS.values())

    assert {critique.title: positions(critique) for critique in found} == {
        "Split checkout before the November peak: yes or no?": {
            "A": "Not split",
            "B": "Split",
            "C": "Not split",
        },
        "Inventory should be reserved: synchronously or asynchronously?": {
            "B": "Synchronously",
            "C": "Asynchronously",
        },
        "Run a load test: three times or twice?": {"A": "Three times", "B": "Twice"},
        "Delivery: exactly-once or at-least-once?": {
            "A": "At-least-once",
            "B": "Exactly-once",
            "C": "At-least-once",
        },
    }


def test_every_contradiction_has_two_seats_and_verified_quotes():
    for critique in find(*REVIEWS.values()):
        assert len(critique.seats) >= 2
        assert all(stance.is_verified for stance in critique.stances)
