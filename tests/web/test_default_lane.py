"""One model first: what the page says before, and what it shows after."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from panels.choices import CallState, Lane, RunState
from panels.models import Run
from panels.panel import Judge, Panel, Seat, Writer
from tests.web.conftest import NotingDispatcher
from tests.web.lanes import PANEL, ask_one
from tests.web.rows import (
    add_draft,
    add_preset,
    page,
    words,
)

pytestmark = pytest.mark.django_db

# One model first


def test_the_page_says_which_model_would_be_asked(owner_client: Client, owner: User) -> None:
    key = f"own-{add_preset(owner, panel_json=PANEL.to_json()).pk}"
    response = owner_client.get(f"/runs/new/?preset={key}")
    button = page(response).select_one("#ask-one")
    assert (button["name"], button["value"]) == ("lane", "single")
    assert words(response, "#one-model-words") == (
        "One call, without judge or review; from its answer the panel is one click away. "
        "It goes to local:smollm2-135m this machine"
    )


def test_one_call_is_queued_and_the_panel_is_kept(
    owner_client: Client, owner: User, engine: NotingDispatcher
) -> None:
    draft = add_draft(owner)
    key = f"own-{add_preset(owner, panel_json=PANEL.to_json()).pk}"
    assert ask_one(owner_client, draft, preset=key)["Location"] == f"/runs/{draft.pk}/"
    draft.refresh_from_db()
    assert (draft.lane, draft.state) == (Lane.SINGLE, RunState.PANEL)
    assert list(draft.calls.values_list("role", "seat", "state", "model_asked")) == [
        ("seat", "A", CallState.QUEUED, "local:smollm2-135m")
    ]
    assert [seat.model for seat in draft.panel.seats] == ["openrouter:google/flash", "own:qwen"]
    assert engine.launched == [draft.pk]


def test_only_the_model_that_is_asked_has_to_be_there(owner_client: Client, owner: User) -> None:
    """The panel's problems are marked, and matter when the panel is asked."""
    draft = add_draft(owner)
    panel = Panel(seats=(Seat(letter="A", model="openai:gpt"),), judge=Judge(), writer=PANEL.writer)
    key = f"own-{add_preset(owner, panel_json=panel.to_json()).pk}"
    assert ask_one(owner_client, draft, preset=key).status_code == 302


def test_the_one_model_has_to_be_there(
    owner_client: Client, owner: User, engine: NotingDispatcher
) -> None:
    draft = add_draft(owner)
    panel = Panel(seats=PANEL.seats, judge=Judge(), writer=Writer(model="openai:gpt"))
    key = f"own-{add_preset(owner, panel_json=panel.to_json()).pk}"
    assert ask_one(owner_client, draft, preset=key).status_code == 422
    assert engine.launched == []


def test_a_local_only_run_asks_no_model_outside(owner_client: Client, owner: User) -> None:
    draft = add_draft(owner)
    panel = Panel(seats=PANEL.seats, judge=Judge(), writer=Writer(model="openrouter:google/flash"))
    key = f"own-{add_preset(owner, panel_json=panel.to_json()).pk}"
    response = ask_one(owner_client, draft, preset=key, is_local_only="on")
    assert words(response, "#calls > .field-error") == (
        "This run is local only, and these would leave: the writer. Nothing was sent."
    )


def test_a_question_is_needed_all_the_same(owner_client: Client, owner: User) -> None:
    response = ask_one(owner_client, add_draft(owner), question=" ", preset="self-fusion-3")
    assert words(response, "#id_question_error") == "Write a question, or attach a document."


# Its page


def test_its_page_has_one_column_and_the_panel_beside_it(owner_client: Client, single: Run) -> None:
    response = owner_client.get(f"/runs/{single.pk}/")
    soup = page(response)
    assert [column["id"] for column in soup.select(".answer")] == ["seat-A"]
    assert words(response, "#seat-A-title") == "Seat A: One model"
    assert words(response, "#seat-A-blocks") == "Wait a year."
    assert [tab.get_text() for tab in soup.select("[role=tab]")] == ["Answer", "Brief", "Ledger"]
    assert soup.select("#review, #synthesis, #undo-latest, .decide-bar") == []
    form = soup.select_one("form#escalate")
    assert form["action"] == f"/runs/{single.pk}/escalate/"
    assert form.select_one("[name=csrfmiddlewaretoken]") is not None


def test_its_brief_names_the_one_who_was_asked(owner_client: Client, single: Run) -> None:
    response = owner_client.get(f"/runs/{single.pk}/")
    assert words(response, "#brief-panel") == "Who was asked"
    assert len(page(response).select(".brief-seats > li")) == 1
