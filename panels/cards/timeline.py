"""Calls as bars on one time line, in the units of an SVG that is `WIDTH` wide.

Time in which no model was at work (the review, a night) is left out, so the bars stay readable.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from panels.snapshot import CallSnapshot

WIDTH = 1000
#: A call of a few milliseconds is still to be seen.
LEAST_WIDTH = 6


@dataclass(frozen=True, kw_only=True)
class Bar:
    """Waiting for the first token, then streaming."""

    waiting_x: int
    waiting_width: int
    streaming_x: int
    streaming_width: int


def bars_of(calls: Iterable[CallSnapshot], now: datetime) -> dict[int, Bar]:
    """By call id; calls that were never asked have none. `now` ends the ones still open."""
    spans = {call.id: _span(call, now) for call in calls if call.asked_at}
    busy = _merged([(start, end) for start, _, end in spans.values()])
    total = sum((end - start).total_seconds() for start, end in busy) or 1.0

    def x(moment: datetime) -> int:
        before = sum(
            (min(end, moment) - start).total_seconds() for start, end in busy if start < moment
        )
        return round(WIDTH * before / total)

    return {
        call_id: _bar(x(start), x(first), x(end)) for call_id, (start, first, end) in spans.items()
    }


def _span(call: CallSnapshot, now: datetime) -> tuple[datetime, datetime, datetime]:
    """Asked, first token, end."""
    start = call.asked_at or now
    end = max(call.finished_at or now, start)
    return start, min(max(call.first_token_at or end, start), end), end


def _merged(spans: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _bar(start: int, first: int, end: int) -> Bar:
    if end - start < LEAST_WIDTH:
        start = first = min(start, WIDTH - LEAST_WIDTH)
        end = start + LEAST_WIDTH
    return Bar(
        waiting_x=start,
        waiting_width=first - start,
        streaming_x=first,
        streaming_width=end - first,
    )
