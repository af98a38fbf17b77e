"""Caps on the spend page: one's own, and everybody's for staff."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from panels.choices import Hold, RunState
from panels.models import Allowance, Call
from tests.web.conftest import NotingDispatcher
from tests.web.rows import add_run, words
from tests.web.spent import add_spend

pytestmark = pytest.mark.django_db


def test_ones_own_caps_are_shown(owner_client: Client, owner: User, settings: Any) -> None:
    settings.DAY_CAP_USD = Decimal(5)
    Call.objects.filter(pk=add_spend(owner, "0.25").pk).update(finished_at=timezone.now())
    shown = words(owner_client.get("/spend/"), ".caps-list")
    assert shown == "Today $0.250 of $5.00 This month $0.250 no cap"


def test_staff_see_everybodys_caps_and_set_them(
    owner_client: Client,
    teammate_client: Client,
    owner: User,
    teammate: User,
    engine: NotingDispatcher,
) -> None:
    facts = {"cap_usd": "1", "spent_usd": "1", "reserved_usd": "0", "needed_usd": "1"}
    held = add_run(teammate, state=RunState.PANEL, hold=Hold.DAY_CAP, hold_json=facts)
    address = f"/spend/people/{teammate.pk}/cap/"
    sent = {"period": "day", "cap": "7.5"}
    assert owner_client.post(address, sent).status_code == 404
    assert "People and their caps" not in words(owner_client.get("/spend/"))

    User.objects.filter(pk=owner.pk).update(is_staff=True)
    assert "1 at the day's cap" in words(owner_client.get("/spend/"))
    assert owner_client.post(address, sent).status_code == 302
    assert Allowance.objects.get(user=teammate).day_cap_usd == Decimal("7.5")
    held.refresh_from_db()
    assert (held.hold, engine.launched) == ("", [held.pk])
    assert "of $7.50" in words(owner_client.get("/spend/"))


def test_a_cap_that_can_not_be_read_is_refused_beside_its_field(
    owner_client: Client, owner: User, teammate: User
) -> None:
    User.objects.filter(pk=owner.pk).update(is_staff=True)
    for cap in ("", "much"):
        response = owner_client.post(
            f"/spend/people/{teammate.pk}/cap/", {"period": "day", "cap": cap}
        )
        assert response.status_code == 422
        assert words(response, "#cap-form-error") == "Write US dollars, such as 0.50."
    assert not Allowance.objects.exists()
    nobody = owner_client.post("/spend/people/99999/cap/", {"period": "day", "cap": "1"})
    assert nobody.status_code == 404
