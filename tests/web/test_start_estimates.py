"""What a run keeps of its estimate and its cap when it starts."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from panels.choices import RunState
from panels.estimating import run_estimate_from_json
from panels.models import Run
from panels.panel import Judge, Panel, Seat, Writer
from tests.web.priced import use_priced_models
from tests.web.rows import add_draft, add_preset, page, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def models(monkeypatch: pytest.MonkeyPatch) -> None:
    use_priced_models(monkeypatch, "flash", "opus")


def preset_of(owner: User, *models: str, **changes: Any) -> str:
    seats = tuple(
        Seat(letter=letter, model=model) for letter, model in zip("ABC", models, strict=False)
    )
    writer = Writer(model=changes.pop("writer", "openrouter:opus"))
    judge = Judge(model=changes.pop("judge", "openrouter:opus"))
    panel = Panel(seats=seats, judge=judge, writer=writer, **changes)
    return f"own-{add_preset(owner, panel_json=panel.to_json()).pk}"


def start(client: Client, draft: Any, **typed: str) -> Any:
    return client.post(f"/runs/new/{draft.pk}/start/", {"question": "Split?", **typed})


def test_the_estimate_and_the_cap_go_with_the_run(owner_client: Client, owner: User) -> None:
    key = preset_of(owner, "openrouter:flash")
    draft = add_draft(owner)
    assert start(owner_client, draft, preset=key, cap="0.75").status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.cap_usd) == (RunState.PANEL, Decimal("0.75"))
    estimate = run_estimate_from_json(draft.estimate_json)
    assert [(call.role, call.seat) for call in estimate.calls] == [
        ("seat", "A"),
        ("judge", ""),
        ("writer", ""),
    ]
    assert estimate.cost_usd.low < estimate.cost_usd.high


def test_one_model_first_keeps_the_estimate_of_its_one_call(
    owner_client: Client, owner: User
) -> None:
    draft = add_draft(owner)
    key = preset_of(owner, "openrouter:flash", "openrouter:flash")
    assert start(owner_client, draft, preset=key, lane="single").status_code == 302
    draft.refresh_from_db()
    estimate = run_estimate_from_json(draft.estimate_json)
    assert [(call.role, call.seat, call.model) for call in estimate.calls] == [
        ("seat", "A", "openrouter:opus")
    ]
    one = estimate.calls[0].cost_usd
    assert float(estimate.cost_usd.high) == pytest.approx(float(one.high), rel=0.01)


def test_the_panel_that_follows_has_an_estimate_of_its_own(
    owner_client: Client, owner: User
) -> None:
    draft = add_draft(owner)
    key = preset_of(owner, "openrouter:flash", "openrouter:flash")
    start(owner_client, draft, preset=key, lane="single")
    Run.objects.update(state=RunState.DONE)
    owner_client.post(f"/runs/{draft.pk}/escalate/")
    panel = Run.objects.get(escalated_from=draft)
    estimate = run_estimate_from_json(panel.estimate_json)
    assert [call.role for call in estimate.calls] == ["seat", "seat", "judge", "writer"]


def test_a_cap_that_can_not_be_read_holds_the_start_back(owner_client: Client, owner: User) -> None:
    draft = add_draft(owner)
    key = preset_of(owner, "openrouter:flash")
    response = start(owner_client, draft, preset=key, cap="lots")
    assert response.status_code == 422
    assert words(response, "#cap-error") == "Write US dollars, such as 0.50."
    assert page(response).select_one("#id_cap")["value"] == "lots"
    draft.refresh_from_db()
    assert draft.state == RunState.DRAFT
