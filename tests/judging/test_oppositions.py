import pytest
from hypothesis import given
from hypothesis import strategies as st

from panels.judging.oppositions import oppose

OPPOSED = [
    (
        "Do not split checkout before the peak.",
        "I would split checkout now.",
        ("not split", "split"),
    ),
    (
        "Nobody should split checkout in November.",
        "Split checkout before the peak.",
        ("not split", "split"),
    ),
    ("Keep checkout in one place.", "Split checkout off.", ("keep", "split")),
    (
        "With the outbox we get exactly-once delivery.",
        "Exactly-once delivery does not exist; design for at-least-once.",
        ("exactly-once", "at-least-once"),
    ),
    (
        "The queue gives exactly once delivery.",
        "The queue gives at least once delivery.",
        ("exactly-once", "at-least-once"),
    ),
    (
        "Inventory is reserved synchronously.",
        "Inventory should be reserved asynchronously.",
        ("synchronously", "asynchronously"),
    ),
    ("The design is ready for the peak.", "The design is not ready.", ("ready", "not ready")),
    ("A big bang migration is fine.", "Do an incremental migration.", ("big-bang", "incremental")),
    ("Splitting lowers; it reduces costs.", "It increases costs.", ("reduces", "increases")),
    ("Encrypt addresses with a key.", "Don't encrypt addresses here.", ("encrypt", "not encrypt")),
    (
        "Cache the price list at the edge.",
        "Never cache the price list.",
        ("cache", "not cache"),
    ),
    (
        "Run the load test at three times the peak.",
        "Run the load test at twice the peak.",
        ("three times", "twice"),
    ),
    ("Keep old orders for 90 days.", "Keep old orders for 7 days.", ("90 days", "7 days")),
]

AT_PEACE = [
    ("Split checkout now.", "Split checkout before the peak."),
    ("Do not split checkout.", "Nobody should split checkout."),
    ("Keep old orders for 60 seconds.", "Keep old orders for one minute."),
    ("The plan needs a restore.", "I want a rollback that does not need a restore."),
    ("The proposal does not mention alerts.", "The proposal should mention alerts."),
    ("It is not only the database, split it.", "Split the database."),
    ("The reason for the split is speed of checkout.", "Do not split checkout."),
    ("It reduces latency.", "It increases cost."),
    ("It reduces costs but increases costs of support.", "It increases costs."),
    ("Use sync calls here and async calls there.", "Use async calls for email."),
    ("The test takes 4 hours.", "The deployment has 3 replicas."),
    ("Alerts are missing.", "Buttons need labels."),
    ("", ""),
]


@pytest.mark.parametrize(("left", "right", "positions"), OPPOSED)
def test_opposed_sentences_are_told_with_their_positions(left, right, positions):
    found = oppose(left, right)

    assert found is not None
    assert (found.left, found.right) == positions


@pytest.mark.parametrize(("left", "right", "positions"), OPPOSED)
def test_opposition_is_mutual(left, right, positions):
    found = oppose(right, left)

    assert found is not None
    assert (found.right, found.left) == positions


@pytest.mark.parametrize(("left", "right"), AT_PEACE)
def test_sentences_that_do_not_oppose_each_other_are_left_alone(left, right):
    assert oppose(left, right) is None
    assert oppose(right, left) is None


@pytest.mark.parametrize("text", sorted({text for pair in OPPOSED for text in pair[:2]}))
def test_no_sentence_opposes_itself(text):
    assert oppose(text, text) is None


def test_technical_opposites_are_known_as_such():
    technical = oppose("Reserve stock synchronously.", "Reserve stock asynchronously.")
    ordinary = oppose("Keep checkout.", "Split checkout.")

    assert technical is not None
    assert ordinary is not None
    assert (technical.is_technical, ordinary.is_technical) == (True, False)


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_breaks_it(left, right):
    assert oppose(left, left) is None
    assert (oppose(left, right) is None) == (oppose(right, left) is None)
