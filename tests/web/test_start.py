"""Starting the panel."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from panels.choices import CallState, RunState
from panels.models import Run
from panels.panel import Judge, Panel, Seat, Writer
from tests.web.conftest import NotingDispatcher
from tests.web.rows import NOWHERE, add_document, add_draft, add_preset, add_run, page, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(owner: User) -> Run:
    return add_draft(owner)


def start(client: Client, draft: Run, **typed: Any) -> HttpResponse:
    values = {"question": "Shall we split it?", "preset": "architecture-review", **typed}
    return client.post(f"/runs/new/{draft.pk}/start/", values)


def test_the_draft_becomes_a_run_with_a_frozen_panel(
    owner_client: Client, draft: Run, engine: NotingDispatcher
) -> None:
    response = start(owner_client, draft)
    assert (response.status_code, response["Location"]) == (302, f"/runs/{draft.pk}/")
    draft.refresh_from_db()
    assert draft.state == RunState.PANEL
    assert (draft.title, draft.question) == ("Shall we split it?", "Shall we split it?")
    assert (draft.preset_key, draft.preset_name) == ("architecture-review", "Architecture review")
    assert {seat.model for seat in draft.panel.seats} == {"openrouter:google/flash"}
    assert engine.launched == [draft.pk]


def test_the_calls_that_were_listed_are_queued(owner_client: Client, draft: Run) -> None:
    start(owner_client, draft)
    calls = list(draft.calls.values_list("role", "seat", "state", "model_asked"))
    assert calls == [
        ("seat", letter, CallState.QUEUED, "openrouter:google/flash") for letter in "ABC"
    ]


def test_the_next_visit_finds_an_empty_page(owner_client: Client, draft: Run) -> None:
    start(owner_client, draft)
    response = owner_client.get("/runs/new/")
    assert words(response, "#id_question") == ""
    assert Run.objects.filter(state=RunState.DRAFT).count() == 1


def test_one_of_the_persons_own_presets_will_do(
    owner_client: Client, draft: Run, owner: User
) -> None:
    preset = add_preset(owner)
    start(owner_client, draft, preset=f"own-{preset.pk}")
    draft.refresh_from_db()
    assert (draft.preset_name, draft.panel.seats[0].persona_name) == ("Mine", "Sceptic")


def test_editing_the_preset_later_leaves_the_run_alone(
    owner_client: Client, draft: Run, owner: User
) -> None:
    preset = add_preset(owner)
    start(owner_client, draft, preset=f"own-{preset.pk}")
    preset.panel_json["seats"][0]["persona_name"] = "Changed"
    preset.save()
    draft.refresh_from_db()
    assert draft.panel.seats[0].persona_name == "Sceptic"


def test_a_document_alone_will_do_and_names_the_run(owner_client: Client, draft: Run) -> None:
    add_document(draft, text="Preface\n\n# ADR 14: split checkout\n\nText.")
    assert start(owner_client, draft, question=" ").status_code == 302
    draft.refresh_from_db()
    assert draft.title == "ADR 14: split checkout"


def test_files_and_pasted_text_that_came_along_are_attached(
    owner_client: Client, draft: Run
) -> None:
    response = start(
        owner_client,
        draft,
        question="",
        files=[SimpleUploadedFile("plan.md", b"# Plan\n\nSplit it.")],
        paste_text="and this",
    )
    assert response.status_code == 302
    assert list(draft.documents.order_by("pk").values_list("name", flat=True)) == [
        "plan.md",
        "Pasted text",
    ]


def test_a_file_that_can_not_be_read_holds_the_start_back(
    owner_client: Client, draft: Run, engine: NotingDispatcher
) -> None:
    response = start(owner_client, draft, files=[SimpleUploadedFile("empty.md", b"")])
    assert response.status_code == 422
    assert words(response, ".refused li") == "⚠ empty.md This file is empty."
    assert engine.launched == []


def test_nothing_to_look_at_is_an_error_beside_the_question(
    owner_client: Client, draft: Run, engine: NotingDispatcher
) -> None:
    response = start(owner_client, draft, question="  \n ")
    assert response.status_code == 422
    assert words(response, "#id_question_error") == "Write a question, or attach a document."
    assert page(response).select_one("#id_question")["aria-invalid"] == "true"
    draft.refresh_from_db()
    assert (draft.state, engine.launched) == (RunState.DRAFT, [])


def test_a_question_that_is_too_long_stays_in_its_field(owner_client: Client, draft: Run) -> None:
    response = start(owner_client, draft, question="x" * 20_001)
    assert response.status_code == 422
    assert "at most 20000 characters" in words(response, "#id_question_error")
    assert len(words(response, "#id_question")) == 20_001


def test_the_longest_question_is_taken(owner_client: Client, draft: Run) -> None:
    assert start(owner_client, draft, question="x" * 20_000).status_code == 302


def test_a_preset_that_is_not_there_is_an_error(
    owner_client: Client, draft: Run, teammate: User
) -> None:
    theirs = add_preset(teammate)
    for key in ("", "nonsense", f"own-{theirs.pk}"):
        response = start(owner_client, draft, preset=key)
        assert response.status_code == 422
        assert words(response, "#calls .field-error") == "Choose a preset."
        assert words(response, "#id_question") == "Shall we split it?"


def test_a_model_without_its_key_is_an_error_beside_its_call(
    owner_client: Client, draft: Run, owner: User, engine: NotingDispatcher
) -> None:
    panel = Panel(
        seats=(Seat(letter="A", model="openai:gpt"),), judge=Judge(), writer=Writer(model="best")
    )
    preset = add_preset(owner, panel_json=panel.to_json())
    response = start(owner_client, draft, preset=f"own-{preset.pk}")
    assert response.status_code == 422
    assert words(response, ".seat-A .field-error") == (
        "Set OPENAI_API_KEY, then start the server again."
    )
    assert "can't be called, as marked below" in words(response, "#calls > .field-error")
    draft.refresh_from_db()
    assert (draft.state, engine.launched) == (RunState.DRAFT, [])
    assert draft.question == "Shall we split it?"


def test_a_second_click_leads_to_the_run_and_starts_nothing(
    owner_client: Client, draft: Run, engine: NotingDispatcher
) -> None:
    start(owner_client, draft)
    response = start(owner_client, draft, question="something else")
    assert response["Location"] == f"/runs/{draft.pk}/"
    assert engine.launched == [draft.pk]
    assert draft.calls.count() == 3


def test_nobody_else_can_start_a_draft(
    teammate_client: Client,
    stranger_client: Client,
    owner_client: Client,
    draft: Run,
    owner: User,
    engine: NotingDispatcher,
) -> None:
    assert start(teammate_client, draft).status_code == 404
    assert start(teammate_client, add_run(owner)).status_code == 404
    assert start(stranger_client, draft)["Location"].startswith("/sign-in/")
    assert owner_client.post(f"/runs/new/{NOWHERE}/start/").status_code == 404
    assert owner_client.get(f"/runs/new/{draft.pk}/start/").status_code == 405
    assert engine.launched == []
