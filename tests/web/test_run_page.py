"""The run page and its exports: for whom they open, and what they hold."""

import json

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from panels.choices import CallState, RunState
from panels.models import Run
from tests.web.rows import (
    HOSTILE,
    NOWHERE,
    add_call,
    add_critique,
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
    run = add_run(owner)
    for seat in "ABC":
        add_call(run, seat=seat, text=f"The **answer** of {seat}.", state=CallState.DONE)
    add_critique(run, 1)
    add_critique(run, 2, "accepted")
    return run


def address(run: Run, name: str = "run", *args: str) -> str:
    return reverse(name, args=[run.pk, *args])


def test_the_owner_sees_answers_critiques_and_progress(owner_client: Client, run: Run) -> None:
    response = owner_client.get(address(run))
    assert "The answer of B." in words(response, "#seat-B-blocks")
    assert "Point 1" in words(response, "#critique-1")
    assert "1 of 2 decided" in words(response, "#review-progress")


def test_the_page_names_its_socket_with_the_digest_of_what_it_shows(
    owner_client: Client, run: Run
) -> None:
    room = page(owner_client.get(address(run))).select_one("#room")
    first = room["hx-ws:connect"]
    assert first.startswith(f"/ws/runs/{run.pk}/?digest=")
    add_critique(run, 3)
    assert page(owner_client.get(address(run))).select_one("#room")["hx-ws:connect"] != first


def test_the_page_says_what_the_viewer_may_do(
    owner_client: Client, guest_client: Client, run: Run
) -> None:
    def scope(client: Client) -> str:
        return page(client.get(address(run))).select_one("#room")["data-scope"]

    assert scope(owner_client) == "owner"
    guest_client.get(reverse("join", args=[add_link(run, scope="view")]))
    assert scope(guest_client) == "view"


def test_a_review_guest_is_asked_for_a_name_first_and_then_reviews(
    guest_client: Client, run: Run
) -> None:
    guest_client.get(reverse("join", args=[add_link(run, scope="review")]))
    assert guest_client.get(address(run)).url == address(run, "guest_name")
    guest_client.post(address(run, "guest_name"), {"name": "Grace"})
    assert page(guest_client.get(address(run))).select_one("#room")["data-scope"] == "review"


@pytest.mark.parametrize("name", ["run", "export_run"])
def test_whoever_has_neither_account_nor_link_finds_nothing(
    teammate_client: Client, stranger_client: Client, run: Run, name: str
) -> None:
    extra = ["md"] if name == "export_run" else []
    missing = reverse(name, args=[NOWHERE, *extra])
    for client in (teammate_client, stranger_client):
        response, nothing = client.get(address(run, name, *extra)), client.get(missing)
        assert (response.status_code, nothing.status_code) == (404, 404)
        assert "Split checkout?" not in response.content.decode()


def test_a_draft_and_a_deleted_run_have_no_page(owner_client: Client, owner: User) -> None:
    from django.utils import timezone

    for hidden in (add_draft(owner), add_run(owner, deleted_at=timezone.now())):
        assert owner_client.get(address(hidden)).status_code == 404


def test_hostile_text_stays_text_on_the_page(owner_client: Client, owner: User) -> None:
    run = add_run(owner, title=HOSTILE, question=HOSTILE, preset_name=HOSTILE[:80])
    add_call(run, text=HOSTILE, reasoning=HOSTILE, model_served=HOSTILE)
    add_call(run, seat="B", state=CallState.FAILED, error_code="bad", error_detail=HOSTILE)
    critique = add_critique(run, 1)
    critique.title = critique.body = HOSTILE
    critique.save()
    critique.stances.create(seat="A", position=HOSTILE, quote=HOSTILE)
    assert_inert(owner_client.get(address(run)))


@pytest.mark.parametrize(
    ("state", "reason", "said"),
    [
        (RunState.FAILED, "all_seats_failed", "seat"),
        (RunState.CANCELLED, "stopped_by_person", "stopped"),
        (RunState.FAILED, "internal_error", "wrong"),
    ],
)
def test_a_run_that_ended_badly_says_why_in_words(
    owner_client: Client, owner: User, state: str, reason: str, said: str
) -> None:
    run = add_run(owner, state=state, reason=reason)
    head = words(owner_client.get(address(run)), "#run-head").lower()
    assert said in head
    assert reason not in head


def test_the_page_asks_the_same_number_of_queries_for_one_and_for_many_critiques(
    owner_client: Client, run: Run, django_assert_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            owner_client.get(address(run))
        return len(queries)

    before = count()
    for number in range(3, 9):
        add_critique(run, number, "accepted", "rejected")
    assert count() == before


def test_a_run_is_exported_as_markdown_and_as_json(owner_client: Client, run: Run) -> None:
    markdown = owner_client.get(address(run, "export_run", "md"))
    assert markdown["Content-Type"] == "text/markdown; charset=utf-8"
    assert "attachment" in markdown["Content-Disposition"]
    assert "Split checkout?" in markdown.content.decode()
    data = json.loads(owner_client.get(address(run, "export_run", "json")).content)
    assert data["format"] == "fusionweb-run/1"
    assert [critique["number"] for critique in data["critiques"]] == [1, 2]


def test_a_guest_who_may_view_may_export(guest_client: Client, run: Run) -> None:
    guest_client.get(reverse("join", args=[add_link(run, scope="view")]))
    assert guest_client.get(address(run, "export_run", "md")).status_code == 200


def test_an_unknown_export_is_not_found(owner_client: Client, run: Run) -> None:
    assert owner_client.get(address(run, "export_run", "exe")).status_code == 404


def test_the_page_is_never_cached_and_only_read(owner_client: Client, run: Run) -> None:
    assert "no-store" in owner_client.get(address(run))["Cache-Control"]
    assert owner_client.post(address(run)).status_code == 405
