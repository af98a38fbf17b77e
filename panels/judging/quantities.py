"""Numbers with their units, so that "30 days" and "7 days" can be told to differ."""

import re
from dataclasses import dataclass

_SECONDS = {
    "ms": 0.001, "millisecond": 0.001, "s": 1.0, "sec": 1.0, "second": 1.0, "min": 60.0,
    "minute": 60.0, "h": 3600.0, "hour": 3600.0, "day": 86400.0, "week": 604800.0,
    "month": 2592000.0, "year": 31536000.0,
}  # fmt: skip
_BYTES = {"kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12}
_MONEY = {"dollar": 1.0, "usd": 1.0, "euro": 1.0, "eur": 1.0}
_SHARES = {"%": 1.0, "percent": 1.0}
_MULTIPLES = {"times": 1.0, "x": 1.0}
#: Dimension → unit → factor. Counted things are dimensions of their own.
_DIMENSIONS = {
    "time": _SECONDS, "bytes": _BYTES, "money": _MONEY, "share": _SHARES, "multiple": _MULTIPLES,
    **{
        thing: {thing: 1.0}
        for thing in (
            "replica", "shard", "partition", "retry", "node", "instance", "region", "engineer",
            "person", "team", "service", "user", "request", "connection", "pod", "copy", "step",
            "phase", "environment", "reviewer", "worker", "zone", "attempt",
        )
    },
}  # fmt: skip
_WORD_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12,
}  # fmt: skip
_WHOLE_WORDS = {"twice": ("multiple", 2.0)}
_SINGULARS = {"people": "person", "retries": "retry", "copies": "copy"}
_NUMBER = re.compile(
    r"(?<![\w.,-])(?:(?P<digits>\d[\d,]*(?:\.\d+)?)|(?P<word>"
    + "|".join(_WORD_NUMBERS)
    + r"))[\s-]?(?P<unit>%|[A-Za-z]+)|\b(?P<whole>twice)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Quantity:
    """`size` is in the dimension's base unit, `text` as it was written."""

    dimension: str
    size: float
    text: str
    start: int


def quantities(text: str) -> dict[str, Quantity]:
    """Dimension → quantity. A dimension that occurs twice is left out: it can't be compared."""
    found: dict[str, list[Quantity]] = {}
    for match in _NUMBER.finditer(text):
        if quantity := _quantity(match):
            found.setdefault(quantity.dimension, []).append(quantity)
    return {dimension: same[0] for dimension, same in found.items() if len(same) == 1}


def _quantity(match: re.Match[str]) -> Quantity | None:
    if whole := match["whole"]:
        dimension, size = _WHOLE_WORDS[whole.lower()]
        return Quantity(dimension, size, match[0], match.start())
    number = _number(match)
    unit = match["unit"].lower()
    singular = _SINGULARS.get(unit, unit)
    for dimension, factors in _DIMENSIONS.items():
        factor = factors.get(singular) or factors.get(singular.removesuffix("s"))
        if factor is not None:
            return Quantity(dimension, number * factor, match[0], match.start())
    return None


def _number(match: re.Match[str]) -> float:
    if match["word"]:
        return float(_WORD_NUMBERS[match["word"].lower()])
    return float(match["digits"].replace(",", ""))
