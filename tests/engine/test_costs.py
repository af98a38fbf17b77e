"""What a call has cost, and whence that is known."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from panels.choices import CallState, CostSource
from panels.engine.costs import with_cost
from panels.engine.records import CallFate
from panels.pricing import Price, PriceOverride, cost_of, price_from_json
from panels.providers import errors
from panels.providers.errors import ProviderError

PRICE = Price(in_usd=Decimal("0.000001"), out_usd=Decimal("0.00001"))
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def costed(fate: CallFate, **changes: Any) -> CallFate:
    values: dict[str, Any] = {"is_free": False, "price": PRICE, "asked_at": NOON}
    return with_cost(fate, **values | changes)


def fate(**values: Any) -> CallFate:
    return CallFate(**{"state": CallState.DONE, "tokens_in": 1000, "tokens_out": 100, **values})


def test_what_the_provider_reports_wins_over_every_price() -> None:
    reported = fate(cost_usd=Decimal("0.5"), cost_source=CostSource.REPORTED)
    after = costed(reported)
    assert (after.cost_usd, after.cost_source) == (Decimal("0.5"), CostSource.REPORTED)
    assert after.price_json is None


def test_a_reported_cost_is_kept_to_the_last_digit_that_a_row_holds() -> None:
    after = costed(fate(cost_usd=Decimal("0.0000123456789"), cost_source=CostSource.REPORTED))
    assert after.cost_usd == Decimal("0.00001235")


def test_without_a_report_the_price_and_the_tokens_tell_and_the_row_keeps_the_price() -> None:
    after = costed(fate())
    assert (after.cost_usd, after.cost_source) == (Decimal("0.002"), CostSource.ESTIMATED)
    assert after.price_json == {
        "source": "listed",
        "in": "0.000001",
        "out": "0.00001",
        "request": "0",
    }


def test_the_price_kept_is_the_one_that_held_and_gives_the_cost_again() -> None:
    long_prompts = PriceOverride(min_prompt_tokens=500, in_usd=Decimal("0.000002"))
    price = Price(in_usd=PRICE.in_usd, out_usd=PRICE.out_usd, overrides=(long_prompts,))
    after = costed(fate(), price=price)
    again = cost_of(price_from_json(after.price_json), tokens_in=1000, tokens_out=100)
    assert after.cost_usd == again == Decimal("0.003")


def test_cached_and_reasoning_tokens_have_prices_of_their_own() -> None:
    price = Price(
        in_usd=PRICE.in_usd,
        out_usd=PRICE.out_usd,
        cached_in_usd=Decimal("0.0000001"),
        reasoning_usd=Decimal("0.00002"),
    )
    after = costed(fate(tokens_cached=400, tokens_reasoning=50), price=price)
    assert after.cost_usd == Decimal("0.00214")


def test_without_a_price_or_without_tokens_it_is_not_known() -> None:
    for after in (
        costed(fate(), price=None),
        costed(fate(tokens_out=None)),
        costed(fate(tokens_in=None)),
    ):
        assert (after.cost_usd, after.cost_source) == (None, CostSource.UNKNOWN)


def test_what_runs_on_this_machine_is_free() -> None:
    after = costed(fate(tokens_in=None), is_free=True, price=None)
    assert (after.cost_usd, after.cost_source) == (0, CostSource.FREE)


@pytest.mark.parametrize(
    "error",
    [
        errors.AuthFailed(),
        errors.BadRequest(),
        errors.ModelNotFound(),
        errors.RateLimited(),
        errors.Overloaded(),
        errors.Unreachable(),
        errors.ConnectTimedOut(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_request_that_was_turned_away_has_cost_nothing(error: ProviderError) -> None:
    refused = CallFate(state=CallState.FAILED)
    after = costed(refused, error=error)
    assert (after.cost_usd, after.cost_source) == (0, CostSource.REFUSED)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({}, errors.TemporarilyRefused()),
        ({}, errors.FirstTokenTimedOut()),
        ({}, errors.StreamBroken()),
        ({"text": "So"}, errors.RateLimited()),
        ({"reasoning": "Hm"}, errors.Overloaded()),
        ({"generation_id": "gen-1"}, errors.BadRequest()),
    ],
)
def test_where_something_may_have_been_generated_the_cost_is_not_known(
    values: dict[str, Any], error: ProviderError
) -> None:
    after = costed(CallFate(state=CallState.FAILED, **values), error=error)
    assert (after.cost_usd, after.cost_source) == (None, CostSource.UNKNOWN)
