"""What a call has cost: as reported, else nothing, else by its price, else not known. Pure."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from panels.choices import CostSource
from panels.engine.records import CallFate
from panels.pricing import Price, cost_of, price_to_json
from panels.providers.errors import (
    ConnectTimedOut,
    NotConfigured,
    Overloaded,
    ProviderError,
    RateLimited,
    RequestRefused,
    Unreachable,
)

#: What a row can hold, in US dollars.
LEDGER_UNIT = Decimal("0.00000001")
#: The request was turned away, or nobody took it: no vendor charges for that. Any other failure may
#: have come after something was generated.
_NOTHING_GENERATED = (
    ConnectTimedOut,
    NotConfigured,
    Overloaded,
    RateLimited,
    RequestRefused,
    Unreachable,
)


def with_cost(
    fate: CallFate,
    *,
    is_free: bool,
    price: Price | None,
    asked_at: datetime,
    error: ProviderError | None = None,
) -> CallFate:
    """The fate, with what it cost and whence that is known."""
    if fate.cost_usd is not None:
        return replace(fate, cost_usd=_in_units(fate.cost_usd))
    if is_free:
        return replace(fate, cost_usd=Decimal(0), cost_source=CostSource.FREE)
    if isinstance(error, _NOTHING_GENERATED) and _came_to_nothing(fate):
        return replace(fate, cost_usd=Decimal(0), cost_source=CostSource.REFUSED)
    if price is None or fate.tokens_in is None or fate.tokens_out is None:
        return fate
    return _estimated(fate, price.at(fate.tokens_in, asked_at), fate.tokens_in, fate.tokens_out)


def _estimated(fate: CallFate, price: Price, tokens_in: int, tokens_out: int) -> CallFate:
    cost = cost_of(
        price,
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        tokens_cached=fate.tokens_cached or 0,
        tokens_reasoning=fate.tokens_reasoning or 0,
    )
    return replace(
        fate,
        cost_usd=_in_units(cost),
        cost_source=CostSource.ESTIMATED,
        price_json=price_to_json(price),
    )


def _came_to_nothing(fate: CallFate) -> bool:
    return not (fate.text or fate.reasoning or fate.generation_id or fate.model_served)


def _in_units(usd: Decimal) -> Decimal:
    return usd.quantize(LEDGER_UNIT)
