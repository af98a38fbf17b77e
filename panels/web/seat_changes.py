"""Adding, removing and moving a seat while a preset is being edited, with all that is typed."""

from collections.abc import Mapping
from typing import Any

from panels.panel import BEST_MODEL, MOST_SEATS
from panels.web.numbers import small_number
from panels.web.preset_form import SEATS_PREFIX, SeatForm

NEW_SEAT: dict[str, Any] = {"model": BEST_MODEL}


def changed_seats(data: Mapping[str, Any], change: str) -> list[dict[str, Any]]:
    """The seats as typed after `add`, `remove-2`, `up-2` or `down-2`; seats count from 0."""
    seats = typed_seats(data)
    act, _, place = change.partition("-")
    if act == "add" and len(seats) < MOST_SEATS:
        return [*seats, dict(NEW_SEAT)]
    found = small_number(place)
    index = -1 if found is None else found
    if act == "remove" and len(seats) > 1:
        return [seat for i, seat in enumerate(seats) if i != index]
    if act == "up":
        return _swapped(seats, index - 1)
    return _swapped(seats, index) if act == "down" else seats


def typed_seats(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    count = small_number(str(data.get(f"{SEATS_PREFIX}-TOTAL_FORMS", "")))
    total = 1 if count is None else min(count, MOST_SEATS)
    return [
        {name: data.get(f"{SEATS_PREFIX}-{i}-{name}", "") for name in SeatForm.base_fields}
        for i in range(total)
    ]


def _swapped(seats: list[dict[str, Any]], upper: int) -> list[dict[str, Any]]:
    if not 0 <= upper < len(seats) - 1:
        return seats
    return [*seats[:upper], seats[upper + 1], seats[upper], *seats[upper + 2 :]]
