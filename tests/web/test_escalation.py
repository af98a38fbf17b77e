"""From one model's answer to the panel, and the word on whether that changed anything."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from panels.choices import Lane, RunState
from panels.models import Run
from panels.panel import Judge, Panel, Seat
from tests.web.conftest import NotingDispatcher
from tests.web.lanes import PANEL, add_escalated, add_single, escalate, say
from tests.web.rows import (
    HOSTILE,
    add_document,
    add_link,
    add_preset,
    add_run,
    assert_inert,
    page,
    words,
)

pytestmark = pytest.mark.django_db


def test_one_click_starts_the_panel(
    owner_client: Client, single: Run, engine: NotingDispatcher
) -> None:
    add_document(single)
    response = escalate(owner_client, single)
    run = Run.objects.get(escalated_from=single)
    assert (response.status_code, response["Location"]) == (302, f"/runs/{run.pk}/")
    assert engine.launched == [run.pk]
    assert (run.title, run.question, run.lane) == (single.title, single.question, Lane.PANEL)
    assert list(run.documents.values_list("name", flat=True)) == ["adr-014.md"]
    assert single.documents.count() == 1
    assert list(run.calls.values_list("seat", "model_asked")) == [
        ("A", "openrouter:google/flash"),
        ("B", "own:qwen"),
    ]
    assert run.panel.privacies == {
        "openrouter": "third-party",
        "own": "own-network",
        "local": "this-machine",
    }


def test_a_second_click_leads_to_the_same_run(owner_client: Client, single: Run) -> None:
    first, second = escalate(owner_client, single), escalate(owner_client, single)
    assert first["Location"] == second["Location"]
    assert Run.objects.filter(escalated_from=single).count() == 1


def test_editing_the_preset_meanwhile_changes_nothing(
    owner_client: Client, owner: User, single: Run
) -> None:
    preset = add_preset(owner, panel_json=PANEL.to_json())
    single.preset_key = f"own-{preset.pk}"
    single.save()
    preset.delete()
    escalate(owner_client, single)
    assert len(Run.objects.get(escalated_from=single).panel.seats) == 2


def test_a_panel_that_can_not_be_called_says_why_and_starts_nothing(
    owner_client: Client, owner: User, engine: NotingDispatcher
) -> None:
    panel = Panel(seats=(Seat(letter="A", model="openai:gpt"),), judge=Judge(), writer=PANEL.writer)
    run = add_single(owner, panel_json=panel.to_json())
    response = escalate(owner_client, run)
    assert response.status_code == 409
    assert "can't be called" in words(response)
    assert (Run.objects.filter(escalated_from=run).count(), engine.launched) == (0, [])


def test_a_local_only_panel_that_would_leave_is_refused(owner_client: Client, owner: User) -> None:
    panel = Panel(seats=PANEL.seats, judge=Judge(), writer=PANEL.writer, is_local_only=True)
    run = add_single(owner, panel_json=panel.to_json())
    assert "these would leave: seat A. Nothing was sent." in words(escalate(owner_client, run))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"lane": Lane.PANEL}, "This run is a panel's already."),
        ({"state": RunState.PANEL}, "The model is still answering."),
    ],
)
def test_what_can_not_be_escalated_says_why(
    owner_client: Client, owner: User, changes: dict[str, Any], why: str
) -> None:
    run = add_single(owner, **changes)
    response = escalate(owner_client, run)
    assert response.status_code == 409
    assert why in words(response)


def test_only_the_owner_asks_the_panel(
    teammate_client: Client,
    stranger_client: Client,
    guest_client: Client,
    owner_client: Client,
    single: Run,
    engine: NotingDispatcher,
) -> None:
    guest_client.get(f"/s/{add_link(single)}/")
    guest_client.post(f"/runs/{single.pk}/name/", {"name": "Bo"})
    for client in (teammate_client, stranger_client, guest_client):
        assert escalate(client, single).status_code == 404
    assert owner_client.get(f"/runs/{single.pk}/escalate/").status_code == 405
    assert (Run.objects.count(), engine.launched) == (1, [])
    assert "Only the owner of this run can ask the panel." in words(
        guest_client.get(f"/runs/{single.pk}/"), "#escalation"
    )


# And back


def test_a_reviewer_says_whether_the_answer_changed(
    owner_client: Client, guest_client: Client, escalated: Run
) -> None:
    guest_client.get(f"/s/{add_link(escalated)}/")
    guest_client.post(f"/runs/{escalated.pk}/name/", {"name": "Bo"})
    for client, answer in ((owner_client, "yes"), (guest_client, "partly")):
        response = say(client, escalated, answer)
        assert response.status_code == 200
        assert words(response, ".changed-said") == f"Answer: {answer} ."
        escalated.refresh_from_db()
        assert escalated.panel_changed_answer == answer


def test_the_word_can_be_taken_back(owner_client: Client, escalated: Run) -> None:
    say(owner_client, escalated, "no")
    assert words(say(owner_client, escalated, ""), ".changed-said") == "Nobody has said."
    escalated.refresh_from_db()
    assert escalated.panel_changed_answer == ""


def test_another_word_is_refused(owner_client: Client, escalated: Run) -> None:
    response = say(owner_client, escalated, "maybe")
    assert response.status_code == 409
    assert words(response, "[data-message]").startswith("Answer: ")
    escalated.refresh_from_db()
    assert escalated.panel_changed_answer == ""


def test_a_run_that_followed_nothing_has_nothing_to_compare(
    owner_client: Client, owner: User
) -> None:
    run = add_run(owner, state=RunState.DONE)
    response = say(owner_client, run, "yes")
    assert response.status_code == 409
    assert "nothing to compare" in words(response)


def test_who_may_only_look_and_strangers_say_nothing(
    teammate_client: Client, stranger_client: Client, guest_client: Client, escalated: Run
) -> None:
    guest_client.get(f"/s/{add_link(escalated, scope='view')}/")
    for client in (teammate_client, stranger_client, guest_client):
        assert say(client, escalated, "yes").status_code == 404
    escalated.refresh_from_db()
    assert escalated.panel_changed_answer == ""


def test_a_guest_of_the_panels_run_sees_the_baseline_and_not_its_run(
    guest_client: Client, single: Run, escalated: Run
) -> None:
    guest_client.get(f"/s/{add_link(escalated, scope='view')}/")
    response = guest_client.get(f"/runs/{escalated.pk}/")
    assert words(response, "#baseline .prose") == "Wait a year."
    assert page(response).select_one("#room")["data-scope"] == "view"
    assert guest_client.get(f"/runs/{single.pk}/").status_code == 404


def test_a_deleted_first_answer_is_gone_from_the_panels_page(
    owner_client: Client, single: Run, escalated: Run
) -> None:
    owner_client.post(f"/runs/{single.pk}/delete/")
    response = owner_client.get(f"/runs/{escalated.pk}/")
    assert page(response).select("#baseline, .changed") == []
    assert "Wait a year." not in words(response)
    owner_client.post(f"/runs/{single.pk}/restore/")
    assert page(owner_client.get(f"/runs/{escalated.pk}/")).select("#baseline") != []


def test_hostile_text_stays_inert(owner_client: Client, owner: User) -> None:
    run = add_single(owner, title=HOSTILE, question=HOSTILE, preset_name=HOSTILE)
    run.calls.update(text=HOSTILE)
    after = add_escalated(owner, run)
    for one in (run, after):
        assert_inert(owner_client.get(f"/runs/{one.pk}/"))
    assert_inert(owner_client.get("/"))


# The list


def test_the_list_marks_the_lane_and_links_both_ways(
    owner_client: Client, single: Run, escalated: Run
) -> None:
    soup = page(owner_client.get("/"))
    first = soup.select_one(f"#run-{single.pk}")
    assert [tag.get_text() for tag in first.select("th .tag")] == ["one model"]
    assert first.select_one("th a.small")["href"] == f"/runs/{escalated.pk}/"
    assert "its writer alone" in first.get_text()
    second = soup.select_one(f"#run-{escalated.pk}")
    assert second.select_one("th a.small")["href"] == f"/runs/{single.pk}/"
    assert second.select("th .tag") == []


def test_the_list_does_not_link_to_what_was_deleted(
    owner_client: Client, single: Run, escalated: Run
) -> None:
    owner_client.post(f"/runs/{single.pk}/delete/")
    assert page(owner_client.get("/")).select(f"#run-{escalated.pk} th a.small") == []
    owner_client.post(f"/runs/{single.pk}/restore/")
    owner_client.post(f"/runs/{escalated.pk}/delete/")
    assert page(owner_client.get("/")).select(f"#run-{single.pk} th a.small") == []


def test_the_links_cost_one_query_however_many_runs(
    owner_client: Client, owner: User, single: Run, escalated: Run
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            owner_client.get("/")
        return len(queries)

    before = count()
    for _ in range(3):
        add_escalated(owner, add_single(owner))
    assert count() == before
