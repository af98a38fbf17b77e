"""A preset's fallbacks, web tools and privacy: typed, stored, shown, and refused when wrong."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client

from panels.models import Preset
from panels.panel import Fallbacks, WebTools
from tests.web.rows import HOSTILE, assert_inert, page, words
from tests.web.test_edit_preset import TYPED, change, error_of, save, seats

pytestmark = pytest.mark.django_db

FALLBACKS = {
    "fallback_outage": "own:qwen",
    "fallback_overflow": "openrouter:google/long",
    "fallback_refusal": "local:smollm2-135m",
}
STORED = Fallbacks(
    outage="own:qwen", overflow="openrouter:google/long", refusal="local:smollm2-135m"
)
LOCAL = {"judge_model": "local-judge", "writer_model": "local:smollm2-135m", "is_local_only": "on"}


def stored() -> Any:
    return Preset.objects.get().panel


def value_of(response: HttpResponse, name: str) -> str | None:
    control = page(response).select_one(f"[name={name}]")
    assert control is not None, f"no {name}"
    if control.name == "textarea":
        return control.get_text().strip()
    return "on" if control.has_attr("checked") else control.get("value")


def folds(response: HttpResponse) -> list[bool]:
    """Which of the "If it fails" parts are open: of each seat, of the judge, of the writer."""
    return [details.has_attr("open") for details in page(response).select("details.fallbacks")]


# Fallbacks


def test_three_fallbacks_of_seat_judge_and_writer_are_stored(owner_client: Client) -> None:
    roles = {f"{role}_{name}": model for role in ("judge", "writer") for name, model in
             FALLBACKS.items()}  # fmt: skip
    assert save(owner_client, **seats("best", "best", **FALLBACKS), **roles).status_code == 302
    panel = stored()
    assert [seat.fallbacks for seat in panel.seats] == [STORED, Fallbacks()]
    assert (panel.judge.fallbacks, panel.writer.fallbacks) == (STORED, STORED)


def test_fallbacks_are_folded_away_until_there_is_one(owner_client: Client) -> None:
    assert folds(owner_client.get("/presets/new/")) == [False, False, False]
    save(owner_client, **seats("best", "best", **FALLBACKS), writer_fallback_outage="own:w")
    response = owner_client.get(f"/presets/{Preset.objects.get().pk}/edit/")
    assert folds(response) == [True, False, False, True]
    assert value_of(response, "seats-0-fallback_overflow") == "openrouter:google/long"
    assert value_of(response, "writer_fallback_outage") == "own:w"


@pytest.mark.parametrize(
    ("field", "model", "error"),
    [
        ("seats-0-fallback_outage", "openai:gpt", "Set OPENAI_API_KEY, then start the server"
         " again."),
        ("seats-0-fallback_overflow", "gpt", "“gpt” is no model. Write provider:model, for"
         " instance local:smollm2-135m."),
        ("seats-0-fallback_refusal", "own:a b", "A model's name has no spaces in it."),
        ("seats-0-fallback_refusal", "best", "“best” is no model. Write provider:model, for"
         " instance local:smollm2-135m."),
        ("judge_fallback_outage", "nowhere:x", "There is no provider “nowhere” here. Add it to"
         " FUSIONWEB_ENDPOINTS, or choose another model."),
        ("writer_fallback_refusal", "own:w", "Choose another model than the one it stands in"
         " for."),
    ],
)  # fmt: skip
def test_a_wrong_fallback_is_marked_and_unfolded(
    owner_client: Client, field: str, model: str, error: str
) -> None:
    response = save(owner_client, **{"writer_model": "own:w", field: model})
    assert response.status_code == 422
    assert error_of(response, field) == error
    assert value_of(response, field) == model
    assert folds(response).count(True) == 1
    assert Preset.objects.count() == 0


def test_fallbacks_move_with_their_seat(owner_client: Client) -> None:
    data = seats("best", "best", **FALLBACKS)
    response = change(owner_client, "down-0", data)
    assert value_of(response, "seats-1-fallback_outage") == "own:qwen"
    assert value_of(response, "seats-0-fallback_outage") in (None, "")
    assert folds(response) == [False, True]


# Web tools


def test_web_tools_are_stored_with_their_limits(owner_client: Client) -> None:
    typed = {
        "can_search": "on",
        "can_fetch": "on",
        "most_steps": "16",
        "allowed_domains": "Docs.Example.com\n\n*.bücher.example \ndocs.example.com",
        "blocked_domains": "ads.example.com",
    }
    assert save(owner_client, **typed).status_code == 302
    assert stored().web_tools == WebTools(
        can_search=True,
        can_fetch=True,
        most_steps=16,
        allowed_domains=("docs.example.com", "xn--bcher-kva.example"),
        blocked_domains=("ads.example.com",),
    )


def test_web_tools_are_off_with_four_steps_where_nothing_is_typed(owner_client: Client) -> None:
    response = owner_client.get("/presets/new/")
    assert (value_of(response, "can_search"), value_of(response, "most_steps")) == (None, "4")
    assert "leaves this machine" in words(response, "[aria-labelledby=web-title] .section-note")
    save(owner_client, most_steps="")
    assert stored().web_tools == WebTools()


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("most_steps", "0", "Give a whole number from 1 to 16."),
        ("most_steps", "17", "Give a whole number from 1 to 16."),
        ("most_steps", "many", "Give a whole number from 1 to 16."),
        ("allowed_domains", "example.com\nnot a domain", "“not a domain” is no domain. Write, for"
         " instance, example.com."),
        ("blocked_domains", "https://example.com/", "“https://example.com/” is no domain. Write,"
         " for instance, example.com."),
        ("blocked_domains", "\n".join(f"a{n}.example" for n in range(51)), "Give at most 50"
         " domains; these are 51."),
    ],
)  # fmt: skip
def test_a_limit_that_is_none_is_marked_and_kept(
    owner_client: Client, field: str, value: str, error: str
) -> None:
    response = save(owner_client, can_search="on", **{field: value})
    assert response.status_code == 422
    assert error_of(response, field) == error
    assert value_of(response, field) == value
    assert value_of(response, "can_search") == "on"


# Privacy


def test_privacy_is_stored(owner_client: Client) -> None:
    data = LOCAL | {"refuses_data_collection": "on"}
    response = save(owner_client, **seats("local:smollm2-135m", "own:qwen"), **data)
    assert response.status_code == 302
    assert (stored().is_local_only, stored().refuses_data_collection) == (True, True)


@pytest.mark.parametrize(
    "field",
    [
        "seats-0-model",
        "seats-0-fallback_outage",
        "judge_model",
        "judge_fallback_refusal",
        "writer_model",
        "writer_fallback_overflow",
    ],
)
def test_a_local_only_preset_names_no_model_outside(owner_client: Client, field: str) -> None:
    data = LOCAL | seats("local:smollm2-135m") | {field: "openrouter:google/flash"}
    response = save(owner_client, **data)
    assert response.status_code == 422
    sentence = "This preset is local only, and “openrouter” is a third party."
    assert error_of(response, field) == sentence
    assert value_of(response, "is_local_only") == "on"
    assert Preset.objects.count() == 0
    assert save(owner_client, **(data | {"is_local_only": ""})).status_code == 302


def test_a_local_only_preset_has_no_web_tools(owner_client: Client) -> None:
    data = LOCAL | seats("local:smollm2-135m") | {"can_search": "on", "can_fetch": "on"}
    response = save(owner_client, **data)
    sentence = "A local only preset has no web tools: what is searched for would leave."
    assert [error_of(response, name) for name in ("can_search", "can_fetch")] == [sentence] * 2


def test_the_best_model_is_looked_at_when_a_run_starts(owner_client: Client) -> None:
    assert save(owner_client, **seats("best"), is_local_only="on").status_code == 302


# All of it together


@pytest.fixture
def full(owner_client: Client) -> Preset:
    """A preset that uses everything."""
    typed = {
        "can_search": "on",
        "most_steps": "7",
        "allowed_domains": "docs.example.com",
        "refuses_data_collection": "on",
        "judge_fallback_outage": "own:j",
    }
    assert save(owner_client, **seats("best", **FALLBACKS), **typed).status_code == 302
    return Preset.objects.get()


def test_a_copy_keeps_everything(owner_client: Client, full: Preset) -> None:
    owner_client.post(f"/presets/own-{full.pk}/duplicate/")
    copy = Preset.objects.exclude(pk=full.pk).get()
    assert copy.panel == full.panel


def sent_by(soup: BeautifulSoup) -> dict[str, str]:
    """What a browser sends back of an untouched form."""
    sent = {}
    for control in soup.select(".preset-form :is(input, textarea, select)[name]"):
        if control.name == "textarea":
            sent[control["name"]] = control.get_text().removeprefix("\n")
        elif control.name == "select":
            sent[control["name"]] = control.select_one("[selected]")["value"]
        elif control.get("type") != "checkbox":
            sent[control["name"]] = control.get("value", "")
        elif control.has_attr("checked"):
            sent[control["name"]] = "on"
    return sent


def test_opening_and_saving_changes_nothing(owner_client: Client, full: Preset) -> None:
    address = f"/presets/{full.pk}/edit/"
    sent = sent_by(page(owner_client.get(address)))
    assert owner_client.post(address, sent).status_code == 302
    before = full.panel
    full.refresh_from_db()
    assert full.panel == before


def test_adding_a_seat_and_an_error_elsewhere_lose_nothing(
    owner_client: Client, full: Preset
) -> None:
    address = f"/presets/{full.pk}/edit/"
    sent = sent_by(page(owner_client.get(address)))
    for response in (
        owner_client.post(address, sent | {"change": "add"}),
        owner_client.post(address, sent | {"name": ""}),
    ):
        again = sent_by(page(response))
        kept = {name: again.get(name) for name in sent if name not in _COUNTED}
        assert kept == {name: value for name, value in sent.items() if name not in _COUNTED} | (
            {"name": ""} if response.status_code == 422 else {}
        )


_COUNTED = {"csrfmiddlewaretoken", "seats-TOTAL_FORMS", "seats-INITIAL_FORMS"}


def test_the_list_says_it_briefly(owner_client: Client, full: Preset) -> None:
    response = owner_client.get("/presets/")
    traits = page(response).select(f"#preset-own-{full.pk} .preset-traits li")
    assert [trait.get_text() for trait in traits] == [
        "asks not to collect data",
        "web search of 1 domain, up to 7 steps",
        "4 fallbacks",
    ]
    assert page(response).select("#preset-architecture-review .preset-traits") == []


def test_the_list_marks_what_is_local_only(owner_client: Client) -> None:
    save(owner_client, **seats("local:smollm2-135m"), **LOCAL)
    response = owner_client.get("/presets/")
    assert words(response, ".preset-traits") == "local only"


def test_hostile_text_stays_inert(owner_client: Client) -> None:
    hostile = {
        "can_search": "on",
        "allowed_domains": HOSTILE,
        "blocked_domains": f"</textarea>{HOSTILE}",
        "most_steps": HOSTILE,
        "judge_fallback_outage": HOSTILE,
    }
    response = save(owner_client, **seats("best", fallback_refusal=HOSTILE), **hostile)
    assert response.status_code == 422
    assert_inert(response)


def test_a_stranger_stores_nothing(stranger_client: Client, teammate_client: Client,
                                   full: Preset) -> None:  # fmt: skip
    address = f"/presets/{full.pk}/edit/"
    typed = TYPED | seats("best", **FALLBACKS) | {"is_local_only": "on"}
    assert stranger_client.post(address, typed)["Location"].startswith("/sign-in/")
    assert teammate_client.post(address, typed).status_code == 404
    full.refresh_from_db()
    assert not full.panel.is_local_only
