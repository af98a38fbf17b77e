import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panels.judging.claims import MOST_CLAIMS_PER_ANSWER, claims_of
from panels.markdown.plaintext import plain_text
from tests.judging.reviews import REVIEWS


def texts(markdown: str) -> list[str]:
    return [claim.text for claim in claims_of("A", markdown)]


@pytest.mark.parametrize(
    ("markdown", "claims"),
    [
        (
            "Keep checkout in place. Draw the boundary now! Who owns the orders table?",
            ["Keep checkout in place.", "Draw the boundary now!", "Who owns the orders table?"],
        ),
        (
            "- **Timeouts.** Thirty seconds is too long.\n- Alert on queue depth early",
            ["Thirty seconds is too long.", "Alert on queue depth early"],
        ),
        (
            "Use a queue, e.g. Kafka or RabbitMQ. Version 2.5 has a bug.",
            ["Use a queue, e.g. Kafka or RabbitMQ.", "Version 2.5 has a bug."],
        ),
        (
            'The design says "it is safe." Nobody measured the peak.',
            ['The design says "it is safe."', "Nobody measured the peak."],
        ),
        ("1. Rehearse the rollback weekly.", ["Rehearse the rollback weekly."]),
        ("Two services write\nto the same table.", ["Two services write to the same table."]),
        ("Wait… then split checkout in January.", ["Wait… then split checkout in January."]),
    ],
)
def test_an_answer_is_split_into_sentences_and_items(markdown, claims):
    assert texts(markdown) == claims


@pytest.mark.parametrize(
    "markdown",
    [
        "# Keep checkout inside the monolith",
        "```\nsplit checkout into its own service\n```",
        "| Option | Cost of running it |\n|---|---|\n| Split checkout | high cost per year |",
        "What I would do about checkout:",
        "Split it.",
        "It is what it is and so it will be.",
        "In conclusion, the checkout service needs careful planning.",
        "I hope this review of checkout helps you.",
        "Let me know if checkout needs more detail.",
        "As an AI model I review checkout designs.",
        "The checkout the checkout the checkout the checkout the checkout.",
        "word " * 80,
        "",
        "!!! ??? ...",
    ],
)
def test_what_asserts_nothing_is_no_claim(markdown):
    assert texts(markdown) == []


def test_a_sentence_said_twice_counts_once():
    assert texts("Alert on queue depth. Alert on queue depth! Alert on Queue Depth.") == [
        "Alert on queue depth."
    ]


@pytest.mark.parametrize(
    ("text", "is_report"),
    [
        ("The design assumes exactly-once delivery.", True),
        ("The current proposal sets a timeout of 30 seconds.", True),
        ("This plan says nothing about rollback.", True),
        ("The queue gives at-least-once delivery.", False),
        ("I would split the design in two parts.", False),
    ],
)
def test_a_report_of_the_document_is_known(text, is_report):
    (claim,) = claims_of("A", text)

    assert claim.is_report is is_report


@pytest.mark.parametrize("seat", "ABC")
def test_every_claim_is_a_slice_of_the_plain_text(seat):
    plain = plain_text(REVIEWS[seat])
    claims = claims_of(seat, REVIEWS[seat])

    assert len(claims) >= 15
    assert [plain[c.start : c.end] for c in claims] == [c.text for c in claims]
    assert {c.seat for c in claims} == {seat}


def test_there_is_an_end_to_the_claims():
    endless = " ".join(f"Queue number {n} loses order events{n}." for n in range(1000))

    assert len(texts(endless)) == MOST_CLAIMS_PER_ANSWER


@given(st.text(alphabet="ab AB.!?\n\"'()…-*#`1", max_size=200))
def test_no_text_breaks_the_splitting(markdown):
    plain = plain_text(markdown)

    assert all(plain[c.start : c.end] == c.text for c in claims_of("A", markdown))


@pytest.mark.parametrize(
    "hostile", ["a." * 30_000, ".!?" * 30_000, "e.g. A" * 10_000, "3. A " * 10_000, ". " * 30_000]
)
def test_hostile_punctuation_costs_no_more_than_its_length(hostile):
    started = time.process_time()
    claims_of("A", hostile)

    assert time.process_time() - started < 2
