"""People ask for more of a panel: who may, what is shown before, and what is refused in words."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from panels.choices import RunState
from panels.models import Judging, Run
from panels.panel import Judge
from tests.cards.foreseen_runs import estimate_json
from tests.web.conftest import NotingDispatcher
from tests.web.rows import page, words
from tests.web.wish_rows import (
    FLASH,
    LOCAL,
    look,
    make,
    make_run,
    panel,
    queued,
    reviewer,
    run,
    send,
)

__all__ = ["reviewer", "run"]

pytestmark = pytest.mark.django_db


# Who may

WISHES = [("seat", {"seat": "A"}), ("failed", {}), ("add", {}), ("judge", {}), ("again", {})]


@pytest.mark.parametrize(("name", "query"), WISHES, ids=[name for name, _ in WISHES])
@pytest.mark.parametrize("who", ["reviewer", "teammate_client", "stranger_client"])
def test_only_the_owner_may_wish_for_calls(
    request: pytest.FixtureRequest, run: Run, who: str, name: str, query: dict[str, str]
) -> None:
    client = request.getfixturevalue(who)
    assert look(client, run, name, **query).status_code == 404
    assert send(client, run, name, model=LOCAL, **query).status_code == 404
    foreseen = client.post(reverse("foresee_wish", args=[run.pk, name]), {"model": LOCAL, **query})
    assert foreseen.status_code == 404
    assert queued(run) == []


@pytest.mark.parametrize("who", ["reviewer", "teammate_client", "stranger_client"])
def test_only_the_owner_has_the_judge_begin(
    request: pytest.FixtureRequest, run: Run, who: str
) -> None:
    Run.objects.filter(pk=run.pk).update(state=RunState.PANEL)
    client = request.getfixturevalue(who)
    assert client.post(reverse("judge_now", args=[run.pk])).status_code == 404
    run.refresh_from_db()
    assert run.state == RunState.PANEL


def test_a_seat_or_a_wish_that_is_not_there_is_not_found(owner_client: Client, run: Run) -> None:
    assert look(owner_client, run, "seat", seat="H").status_code == 404
    assert look(owner_client, run, "seat").status_code == 404
    assert look(owner_client, run, "everything").status_code == 404


# What is shown


def test_the_dialog_shows_the_call_its_model_its_cost_and_who_reads_it(
    owner_client: Client, run: Run
) -> None:
    response = look(owner_client, run, "seat", seat="A")
    assert page(response).select_one("hx-partial")["hx-target"] == "#wish-body"
    said = words(response)
    assert "Ask seat A again" in said
    assert "1 call, and nothing else:" in said
    assert f"A {LOCAL} this machine" in said
    assert "Estimate: free" in said
    assert page(response).select_one("#wish-model")["value"] == LOCAL


def test_another_model_is_shown_as_it_is_typed(owner_client: Client, run: Run) -> None:
    url = reverse("foresee_wish", args=[run.pk, "seat"])
    said = words(owner_client.post(url, {"seat": "A", "model": FLASH}))
    assert f"A {FLASH} third party price not known" in said
    assert "A model's name has no spaces in it." in words(
        owner_client.post(url, {"seat": "A", "model": "gem ini"})
    )
    assert "Set OPENAI_API_KEY" in words(
        owner_client.post(url, {"seat": "A", "model": "openai:gpt"})
    )


def test_the_local_judge_is_no_call(owner_client: Client, run: Run) -> None:
    assert "No model is called." in words(look(owner_client, run, "judge"))


def test_running_again_shows_the_seats_that_had_not_finished_and_the_judge(
    owner_client: Client, owner: User
) -> None:
    run = make_run(owner, panel(judge=Judge(model=FLASH)), state=RunState.CANCELLED)
    said = words(look(owner_client, run, "again"))
    assert "2 calls, and nothing else:" in said
    assert f"B {LOCAL}" in said
    assert f"⚖ {FLASH}" in said


# What is done


def test_a_seat_is_asked_again(owner_client: Client, run: Run, engine: NotingDispatcher) -> None:
    response = make(owner_client, run, "seat", seat="A", model=LOCAL)
    assert response.status_code == 200
    assert {p["hx-target"] for p in page(response).select("hx-partial")} >= {"#run-head", "#ledger"}
    assert queued(run) == [("seat", "A", LOCAL)]
    assert engine.launched == [run.pk]
    assert Run.objects.get(pk=run.pk).panel.seat("A").past_models == ()


def test_what_was_shown_stands_beside_the_cost_in_the_ledger(
    owner_client: Client, owner: User
) -> None:
    run = make_run(owner, estimate_json=estimate_json(calls={"A": ("0.01", "0.02")}))
    for name, typed in (("seat", {"seat": "A", "model": LOCAL}), ("add", {"model": LOCAL})):
        make(owner_client, run, name, **typed)
    make(owner_client, run, "judge", model=FLASH)
    ledger = page(owner_client.get(reverse("run", args=[run.pk]))).select("#ledger tbody tr")
    shown = [row.select_one("[data-label=Estimate]").get_text() for row in ledger]
    assert shown == ["$0.010 – 0.020", "–", "free", "free", "–"]


def test_another_model_takes_the_seat(owner_client: Client, run: Run) -> None:
    make(owner_client, run, "seat", seat="B", model=FLASH)
    assert queued(run) == [("seat", "B", FLASH)]
    frozen = Run.objects.get(pk=run.pk).panel
    assert (frozen.seat("B").model, frozen.seat("B").past_models) == (FLASH, (LOCAL,))
    assert frozen.privacies["openrouter"] == "third-party"


def test_the_failed_seats_are_asked_again(owner_client: Client, run: Run) -> None:
    make(owner_client, run, "failed")
    assert queued(run) == [("seat", "B", LOCAL)]


def test_a_seat_is_added_with_its_persona(owner_client: Client, run: Run) -> None:
    make(owner_client, run, "add", model="best", persona_name="Cost", persona="Look at cost.")
    assert queued(run) == [("seat", "C", FLASH)]
    added = Run.objects.get(pk=run.pk).panel.seat("C")
    assert (added.title, added.persona, added.model) == ("Cost", "Look at cost.", FLASH)


def test_the_answers_are_judged_again_by_another_judge(owner_client: Client, run: Run) -> None:
    make(owner_client, run, "judge", model=FLASH)
    assert queued(run) == [("judge", "", FLASH)]
    last = Judging.objects.get(run=run, number=2)
    assert (last.model, last.requested_by) == (FLASH, "Ada")


def test_a_stopped_run_goes_on(owner_client: Client, owner: User) -> None:
    run = make_run(owner, state=RunState.CANCELLED, reason="stopped_by_person")
    make(owner_client, run, "again")
    run.refresh_from_db()
    assert (run.state, run.reason) == (RunState.PANEL, "")
    assert queued(run) == [("seat", "B", LOCAL)]


def test_the_judge_begins_when_the_owner_says_so(
    owner_client: Client, run: Run, engine: NotingDispatcher
) -> None:
    Run.objects.filter(pk=run.pk).update(state=RunState.PANEL)
    assert owner_client.post(reverse("judge_now", args=[run.pk])).status_code == 200
    run.refresh_from_db()
    assert (run.state, engine.launched) == (RunState.JUDGING, [run.pk])


# What is refused, in words


def test_nothing_is_called_that_was_not_shown(owner_client: Client, run: Run) -> None:
    seen = look(owner_client, run, "seat", seat="A")
    shown = page(seen).select_one("[name=shown]")["value"]
    response = send(owner_client, run, "seat", seat="A", model=FLASH, shown=shown)
    assert response.status_code == 409
    said = words(response)
    assert "What would be asked is not what was shown." in said
    assert FLASH in said, "the calls as they would be are shown now"
    assert queued(run) == []


def test_a_model_that_its_provider_does_not_have_is_refused(owner_client: Client, run: Run) -> None:
    response = make(owner_client, run, "seat", seat="A", model="openrouter:no/such")
    assert response.status_code == 409
    assert "openrouter has no model “no/such”." in words(response)
    assert queued(run) == []


def test_what_could_not_be_checked_is_asked_only_when_a_person_says_so(
    owner_client: Client, run: Run
) -> None:
    typed = {"seat": "A", "model": "own:anything"}
    response = make(owner_client, run, "seat", **typed)
    assert response.status_code == 409
    assert page(response).select_one("[name=anyway]") is not None
    assert queued(run) == []
    make(owner_client, run, "seat", **typed, anyway="1")
    assert queued(run) == [("seat", "A", "own:anything")]


def test_a_local_only_run_refuses_a_model_outside(owner_client: Client, owner: User) -> None:
    run = make_run(owner, panel(is_local_only=True))
    response = make(owner_client, run, "seat", seat="A", model=FLASH)
    assert response.status_code == 409
    assert "This run is local only, and “openrouter” is a third party." in words(response)
    assert make(owner_client, run, "judge", model=FLASH).status_code == 409
    assert make(owner_client, run, "add", model=FLASH).status_code == 409
    assert queued(run) == []


def test_a_seat_that_answers_is_not_asked_again(owner_client: Client, run: Run) -> None:
    make(owner_client, run, "seat", seat="A", model=LOCAL)
    response = make(owner_client, run, "seat", seat="A", model=LOCAL)
    assert response.status_code == 409
    assert "Seat A is still answering." in words(response)
    assert len(queued(run)) == 1


def test_a_run_that_is_well_is_not_run_again(owner_client: Client, run: Run) -> None:
    response = make(owner_client, run, "again")
    assert "Only a run that failed or was stopped can be run again." in words(response)
