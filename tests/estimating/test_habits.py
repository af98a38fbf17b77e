"""What is thought of a model's next answer: from its own history, its role's, or none."""

from math import exp

import pytest

from panels.estimating.habits import habits_of
from panels.estimating.history import History, Sample


def sample(tokens_out=1000, model="a:big", role="seat", **facts):
    return Sample(role=role, model=model, tokens_out=tokens_out, **facts)


def habits(*samples, role="seat", model="a:big", reasoning_effort=""):
    return habits_of(History(samples), role=role, model=model, reasoning_effort=reasoning_effort)


def middle(forecast):
    return exp(forecast.mean_log)


@pytest.mark.parametrize(
    ("role", "tokens", "seconds"), [("seat", 700, 20), ("judge", 1200, 30), ("writer", 900, 25)]
)
def test_without_history_the_role_says_what_is_usual(role, tokens, seconds):
    found = habits(role=role)
    assert middle(found.tokens_out) == pytest.approx(tokens)
    assert middle(found.text) == pytest.approx(tokens)
    assert middle(found.seconds) == pytest.approx(seconds)
    assert found.samples == 0
    assert found.tokens_out.ends.high / found.tokens_out.ends.low > 20


def test_many_samples_of_a_model_are_believed():
    found = habits(*[sample(3000)] * 20)
    assert middle(found.tokens_out) == pytest.approx(3000, rel=0.05)
    assert found.samples == 20


def test_a_model_of_its_own_history_is_surer_than_one_without():
    others = [sample(1000, model="b:fast")] * 20
    known, unknown = habits(*others, model="b:fast"), habits(*others)
    assert unknown.samples == 0
    assert unknown.tokens_out.spread_log > 2 * known.tokens_out.spread_log


def test_a_new_model_is_thought_to_be_like_the_others_of_its_role():
    found = habits(*[sample(3000, model="b:fast")] * 20)
    assert 2000 < middle(found.tokens_out) < 3000
    assert found.tokens_out.ends.low < 1500
    assert found.tokens_out.ends.high > 5000


def test_another_role_says_nothing():
    judged = [sample(9000, role="judge")] * 20
    assert habits(*judged) == habits()


def test_few_samples_are_believed_in_part():
    found = habits(sample(4000))
    assert 1200 < middle(found.tokens_out) < 4000
    assert found.tokens_out.spread_log < habits().tokens_out.spread_log


def test_what_others_read_leaves_reasoning_out():
    found = habits(*[sample(5000, tokens_reasoning=4000)] * 20)
    assert middle(found.tokens_out) == pytest.approx(5000, rel=0.05)
    assert middle(found.text) == pytest.approx(1000, rel=0.05)


def test_reasoning_that_is_counted_apart_leaves_no_negative_text():
    assert sample(100, tokens_reasoning=400).tokens_of_text == 0


def test_times_that_were_not_measured_are_left_out():
    found = habits(*[sample(seconds=None)] * 10, *[sample(seconds=90.0)] * 10)
    assert middle(found.seconds) == pytest.approx(90, rel=0.05)
    assert habits(*[sample(seconds=None)] * 10).seconds == habits().seconds


def test_an_answer_of_nothing_is_no_trouble():
    assert habits(sample(0, seconds=0.0)).tokens_out.ends.low > 0


@pytest.mark.parametrize(("effort", "is_wider"), [("none", False), ("low", True), ("high", True)])
def test_effort_widens_a_range_that_no_history_knows(effort, is_wider):
    usual, found = habits(), habits(reasoning_effort=effort)
    assert (found.tokens_out.spread_log > usual.tokens_out.spread_log) is is_wider
    assert (found.tokens_out.ends.high > usual.tokens_out.ends.high) is is_wider
    assert found.text == usual.text


def test_more_effort_is_longer_and_takes_longer():
    found = [habits(reasoning_effort=effort) for effort in ("low", "medium", "high")]
    lengths = [one.tokens_out.ends.high for one in found]
    times = [one.seconds.ends.high for one in found]
    assert lengths == sorted(lengths)
    assert times == sorted(times)


def test_an_effort_that_only_this_provider_knows_changes_nothing():
    assert habits(reasoning_effort="xhigh") == habits()


def test_history_at_the_same_effort_replaces_the_guess():
    usual = [sample(1000)] * 20
    thinking = [sample(3500, reasoning_effort="high")] * 20
    guessed = habits(*usual, reasoning_effort="high")
    known = habits(*usual, *thinking, reasoning_effort="high")
    assert guessed.tokens_out.ends.low < 1000 < 3500 < guessed.tokens_out.ends.high
    assert middle(known.tokens_out) == pytest.approx(3500, rel=0.1)
    assert known.tokens_out.spread_log < guessed.tokens_out.spread_log / 2
    assert middle(habits(*usual, *thinking).tokens_out) == pytest.approx(1000, rel=0.1)
