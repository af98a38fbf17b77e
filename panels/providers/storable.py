"""What a vendor says, made fit for a database and a page. Pure.

JSON can hold halves of surrogate pairs and NULs, which no UTF-8 column takes, and numbers that no
column holds. A paid answer must not be lost to one of them.
"""

from decimal import Decimal

MOST_COUNT = 2**31 - 1
#: A single call that costs a million dollars is a mistake, and so is its report.
MOST_USD = Decimal(1_000_000)
_REPLACEMENT = "\ufffd"


def storable_text(text: str) -> str:
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\0", _REPLACEMENT)


def storable_count(value: object) -> int | None:
    """A token count; None for what is no count."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= MOST_COUNT else None


def storable_usd(amount: Decimal) -> Decimal | None:
    """An amount of US dollars; None for one that nobody could owe for a call."""
    return amount if amount.is_finite() and 0 <= amount < MOST_USD else None
