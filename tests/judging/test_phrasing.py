import pytest

from panels.judging.claim_space import build_claim_space
from panels.judging.claims import Claim
from panels.judging.phrasing import (
    agreement_note,
    blind_spot_title,
    headline,
    quoted,
    rubric_topic,
    seats_named,
    topic,
)
from panels.judging.words import content_words, stems
from panels.panel import Seat
from tests.factories import make_panel, make_run


@pytest.mark.parametrize(
    ("claim", "title"),
    [
        (
            "Use the outbox pattern everywhere: write the order and the event.",
            "Use the outbox pattern everywhere",
        ),
        ("But nobody has measured the database yet.", "Nobody has measured the database yet"),
        (
            "a rollback that does not need a database restore;",
            "A rollback that does not need a database restore",
        ),
        (
            "I estimate two engineers for a year, about 300,000 dollars, and the line says zero.",
            "I estimate two engineers for a year, about 300,000 dollars",
        ),
        ("Fix it, because it is cheap.", "Fix it, because it is cheap"),
        (
            "one two three four " * 5,
            "One two three four one two three four one two three four one two…",
        ),
        ("", ""),
    ],
)
def test_a_headline_is_the_first_clause_of_a_claim(claim, title):
    assert headline(claim) == title


@pytest.mark.parametrize(
    ("text", "shared", "without", "found"),
    [
        (
            "Do not split checkout before the November peak.",
            "split checkout november peak",
            "",
            "split checkout before the November peak",
        ),
        (
            "Inventory should be reserved synchronously during checkout.",
            "inventory reserved",
            "synchronously",
            "Inventory should be reserved",
        ),
        ("Run a load test at twice the peak.", "run load test peak", "twice", "Run a load test"),
        ("Exactly-once delivery is hard.", "exactly-once delivery", "exactly-once", "delivery"),
        ("Nothing in common here.", "other words", "", ""),
        ("", "checkout", "", ""),
    ],
)
def test_a_topic_is_the_stretch_of_shared_words(text, shared, without, found):
    barred = stems(content_words(without))

    assert topic(text, stems(content_words(shared)), barred) == found


@pytest.mark.parametrize(
    ("item", "about"),
    [
        ("Does the answer say how to roll back?", "how to roll back"),
        ("Does it say how to roll back?", "how to roll back"),
        ("Does the plan treat accessibility of the page?", "accessibility of the page"),
        ("Does the answer cover security of payment data?", "security of payment data"),
        ("Is there a load test with a target?", "load test with a target"),
        ("Does it deal with duplicate or lost messages?", "duplicate or lost messages"),
        ("Rollback?", "Rollback"),
        ("Who owns data retention?", "Who owns data retention"),
        ("  Names   the owner of the data. ", "the owner of the data"),
    ],
)
def test_a_rubric_item_is_about_something(item, about):
    assert rubric_topic(item) == about


@pytest.mark.parametrize(
    ("item", "title"),
    [
        ("Does it say how to roll back?", "Not dealt with: how to roll back"),
        ("Who owns data retention?", "Unanswered: Who owns data retention?"),
        ("Security of payment data", "Not dealt with: Security of payment data"),
    ],
)
def test_a_blind_spot_says_what_is_missing(item, title):
    assert blind_spot_title(item) == title


@pytest.mark.parametrize(
    ("seats", "named"),
    [("A", "Seat A"), ("CA", "Seats A and C"), ("BCA", "Seats A, B and C")],
)
def test_seats_are_named_in_order(seats, named):
    assert seats_named(seats) == named
    assert seats_named(seats, capital=False) == named[0].lower() + named[1:]


def test_agreement_of_one_model_is_told_for_what_it_is():
    same = make_panel("AB", seats=(Seat(letter="A", model="x:m"), Seat(letter="B", model="x:m")))
    texts = {"A": "Split checkout in January.", "B": "Split checkout in January."}

    alike = agreement_note(build_claim_space(make_run(texts=texts, panel=same)), 2)
    several = agreement_note(build_claim_space(make_run(texts=texts)), 2)

    assert (
        alike == "2 of 2 seats make this point, but all are the same model: agreement is not proof."
    )
    assert several == (
        "2 of 2 seats make this point. Models tend to err alike, so agreement is not proof."
    )


def test_a_claim_is_quoted_with_its_place():
    stance = quoted(Claim(seat="B", text="Split it.", start=4, end=13), "split")

    assert (stance.seat, stance.position, stance.quote) == ("B", "split", "Split it.")
    assert (stance.start, stance.end) == (4, 13)
