"""Whole numbers that a request carries as text."""

#: More than any number or key of ours has; Python refuses to read one of thousands.
MOST_DIGITS = 9


def small_number(text: str) -> int | None:
    """None for whatever is no number, or none that could be one of ours."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None
