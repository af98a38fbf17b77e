"""A person has every seat asked again that has nothing to show."""

from datetime import datetime

from django.db import transaction

from panels.engine.wishes import UnableToAsk, locked, queue_seat, refuse_unless_open, tell
from panels.models import Run
from panels.queries import load_run_snapshot


def retry_failed(run: Run, *, now: datetime) -> None:
    """
    :raises UnableToAsk: where no seat has failed, and in a run that is over.
    """
    with transaction.atomic():
        row = locked(run.pk)
        refuse_unless_open(row)
        failed = load_run_snapshot(row.pk).failed_answers
        if not failed:
            raise UnableToAsk("No seat has failed.")
        calls = [queue_seat(row, answer.seat, now=now) for answer in failed]
    tell(row, *calls)
