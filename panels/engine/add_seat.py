"""A person adds a seat to a panel that has begun. It reads what the others were given to read."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from panels.engine.wishes import (
    UnableToAsk,
    locked,
    queue_seat,
    refuse_single,
    refuse_tour,
    refuse_unless_open,
    store_panel,
    tell,
)
from panels.models import Run
from panels.panel import MOST_SEATS, Seat


def add_seat(run: Run, seat: Seat, *, privacies: Mapping[str, str], now: datetime) -> str:
    """The letter that it got: the next one, whatever `seat` says.

    :raises UnableToAsk: where every place is taken, and in a run that is over.
    """
    with transaction.atomic():
        row = locked(run.pk)
        refuse_unless_open(row)
        refuse_single(row)
        refuse_tour(row)
        panel = row.panel
        letter = panel.next_letter
        if not letter:
            raise UnableToAsk(f"A panel has at most {MOST_SEATS} seats.")
        added = replace(seat, letter=letter)
        store_panel(row, replace(panel, seats=(*panel.seats, added)), privacies)
        call = queue_seat(row, added, now=now)
    tell(row, call)
    return letter
