"""A draft becomes a run: its panel is frozen and its seats' calls queued, in one transaction."""

from datetime import datetime
from typing import Any

from django.db import transaction

from panels.choices import CallRole, Lane, RunState
from panels.models import Call, Run
from panels.panel import Panel


class UnableToStart(Exception):
    """The draft is not a draft any more: it was started in another window."""


@transaction.atomic
def start_run(
    draft: Run,
    *,
    panel: Panel,
    preset_key: str,
    preset_name: str,
    now: datetime,
    lane: Lane = Lane.PANEL,
    estimate_json: dict[str, Any] | None = None,
) -> None:
    """Start the draft with a panel whose model references are all concrete.

    In the default lane the whole panel is frozen all the same: it may be escalated to.

    :raises UnableToStart: when it was started already.
    """
    moved = draft.try_move(
        since=[RunState.DRAFT],
        to=RunState.PANEL,
        lane=lane,
        panel_json=panel.to_json(),
        preset_key=preset_key,
        preset_name=preset_name,
        estimate_json=estimate_json,
        created_at=now,
        started_at=now,
    )
    if not moved:
        raise UnableToStart
    draft.documents.removed().delete()
    Call.objects.bulk_create(
        Call(
            run=draft,
            role=CallRole.SEAT,
            seat=seat.letter,
            model_asked=seat.model,
            created_at=now,
        )
        for seat in draft.asked_panel.seats
    )
