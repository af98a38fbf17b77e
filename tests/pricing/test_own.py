"""A person's own prices, and everything that can be wrong with them."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panels.pricing import (
    Price,
    PriceSource,
    PriceTable,
    UnreadablePrices,
    cost_of,
    listed_price,
    price_table_from,
    price_table_from_text,
)
from panels.providers.requests import ModelInfo

USD = Decimal
LISTED = ModelInfo(slug="m", price_in_usd="0.000003", price_out_usd="0.000015")
TABLE = """
{"openai:gpt-5.5": {"in": 1.25, "cached_in": 0.125, "out": 10},
 "search:sonar":   {"in": 1, "out": 1, "reasoning": "3", "request": 0.005},
 "gpu-box:*":      {"in": 0, "out": 0}}
"""


def test_own_prices_are_per_million_tokens():
    prices = price_table_from_text(TABLE)
    assert prices.own_price("openai:gpt-5.5") == Price(
        in_usd=USD("0.00000125"),
        out_usd=USD("0.00001"),
        cached_in_usd=USD("0.000000125"),
        source=PriceSource.OWN,
    )
    assert prices.own_price("search:sonar") == Price(
        in_usd=USD("0.000001"),
        out_usd=USD("0.000001"),
        reasoning_usd=USD("0.000003"),
        request_usd=USD("0.005"),
        source=PriceSource.OWN,
    )


@pytest.mark.parametrize("amount", [0.1, "0.1", USD("0.1")])
def test_a_tenth_is_a_tenth_however_it_is_written(amount):
    table = price_table_from({"a:b": {"in": amount, "out": 1}})
    assert table.own_price("a:b").in_usd == USD("0.0000001")


def test_own_prices_win_over_the_list():
    table = price_table_from({"a:m": {"in": 1, "out": 2}})
    assert table.price_of("a:m", LISTED).in_usd == USD("0.000001")
    assert table.price_of("a:m", LISTED).source == PriceSource.OWN
    assert table.price_of("b:m", LISTED) == listed_price(LISTED)


def test_an_own_price_of_nothing_wins_too():
    table = price_table_from({"a:m": {"in": 0, "out": 0}})
    assert cost_of(table.price_of("a:m", LISTED), tokens_in=9, tokens_out=9) == 0


def test_a_model_without_any_price_has_none():
    assert PriceTable().price_of("a:m", None) is None
    assert PriceTable().price_of("a:m", ModelInfo(slug="m")) is None


def test_a_price_for_all_models_of_a_provider_gives_way_to_one_of_their_own():
    table = price_table_from({"a:*": {"in": 1, "out": 1}, "a:m": {"in": 2, "out": 2}})
    assert table.own_price("a:other").in_usd == USD("0.000001")
    assert table.own_price("a:m").in_usd == USD("0.000002")
    assert table.own_price("ab:m") is None


@pytest.mark.parametrize("text", ["", "  \n", "{}"])
def test_an_empty_table_has_no_prices(text):
    assert price_table_from_text(text) == PriceTable({})


def problems_of(text):
    with pytest.raises(UnreadablePrices) as raised:
        price_table_from_text(text)
    return raised.value.problems


ROW = '"in": 1, "out": 2'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[]", "The prices must be an object with one entry per model."),
        (
            '{"gpt-5": {"in": 1, "out": 2}}',
            "“gpt-5” is no model: write provider:model, or provider:* for all of them.",
        ),
        (
            '{":x": {"in": 1, "out": 2}}',
            "“:x” is no model: write provider:model, or provider:* for all of them.",
        ),
        ('{"a:b": 7}', "“a:b” needs its prices as an object with “in” and “out”."),
        ('{"a:b": {"in": 1}}', "“a:b” has no price for “out”."),
        (
            '{"a:b": {"in": 1, "out": 2, "input": 3}}',
            "“a:b” has “input”, which is not one of in, out, cached_in, reasoning, request.",
        ),
        (
            '{"a:b": {"in": -1, "out": 2}}',
            "“a:b”: “in” must be US dollars, 0 or more, and not “-1”.",
        ),
        (
            '{"a:b": {"in": true, "out": 2}}',
            "“a:b”: “in” must be US dollars, 0 or more, and not “True”.",
        ),
        (
            '{"a:b": {"in": "$1.25", "out": 2}}',
            "“a:b”: “in” must be US dollars, 0 or more, and not “$1.25”.",
        ),
        (
            '{"a:b": {"in": NaN, "out": 2}}',
            "“a:b”: “in” must be US dollars, 0 or more, and not “nan”.",
        ),
        (
            '{"a:b": {"in": null, "out": 2}}',
            "“a:b”: “in” must be US dollars, 0 or more, and not “None”.",
        ),
        (
            '{"a:b": {"in": 1, "out": 2, "request": 1e999999999999}}',
            "“a:b”: “request” must be US dollars, 0 or more, and not “1E+999999999999”.",
        ),
        (
            '{"a:b": {"in": 1e999999999999, "out": 2}}',
            "“a:b”: “in” must be US dollars, 0 or more, and not “1E+999999999999”.",
        ),
        (
            '{"a:b": {"in": 1e-999999999999, "out": 2}}',
            "“a:b”: “in” must be US dollars, 0 or more, and not “1E-999999999999”.",
        ),
        (
            '{"a:b": {"in": 1000001, "out": 2}}',
            "“a:b”: “in” must be US dollars, 0 or more, and not “1000001”.",
        ),
        (f'{{"a:b": {{{ROW}}}, "a:b": {{{ROW}}}}}', "“a:b” is there twice."),
        ('{"a:b": {"in": 1, "in": 2, "out": 2}}', "“in” is there twice."),
    ],
)
def test_a_table_says_what_is_wrong_with_it(text, problem):
    assert problems_of(text) == (problem,)


def test_what_is_no_json_says_where():
    [problem] = problems_of('{"a:b": }')
    assert problem.startswith("This is not JSON: ")
    assert "line 1 column 9" in problem


def test_all_problems_are_named_at_once():
    text = '{"gpt": {}, "a:b": {"in": -1, "out": "x", "fee": 1}, "c:d": {"in": 1, "out": 1}}'
    assert len(problems_of(text)) == 4


def test_a_long_value_is_cut_in_its_complaint():
    [problem] = problems_of('{"a:b": {"in": "' + "9" * 500 + 'x", "out": 1}}')
    assert len(problem) < 120


def read(text):
    """The prices of a table, or its problems."""
    try:
        return price_table_from_text(text).prices, ()
    except UnreadablePrices as unreadable:
        return {}, unreadable.problems


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["a:b", "in", "out", "request", ""]), inner, max_size=3
            )
        ),
        max_leaves=8,
    )
)
def test_any_table_is_read_or_refused_with_a_reason(table):
    prices, problems = read(json.dumps(table))
    assert problems or all(price.in_usd >= 0 <= price.out_usd for price in prices.values())


@given(text=st.text(max_size=30))
def test_any_text_is_read_or_refused_with_a_reason(text):
    prices, problems = read(text)
    assert problems or not prices
