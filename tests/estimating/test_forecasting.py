"""Learning from few values, and adding forecasts up."""

from math import exp, inf, log
from random import Random
from statistics import NormalDist, fmean, median, pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panels.estimating.forecasting import (
    TAIL,
    Belief,
    Forecast,
    Part,
    forecast_from,
    longest_of,
    sum_of,
)
from panels.estimating.ranges import Range

PRIOR = Belief(mean_log=log(700), values=2, spread_log=0.5, spread_values=6)
FORECASTS = st.builds(Forecast, st.floats(-2, 12), st.floats(0.05, 2))
PARTS = st.builds(
    Part,
    forecast=FORECASTS,
    weight=st.just(0.0) | st.floats(1e-18, 1.0),
    cap=st.none() | st.floats(1, 1e5),
)


def draws(forecast, count=20_000, seed=3):
    rng = Random(seed)
    return [exp(rng.gauss(forecast.mean_log, forecast.spread_log)) for _ in range(count)]


# Ranges


def test_a_range_holds_its_ends_and_nothing_beyond():
    found = Range(2, 5)
    assert [found.holds(value) for value in (1, 2, 5, 6)] == [False, True, True, False]


def test_a_range_never_stands_on_its_head():
    with pytest.raises(ValueError, match="5 is above 2"):
        Range(5, 2)


# One forecast


def test_a_forecasts_ends_leave_the_same_tail_out_at_both():
    forecast = Forecast(log(1000), 0.5)
    values = draws(forecast)
    below = sum(value < forecast.ends.low for value in values) / len(values)
    above = sum(value > forecast.ends.high for value in values) / len(values)
    assert below == pytest.approx(TAIL, abs=0.005)
    assert above == pytest.approx(TAIL, abs=0.005)
    assert forecast.at(0.5) == pytest.approx(1000)


@given(forecast=FORECASTS, share=st.floats(0.01, 0.99))
def test_a_value_and_the_share_under_it_are_one_thing(forecast, share):
    assert forecast.share_under(forecast.at(share)) == pytest.approx(share, abs=1e-6)


@pytest.mark.parametrize("cap", [None, 500, 1000, 5000])
def test_mean_and_variance_under_a_cap_are_those_of_capped_draws(cap):
    forecast = Forecast(log(1000), 0.6)
    values = [min(value, cap or inf) for value in draws(forecast)]
    assert forecast.mean(cap) == pytest.approx(fmean(values), rel=0.02)
    assert forecast.variance(cap) == pytest.approx(pvariance(values), rel=0.15)


def test_an_independent_doubt_widens_and_a_shift_moves():
    wider = Forecast(5.0, 0.3).widened(0.4, shift=1.0)
    assert (wider.mean_log, wider.spread_log) == (6.0, pytest.approx(0.5))


@given(low=st.floats(0.1, 1e4), times=st.floats(1.01, 100))
def test_a_forecast_is_found_again_from_its_ends(low, times):
    ends = forecast_from(Range(low, low * times)).ends
    assert (ends.low, ends.high) == (pytest.approx(low), pytest.approx(low * times))


# Learning


def test_a_belief_without_values_stays():
    assert PRIOR.after([]) == PRIOR


def test_values_pull_the_mean_by_their_number():
    assert PRIOR.after([log(1400)] * 2).mean_log == pytest.approx((log(700) + log(1400)) / 2)
    many = PRIOR.after([log(1400)] * 200)
    assert exp(many.mean_log) == pytest.approx(1400, rel=0.02)


def test_the_order_of_the_values_and_their_batches_do_not_matter():
    logs = [6.1, 7.3, 5.2, 6.6, 7.7]
    at_once, one_by_one = PRIOR.after(logs), PRIOR
    for value in reversed(logs):
        one_by_one = one_by_one.after([value])
    assert vars(one_by_one) == pytest.approx(vars(at_once))


def test_steady_values_narrow_the_forecast_and_wild_ones_widen_it():
    steady = PRIOR.after([6.5 + 0.05 * (-1) ** i for i in range(20)]).forecast()
    wild = PRIOR.after([6.5 + 1.5 * (-1) ** i for i in range(20)]).forecast()
    assert steady.spread_log < PRIOR.forecast().spread_log < wild.spread_log


def test_the_forecast_holds_the_next_value_as_often_as_it_says():
    """Over many models whose habits are drawn from around what was believed before."""
    rng, held, tries = Random(9), 0, 4000
    for _ in range(tries):
        middle, spread = rng.gauss(log(700), 0.35), 0.5 * exp(rng.gauss(0, 0.2))
        values = [rng.gauss(middle, spread) for _ in range(5)]
        forecast = PRIOR.after(values).forecast()
        held += forecast.ends.holds(exp(rng.gauss(middle, spread)))
    assert held / tries == pytest.approx(1 - 2 * TAIL, abs=0.015)


@pytest.mark.parametrize(
    ("freedom", "expected"), [(3, 2.951), (6, 2.313), (10, 2.120), (30, 1.950), (1000, 1.883)]
)
def test_few_values_make_the_ends_as_wide_as_students_t(freedom, expected):
    """Upper 3 % points of the t distribution, from tables."""
    belief = Belief(mean_log=0, values=inf, spread_log=1.0, spread_values=freedom)
    found = belief.forecast().spread_log * NormalDist().inv_cdf(1 - TAIL)
    assert found == pytest.approx(expected, rel=0.015)


# Sums


@pytest.mark.parametrize("count", [2, 3, 8])
def test_a_sum_of_independent_parts_stays_in_its_range(count):
    forecast, rng = Forecast(log(1000), 0.5), Random(4)
    ends = sum_of([Part(forecast=forecast)] * count)
    sums = [sum(exp(rng.gauss(log(1000), 0.5)) for _ in range(count)) for _ in range(4000)]
    assert sum(ends.holds(value) for value in sums) / len(sums) >= 1 - 2 * TAIL
    assert ends.low < median(sums) < ends.high


def test_a_sum_is_narrower_than_its_parts_all_long_or_all_short():
    parts = [Part(forecast=Forecast(log(1000), 0.5))] * 4
    one, all_of_them = sum_of(parts[:1]), sum_of(parts)
    assert 4 * one.low < all_of_them.low
    assert all_of_them.high < 4 * one.high


def test_a_single_part_keeps_its_own_ends():
    forecast = Forecast(log(1000), 0.5)
    assert sum_of([Part(forecast=forecast, weight=2.0)]) == Range(
        2 * forecast.ends.low, 2 * forecast.ends.high
    )
    assert sum_of([Part(forecast=forecast, cap=900)]).high == 900


def test_what_weighs_nothing_adds_nothing():
    part = Part(forecast=Forecast(log(1000), 0.5))
    nothing = Part(forecast=Forecast(log(9), 0.5), weight=0.0)
    assert sum_of([]) == sum_of([nothing, nothing]) == Range(0.0, 0.0)
    assert sum_of([part, nothing]) == sum_of([part])


@given(st.lists(PARTS, max_size=8))
def test_a_sum_lies_between_all_ends_together(parts):
    ends = [sum_of([part]) for part in parts]
    found = sum_of(parts)
    assert found.low >= sum(end.low for end in ends) * (1 - 1e-9)
    assert found.high <= sum(end.high for end in ends) * (1 + 1e-9)


# The longest


def test_the_longest_of_one_is_that_one():
    forecast = Forecast(log(20), 0.6)
    found = longest_of([forecast])
    assert found.low == pytest.approx(forecast.ends.low)
    assert found.high == pytest.approx(forecast.ends.high)


@pytest.mark.parametrize("count", [2, 5, 8])
def test_the_longest_of_many_takes_longer_than_each(count):
    forecast, rng = Forecast(log(20), 0.6), Random(8)
    found = longest_of([forecast] * count)
    assert found.high > forecast.ends.high
    longest = [max(exp(rng.gauss(log(20), 0.6)) for _ in range(count)) for _ in range(4000)]
    assert sum(found.holds(value) for value in longest) / len(longest) >= 0.9


def test_a_quick_one_beside_a_slow_one_changes_nothing():
    slow, quick = Forecast(log(100), 0.3), Forecast(log(1), 0.3)
    found = longest_of([slow, quick])
    assert found.low == pytest.approx(slow.ends.low, rel=1e-3)
    assert found.high == pytest.approx(slow.ends.high, rel=1e-3)
