"""A run that waits at a cap goes on by the word of who may say so."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from panels.choices import CallState, Hold, RunState
from panels.models import Allowance, Run
from tests.web.conftest import NotingDispatcher
from tests.web.rows import HTMX, add_call, add_link, add_run, page, words

pytestmark = pytest.mark.django_db

FACTS = {
    "cap": "run",
    "cap_usd": "0.05",
    "spent_usd": "0.03",
    "reserved_usd": "0",
    "needed_usd": "0.03",
    "also": [],
    "role": "seat",
    "seat": "A",
    "model": "openrouter:m",
}


def add_held(owner: User, hold: str = Hold.RUN_CAP, **changes: Any) -> Run:
    facts = {**FACTS, "needed_usd": None} if hold == Hold.UNKNOWN_PRICE else FACTS
    run = add_run(
        owner, state=RunState.PANEL, cap_usd=Decimal("0.05"), hold=hold, hold_json=facts, **changes
    )
    add_call(run, state=CallState.QUEUED, asked_at=None, finished_at=None)
    return run


def go_on(client: Client, run: Run, **sent: str) -> Any:
    return client.post(f"/runs/{run.pk}/go-on/", sent, headers=HTMX)


def stands(run: Run) -> tuple[str, Decimal | None]:
    run.refresh_from_db()
    return run.hold, run.cap_usd


def test_the_owner_raises_the_cap_and_the_run_goes_on(
    owner_client: Client, owner: User, engine: NotingDispatcher
) -> None:
    run = add_held(owner)
    response = go_on(owner_client, run, cap="0.20")
    assert (response.status_code, stands(run)) == (200, ("", Decimal("0.2")))
    assert engine.launched == [run.pk]
    assert "This run waits" not in words(response)


def test_an_empty_amount_takes_the_cap_away(owner_client: Client, owner: User) -> None:
    run = add_held(owner)
    go_on(owner_client, run, cap="")
    assert stands(run) == ("", None)


def test_an_amount_that_is_none_is_refused_in_words(
    owner_client: Client, owner: User, engine: NotingDispatcher
) -> None:
    run = add_held(owner)
    response = go_on(owner_client, run, cap="more")
    assert (response.status_code, words(response)) == (422, "Write US dollars, such as 0.50.")
    assert (stands(run), engine.launched) == ((Hold.RUN_CAP, Decimal("0.05")), [])


def test_it_can_be_tried_again_without_a_new_cap(
    owner_client: Client, owner: User, engine: NotingDispatcher
) -> None:
    run = add_held(owner, Hold.DAY_CAP)
    assert go_on(owner_client, run, again="1").status_code == 200
    assert (stands(run), engine.launched) == (("", Decimal("0.05")), [run.pk])


@pytest.mark.parametrize("hold", [Hold.DAY_CAP, Hold.MONTH_CAP])
def test_the_days_and_the_months_cap_are_for_staff(
    owner_client: Client, owner: User, engine: NotingDispatcher, hold: str
) -> None:
    run = add_held(owner, hold)
    response = go_on(owner_client, run, cap="9")
    assert (response.status_code, engine.launched) == (422, [])
    assert words(response) == "Only staff may raise the caps of a day and of a month."
    User.objects.update(is_staff=True)
    assert go_on(owner_client, run, cap="9").status_code == 200
    assert engine.launched == [run.pk]
    allowance = Allowance.objects.get(user=owner)
    raised = {Hold.DAY_CAP: allowance.day_cap_usd, Hold.MONTH_CAP: allowance.month_cap_usd}
    assert raised[Hold(hold)] == 9


def test_the_local_user_manages_the_money_of_their_own_machine(
    client: Client, engine: NotingDispatcher
) -> None:
    local = User.objects.create_user("local")
    client.force_login(local)
    run = add_held(local, Hold.DAY_CAP)
    assert go_on(client, run, cap="9").status_code == 200
    assert engine.launched == [run.pk]


def test_an_unknown_price_is_the_owners_word_unless_staff_set_caps(
    owner_client: Client, owner: User, settings: Any
) -> None:
    settings.DAY_CAP_USD = Decimal(5)
    run = add_held(owner, Hold.UNKNOWN_PRICE)
    assert go_on(owner_client, run).status_code == 422
    settings.DAY_CAP_USD = None
    assert go_on(owner_client, run).status_code == 200
    run.refresh_from_db()
    assert (run.hold, run.allows_unknown_prices) == ("", True)


def test_a_run_that_does_not_wait_is_left_alone(
    owner_client: Client, owner: User, engine: NotingDispatcher
) -> None:
    run = add_run(owner, state=RunState.PANEL)
    response = go_on(owner_client, run, cap="9")
    assert (response.status_code, engine.launched) == (409, [])
    assert stands(run) == ("", None)


def test_nobody_else_can_raise_it(
    teammate_client: Client,
    stranger_client: Client,
    guest_client: Client,
    owner: User,
    engine: NotingDispatcher,
) -> None:
    run = add_held(owner)
    guest_client.get(f"/s/{add_link(run)}/")
    for client in (teammate_client, stranger_client, guest_client):
        assert go_on(client, run, cap="9").status_code == 404
    assert (stands(run)[0], engine.launched) == (Hold.RUN_CAP, [])


def test_the_list_of_runs_says_who_waits(owner_client: Client, owner: User) -> None:
    add_held(owner)
    add_run(owner)
    tags = page(owner_client.get("/")).select("[data-label=State] .tag-warn")
    assert [tag.get_text() for tag in tags].count("waits at a cap") == 1
