"""A person's own prices, as they write them down: US dollars per million tokens. Pure.

    {"openai:gpt-5.5":  {"in": 1.25, "cached_in": 0.125, "out": 10},
     "search:sonar":    {"in": 1, "out": 1, "request": 0.005},
     "gpu-box:*":       {"in": 0, "out": 0}}

A model is named by its reference; `provider:*` is every other model of that provider. `request` is
dollars per request. Own prices win over a provider's list, whole: nothing is mixed in from it.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from panels.pricing.listed import ListedModel, listed_price
from panels.pricing.prices import Price, PriceSource, is_plausible

_TOKENS_PER_UNIT = 6  # Prices are per 10**6 tokens.
_PER_MILLION = ("in", "out", "cached_in", "reasoning")
_KEYS = (*_PER_MILLION, "request")
_MOST_USD = 1_000_000
_MOST_PLACES = 12


class UnreadablePrices(ValueError):
    """`problems` are sentences for the person who wrote the table."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class PriceTable:
    """Prices by model reference, or by `provider:*`."""

    prices: Mapping[str, Price] = field(default_factory=dict)

    def own_price(self, model_reference: str) -> Price | None:
        provider = model_reference.partition(":")[0]
        return self.prices.get(model_reference) or self.prices.get(f"{provider}:*")

    def price_of(self, model_reference: str, listed: ListedModel | None) -> Price | None:
        """The person's own price, else the list's, else None."""
        own = self.own_price(model_reference)
        if own is not None:
            return own
        return listed_price(listed) if listed is not None else None


def price_table_from_text(text: str) -> PriceTable:
    """The table in a JSON text; no prices in an empty one.

    :raises UnreadablePrices: with everything that is wrong with it.
    """
    if not text.strip():
        return PriceTable()
    twice: list[str] = []
    try:
        # Decimals are read as they are written: 0.1 is a tenth.
        table = json.loads(text, parse_float=Decimal, object_pairs_hook=_noting_repeats(twice))
    except (ValueError, RecursionError) as error:
        raise UnreadablePrices([f"This is not JSON: {error}."]) from None
    if twice:
        raise UnreadablePrices([f"“{name}” is there twice." for name in twice])
    return price_table_from(table)


def price_table_from(table: object) -> PriceTable:
    """The table in a mapping of the shape above.

    :raises UnreadablePrices: with everything that is wrong with it.
    """
    if not isinstance(table, Mapping):
        raise UnreadablePrices(["The prices must be an object with one entry per model."])
    problems: list[str] = []
    prices = {}
    for model, row in table.items():
        found = _problems_of(model, row)
        problems += found
        if not found:
            prices[str(model)] = _price(row)
    if problems:
        raise UnreadablePrices(problems)
    return PriceTable(prices)


def _problems_of(model: object, row: object) -> list[str]:
    provider, _, slug = model.partition(":") if isinstance(model, str) else ("", "", "")
    if not provider or not slug:
        return [f"“{model}” is no model: write provider:model, or provider:* for all of them."]
    if not isinstance(row, Mapping):
        return [f"“{model}” needs its prices as an object with “in” and “out”."]
    missing = [f"“{model}” has no price for “{key}”." for key in ("in", "out") if key not in row]
    unknown = [
        f"“{model}” has “{key}”, which is not one of {', '.join(_KEYS)}."
        for key in row
        if key not in _KEYS
    ]
    unreadable = [
        f"“{model}”: “{key}” must be US dollars, 0 or more, and not {_quoted(value)}."
        for key, value in row.items()
        if key in _KEYS and _usd(key, value) is None
    ]
    return missing + unknown + unreadable


def _price(row: Mapping[str, Any]) -> Price:
    usd = {key: _usd(key, value) for key, value in row.items()}
    return Price(
        in_usd=usd["in"] or Decimal(0),
        out_usd=usd["out"] or Decimal(0),
        cached_in_usd=usd.get("cached_in"),
        reasoning_usd=usd.get("reasoning"),
        request_usd=usd.get("request") or Decimal(0),
        source=PriceSource.OWN,
    )


def _usd(key: str, value: object) -> Decimal | None:
    """Dollars per token, or per request; None for what is no price."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        # By way of text: the float 0.1 means a tenth and not its nearest binary fraction.
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    # Bounded before it is scaled, which would round or overflow far beyond any price.
    if not amount.is_finite() or not 0 <= amount <= _MOST_USD or _places(amount) > _MOST_PLACES:
        return None
    usd = amount.scaleb(-_TOKENS_PER_UNIT) if key in _PER_MILLION else amount
    return usd if is_plausible(usd) else None


def _places(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _quoted(value: object) -> str:
    text = str(value)
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"


def _noting_repeats(twice: list[str]) -> Any:
    def build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        counts = Counter(name for name, _ in pairs)
        twice.extend(name for name, count in counts.items() if count > 1)
        return dict(pairs)

    return build
