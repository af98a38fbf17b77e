"""What the free pre-flight finds stands beside the calls; only a doubt can be overridden."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from panels.choices import RunState
from panels.models import Preset, Run
from panels.panel import Judge, Panel, Seat, Writer
from panels.providers.errors import AuthFailed, ModelNotFound, Unreachable
from panels.providers.registry import Registry
from panels.providers.requests import ModelInfo
from tests.web.conftest import ListedProvider, NotingDispatcher, use_registry
from tests.web.rows import HTMX, add_draft, add_preset, page, words

pytestmark = pytest.mark.django_db

#: Provider → what its list says.
Lists = dict[str, Any]


def use_lists(monkeypatch: pytest.MonkeyPatch, lists: Lists) -> None:
    providers = [
        ListedProvider(name, error=said)
        if isinstance(said, Exception)
        else ListedProvider(name, *(ModelInfo(slug=slug) for slug in said))
        for name, said in lists.items()
    ]
    use_registry(monkeypatch, Registry(providers))


def start(client: Client, owner: User, *models: str, **sent: str) -> tuple[Any, Any]:
    seats = tuple(
        Seat(letter=letter, model=model) for letter, model in zip("ABC", models, strict=False)
    )
    panel = Panel(seats=seats, judge=Judge(), writer=Writer(model=models[0]))
    preset = add_preset(owner, name=f"Panel {Preset.objects.count()}", panel_json=panel.to_json())
    draft = add_draft(owner)
    typed = {"question": "Split?", "preset": f"own-{preset.pk}", **sent}
    return draft, client.post(f"/runs/new/{draft.pk}/start/", typed)


def test_a_model_that_is_not_in_the_list_is_marked_and_nothing_starts(
    owner_client: Client,
    owner: User,
    engine: NotingDispatcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use_lists(monkeypatch, {"vendor": ["good"]})
    draft, response = start(owner_client, owner, "vendor:good", "vendor:gone")
    assert response.status_code == 422
    assert page(response).select(".calls .seat-A .field-error") == []
    assert words(response, ".calls .seat-B .field-error") == (
        "vendor has no model “gone”. Check its name in the preset."
    )
    assert page(response).select("[name=start_anyway]") == []
    draft.refresh_from_db()
    assert (draft.state, engine.launched) == (RunState.DRAFT, [])


def test_a_problem_can_not_be_overridden(
    owner_client: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_lists(monkeypatch, {"vendor": ["good"]})
    draft, response = start(owner_client, owner, "vendor:gone", start_anyway="1")
    assert response.status_code == 422
    draft.refresh_from_db()
    assert draft.state == RunState.DRAFT


def test_a_key_that_does_not_work_is_a_problem(
    owner_client: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_lists(monkeypatch, {"vendor": AuthFailed("no")})
    _, response = start(owner_client, owner, "vendor:good")
    assert words(response, ".calls .seat-A .field-error") == (
        "vendor: The provider did not accept the key. Check the provider's key in the environment."
    )


def test_a_list_that_does_not_come_is_a_doubt_that_a_person_may_override(
    owner_client: Client,
    owner: User,
    engine: NotingDispatcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use_lists(monkeypatch, {"own": Unreachable("down")})
    draft, response = start(owner_client, owner, "own:qwen3")
    assert response.status_code == 422
    assert words(response, ".calls .seat-A .call-doubt") == (
        "Nobody knows whether own has “qwen3”: The provider could not be reached."
    )
    assert words(response, "[name=start_anyway]") == "Start anyway"
    typed = {"question": "Split?", "preset": response.context["chosen"].key, "start_anyway": "1"}
    assert owner_client.post(f"/runs/new/{draft.pk}/start/", typed).status_code == 302
    assert engine.launched == [draft.pk]


def test_a_provider_that_lists_nothing_is_a_doubt_too(
    owner_client: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for said in ([], ModelNotFound("404")):
        use_lists(monkeypatch, {"own": said})
        _, response = start(owner_client, owner, "own:x")
        assert words(response, ".calls .seat-A .call-doubt") == (
            "own lists no models, so nobody knows whether it has “x”."
        )


def test_what_is_well_starts_at_once(
    owner_client: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_lists(monkeypatch, {"vendor": ["good", "better"]})
    _, response = start(owner_client, owner, "vendor:good", "vendor:better")
    assert response.status_code == 302


def test_the_panel_after_one_model_is_checked_too(
    owner_client: Client,
    owner: User,
    engine: NotingDispatcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use_lists(monkeypatch, {"vendor": ["good", "second"]})
    draft, _ = start(owner_client, owner, "vendor:good", "vendor:second", lane="single")
    Run.objects.update(state=RunState.DONE)
    use_lists(monkeypatch, {"vendor": ["good"]})
    response = owner_client.post(f"/runs/{draft.pk}/escalate/", headers=HTMX)
    assert response.status_code == 409
    assert words(response) == "vendor has no model “second”. Check its name in the preset."
    assert engine.launched == [draft.pk]
