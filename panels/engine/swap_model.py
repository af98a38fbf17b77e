"""A person puts another model into a seat, and has it asked. The one before stays in the ledger."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from panels.engine.wishes import (
    locked,
    queue_seat,
    refuse_single,
    refuse_tour,
    refuse_unless_open,
    store_panel,
    tell,
)
from panels.models import Run


def swap_model(
    run: Run, letter: str, model: str, *, privacies: Mapping[str, str], now: datetime
) -> None:
    """`privacies`: provider name → its class, as it was shown with the call.

    :raises UnableToAsk: while the seat is answering, and in a run that is over.
    """
    with transaction.atomic():
        row = locked(run.pk)
        refuse_unless_open(row)
        refuse_single(row)
        refuse_tour(row)
        panel = row.panel.with_model(letter, model)
        call = queue_seat(row, panel.seat(letter), now=now)
        store_panel(row, panel, privacies)
    tell(row, call)
