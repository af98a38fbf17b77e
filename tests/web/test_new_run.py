"""The new-run page: the draft, its autosave, and the calls that it announces."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from panels.choices import RunState
from panels.models import Run
from panels.panel import Judge, Panel, Seat, Writer
from tests.web.rows import (
    HOSTILE,
    HTMX,
    NOWHERE,
    add_document,
    add_draft,
    add_preset,
    add_run,
    assert_inert,
    page,
    words,
)

pytestmark = pytest.mark.django_db


def save(client: Client, draft: Run, **typed: str) -> object:
    return client.post(f"/runs/new/{draft.pk}/draft/", typed, headers=HTMX)


def test_a_stranger_is_asked_to_sign_in(stranger_client: Client) -> None:
    response = stranger_client.get("/runs/new/")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/runs/new/")


def test_the_first_visit_makes_the_draft_and_later_ones_use_it(
    owner_client: Client, owner: User
) -> None:
    owner_client.get("/runs/new/")
    owner_client.get("/runs/new/")
    draft = Run.objects.get()
    assert (draft.owner, draft.state, draft.question) == (owner, RunState.DRAFT, "")


def test_each_person_has_a_draft_of_their_own(
    owner_client: Client, teammate_client: Client, owner: User
) -> None:
    add_draft(owner, question="Mine alone")
    assert "Mine alone" in words(owner_client.get("/runs/new/"), "textarea")
    assert "Mine alone" not in words(teammate_client.get("/runs/new/"))


def test_what_was_typed_and_attached_is_there_again(owner_client: Client, owner: User) -> None:
    draft = add_draft(owner, question="Shall we?\n\nReally?", preset_key="security-review")
    add_document(draft, name="plan.md", word_count=4812)
    response = owner_client.get("/runs/new/")
    assert page(response).select_one("#id_question").get_text() == "\nShall we?\n\nReally?"
    assert words(response, ".documents li") == "≡ plan.md 4,812 words ✕"
    assert page(response).select_one("[name=preset][checked]")["value"] == "security-review"


def test_the_address_can_choose_the_preset(owner_client: Client) -> None:
    response = owner_client.get("/runs/new/?preset=self-fusion-3")
    chosen = page(response).select("[name=preset][checked]")
    assert len(chosen) == 1


def test_built_in_presets_come_first_then_ones_own(owner_client: Client, owner: User) -> None:
    add_preset(owner, name="Aardvark")
    cards = [
        card.select_one("strong").get_text()
        for card in page(owner_client.get("/runs/new/")).select(".preset-cards .choice")
    ]
    assert cards[0] == "Architecture review"
    assert cards[-2:] == ["Aardvark", "+ New preset"]


def test_typing_is_saved_at_once(owner_client: Client, owner: User) -> None:
    draft = add_draft(owner)
    response = save(owner_client, draft, question="Line one\r\nline two", preset="security-review")
    assert (response.status_code, words(response).startswith("Saved")) == (200, True)
    draft.refresh_from_db()
    assert (draft.question, draft.preset_key) == ("Line one\nline two", "security-review")


def test_saving_answers_with_the_calls_of_the_chosen_preset(
    owner_client: Client, owner: User
) -> None:
    preset = add_preset(owner)
    response = save(owner_client, add_draft(owner), question="", preset=f"own-{preset.pk}")
    parts = {part["hx-target"]: part for part in page(response).select("hx-partial")}
    assert set(parts) == {"#calls", "#summary", "#one-model", "#cap-error"}
    assert len(parts["#calls"].select(".calls li")) == 3
    assert page(response).select("#start") == []


def test_a_question_that_is_too_long_is_refused_with_both_numbers(
    owner_client: Client, owner: User
) -> None:
    draft = add_draft(owner, question="before")
    response = save(owner_client, draft, question="x" * 20_001)
    assert response.status_code == 422
    assert words(response, ".field-error") == (
        "A question has at most 20000 characters; this has 20001. Attach the rest as a document."
    )
    draft.refresh_from_db()
    assert draft.question == "before"


def test_line_ends_count_once(owner_client: Client, owner: User) -> None:
    draft = add_draft(owner)
    assert save(owner_client, draft, question="x\r\n" * 10_000).status_code == 200
    draft.refresh_from_db()
    assert len(draft.question) == 20_000


def test_a_late_save_does_not_change_a_run_that_was_started(
    owner_client: Client, owner: User
) -> None:
    run = add_run(owner)
    response = save(owner_client, run, question="too late")
    assert response.status_code == 409
    assert words(response) == "Started in another window. Open the run"
    run.refresh_from_db()
    assert run.question != "too late"
    assert Run.objects.count() == 1


def test_nobody_else_can_save_into_a_draft(
    teammate_client: Client, stranger_client: Client, owner_client: Client, owner: User
) -> None:
    draft = add_draft(owner)
    assert save(teammate_client, draft, question="mine now").status_code == 404
    assert stranger_client.post(f"/runs/new/{draft.pk}/draft/").status_code == 302
    assert owner_client.post(f"/runs/new/{NOWHERE}/draft/").status_code == 404
    assert owner_client.get(f"/runs/new/{draft.pk}/draft/").status_code == 405
    draft.refresh_from_db()
    assert draft.question == ""


def test_every_call_is_listed_with_its_model(owner_client: Client) -> None:
    response = owner_client.get("/runs/new/?preset=architecture-review")
    rows = [" ".join(row.get_text(" ").split()) for row in page(response).select(".calls li")]
    assert len(rows) == 5
    assert rows[0].startswith("A Seat A: openrouter:google/flash best SRE on call")
    assert rows[3].startswith("⚖ openrouter:google/flash best Judge")
    assert rows[4].startswith("✎ openrouter:google/flash best Writer of the synthesis")
    assert "Every call that will be made is listed here. Nothing else is called." in words(
        response, "#calls"
    )
    assert words(response, ".sums").startswith(
        "3 panel calls – 1 judge call – 1 synthesis, when you ask – Estimate not known"
    )


@pytest.mark.usefixtures("local_model_only")
def test_without_a_key_the_page_says_what_the_local_model_is(owner_client: Client) -> None:
    response = owner_client.get("/runs/new/")
    assert "local judge: no model call" in words(response, ".calls .seat-judge")
    assert "local:smollm2-135m" in words(response, ".calls .seat-A")
    notice = words(response, "#summary .notice")
    assert "A small demonstration model runs on this machine" in notice
    assert "OPENROUTER_API_KEY" in notice
    assert words(response, ".sums .sum") == "Estimate free"


@pytest.mark.usefixtures("local_model_only")
def test_documents_that_a_model_will_see_in_part_are_announced(
    owner_client: Client, owner: User
) -> None:
    add_document(add_draft(owner), word_count=4812)
    note = words(owner_client.get("/runs/new/"), ".calls .call-note")
    assert note.startswith("will be shown about ")
    assert note.endswith(" of 4,812 words: those nearest to the question and the persona")


def test_with_a_larger_model_nothing_is_announced(owner_client: Client, owner: User) -> None:
    add_document(add_draft(owner), word_count=4812)
    response = owner_client.get("/runs/new/")
    assert page(response).select(".call-note") == []


def test_a_model_without_its_key_says_what_to_do_beside_its_call(
    owner_client: Client, owner: User
) -> None:
    panel = Panel(
        seats=(Seat(letter="A", model="openai:gpt"),),
        judge=Judge(model="nowhere:x"),
        writer=Writer(model="best"),
    )
    preset = add_preset(owner, panel_json=panel.to_json())
    response = owner_client.get(f"/runs/new/?preset=own-{preset.pk}")
    assert words(response, ".seat-A .field-error") == (
        "Set OPENAI_API_KEY, then start the server again."
    )
    assert "There is no provider “nowhere” here." in words(response, ".seat-judge .field-error")


def test_hostile_names_and_texts_stay_inert(owner_client: Client, owner: User) -> None:
    panel = Panel(
        seats=(Seat(letter="A", model=f"x:{HOSTILE}", persona_name=HOSTILE),),
        judge=Judge(),
        writer=Writer(model=f"x:{HOSTILE}"),
    )
    preset = add_preset(
        owner, name="<script>alert(1)</script>", description=HOSTILE, panel_json=panel.to_json()
    )
    draft = add_draft(owner, question=f"</textarea>{HOSTILE}", preset_key=f"own-{preset.pk}")
    add_document(draft, name=HOSTILE)
    response = owner_client.get("/runs/new/")
    assert_inert(response)
    assert page(response).select_one("#id_question").get_text() == f"\n</textarea>{HOSTILE}"
    assert words(response, ".document-name") == HOSTILE


def test_the_preset_of_somebody_else_is_not_offered(owner_client: Client, teammate: User) -> None:
    preset = add_preset(teammate, name="Theirs")
    response = owner_client.get(f"/runs/new/?preset=own-{preset.pk}")
    assert "Theirs" not in words(response)
    assert len(page(response).select("[name=preset][checked]")) == 1
