"""A person does not wait for the slow seats: the judge begins with the answers that are there."""

from django.db import transaction

from panels.choices import RunState
from panels.engine.wishes import UnableToAsk, locked, tell
from panels.models import Run
from panels.queries import load_run_snapshot


def judge_now(run: Run) -> None:
    """The seats that are still open go on, and join late.

    :raises UnableToAsk: without an answer, and when the panel has ended already.
    """
    with transaction.atomic():
        row = locked(run.pk)
        snapshot = load_run_snapshot(row.pk)
        if snapshot.is_single or not snapshot.is_panel:
            raise UnableToAsk("The judge does not wait for any seat.")
        if not snapshot.readable_answers:
            raise UnableToAsk("No seat has answered yet, so there is nothing to judge.")
        row.try_move(since=[RunState.PANEL], to=RunState.JUDGING)
    tell(row)
