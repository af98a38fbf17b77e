"""From one model's answer to the panel: a new run with the same question, documents and preset."""

from datetime import datetime
from typing import Any

from django.db import transaction

from panels.choices import Lane
from panels.engine import dispatch
from panels.engine.events import RunChanged
from panels.engine.start_run import start_run
from panels.models import Document, Run
from panels.panel import Panel


class UnableToEscalate(Exception):
    """The message says why, for a person."""


def escalate_run(
    single: Run, *, panel: Panel, now: datetime, estimate_json: dict[str, Any] | None = None
) -> Run:
    """The panel's run, started; the caller launches it. A second call finds the first one's run.

    :raises UnableToEscalate: when the run is no single model's, or it is still answering.
    """
    if single.lane != Lane.SINGLE:
        raise UnableToEscalate("This run is a panel's already.")
    with transaction.atomic():
        single = Run.objects.select_for_update().get(pk=single.pk)
        if not single.is_finished:
            raise UnableToEscalate("The model is still answering. Wait for it, or stop it.")
        if found := Run.objects.escalated(single.pk).first():
            return found
        run = _start(single, panel, now, estimate_json)
    dispatch.publish(RunChanged(run_id=str(single.pk)))
    return run


def _start(single: Run, panel: Panel, now: datetime, estimate_json: dict[str, Any] | None) -> Run:
    run = Run.objects.create(
        owner_id=single.owner_id,
        title=single.title,
        question=single.question,
        escalated_from=single,
        cap_usd=single.cap_usd,
        created_at=now,
    )
    for document in single.documents.attached().order_by("pk"):
        _copy(document, run)
    start_run(
        run,
        panel=panel,
        preset_key=single.preset_key,
        preset_name=single.preset_name,
        now=now,
        estimate_json=estimate_json,
    )
    return run


def _copy(document: Document, run: Run) -> None:
    document.pk = None
    document.run = run
    document.save(force_insert=True)
