"""The exact cost of a call, also where a price depends on the prompt's length or the hour."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panels.pricing import FREE, Price, PriceOverride, cost_of

USD = Decimal
SONNET = Price(in_usd=USD("0.000003"), out_usd=USD("0.000015"), cached_in_usd=USD("0.0000003"))
PRICES = st.decimals(0, USD("0.01"), places=12)
TOKENS = st.integers(0, 10**8)


@pytest.mark.parametrize(
    ("tokens", "usd"),
    [
        ({"tokens_in": 0, "tokens_out": 0}, "0"),
        ({"tokens_in": 1, "tokens_out": 0}, "0.000003"),
        ({"tokens_in": 1_000_000, "tokens_out": 1_000_000}, "18"),
        ({"tokens_in": 2417, "tokens_out": 831}, "0.019716"),
        # Cached tokens are a part of what went in.
        ({"tokens_in": 1000, "tokens_out": 0, "tokens_cached": 900}, "0.00057"),
        # More cached than went in: this vendor counts them apart.
        ({"tokens_in": 100, "tokens_out": 0, "tokens_cached": 900}, "0.00057"),
        # Reasoning is a part of what came out, at the same price without one of its own.
        ({"tokens_in": 0, "tokens_out": 1000, "tokens_reasoning": 800}, "0.015"),
        ({"tokens_in": 0, "tokens_out": 200, "tokens_reasoning": 800}, "0.015"),
    ],
)
def test_a_call_costs_what_its_tokens_cost(tokens, usd):
    assert cost_of(SONNET, **tokens) == USD(usd)


def test_reasoning_and_requests_may_have_prices_of_their_own():
    price = Price(
        in_usd=USD("0.001"),
        out_usd=USD("0.002"),
        reasoning_usd=USD("0.005"),
        request_usd=USD("0.01"),
    )
    tokens = {"tokens_in": 10, "tokens_out": 10, "tokens_reasoning": 4}
    assert cost_of(price, **tokens) == USD("0.052")


def test_cached_input_without_a_price_of_its_own_is_not_free():
    price = Price(in_usd=USD("0.001"), out_usd=USD("0.002"))
    assert cost_of(price, tokens_in=10, tokens_out=0, tokens_cached=10) == USD("0.01")


def test_what_runs_here_is_free():
    assert cost_of(FREE, tokens_in=10**6, tokens_out=10**6, tokens_cached=5) == 0


@given(
    in_usd=PRICES, out_usd=PRICES, cached=PRICES, fee=PRICES, tokens_in=TOKENS, tokens_out=TOKENS
)
def test_a_cost_is_exact_to_the_last_digit(in_usd, out_usd, cached, fee, tokens_in, tokens_out):
    price = Price(in_usd=in_usd, out_usd=out_usd, cached_in_usd=cached, request_usd=fee)
    cost = cost_of(price, tokens_in=tokens_in, tokens_out=tokens_out, tokens_cached=tokens_in // 3)
    parts = (
        (tokens_in - tokens_in // 3, in_usd),
        (tokens_in // 3, cached),
        (tokens_out, out_usd),
        (1, fee),
    )
    assert Fraction(cost) == sum(count * Fraction(usd) for count, usd in parts)


def test_even_the_smallest_price_beside_the_largest_is_not_rounded():
    price = Price(in_usd=USD("1"), out_usd=USD("0.000000000000000001"))
    cost = cost_of(price, tokens_in=10**12, tokens_out=1)
    assert cost == USD("1000000000000.000000000000000001")


@given(more=st.integers(0, 10**6), tokens_in=TOKENS, tokens_out=TOKENS)
def test_more_tokens_never_cost_less(more, tokens_in, tokens_out):
    cost = cost_of(SONNET, tokens_in=tokens_in, tokens_out=tokens_out)
    assert cost <= cost_of(SONNET, tokens_in=tokens_in + more, tokens_out=tokens_out)
    assert cost <= cost_of(SONNET, tokens_in=tokens_in, tokens_out=tokens_out + more)


# Prices with conditions

LONG = PriceOverride(min_prompt_tokens=200_000, in_usd=USD("0.000006"), out_usd=USD("0.0000225"))


@pytest.mark.parametrize(
    ("tokens_in", "usd"), [(199_999, "0.599997"), (200_000, "0.6"), (200_001, "1.200006")]
)
def test_a_long_prompt_costs_more_from_the_first_token_beyond_its_limit(tokens_in, usd):
    price = Price(in_usd=USD("0.000003"), out_usd=USD("0.000015"), overrides=(LONG,))
    assert cost_of(price, tokens_in=tokens_in, tokens_out=0) == USD(usd)


def test_what_a_long_prompt_does_not_change_stays():
    cached = USD("0.0000003")
    price = Price(in_usd=USD(1), out_usd=USD(2), cached_in_usd=cached, overrides=(LONG,))
    long = price.at(200_001)
    assert (long.in_usd, long.out_usd) == (LONG.in_usd, LONG.out_usd)
    assert (long.cached_in_usd, long.overrides) == (cached, ())


def test_of_several_conditions_that_hold_the_later_one_wins():
    longer = PriceOverride(min_prompt_tokens=500_000, in_usd=USD("0.00001"))
    price = Price(in_usd=USD(0), out_usd=USD(0), overrides=(LONG, longer))
    assert price.at(600_000).in_usd == USD("0.00001")
    assert price.at(600_000).out_usd == LONG.out_usd
    assert price.at(300_000).in_usd == LONG.in_usd


def at(hour, minute=0, offset=0):
    return datetime(2026, 11, 20, hour, minute, tzinfo=timezone(timedelta(hours=offset)))


@pytest.mark.parametrize(
    ("start", "end", "moment", "holds"),
    [
        (60, 240, at(0, 59), False),
        (60, 240, at(1), True),
        (60, 240, at(3, 59), True),
        (60, 240, at(4), False),
        # Around midnight.
        (990, 30, at(16, 29), False),
        (990, 30, at(16, 30), True),
        (990, 30, at(0, 29), True),
        (990, 30, at(0, 30), False),
        # UTC, whatever the clock on the wall shows.
        (60, 240, at(3, 30, offset=2), True),
        (60, 240, at(1, 30, offset=2), False),
        # Without a time there is only the usual price.
        (60, 240, None, False),
    ],
)
def test_a_price_may_depend_on_the_hour(start, end, moment, holds):
    night = PriceOverride(utc_start=start, utc_end=end, in_usd=USD("0.001"))
    price = Price(in_usd=USD("0.002"), out_usd=USD(0), overrides=(night,))
    expected = USD("0.001") if holds else USD("0.002")
    assert cost_of(price, tokens_in=1, tokens_out=0, at=moment) == expected


def test_the_lengths_between_which_a_cost_only_rises_are_known():
    price = Price(in_usd=USD(1), out_usd=USD(1), overrides=(LONG,))
    assert price.turning_points(100_000, 300_000) == [100_000, 200_000, 200_001, 300_000]
    assert price.turning_points(1, 200_000) == [1, 200_000]
    assert price.turning_points(5, 5) == [5]
