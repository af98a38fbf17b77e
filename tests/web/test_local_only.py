"""Where each call goes, as the pages say it, and runs that must stay inside."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from panels.choices import RunState
from panels.models import Preset, Run
from panels.panel import Fallbacks, Judge, Panel, Seat, WebTools, Writer
from tests.web.conftest import NotingDispatcher
from tests.web.rows import HTMX, add_call, add_draft, add_link, add_preset, add_run, page, words

pytestmark = pytest.mark.django_db

HERE, OWN, FAR = "local:smollm2-135m", "own:qwen", "openrouter:google/flash"


def panel_of(*models: str, judge: str = "local-judge", writer: str = HERE, **changes) -> Panel:
    seats = tuple(Seat(letter=letter, model=model) for letter, model in zip("ABCD", models))  # noqa: B905
    return Panel(seats=seats, judge=Judge(model=judge), writer=Writer(model=writer), **changes)


def preset_of(owner: User, panel: Panel) -> str:
    return f"own-{add_preset(owner, panel_json=panel.to_json()).pk}"


def shown(client: Client, key: str) -> HttpResponse:
    return client.get(f"/runs/new/?preset={key}")


def notes(response: HttpResponse, row: str) -> list[str]:
    found = page(response).select(f".calls {row} .call-note")
    return [" ".join(note.get_text(" ").split()) for note in found]


def start(client: Client, draft: Run, preset: str, **typed: str) -> HttpResponse:
    return client.post(
        f"/runs/new/{draft.pk}/start/", {"question": "Split?", "preset": preset, **typed}
    )


# Before the start


def test_each_call_says_where_it_goes(owner_client: Client, owner: User) -> None:
    key = preset_of(owner, panel_of(HERE, OWN, FAR, judge=FAR))
    response = shown(owner_client, key)
    labels = [label.get_text() for label in page(response).select(".calls .privacy")]
    assert labels == ["this machine", "own network", "third party", "third party", "this machine"]
    titles = [label["title"] for label in page(response).select(".calls .privacy")]
    assert titles[:3] == [
        "Who reads what it is sent: on this machine",
        "Who reads what it is sent: on your own network",
        "Who reads what it is sent: a third party",
    ]


def test_a_call_that_is_none_and_one_without_its_key_go_nowhere(
    owner_client: Client, owner: User
) -> None:
    response = shown(owner_client, preset_of(owner, panel_of("openai:gpt")))
    assert page(response).select(".calls :is(.seat-A, .seat-judge) .privacy") == []


def test_fallbacks_are_listed_with_where_they_go(owner_client: Client, owner: User) -> None:
    fallbacks = Fallbacks(outage=OWN, overflow=FAR, refusal=OWN)
    panel = replace(panel_of(HERE), writer=Writer(model=HERE, fallbacks=fallbacks))
    response = shown(owner_client, preset_of(owner, panel))
    assert notes(response, ".seat-writer") == [
        "if it fails: own:qwen own network , openrouter:google/flash third party"
    ]


def test_each_call_says_whether_it_is_asked_not_to_collect_data(
    owner_client: Client, owner: User
) -> None:
    panel = panel_of(HERE, FAR, "far:m", refuses_data_collection=True)
    response = shown(owner_client, preset_of(owner, panel))
    assert notes(response, ".seat-A") == []
    assert notes(response, ".seat-B") == ["is asked not to collect data"]
    plain = shown(owner_client, "self-fusion-3")
    assert notes(plain, ".seat-A") == []


def test_a_third_party_that_takes_no_such_wish_says_so(
    owner_client: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "panels.providers.registry.Registry.can_refuse_data_collection", lambda *_: False
    )
    key = preset_of(owner, panel_of(FAR, refuses_data_collection=True))
    assert notes(shown(owner_client, key), ".seat-A") == [
        "takes no wish about collecting data; its own terms hold"
    ]


# The checkbox


def test_the_wish_is_kept_with_the_draft(owner_client: Client, owner: User) -> None:
    draft = add_draft(owner)
    typed = {"question": "Split?", "preset": "self-fusion-3", "is_local_only": "on"}
    response = owner_client.post(f"/runs/new/{draft.pk}/draft/", typed, headers=HTMX)
    assert words(response, ".seat-A .field-error") == (
        "This run is local only, and “openrouter” is a third party."
    )
    assert page(owner_client.get("/runs/new/")).select_one("#id_is_local_only").has_attr("checked")
    del typed["is_local_only"]
    assert "field-error" not in str(
        owner_client.post(f"/runs/new/{draft.pk}/draft/", typed, headers=HTMX).content
    )
    box = page(owner_client.get("/runs/new/")).select_one("#id_is_local_only")
    assert (box.has_attr("checked"), box["name"]) == (False, "is_local_only")


def test_a_preset_that_is_local_only_forces_it(owner_client: Client, owner: User) -> None:
    key = preset_of(owner, panel_of(HERE, is_local_only=True))
    box = page(shown(owner_client, key)).select_one("#id_is_local_only")
    assert (box.has_attr("checked"), box.has_attr("disabled"), box.get("name")) == (
        True,
        True,
        None,
    )
    assert "The preset says so" in words(shown(owner_client, key), "#local-only-hint")


def test_what_was_ticked_outlasts_a_preset_that_forces_it(
    owner_client: Client, owner: User
) -> None:
    draft = add_draft(owner, panel_json={"is_local_only": True})
    key = preset_of(owner, panel_of(HERE, is_local_only=True))
    assert draft.is_local_only
    hidden = page(shown(owner_client, key)).select_one("[name=is_local_only]")
    assert (hidden["type"], hidden["value"]) == ("hidden", "on")


# The start


def test_a_run_that_would_leave_is_refused_with_its_calls_named(
    owner_client: Client, owner: User, engine: NotingDispatcher
) -> None:
    draft = add_draft(owner)
    key = preset_of(owner, panel_of(HERE, FAR, OWN, FAR, judge=FAR, writer=FAR))
    response = start(owner_client, draft, key, is_local_only="on")
    assert response.status_code == 422
    assert words(response, "#calls > .field-error") == (
        "This run is local only, and these would leave: seat B, seat D, the judge, the writer. "
        "Nothing was sent."
    )
    marked = [li["class"][0] for li in page(response).select(".calls li:has(.field-error)")]
    assert marked == ["seat-B", "seat-D", "seat-judge", "seat-writer"]
    assert page(response).select_one("#id_is_local_only").has_attr("checked")
    draft.refresh_from_db()
    assert (draft.state, engine.launched, draft.is_local_only) == (RunState.DRAFT, [], True)


def test_a_preset_that_is_local_only_can_not_be_talked_out_of_it(
    owner_client: Client, owner: User, engine: NotingDispatcher
) -> None:
    key = preset_of(owner, panel_of(FAR, is_local_only=True))
    for typed in ({}, {"is_local_only": ""}, {"is_local_only": "false"}):
        assert start(owner_client, add_draft(owner), key, **typed).status_code == 422
        Run.objects.all().delete()
    assert engine.launched == []


def test_the_best_model_is_judged_by_what_it_is_today(
    owner_client: Client, owner: User, local_model_only: None
) -> None:
    draft = add_draft(owner)
    assert start(owner_client, draft, "self-fusion-3", is_local_only="on").status_code == 302
    draft.refresh_from_db()
    assert draft.panel.is_local_only


def test_the_run_keeps_how_far_it_may_go_and_where_each_provider_was(
    owner_client: Client, owner: User
) -> None:
    draft = add_draft(owner)
    fallbacks = Fallbacks(outage=FAR, overflow=OWN)
    panel = panel_of(HERE, OWN, web_tools=WebTools(can_search=True))
    panel = replace(panel, seats=(replace(panel.seats[0], fallbacks=fallbacks), panel.seats[1]))
    key = preset_of(owner, panel)
    # “own” does not answer in these tests, so nobody knows whether it has the model.
    started = start(owner_client, draft, key, is_local_only="on", start_anyway="1")
    assert started.status_code == 302
    draft.refresh_from_db()
    frozen = draft.panel
    assert frozen.is_local_only
    assert frozen.seats[0].fallbacks == Fallbacks(overflow=OWN)
    assert frozen.web_tools == WebTools()
    assert (frozen.privacies["local"], frozen.privacies["own"]) == ("this-machine", "own-network")
    assert Preset.objects.get().panel == panel


def test_without_the_wish_all_is_asked(owner_client: Client, owner: User) -> None:
    draft = add_draft(owner)
    assert start(owner_client, draft, preset_of(owner, panel_of(FAR))).status_code == 302
    draft.refresh_from_db()
    assert not draft.panel.is_local_only


# The run's page


@pytest.fixture
def run(owner: User) -> Run:
    classes = {"own": "own-network", "openrouter": "third-party"}
    panel = panel_of(OWN, FAR, judge=FAR, writer=OWN, privacies=classes)
    run = add_run(owner, panel_json=panel.to_json())
    add_call(run, model_asked=OWN)
    add_call(run, seat="B", model_asked=FAR)
    return run


def labels(response: HttpResponse, place: str) -> list[str]:
    return [label.get_text() for label in page(response).select(f"{place} .privacy")]


def test_the_brief_and_the_ledger_say_where_each_call_goes(
    owner_client: Client, guest_client: Client, run: Run
) -> None:
    guest_client.get(f"/s/{add_link(run, scope='view')}/")
    for client in (owner_client, guest_client):
        response = client.get(f"/runs/{run.pk}/")
        assert labels(response, "#brief") == [
            "own network",
            "third party",
            "third party",
            "own network",
        ]
        assert labels(response, "#ledger") == ["own network", "third party"]


def test_a_run_of_before_says_nothing_that_it_does_not_know(
    owner_client: Client, owner: User
) -> None:
    run = add_run(owner)
    add_call(run)
    response = owner_client.get(f"/runs/{run.pk}/")
    assert page(response).select(".privacy") == []


def test_the_brief_says_what_a_run_was_bound_to(owner_client: Client, owner: User) -> None:
    panel = panel_of(HERE, is_local_only=True, refuses_data_collection=True)
    run = add_run(owner, panel_json=panel.to_json())
    notes = page(owner_client.get(f"/runs/{run.pk}/")).select("#brief .brief-privacy")
    assert [" ".join(note.get_text().split()) for note in notes] == [
        "Local only: no call leaves this machine and its own network. "
        "One that would is refused before anything is sent.",
        "Providers that take such a wish are asked not to collect data.",
    ]


def test_a_run_that_was_refused_ends_with_the_reason_in_words(
    owner_client: Client, owner: User
) -> None:
    run = add_run(owner, state=RunState.FAILED, reason="privacy_refused")
    response = owner_client.get(f"/runs/{run.pk}/")
    assert words(response, "#run-head .notice-error").startswith(
        "This run is local only, and the call would have left this machine and your own network."
    )


def test_the_tour_stays_on_this_machine(owner_client: Client) -> None:
    owner_client.post("/tour/")
    assert set(Run.objects.get().panel.privacies) == {"scripted"}
