"""Making and revoking share links."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from panels.models import Run, ShareLink
from panels.models.shares import hash_token
from tests.web.rows import (
    HOSTILE,
    HTMX,
    NOWHERE,
    add_draft,
    add_link,
    add_run,
    assert_inert,
    page,
    words,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(owner: User) -> Run:
    return add_run(owner)


def share(client: Client, run: Run, **typed: str) -> HttpResponse:
    values = {"scope": "review", "expiry": "7-days", **typed}
    return client.post(f"/runs/{run.pk}/share/", values)


def address_in(response: HttpResponse) -> str:
    return words(response, "#new-link")


def test_without_links_it_says_who_can_open_the_run(owner_client: Client, run: Run) -> None:
    assert words(owner_client.get(f"/runs/{run.pk}/share/"), ".empty") == (
        "No link yet. Only you can open this run."
    )


def test_the_link_is_shown_once_and_only_its_hash_is_kept(owner_client: Client, run: Run) -> None:
    address = address_in(share(owner_client, run))
    assert address.startswith("http://testserver/s/")
    token = address.removeprefix("http://testserver/s/").removesuffix("/")
    assert ShareLink.objects.get().token_hash == hash_token(token)
    assert token not in owner_client.get(f"/runs/{run.pk}/share/").content.decode()


@pytest.mark.parametrize(
    ("expiry", "days"), [("1-day", 1), ("7-days", 7), ("30-days", 30), ("never", None)]
)
@pytest.mark.parametrize("scope", ["view", "review"])
def test_scope_and_end_are_as_chosen(
    owner_client: Client, run: Run, scope: str, expiry: str, days: int | None
) -> None:
    share(owner_client, run, scope=scope, expiry=expiry)
    link = ShareLink.objects.get()
    ends = link.created_at + timedelta(days=days) if days else None
    assert (link.run, link.scope, link.expires_at) == (run, scope, ends)


@pytest.mark.parametrize(
    ("field", "error"),
    [("scope", "Choose what the link allows."), ("expiry", "Choose when the link ends.")],
)
def test_a_choice_that_does_not_exist_is_an_error_beside_it(
    owner_client: Client, run: Run, field: str, error: str
) -> None:
    response = share(owner_client, run, **{field: "owner"})
    assert response.status_code == 422
    assert words(response, f"#id_{field}_error") == error
    assert ShareLink.objects.count() == 0


def test_every_link_is_listed_with_its_state(owner_client: Client, run: Run) -> None:
    add_link(run, lifetime=None)
    add_link(run, scope="view", is_revoked=True)
    add_link(run, lifetime=timedelta(seconds=-1))
    add_link(run, lifetime=timedelta(days=1))
    rows = page(owner_client.get(f"/runs/{run.pk}/share/")).select("tbody tr")
    listed = [" ".join(row.get_text(" ").split()) for row in rows]
    tomorrow = (timezone.now() + timedelta(days=1)).strftime("%-d %b %Y")
    assert listed[0].startswith(f"Can review now {tomorrow}, ")
    assert listed[1:] == [
        "Can review now ended Revoke",
        "Can view now revoked",
        "Can review now never Revoke",
    ]


def test_revoking_ends_access_at_once(owner_client: Client, guest_client: Client, run: Run) -> None:
    guest_client.get(f"/s/{add_link(run)}/")
    name_page = f"/runs/{run.pk}/name/"
    assert guest_client.get(name_page).status_code == 200
    link = ShareLink.objects.get()
    response = owner_client.post(f"/runs/{run.pk}/share/{link.pk}/revoke/", headers=HTMX)
    assert words(response, "tbody tr") == "Can review now revoked"
    assert guest_client.get(name_page).status_code == 404


def test_revoking_twice_keeps_the_first_moment(owner_client: Client, run: Run) -> None:
    add_link(run)
    link = ShareLink.objects.get()
    for _ in range(2):
        response = owner_client.post(f"/runs/{run.pk}/share/{link.pk}/revoke/")
        assert response["Location"] == f"/runs/{run.pk}/share/"
        link.refresh_from_db()
        revoked_at = link.revoked_at
    assert revoked_at == ShareLink.objects.get().revoked_at is not None


def test_htmx_gets_the_part_alone(owner_client: Client, run: Run) -> None:
    response = owner_client.post(
        f"/runs/{run.pk}/share/", {"scope": "view", "expiry": "never"}, headers=HTMX
    )
    assert page(response).select("html, header") == []
    assert address_in(response).startswith("http://testserver/s/")


def test_pages_with_a_token_are_neither_stored_nor_told_to_others(
    owner_client: Client, run: Run
) -> None:
    response = share(owner_client, run)
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]


def test_a_hostile_title_stays_inert(owner_client: Client, owner: User) -> None:
    run = add_run(owner, title=HOSTILE)
    assert_inert(owner_client.get(f"/runs/{run.pk}/share/"))


@pytest.mark.parametrize("scope", ["view", "review"])
def test_nobody_but_the_owner_can_share_or_revoke(
    teammate_client: Client, stranger_client: Client, guest_client: Client, run: Run, scope: str
) -> None:
    guest_client.get(f"/s/{add_link(run, scope=scope)}/")
    link = ShareLink.objects.get()
    for client in (teammate_client, stranger_client, guest_client):
        assert client.get(f"/runs/{run.pk}/share/").status_code == 404
        assert share(client, run).status_code == 404
        assert client.post(f"/runs/{run.pk}/share/{link.pk}/revoke/").status_code == 404
    link.refresh_from_db()
    assert (ShareLink.objects.count(), link.revoked_at) == (1, None)


def test_there_is_nothing_to_share_of_drafts_and_of_nothing(
    owner_client: Client, owner: User
) -> None:
    for run_id in (add_draft(owner).pk, NOWHERE):
        assert owner_client.get(f"/runs/{run_id}/share/").status_code == 404


def test_a_link_of_another_run_is_not_revoked(owner_client: Client, run: Run, owner: User) -> None:
    add_link(add_run(owner))
    link = ShareLink.objects.get()
    assert owner_client.post(f"/runs/{run.pk}/share/{link.pk}/revoke/").status_code == 404


def test_looking_at_the_address_revokes_nothing(owner_client: Client, run: Run) -> None:
    add_link(run)
    link = ShareLink.objects.get()
    response: Any = owner_client.get(f"/runs/{run.pk}/share/{link.pk}/revoke/")
    assert response.status_code == 405
