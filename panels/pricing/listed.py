"""The prices in a provider's model list, as `providers.requests.ModelInfo` holds them.

Decimal strings, US dollars per token. A router's "-1", a price that is no number and one that no
vendor could mean are all unknown, and a row that doesn't price both directions has no price.
"""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Protocol

from panels.pricing.prices import Price, PriceOverride, is_plausible


class ListedOverride(Protocol):
    """Prices that hold under conditions, as a model list writes them: decimal strings per token.

    `min_prompt_tokens` is exceeded strictly. `utc_start` and `utc_end` are minutes of the day.
    """

    @property
    def min_prompt_tokens(self) -> int: ...
    @property
    def utc_start(self) -> int | None: ...
    @property
    def utc_end(self) -> int | None: ...
    @property
    def price_in_usd(self) -> str | None: ...
    @property
    def price_out_usd(self) -> str | None: ...
    @property
    def price_cached_in_usd(self) -> str | None: ...
    @property
    def price_reasoning_usd(self) -> str | None: ...


class ListedModel(Protocol):
    """The prices of a model list's row; `providers.requests.ModelInfo` is one."""

    @property
    def price_in_usd(self) -> str | None: ...
    @property
    def price_out_usd(self) -> str | None: ...
    @property
    def price_cached_in_usd(self) -> str | None: ...
    @property
    def price_reasoning_usd(self) -> str | None: ...
    @property
    def price_request_usd(self) -> str | None: ...
    @property
    def price_overrides(self) -> Sequence[ListedOverride]: ...


def listed_price(listed: ListedModel) -> Price | None:
    """The price in a row of a model list; None unless it says what both directions cost."""
    in_usd, out_usd = price_from_text(listed.price_in_usd), price_from_text(listed.price_out_usd)
    if in_usd is None or out_usd is None:
        return None
    request_usd = price_from_text(listed.price_request_usd or "0")
    if request_usd is None:
        return None
    return Price(
        in_usd=in_usd,
        out_usd=out_usd,
        cached_in_usd=_own_rate(listed.price_cached_in_usd),
        reasoning_usd=_own_rate(listed.price_reasoning_usd),
        request_usd=request_usd,
        overrides=tuple(_override(override) for override in listed.price_overrides),
    )


def price_from_text(text: str | None) -> Decimal | None:
    """A price that could be meant; None for a sentinel, for nonsense and for nothing."""
    try:
        price = Decimal(text or "")
    except InvalidOperation:
        return None
    return price if is_plausible(price) else None


def _own_rate(text: str | None) -> Decimal | None:
    """OpenRouter's list has "0" where a model has no rate of its own for cached or reasoning."""
    return price_from_text(text) or None


def _override(listed: ListedOverride) -> PriceOverride:
    return PriceOverride(
        min_prompt_tokens=listed.min_prompt_tokens,
        utc_start=listed.utc_start,
        utc_end=listed.utc_end,
        in_usd=price_from_text(listed.price_in_usd),
        out_usd=price_from_text(listed.price_out_usd),
        cached_in_usd=_own_rate(listed.price_cached_in_usd),
        reasoning_usd=_own_rate(listed.price_reasoning_usd),
    )
