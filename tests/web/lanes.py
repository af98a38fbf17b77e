"""Runs of the default lane, and what people send about them."""

from typing import Any

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from panels.choices import Lane, RunState
from panels.models import Run, Synthesis
from panels.panel import Judge, Panel, Seat, Writer
from tests.web.rows import (
    HTMX,
    add_call,
    add_run,
)

PANEL = Panel(
    seats=(Seat(letter="A", model="openrouter:google/flash"), Seat(letter="B", model="own:qwen")),
    judge=Judge(),
    writer=Writer(model="local:smollm2-135m"),
)


def ask_one(client: Client, draft: Run, **typed: Any) -> HttpResponse:
    values = {"question": "Shall we split it?", "lane": "single", **typed}
    return client.post(f"/runs/new/{draft.pk}/start/", values)


def add_single(owner: User, **changes: Any) -> Run:
    values = {"lane": Lane.SINGLE, "state": RunState.DONE, "panel_json": PANEL.to_json()}
    run = add_run(owner, **(values | changes))
    add_call(run, model_asked="local:smollm2-135m", text="**Wait** a year.")
    return run


def add_escalated(owner: User, single: Run) -> Run:
    run = add_run(owner, escalated_from=single, state=RunState.DONE, panel_json=PANEL.to_json())
    call = add_call(run, role="writer", seat="", text="Do it.")
    Synthesis.objects.create(
        run=run,
        version=1,
        accepted_json=[],
        rejected_json=[],
        added_json=[],
        requested_by="Ada",
        call=call,
        created_at=call.created_at,
    )
    return run


def escalate(client: Client, run: Run) -> HttpResponse:
    return client.post(f"/runs/{run.pk}/escalate/")


def say(client: Client, run: Run, answer: str) -> HttpResponse:
    return client.post(f"/runs/{run.pk}/changed/", {"answer": answer}, headers=HTMX)
