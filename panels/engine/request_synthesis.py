"""A person asks for a synthesis: what was decided by then is what the writer gets."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from panels.choices import WRITABLE_RUNS, CallRole, RunState
from panels.engine import dispatch
from panels.engine.events import RunChanged
from panels.models import Call, Run, Synthesis
from panels.queries import load_run_snapshot
from panels.snapshot import AcceptedCritique


class UnableToWrite(Exception):
    """The run is not in review, or it is being written already."""


def request_synthesis(
    run: Run, *, requested_by: str, now: datetime, added: Collection[int] = ()
) -> None:
    """Queue the next version; the caller launches the run.

    `added` are numbers of accepted critiques that the writer is asked to add to the last version.

    :raises UnableToWrite: when the run can't be written now.
    """
    with transaction.atomic():
        if not run.try_move(since=sorted(WRITABLE_RUNS), to=RunState.WRITING):
            raise UnableToWrite
        snapshot = load_run_snapshot(run.pk)
        accepted = [
            AcceptedCritique(number=c.number, title=c.title, side=c.side, note=c.note)
            for c in snapshot.accepted
        ]
        call = Call.objects.create(
            run=run,
            role=CallRole.WRITER,
            attempt=1,
            model_asked=snapshot.panel.writer.model,
            created_at=now,
        )
        Synthesis.objects.create(
            run=run,
            version=len(snapshot.syntheses) + 1,
            accepted_json=[asdict(critique) for critique in accepted],
            rejected_json=[critique.number for critique in snapshot.rejected],
            added_json=sorted(set(added) & {critique.number for critique in accepted}),
            requested_by=requested_by,
            call=call,
            created_at=now,
        )
    dispatch.publish(RunChanged(run_id=str(run.pk)))
