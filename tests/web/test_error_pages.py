"""What goes wrong: for people, for htmx, for programs."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from panels.web import presets
from tests.web.rows import HOSTILE, HTMX, NOWHERE, add_run, assert_inert, page, words

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}


def test_a_missing_page_looks_like_ours_and_leads_on(owner_client: Client) -> None:
    response = owner_client.get("/nowhere/")
    assert response.status_code == 404
    assert words(response, "h1") == "There is nothing here"
    assert page(response).select_one(".site-nav") is not None


def test_a_run_of_somebody_else_and_a_run_that_is_not_there_look_alike(
    teammate_client: Client, stranger_client: Client, owner: User
) -> None:
    run = add_run(owner)
    for client in (teammate_client, stranger_client):
        answers = [
            client.get(f"/runs/{run_id}/share/", headers=JSON) for run_id in (run.pk, NOWHERE)
        ]
        assert answers[0].content == answers[1].content
        assert [answer.status_code for answer in answers] == [404, 404]


def test_programs_get_json(stranger_client: Client) -> None:
    response = stranger_client.get("/nowhere/", headers=JSON)
    assert response.status_code == 404
    assert json.loads(response.content) == {
        "error": "This page does not exist, or it is not shared with you.",
        "code": "not_found",
    }


def test_htmx_gets_a_message_for_the_corner(owner_client: Client) -> None:
    response = owner_client.get("/nowhere/", headers=HTMX)
    assert response.status_code == 404
    assert page(response).select_one("hx-partial")["hx-target"] == "#messages"
    assert page(response).select("html") == []


def test_an_address_is_never_echoed_as_markup(stranger_client: Client) -> None:
    response = stranger_client.get(f"/{HOSTILE}/")
    assert response.status_code == 404
    assert b"alert(1)" not in response.content


def test_a_form_without_its_token_says_what_to_do(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    response = client.post("/tour/")
    assert response.status_code == 403
    assert words(response, "h1") == "This page is too old"
    assert "Reload it and try again" in words(response, ".empty")
    assert json.loads(client.post("/tour/", headers=JSON).content)["code"] == "csrf_failed"


def test_the_token_of_the_page_is_taken_from_htmx_too(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    headers = page(client.get("/")).body["hx-headers:inherited"]
    token = json.loads(headers)["X-CSRFToken"]
    assert client.post("/tour/", headers={"X-CSRFToken": token}).status_code == 302


def test_a_broken_request_is_told_so(stranger_client: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
    response = stranger_client.post("/sign-in/", {"a": "1", "b": "2"})
    assert response.status_code == 400
    assert words(response, "h1") == "That could not be read"


def test_a_failure_of_ours_says_so_without_touching_anything_else(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(presets, "presets_for", fail)
    client = Client(raise_request_exception=False)
    client.force_login(owner)
    response = client.get("/presets/")
    assert response.status_code == 500
    assert words(response, "h1") == "Something went wrong here"
    assert b"secret detail" not in response.content
    assert json.loads(client.get("/presets/", headers=JSON).content)["code"] == "server_error"
    assert client.get("/presets/", headers=HTMX).status_code == 500


PAGES = ["/", "/runs/new/", "/presets/", "/presets/new/", "/sign-in/", "/nowhere/"]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_keeps_the_strict_policy(owner_client: Client, address: str) -> None:
    response = owner_client.get(address)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    soup = page(response)
    assert soup.select("script:not([src]), style, [style]") == []
    assert [
        name
        for tag in soup.find_all(True)
        for name in tag.attrs
        if name.startswith(("on", "hx-on"))
    ] == []


@pytest.mark.parametrize("address", PAGES)
def test_no_page_names_two_things_alike(owner_client: Client, address: str) -> None:
    soup = page(owner_client.get(address))
    ids = [tag["id"] for tag in soup.select("[id]")]
    assert sorted(ids) == sorted(set(ids))
    for label in soup.select("label[for]"):
        assert label["for"] in ids


def test_hostile_account_names_stay_inert(owner: User) -> None:
    User.objects.update(username=HOSTILE)
    client = Client()
    client.force_login(User.objects.get())
    response = client.get("/")
    assert_inert(response)
