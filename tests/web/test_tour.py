"""The guided tour, from the outside."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from panels.choices import RunState
from panels.models import Run
from tests.web.conftest import NotingDispatcher

pytestmark = pytest.mark.django_db


def test_one_click_starts_it(owner_client: Client, owner: User, engine: NotingDispatcher) -> None:
    response = owner_client.post("/tour/")
    run = Run.objects.get()
    assert response["Location"] == f"/runs/{run.pk}/"
    assert (run.owner, run.state, run.is_tour) == (owner, RunState.PANEL, True)
    assert (run.documents.count(), run.calls.count()) == (1, len(run.panel.seats))
    assert engine.launched == [run.pk]


def test_every_model_of_it_is_scripted(owner_client: Client) -> None:
    owner_client.post("/tour/")
    panel = Run.objects.get().panel
    models = [seat.model for seat in panel.seats] + [panel.writer.model]
    assert {model.partition(":")[0] for model in models} == {"scripted"}


def test_it_can_be_taken_twice_and_leaves_the_draft_alone(owner_client: Client) -> None:
    owner_client.get("/runs/new/")
    owner_client.post("/tour/")
    owner_client.post("/tour/")
    assert Run.objects.filter(is_tour=True).count() == 2
    assert Run.objects.filter(state=RunState.DRAFT, is_tour=False).count() == 1


def test_a_stranger_can_not_take_it(stranger_client: Client) -> None:
    assert stranger_client.post("/tour/")["Location"].startswith("/sign-in/")
    assert Run.objects.count() == 0


def test_looking_at_the_address_starts_nothing(owner_client: Client) -> None:
    assert owner_client.get("/tour/").status_code == 405
    assert Run.objects.count() == 0
