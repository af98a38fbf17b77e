"""Prices, and the exact cost of a call. US dollars; prices are per token."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Context, Decimal, localcontext
from enum import StrEnum

#: Wide enough that no sum or product of plausible prices is ever rounded.
_EXACT = Context(prec=60)
#: A dollar per token is a thousand times the dearest model's price.
_HIGHEST_PRICE = Decimal(1)
_MOST_DECIMALS = 18


class PriceSource(StrEnum):
    OWN = "own"
    LISTED = "listed"


@dataclass(frozen=True, kw_only=True)
class PriceOverride:
    """Prices that replace the usual ones where every condition holds; None inherits.

    It holds for prompts of more than `min_prompt_tokens`, and from `utc_start` until before
    `utc_end`, minutes of the day that may wrap around midnight.
    """

    min_prompt_tokens: int = 0
    utc_start: int | None = None
    utc_end: int | None = None
    in_usd: Decimal | None = None
    out_usd: Decimal | None = None
    cached_in_usd: Decimal | None = None
    reasoning_usd: Decimal | None = None

    def holds(self, tokens_in: int, at: datetime | None) -> bool:
        """Where the time is not known, prices that depend on it do not hold."""
        if tokens_in <= self.min_prompt_tokens and self.min_prompt_tokens > 0:
            return False
        if self.utc_start is None or self.utc_end is None:
            return True
        if at is None:
            return False
        minute = at.astimezone(UTC).hour * 60 + at.astimezone(UTC).minute
        if self.utc_start <= self.utc_end:
            return self.utc_start <= minute < self.utc_end
        return minute >= self.utc_start or minute < self.utc_end


@dataclass(frozen=True, kw_only=True)
class Price:
    """Per token, and `request_usd` per request.

    Cached input without a price of its own costs what input costs, reasoning what output costs.
    """

    in_usd: Decimal
    out_usd: Decimal
    cached_in_usd: Decimal | None = None
    reasoning_usd: Decimal | None = None
    request_usd: Decimal = Decimal(0)
    overrides: tuple[PriceOverride, ...] = ()
    source: PriceSource = PriceSource.LISTED

    def at(self, tokens_in: int, at: datetime | None = None) -> "Price":
        """The price for a prompt of this length at this moment; later overrides win."""
        price = replace(self, overrides=())
        for override in self.overrides:
            if override.holds(tokens_in, at):
                price = price.replaced_by(override)
        return price

    def turning_points(self, low: int, high: int) -> list[int]:
        """Prompt lengths from `low` to `high` between which the cost only rises."""
        limits = {override.min_prompt_tokens for override in self.overrides}
        inside = {n for limit in limits for n in (limit, limit + 1) if low <= n <= high}
        return sorted({low, high} | inside)

    def replaced_by(self, override: PriceOverride) -> "Price":
        def either(new: Decimal | None, old: Decimal | None) -> Decimal | None:
            return old if new is None else new

        return replace(
            self,
            in_usd=self.in_usd if override.in_usd is None else override.in_usd,
            out_usd=self.out_usd if override.out_usd is None else override.out_usd,
            cached_in_usd=either(override.cached_in_usd, self.cached_in_usd),
            reasoning_usd=either(override.reasoning_usd, self.reasoning_usd),
        )


#: What runs on this machine.
FREE = Price(in_usd=Decimal(0), out_usd=Decimal(0))


def cost_of(
    price: Price,
    *,
    tokens_in: int,
    tokens_out: int,
    tokens_cached: int = 0,
    tokens_reasoning: int = 0,
    at: datetime | None = None,
) -> Decimal:
    """The exact cost of one call in US dollars.

    Cached tokens are a part of `tokens_in` and reasoning tokens of `tokens_out`, as usage reports
    count them. A vendor whose part is larger than the whole counts them apart, and so do we.
    """
    now = price.at(tokens_in, at)
    cached_in_usd = now.in_usd if now.cached_in_usd is None else now.cached_in_usd
    reasoning_usd = now.out_usd if now.reasoning_usd is None else now.reasoning_usd
    with localcontext(_EXACT):
        return (
            _without(tokens_in, tokens_cached) * now.in_usd
            + tokens_cached * cached_in_usd
            + _without(tokens_out, tokens_reasoning) * now.out_usd
            + tokens_reasoning * reasoning_usd
            + now.request_usd
        )


def _without(whole: int, part: int) -> int:
    return whole - part if part <= whole else whole


def is_plausible(price: Decimal) -> bool:
    """Neither negative nor infinite, at most a dollar a token, and written out to 18 places."""
    if not price.is_finite() or not 0 <= price <= _HIGHEST_PRICE:
        return False
    exponent = price.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -_MOST_DECIMALS
