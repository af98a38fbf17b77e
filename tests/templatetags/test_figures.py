"""How figures are shown."""

from decimal import Decimal

import pytest

from panels.estimating import Range
from panels.templatetags import figures


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (None, "–"),
        (0, "0.0 s"),
        (0.44, "0.4 s"),
        (19.9, "19.9 s"),
        (38.2, "38 s"),
        (372, "6 m 12 s"),
    ],
)
def test_seconds_grow_coarser(number: float | None, shown: str) -> None:
    assert figures.seconds(number) == shown


@pytest.mark.parametrize(
    ("usd", "shown"),
    [
        (None, "–"),
        ("0", "$0"),
        ("0.000012", "$0.000012"),
        ("0.0031", "$0.0031"),
        ("0.0844", "$0.084"),
        ("12.3456", "$12.35"),
    ],
)
def test_money_is_rounded_for_reading(usd: str | None, shown: str) -> None:
    assert figures.money(usd and Decimal(usd)) == shown


@pytest.mark.parametrize(
    ("usd", "shown"),
    [
        (None, "–"),
        ("0", "$0.0000"),
        ("0.056", "$0.0560"),
        ("0.00402", "$0.00402"),
        ("1234.00000001", "$1,234.00000001"),
    ],
)
def test_exact_money_keeps_every_digit(usd: str | None, shown: str) -> None:
    assert figures.exact_money(usd and Decimal(usd)) == shown


def test_an_unknown_count_is_not_zero() -> None:
    assert figures.count(None) == "–"
    assert figures.count(0) == "0"
    assert figures.count(31204) == "31,204"


def test_a_models_own_name_stands_after_the_providers() -> None:
    assert figures.slug("openrouter:google/gemini-3-flash") == "google/gemini-3-flash"
    assert figures.slug("ollama:qwen3:8b") == "qwen3:8b"
    assert figures.slug("gemini") == "gemini"


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        ("0.084", "0.142", "$0.08 – 0.14"),
        ("0.0004", "0.0031", "$0.0004 – 0.0031"),
        ("0.501", "0.502", "$0.50"),
        ("3", "12.5", "$3.00 – 12.50"),
        ("0", "0", "free"),
        ("0", "0.02", "$0.000 – 0.020"),
        ("900", "1200", "$900.00 – 1,200.00"),
    ],
)
def test_a_range_of_money_has_the_digits_of_its_high_end(low: str, high: str, shown: str) -> None:
    assert figures.money_range(Range(Decimal(low), Decimal(high))) == shown
    assert figures.money_range(None) == "–"


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (35.2, 60.4, "35 – 60 s"),
        (0.1, 0.4, "1 s"),
        (20, 150, "20 s – 2 m"),
        (70, 400, "1 – 7 m"),
        (100, 130, "2 m"),
    ],
)
def test_a_range_of_time_is_for_planning(low: float, high: float, shown: str) -> None:
    assert figures.seconds_range(Range(low, high)) == shown


def test_a_factor_and_an_amount_as_they_are_read_and_typed() -> None:
    assert [figures.factor(each) for each in (None, 4.23, 21.6)] == ["", "4.2×", "22×"]
    amounts = (None, Decimal("0.5000"), Decimal("25.0000"), Decimal("100"))
    assert [figures.amount(each) for each in amounts] == ["", "0.5", "25", "100"]
