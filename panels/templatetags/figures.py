"""Figures as a reader wants them. None is shown as a dash: not known is not zero."""

from decimal import Decimal

from django import template

from panels.estimating import Range

register = template.Library()
UNKNOWN = "–"


@register.filter
def count(number: int | None) -> str:
    return UNKNOWN if number is None else f"{number:,}"


@register.filter
def seconds(number: float | None) -> str:
    """`0.4 s`, `38 s`, `6 m 12 s`."""
    if number is None:
        return UNKNOWN
    if number < 20:
        return f"{number:.1f} s"
    minutes, rest = divmod(round(number), 60)
    return f"{minutes} m {rest} s" if minutes else f"{rest} s"


@register.filter
def money(usd: Decimal | None) -> str:
    """At least a tenth of a cent, and two significant digits below that: `$0.084`, `$0.000012`."""
    if usd is None:
        return UNKNOWN
    if usd == 0:
        return "$0"
    digits = max(3, 1 - usd.adjusted())
    return f"${usd:,.{digits}f}" if usd < 1 else f"${usd:,.2f}"


@register.filter
def money_range(usd: Range[Decimal] | None) -> str:
    """`$0.08 – 0.14`: as many digits as it takes for two of the high end; `free` for nothing."""
    if usd is None:
        return UNKNOWN
    if usd.high == 0:
        return "free"
    digits = max(2, 1 - usd.high.adjusted())
    low, high = f"{usd.low:,.{digits}f}", f"{usd.high:,.{digits}f}"
    return f"${high}" if low == high else f"${low} – {high}"


@register.filter
def seconds_range(span: Range[float]) -> str:
    """`35 – 60 s`, `1 – 4 m`: for planning, not for the stopwatch."""
    low, high = max(1, round(span.low)), max(1, round(span.high))
    if high < 100:
        return f"{low} s" if low == high else f"{low} – {high} s"
    if low < 60:
        return f"{low} s – {round(high / 60)} m"
    low, high = round(low / 60), round(high / 60)
    return f"{low} m" if low == high else f"{low} – {high} m"


@register.filter
def factor(times: float | None) -> str:
    """`4.2×`, `21×`; empty where it is not known."""
    if times is None:
        return ""
    return f"{times:.1f}×" if times < 10 else f"{times:,.0f}×"


@register.filter
def percent(share: float | None) -> str:
    """A difference: `+12 %`, `−3 %`."""
    if share is None:
        return UNKNOWN
    rounded = round(share * 100)
    return f"{'−' if rounded < 0 else '+' if rounded > 0 else '±'}{abs(rounded)} %"


@register.filter
def amount(usd: Decimal | None) -> str:
    """As a person would type it: `0.5`, `25`; empty for none."""
    return "" if usd is None else f"{usd.normalize():f}"


@register.filter
def exact_money(usd: Decimal | None) -> str:
    """Every digit that is known, four at least, so that a column adds up."""
    if usd is None:
        return UNKNOWN
    whole, _, decimals = f"{usd:,.8f}".partition(".")
    return f"${whole}.{decimals.rstrip('0').ljust(4, '0')}"


@register.filter
def slug(reference: str) -> str:
    """The model's own name, without the provider's."""
    return reference.partition(":")[2] or reference
