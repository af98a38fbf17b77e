"""A person says which of a seat's answers counts. Every word is a new row; the last one holds."""

from datetime import datetime

from django.db import transaction

from panels.engine import dispatch
from panels.engine.events import AnswerChosen
from panels.engine.review import Reviewer
from panels.engine.wishes import UnableToAsk, locked
from panels.models import AnswerChoice, Run
from panels.queries import load_run_snapshot


def choose_answer(
    run: Run, letter: str, call_id: int, reviewer: Reviewer, *, now: datetime
) -> None:
    """
    :raises UnableToAsk: when the seat has no such answer.
    """
    with transaction.atomic():
        row = locked(run.pk)
        answer = load_run_snapshot(row.pk).answer(letter)
        if call_id not in {call.id for call in answer.answers} or answer.latest is None:
            raise UnableToAsk(f"Seat {letter} has no such answer.")
        AnswerChoice.objects.create(
            run=row,
            seat=letter,
            call_id=call_id,
            after_id=answer.latest.id,
            reviewer_id=reviewer.user_id,
            share_link_id=reviewer.share_link_id,
            reviewer_name=reviewer.name,
            created_at=now,
        )
    dispatch.publish(AnswerChosen(run_id=str(row.pk), seat=letter))
