"""What the page learns from news alone: a first text, and columns of seats that joined."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.utils import timezone

from panels.choices import CallState
from panels.engine.events import TextArrived
from panels.live import frames
from panels.live.live_call import LiveCall
from panels.snapshot import RunSnapshot
from panels.snapshot.replacing import with_call


def begin_columns(
    run: RunSnapshot | None, live: Mapping[int, LiveCall], texts: Iterable[TextArrived]
) -> tuple[RunSnapshot | None, list[str]]:
    """The run as it stands now, and the columns whose first text came.

    That they stream needs no look at the database.
    """
    call_ids = {event.call_id for event in texts}
    if run is None:
        return None, []
    begun = [call for call in run.calls if call.id in call_ids and call.is_waiting]
    for call in begun:
        run = with_call(
            run, replace(call, state=CallState.STREAMING, first_token_at=timezone.now())
        )
    seats = [call for call in begun if call.seat and call.id in live]
    found = [frames.column_partial(run, call.seat, live) for call in seats]
    for call in seats:
        # The column holds its text.
        live[call.id].mark_sent()
    return run, found


def new_columns(drawn: RunSnapshot | None, run: RunSnapshot) -> list[str]:
    """Of seats that joined since; before any text that goes into them."""
    there = {answer.letter for answer in (drawn or run).answers}
    new = [answer.letter for answer in run.answers if answer.letter not in there]
    return frames.new_column_partials(run, new) if new else []
