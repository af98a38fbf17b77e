"""A price as a call's row keeps it: US dollars per token, decimals as text.

    {"source": "own", "in": "0.00000125", "out": "0.00001", "cached_in": "0.000000125"}

It is the price that held for that prompt at that moment, so the cost can be computed again.
"""

from collections.abc import Mapping
from decimal import Decimal

from panels.pricing.prices import Price, PriceSource

_NAMES = {
    "in": "in_usd",
    "out": "out_usd",
    "cached_in": "cached_in_usd",
    "reasoning": "reasoning_usd",
    "request": "request_usd",
}


def price_to_json(price: Price) -> dict[str, str]:
    amounts = {name: getattr(price, field) for name, field in _NAMES.items()}
    known = {name: format(usd, "f") for name, usd in amounts.items() if usd is not None}
    return {"source": price.source.value, **known}


def price_from_json(data: Mapping[str, str]) -> Price:
    amounts = {
        field: Decimal(data[name]) if name in data else None for name, field in _NAMES.items()
    }
    return Price(
        in_usd=Decimal(data["in"]),
        out_usd=Decimal(data["out"]),
        cached_in_usd=amounts["cached_in_usd"],
        reasoning_usd=amounts["reasoning_usd"],
        request_usd=amounts["request_usd"] or Decimal(0),
        source=PriceSource(data["source"]),
    )
