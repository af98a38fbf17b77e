"""Deleting a run, and taking that back."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from panels.choices import CallState, RunState
from panels.engine.events import AccessChanged
from panels.models import Run
from panels.web import runs
from tests.web.rows import (
    HOSTILE,
    HTMX,
    NOWHERE,
    add_call,
    add_draft,
    add_link,
    add_run,
    assert_inert,
    page,
    words,
)

pytestmark = pytest.mark.django_db


def test_a_deleted_run_turns_into_an_offer_to_undo(owner_client: Client, owner: User) -> None:
    run = add_run(owner)
    response = owner_client.post(f"/runs/{run.pk}/delete/", headers=HTMX)
    assert words(response, "tr") == "Deleted “Split checkout?”. Undo"
    assert page(response).select_one("form")["action"] == f"/runs/{run.pk}/restore/"
    assert page(owner_client.get("/")).select(".run-title") == []


def test_whoever_watches_a_run_is_sent_away_when_it_is_deleted(
    owner_client: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[object] = []
    monkeypatch.setattr(runs, "publish", published.append)
    run = add_run(owner)
    owner_client.post(f"/runs/{run.pk}/delete/")
    assert published == [AccessChanged(run_id=str(run.pk))]


def test_undo_brings_the_row_back(owner_client: Client, owner: User) -> None:
    run = add_run(owner, deleted_at=timezone.now())
    response = owner_client.post(f"/runs/{run.pk}/restore/", headers=HTMX)
    assert words(response, ".run-title") == "Split checkout?"
    run.refresh_from_db()
    assert run.deleted_at is None


def test_both_work_without_scripts(owner_client: Client, owner: User) -> None:
    run = add_run(owner)
    response = owner_client.post(f"/runs/{run.pk}/delete/", follow=True)
    assert words(response, ".undo-notice") == "Deleted “Split checkout?”. Undo"
    response = owner_client.post(f"/runs/{run.pk}/restore/", follow=True)
    assert words(response, ".run-title") == "Split checkout?"


def test_a_run_at_work_is_stopped_when_it_is_deleted(
    owner_client: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = []

    async def note(run: Run, **_: object) -> None:
        stopped.append(run.pk)

    monkeypatch.setattr(runs, "stop_run", note)
    busy, still = add_run(owner, state=RunState.PANEL), add_run(owner, state=RunState.DONE)
    late = add_run(owner, state=RunState.REVIEW)
    add_call(late, state=CallState.STREAMING, finished_at=None)
    for run in (busy, still, late):
        owner_client.post(f"/runs/{run.pk}/delete/", headers=HTMX)
    assert stopped == [busy.pk, late.pk]


def test_a_hostile_title_stays_inert_in_the_offer(owner_client: Client, owner: User) -> None:
    run = add_run(owner, title=HOSTILE)
    assert_inert(owner_client.post(f"/runs/{run.pk}/delete/", headers=HTMX))
    assert_inert(owner_client.get(f"/?deleted={run.pk}"))


def test_nobody_else_can_delete_or_restore(
    teammate_client: Client, stranger_client: Client, guest_client: Client, owner: User
) -> None:
    run, gone = add_run(owner), add_run(owner, deleted_at=timezone.now())
    guest_client.get(f"/s/{add_link(run)}/")
    for client in (teammate_client, stranger_client, guest_client):
        assert client.post(f"/runs/{run.pk}/delete/").status_code == 404
        assert client.post(f"/runs/{gone.pk}/restore/").status_code == 404
    run.refresh_from_db()
    gone.refresh_from_db()
    assert run.deleted_at is None
    assert gone.deleted_at is not None


def test_somebody_elses_deleted_run_is_not_named(teammate_client: Client, owner: User) -> None:
    run = add_run(owner, title="secret", deleted_at=timezone.now())
    assert "secret" not in teammate_client.get(f"/?deleted={run.pk}").content.decode()


def test_there_is_nothing_to_delete_or_restore_of_drafts_and_of_nothing(
    owner_client: Client, owner: User
) -> None:
    for run_id in (add_draft(owner).pk, NOWHERE):
        assert owner_client.post(f"/runs/{run_id}/delete/").status_code == 404
        assert owner_client.post(f"/runs/{run_id}/restore/").status_code == 404


def test_looking_at_the_address_deletes_nothing(owner_client: Client, owner: User) -> None:
    run = add_run(owner)
    assert owner_client.get(f"/runs/{run.pk}/delete/").status_code == 405
    assert owner_client.get(f"/runs/{run.pk}/restore/").status_code == 405
