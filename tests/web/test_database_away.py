"""While the database is away: a clear answer for everybody, and nothing typed is lost."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError
from django.test import AsyncClient, Client

from panels.web import database_away, drafts, presets, sign_in, start
from tests.web.rows import HOSTILE, HTMX, add_draft, assert_inert, page, words

JSON = {"Accept": "application/json"}
QUESTION = "Should we split checkout?\nBefore or after the sale?"


def away(*_: object, **__: object) -> None:
    raise OperationalError("connection to server at 10.1.2.3 failed")


@pytest.fixture
def client(owner: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(owner)
    return client


@pytest.fixture
def lost(client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The session can still be read; what the pages need cannot."""
    monkeypatch.setattr(presets, "presets_for", away)
    monkeypatch.setattr(drafts, "keep_typed", away)
    monkeypatch.setattr(start, "own_run_or_404", away)
    return client


def test_a_page_says_so_and_leads_back_to_itself(lost: Client) -> None:
    response = lost.get("/presets/?from=here")
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert response["Cache-Control"] == "no-store"
    assert words(response, "h1") == "The database does not answer"
    assert database_away.READING in words(response, ".empty")
    assert page(response).select_one(".empty .btn")["href"] == "/presets/?from=here"
    assert b"10.1.2.3" not in response.content


def test_a_lost_connection_is_the_same(lost: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object) -> None:
        raise InterfaceError("connection already closed")

    monkeypatch.setattr(presets, "presets_for", closed)
    assert lost.get("/presets/").status_code == 503


def test_htmx_gets_a_message_and_the_page_keeps_its_words(lost: Client) -> None:
    response = lost.get("/presets/", headers=HTMX)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert page(response).select_one("hx-partial")["hx-target"] == "#messages"
    assert words(response, "[data-message]") == database_away.READING


def test_programs_get_json(lost: Client) -> None:
    response = lost.get("/presets/", headers=JSON)
    assert response.status_code == 503
    assert json.loads(response.content) == {
        "error": database_away.READING,
        "code": "database_away",
        "retry_after_seconds": 5,
    }


def test_what_was_typed_comes_back_ready_to_be_sent_again(lost: Client, owner: User) -> None:
    draft = add_draft(owner)
    typed = {"question": QUESTION, "preset": "quick", "cap": "5", "start_anyway": "1"}
    response = lost.post(f"/runs/new/{draft.pk}/start/", typed)
    assert response.status_code == 503
    form = page(response).select_one("form.sent-again")
    assert form["action"] == f"/runs/new/{draft.pk}/start/"
    assert form.select_one("textarea[name=question]").text == "\n" + QUESTION
    hidden = {field["name"]: field["value"] for field in form.select("input")}
    token = hidden.pop("csrfmiddlewaretoken")
    assert len(token) == 64
    assert hidden == {"preset": "quick", "cap": "5", "start_anyway": "1"}


def test_the_form_that_comes_back_is_taken(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = add_draft(owner)
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.force_login(owner)
    token = json.loads(page(strict.get("/")).body["hx-headers:inherited"])["X-CSRFToken"]
    with monkeypatch.context() as broken:
        broken.setattr(start, "own_run_or_404", away)
        lost = strict.post(
            f"/runs/new/{draft.pk}/start/", {"question": QUESTION, "csrfmiddlewaretoken": token}
        )
    sent = {
        field["name"]: field.get("value") or field.text.removeprefix("\n")
        for field in page(lost).select("form.sent-again :is(input, textarea)")
    }
    again = strict.post(f"/runs/new/{draft.pk}/start/", sent)
    assert again.status_code == 422  # No preset was chosen; but the words have arrived.
    draft.refresh_from_db()
    assert draft.question == QUESTION


def test_a_form_of_another_site_does_not_become_ours(
    owner: User, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.AUTO_SIGN_IN = True
    monkeypatch.setattr(sign_in, "_sign_local_user_in", away)  # Before any form is checked.
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    response = strict.post("/tour/", {"question": QUESTION}, headers={"Host": "127.0.0.1"})
    assert response.status_code == 503
    assert page(response).select("form") == []
    assert QUESTION.encode() not in response.content


def test_files_have_to_be_attached_again_and_the_page_says_which(lost: Client, owner: User) -> None:
    draft = add_draft(owner)
    with open(__file__, "rb") as file:
        response = lost.post(f"/runs/new/{draft.pk}/start/", {"question": QUESTION, "files": file})
    assert "These files have to be attached again: test_database_away.py" in words(
        response, ".empty"
    )


@pytest.mark.django_db
def test_a_password_is_never_sent_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "authenticate", away)
    client = Client(raise_request_exception=False)
    response = client.post("/sign-in/", {"username": "ada", "password": "engine-1843"})
    assert response.status_code == 503
    assert b"engine-1843" not in response.content


def test_hostile_words_stay_inert(lost: Client, owner: User) -> None:
    draft = add_draft(owner)
    response = lost.post(f"/runs/new/{draft.pk}/start/", {"question": HOSTILE * 3, HOSTILE: "x"})
    assert response.status_code == 503
    assert_inert(response)


@pytest.mark.django_db(transaction=True)
async def test_pages_of_the_event_loop_say_so_too(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presets, "presets_for", away)
    client = AsyncClient(raise_request_exception=False)
    await client.aforce_login(owner)
    response = await client.get("/presets/")
    assert (response.status_code, response["Retry-After"]) == (503, "5")


def test_what_goes_wrong_otherwise_is_still_our_fault(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(presets, "presets_for", fail)
    assert client.get("/presets/").status_code == 500
