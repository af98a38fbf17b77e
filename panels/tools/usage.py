"""The usage of several turns as that of one call. Pure."""

from collections.abc import Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

from panels.providers.stream import UsageReported

#: Parts of other counts; a server that says nothing of them means none.
_PARTS = frozenset({"tokens_reasoning", "tokens_cached"})


def sum_of_turns(turns: Sequence[UsageReported]) -> UsageReported:
    """What a turn did not report leaves that whole sum unknown: half a cost is no cost."""
    sums: dict[str, Any] = {}
    for each in fields(UsageReported):
        values = [getattr(turn, each.name) for turn in turns]
        sums[each.name] = _sum(values, may_lack=each.name in _PARTS)
    return UsageReported(**sums)


def _sum(values: Sequence[int | Decimal | None], *, may_lack: bool) -> int | Decimal | None:
    known = [value for value in values if value is not None]
    is_complete = len(known) == len(values)
    return sum(known[1:], known[0]) if known and (is_complete or may_lack) else None
