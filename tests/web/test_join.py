"""Opening a share link, and giving a name."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from panels.access import GUEST_NAME, SHARE_LINKS
from panels.models import Run, ShareLink
from tests.web.rows import HOSTILE, HTMX, NOWHERE, add_link, add_run, assert_inert, page, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(owner: User) -> Run:
    return add_run(owner)


def test_a_view_link_leads_straight_to_the_run(guest_client: Client, run: Run) -> None:
    response = guest_client.get(f"/s/{add_link(run, scope='view')}/")
    assert (response.status_code, response["Location"]) == (302, f"/runs/{run.pk}/")
    assert guest_client.session[SHARE_LINKS] == {str(run.pk): ShareLink.objects.get().pk}


def test_a_reviewer_gives_a_name_once(guest_client: Client, run: Run, owner: User) -> None:
    name_page = f"/runs/{run.pk}/name/"
    assert guest_client.get(f"/s/{add_link(run)}/")["Location"] == name_page
    assert "Split checkout?" in words(guest_client.get(name_page))
    response = guest_client.post(name_page, {"name": "  Eve   Adams "})
    assert response["Location"] == f"/runs/{run.pk}/"
    assert guest_client.session[GUEST_NAME] == "Eve Adams"
    other = add_run(owner)
    assert guest_client.get(f"/s/{add_link(other)}/")["Location"] == f"/runs/{other.pk}/"


def test_a_name_can_be_changed_later(guest_client: Client, run: Run) -> None:
    guest_client.get(f"/s/{add_link(run)}/")
    guest_client.post(f"/runs/{run.pk}/name/", {"name": "Eve"})
    response = guest_client.get(f"/runs/{run.pk}/name/")
    assert page(response).select_one("[name=name]")["value"] == "Eve"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "Give a name. Your decisions will carry it."),
        ("   ", "Give a name. Your decisions will carry it."),
        ("x" * 81, "A name has at most 80 characters."),
        ("Eve\u202egnp", "Use visible characters only."),
        ("Eve\x07", "Use visible characters only."),
    ],
)
def test_a_name_that_will_not_do_says_why(
    guest_client: Client, run: Run, name: str, error: str
) -> None:
    guest_client.get(f"/s/{add_link(run)}/")
    response = guest_client.post(f"/runs/{run.pk}/name/", {"name": name})
    assert response.status_code == 422
    assert words(response, "#id_name_error") == error
    assert GUEST_NAME not in guest_client.session


@pytest.mark.parametrize("name", ["Zoë", "李雷", "علی\u200cرضا", "👩\u200d💻 Sam"])
def test_names_of_all_the_world_will_do(guest_client: Client, run: Run, name: str) -> None:
    guest_client.get(f"/s/{add_link(run)}/")
    assert guest_client.post(f"/runs/{run.pk}/name/", {"name": name}).status_code == 302
    assert guest_client.session[GUEST_NAME] == name


def test_hostile_names_and_titles_stay_inert(guest_client: Client, owner: User) -> None:
    run = add_run(owner, title=HOSTILE)
    guest_client.get(f"/s/{add_link(run)}/")
    guest_client.post(f"/runs/{run.pk}/name/", {"name": HOSTILE})
    assert_inert(guest_client.get(f"/runs/{run.pk}/name/"))
    assert_inert(guest_client.post(f"/runs/{run.pk}/name/", {"name": HOSTILE * 5}))


def test_the_owner_and_a_teammate_are_not_asked_for_a_name(
    owner_client: Client, teammate_client: Client, run: Run
) -> None:
    token = add_link(run)
    for client in (owner_client, teammate_client):
        assert client.get(f"/s/{token}/")["Location"] == f"/runs/{run.pk}/"
        assert client.get(f"/runs/{run.pk}/name/").status_code == 404


def test_whoever_may_only_look_is_not_asked_for_a_name(guest_client: Client, run: Run) -> None:
    guest_client.get(f"/s/{add_link(run, scope='view')}/")
    assert guest_client.get(f"/runs/{run.pk}/name/").status_code == 404


def test_a_stranger_can_not_give_a_name(stranger_client: Client, run: Run) -> None:
    for run_id in (run.pk, NOWHERE):
        assert stranger_client.get(f"/runs/{run_id}/name/").status_code == 404
        response = stranger_client.post(f"/runs/{run_id}/name/", {"name": "Eve"})
        assert response.status_code == 404


@pytest.mark.parametrize(
    "ended",
    [{"lifetime": timedelta(seconds=-1)}, {"is_revoked": True}],
    ids=["expired", "revoked"],
)
def test_all_links_that_do_not_open_look_alike(
    guest_client: Client, run: Run, ended: dict[str, Any]
) -> None:
    never = guest_client.get("/s/never-existed/")
    response = guest_client.get(f"/s/{add_link(run, **ended)}/")
    assert (response.status_code, never.status_code) == (404, 404)
    assert words(response) == words(never)
    assert words(never, ".empty").startswith("This link does not open anything")
    assert SHARE_LINKS not in guest_client.session


def test_the_link_of_a_deleted_run_does_not_open(guest_client: Client, run: Run) -> None:
    token = add_link(run)
    run.delete_softly(timezone.now())
    assert guest_client.get(f"/s/{token}/").status_code == 404


def test_the_token_stays_out_of_caches_and_referrers(guest_client: Client, run: Run) -> None:
    for address in (f"/s/{add_link(run)}/", "/s/never-existed/"):
        response = guest_client.get(address)
        assert response["Referrer-Policy"] == "no-referrer"
        assert "no-store" in response["Cache-Control"]


def test_several_links_are_kept_side_by_side(guest_client: Client, run: Run, owner: User) -> None:
    other = add_run(owner)
    for each in (run, other):
        guest_client.get(f"/s/{add_link(each, scope='view')}/")
    assert set(guest_client.session[SHARE_LINKS]) == {str(run.pk), str(other.pk)}


def test_a_guest_gets_nothing_but_the_run(guest_client: Client, run: Run, owner: User) -> None:
    other = add_run(owner)
    guest_client.get(f"/s/{add_link(run)}/")
    for address in ("/", "/presets/", "/runs/new/"):
        assert guest_client.get(address)["Location"].startswith("/sign-in/")
    for act in (f"{other.pk}/name", f"{run.pk}/share", f"{run.pk}/row"):
        assert guest_client.get(f"/runs/{act}/", headers=HTMX).status_code == 404
