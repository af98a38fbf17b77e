"""A person has a seat asked again. What it said before stays, and can be chosen again."""

from datetime import datetime

from django.db import transaction

from panels.engine.wishes import locked, queue_seat, refuse_unless_open, tell
from panels.models import Run


def retry_seat(run: Run, letter: str, *, now: datetime) -> None:
    """
    :raises UnableToAsk: while the seat is answering, and in a run that is over.
    """
    with transaction.atomic():
        row = locked(run.pk)
        refuse_unless_open(row)
        call = queue_seat(row, row.asked_panel.seat(letter), now=now)
    tell(row, call)
