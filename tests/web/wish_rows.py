"""Runs about which people wish something, and how they send it."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from panels.choices import CallState
from panels.models import Call, Run
from panels.panel import Judge, Panel, Seat, Writer
from tests.web.rows import HTMX, add_call, add_link, add_run, page

pytestmark = pytest.mark.django_db(transaction=True)

FLASH = "openrouter:google/flash"
LOCAL = "local:smollm2-135m"


def panel(**changes: Any) -> Panel:
    seats = tuple(Seat(letter=letter, model=LOCAL, persona_name=f"P{letter}") for letter in "AB")
    values = {"seats": seats, "judge": Judge(), "writer": Writer(model=LOCAL)}
    return Panel(**(values | changes))


def make_run(owner: User, frozen: Panel | None = None, **changes: Any) -> Run:
    """In review: A has answered, B has failed."""
    run = add_run(owner, **({"panel_json": (frozen or panel()).to_json()} | changes))
    add_call(run, seat="A", text="Yes, split it.", model_asked=LOCAL)
    add_call(run, seat="B", state=CallState.FAILED, error_code="timed_out", model_asked=LOCAL)
    return run


@pytest.fixture
def run(owner: User) -> Run:
    return make_run(owner)


@pytest.fixture
def reviewer(guest_client: Client, run: Run) -> Client:
    guest_client.get(reverse("join", args=[add_link(run, scope="review")]))
    guest_client.post(reverse("guest_name", args=[run.pk]), {"name": "Grace"})
    return guest_client


def look(client: Client, run: Run, name: str, **query: str) -> HttpResponse:
    return client.get(reverse("wish", args=[run.pk, name]), query)


def send(client: Client, run: Run, name: str, **typed: str) -> HttpResponse:
    return client.post(reverse("make_wish", args=[run.pk, name]), typed, headers=HTMX)


def make(client: Client, run: Run, name: str, **typed: str) -> HttpResponse:
    """As a person does: see the calls for what was typed, and send that."""
    seen = client.post(reverse("foresee_wish", args=[run.pk, name]), typed)
    shown = page(seen).select_one("[name=shown]")["value"]
    return send(client, run, name, shown=shown, **typed)


def queued(run: Run) -> list[tuple[str, str, str]]:
    calls = Call.objects.filter(run=run, state=CallState.QUEUED).order_by("pk")
    return list(calls.values_list("role", "seat", "model_asked"))
