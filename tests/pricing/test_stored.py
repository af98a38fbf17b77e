"""A price in a call's row: the cost can be computed again from it."""

from decimal import Decimal

from panels.pricing import (
    Price,
    PriceOverride,
    PriceSource,
    cost_of,
    price_from_json,
    price_to_json,
)

PRICE = Price(
    in_usd=Decimal("0.00000125"),
    out_usd=Decimal("0.00001"),
    cached_in_usd=Decimal("0.000000125"),
    request_usd=Decimal("0.005"),
    source=PriceSource.OWN,
)


def test_a_price_comes_back_as_it_was_to_the_last_digit() -> None:
    assert price_from_json(price_to_json(PRICE)) == PRICE


def test_the_form_is_plain_decimals_and_names_its_source() -> None:
    assert price_to_json(PRICE) == {
        "source": "own",
        "in": "0.00000125",
        "out": "0.00001",
        "cached_in": "0.000000125",
        "request": "0.005",
    }


def test_what_held_at_the_time_gives_the_same_cost_again() -> None:
    long_prompts = PriceOverride(min_prompt_tokens=1000, in_usd=Decimal("0.0000025"))
    price = Price(in_usd=PRICE.in_usd, out_usd=PRICE.out_usd, overrides=(long_prompts,))
    kept = price_from_json(price_to_json(price.at(2000)))
    tokens = {"tokens_in": 2000, "tokens_out": 7}
    assert cost_of(kept, **tokens) == cost_of(price, **tokens) == Decimal("0.00507")
