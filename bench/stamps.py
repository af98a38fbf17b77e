"""Tokens that say when they were sent: `x` and seven digits, milliseconds of a common clock.

The monotonic clock is one for all processes of a machine, and no step of the wall clock moves it.
"""

import re
import time

_WRAP = 10_000_000  # ms: two and three quarter hours
STAMP = re.compile(r"x(\d{7})")


def now_ms() -> int:
    return time.monotonic_ns() // 1_000_000 % _WRAP


def stamp() -> str:
    return f"x{now_ms():07d}"


def age_ms(stamped: int, now: int) -> int:
    return (now - stamped) % _WRAP


def stamps_in(text: str) -> list[int]:
    return [int(digits) for digits in STAMP.findall(text)]


def newest_first(before: int, stamped: int) -> bool:
    """Whether `stamped` is later than `before`, across the clock's wrap."""
    return 0 < (stamped - before) % _WRAP < _WRAP // 2
