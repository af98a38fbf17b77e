"""Prices as a provider's model list has them."""

from decimal import Decimal

import pytest

from panels.pricing import (
    Price,
    PriceOverride,
    PriceSource,
    cost_of,
    listed_price,
    price_from_text,
)
from panels.providers.requests import ModelInfo, PriceConditions

USD = Decimal
LONG = PriceOverride(min_prompt_tokens=200_000, in_usd=USD("0.000006"), out_usd=USD("0.0000225"))


def info(in_usd="0.000003", out_usd="0.000015", **others):
    return ModelInfo(slug="m", price_in_usd=in_usd, price_out_usd=out_usd, **others)


def test_a_listed_price_is_read_whole():
    listed = info(
        price_cached_in_usd="0.0000003",
        price_reasoning_usd="0.00002",
        price_request_usd="0.005",
        price_overrides=(
            PriceConditions(
                min_prompt_tokens=200_000, price_in_usd="0.000006", price_out_usd="0.0000225"
            ),
        ),
    )
    assert listed_price(listed) == Price(
        in_usd=USD("0.000003"),
        out_usd=USD("0.000015"),
        cached_in_usd=USD("0.0000003"),
        reasoning_usd=USD("0.00002"),
        request_usd=USD("0.005"),
        overrides=(LONG,),
        source=PriceSource.LISTED,
    )


@pytest.mark.parametrize(
    "text", [None, "", "-1", "NaN", "Infinity", "free", "1.5", "1E-19", "-0.1"]
)
def test_a_price_that_is_no_price_is_unknown_and_never_zero(text):
    assert price_from_text(text) is None
    assert listed_price(info(in_usd=text)) is None
    assert listed_price(info(out_usd=text)) is None


def test_a_fee_that_can_not_be_read_makes_the_price_unknown():
    assert listed_price(info(price_request_usd="-1")) is None


def test_a_model_may_be_free():
    assert listed_price(info("0", "0")) == Price(in_usd=USD(0), out_usd=USD(0))


def test_a_zero_for_cached_or_reasoning_means_that_the_list_has_no_such_rate():
    price = listed_price(info(price_cached_in_usd="0", price_reasoning_usd="0"))
    assert (price.cached_in_usd, price.reasoning_usd) == (None, None)
    tokens = {"tokens_in": 10, "tokens_out": 10}
    assert cost_of(price, tokens_cached=10, tokens_reasoning=10, **tokens) == cost_of(
        price, **tokens
    )
