"""Tokens → money: what a model's tokens cost, by its provider's list or by a person's own table.

An unknown price is None, never a guess. Pure.
"""

from panels.pricing.listed import ListedModel, ListedOverride, listed_price, price_from_text
from panels.pricing.own import (
    PriceTable,
    UnreadablePrices,
    price_table_from,
    price_table_from_text,
)
from panels.pricing.prices import FREE, Price, PriceOverride, PriceSource, cost_of
from panels.pricing.stored import price_from_json, price_to_json

__all__ = [
    "FREE",
    "ListedModel",
    "ListedOverride",
    "Price",
    "PriceOverride",
    "PriceSource",
    "PriceTable",
    "UnreadablePrices",
    "cost_of",
    "listed_price",
    "price_from_json",
    "price_from_text",
    "price_table_from",
    "price_table_from_text",
    "price_to_json",
]
