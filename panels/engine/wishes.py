"""What the wishes of people at a running panel share: each begins a new chain, and repeats nothing.

A wish writes rows and tells of it; the caller launches the run, which asks what is queued.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from panels.choices import PARTS, CallRole, Lane, RunState
from panels.engine import dispatch
from panels.engine.events import CallChanged, RunChanged
from panels.estimating import Range, usd_range_json
from panels.models import Call, Run
from panels.panel import Panel, Seat

#: There are answers, and people may wish for more.
OPEN_TO_WISHES = PARTS[CallRole.SEAT]
ENDED_BADLY = frozenset({RunState.FAILED, RunState.CANCELLED})


class UnableToAsk(Exception):
    """The message says why, for a person."""


def locked(run_id: UUID | str) -> Run:
    """The run's row, until the end of the transaction: two wishes at once take turns."""
    return Run.objects.select_for_update(no_key=True).get(pk=run_id)


def refuse_unless_open(run: Run) -> None:
    """:raises UnableToAsk:"""
    if run.state in ENDED_BADLY:
        raise UnableToAsk("The run has ended. Run it again first.")
    if run.state not in OPEN_TO_WISHES:
        raise UnableToAsk("The run has not started.")


def refuse_single(run: Run) -> None:
    """:raises UnableToAsk: in the default lane, which has no panel to change."""
    if run.lane == Lane.SINGLE:
        raise UnableToAsk("One model answers alone here. Ask the panel instead.")


def refuse_tour(run: Run) -> None:
    """:raises UnableToAsk: in the tour, which says that no model is asked in it."""
    if run.is_tour:
        raise UnableToAsk("The tour is scripted: no model is asked in it. Start a run of your own.")


def queue_seat(run: Run, seat: Seat, *, now: datetime) -> Call:
    """The first attempt of a new chain.

    :raises UnableToAsk: while the seat is answering.
    """
    if run.calls.unsettled().filter(role=CallRole.SEAT, seat=seat.letter).exists():
        raise UnableToAsk(f"Seat {seat.letter} is still answering. Stop it first, or wait.")
    return Call.objects.create(
        run=run, role=CallRole.SEAT, seat=seat.letter, model_asked=seat.model, created_at=now
    )


def store_panel(run: Run, panel: Panel, privacies: Mapping[str, str]) -> None:
    """What the run has written down of its providers stays; those that are new to it are added."""
    kept = replace(panel, privacies={**privacies, **run.panel.privacies})
    run.panel_json = kept.to_json()
    run.save(update_fields=["panel_json"])


def tell(run: Run, *calls: Call) -> None:
    for call in calls:
        dispatch.publish(CallChanged(run_id=str(run.pk), call_id=call.pk))
    dispatch.publish(RunChanged(run_id=str(run.pk)))


@transaction.atomic
def note_foreseen(run_id: UUID | str, costs: Mapping[tuple[str, str], Range[Decimal]]) -> None:
    """What the newest calls at these places (role, seat) were to cost when they were wished for.

    Beside the run's own estimate; a run without one (the tour) has none of its wishes either.
    """
    run = locked(run_id)
    if run.estimate_json is None:
        return
    noted = dict(run.estimate_json.get("wishes", {}))
    for (role, seat), cost in costs.items():
        call = run.calls.filter(role=role, seat=seat).in_ledger_order().last()
        if call is not None:
            noted[str(call.pk)] = usd_range_json(cost)
    run.estimate_json = {**run.estimate_json, "wishes": noted}
    run.save(update_fields=["estimate_json"])
