"""The spend page: its filters, its sums, who sees what, and how estimates have held."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from panels.choices import RunState
from panels.models import Call
from tests.cards.foreseen_runs import estimate_json
from tests.web.rows import HOSTILE, add_call, add_run, assert_inert, page, words
from tests.web.spent import add_spend, csv_of, noon, rows

pytestmark = pytest.mark.django_db


def test_a_stranger_is_asked_to_sign_in(stranger_client: Client) -> None:
    for address in ("/spend/", "/spend/rows.csv", "/spend/calls.csv"):
        assert stranger_client.get(address)["Location"].startswith("/sign-in/")


def test_days_add_up_to_the_last_digit(owner_client: Client, owner: User) -> None:
    add_spend(owner, "0.10000001")
    add_spend(owner, "0.2")
    add_spend(owner, "0.00000007", days_ago=1)
    add_spend(owner, None, days_ago=1)
    today, yesterday = noon().date().isoformat(), noon(1).date().isoformat()
    assert rows(owner_client) == [
        [yesterday, "2", "200", "20", "$0.00000007 + 1 unknown"],
        [today, "2", "200", "20", "$0.30000001"],
        ["Total", "4", "400", "40", "$0.30000008 + 1 unknown"],
    ]


def test_the_total_is_the_exact_sum_of_a_thousand_calls(owner_client: Client, owner: User) -> None:
    costs = [Decimal(number * 7 + 1).scaleb(-8) for number in range(1000)]
    run = add_run(owner)
    Call.objects.bulk_create(
        Call(
            run=run,
            role="seat",
            seat="A",
            state="done",
            model_asked="m",
            cost_usd=cost,
            cost_source="reported",
            created_at=noon(),
            finished_at=noon(),
        )
        for cost in costs
    )
    header, *found = csv_of(owner_client, "rows")
    assert Decimal(found[-1][header.index("cost_usd")]) == sum(costs)


@pytest.mark.parametrize(
    ("group", "labels"),
    [
        ("model", ["openrouter:opus", "openrouter:flash", "Total"]),
        ("preset", ["Security", "Review", "Total"]),
    ],
)
def test_other_groups_have_the_dearest_first(
    owner_client: Client, owner: User, group: str, labels: list[str]
) -> None:
    add_spend(owner, "0.1")
    add_spend(owner, "0.9", model_asked="openrouter:opus", preset="Security")
    assert [row[0] for row in rows(owner_client, f"/spend/?group={group}")] == labels


def test_each_sees_their_own_and_staff_see_everybody(
    owner_client: Client, teammate_client: Client, owner: User, teammate: User
) -> None:
    add_spend(owner, "0.1")
    add_spend(teammate, "0.2")
    assert rows(owner_client)[-1][-1] == "$0.1000"
    assert rows(teammate_client, "/spend/?group=person")[0][0] == noon().date().isoformat()
    assert "Ben" not in words(owner_client.get("/spend/?group=model"))
    User.objects.filter(pk=owner.pk).update(is_staff=True)
    assert rows(owner_client)[-1][-1] == "$0.3000"
    assert [row[0] for row in rows(owner_client, "/spend/?group=person")] == ["Ben", "Ada", "Total"]


def test_the_period_comes_from_the_address_with_both_days_in_it(
    owner_client: Client, owner: User
) -> None:
    for days_ago in (0, 3, 5, 9):
        add_spend(owner, "0.1", days_ago=days_ago)
    since, until = noon(5).date(), noon(3).date()
    found = rows(owner_client, f"/spend/?from={since}&to={until}")
    assert [row[0] for row in found] == [since.isoformat(), until.isoformat(), "Total"]
    turned = rows(owner_client, f"/spend/?from={until}&to={since}")
    assert turned == found


@pytest.mark.parametrize(
    "query",
    [
        "from=nonsense",
        "to=0001-01-01",
        "to=9999-12-31",
        "group=person",
        "group=%00",
        "from=2026-13-45",
    ],
)
def test_an_address_that_can_not_be_read_counts_as_not_given(
    owner_client: Client, owner: User, query: str
) -> None:
    add_spend(owner, "0.1")
    assert rows(owner_client, f"/spend/?{query}") == rows(owner_client)


def test_a_call_counts_on_its_day_in_the_sites_time_zone(
    owner_client: Client, owner: User, settings: Any
) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"
    with timezone.override("Pacific/Auckland"):
        ended = datetime(2026, 11, 19, 12, 30, tzinfo=timezone.get_fixed_timezone(0))
        call = add_spend(owner, "0.1")
        Call.objects.filter(pk=call.pk).update(finished_at=ended)
        found = rows(owner_client, "/spend/?from=2026-11-20&to=2026-11-20")
    assert found[0][0] == "2026-11-20"


def test_the_chart_says_in_words_what_it_shows_and_a_bar_stands_for_each_day(
    owner_client: Client, owner: User
) -> None:
    add_spend(owner, "0.5")
    add_spend(owner, "0.25", days_ago=2)
    chart = page(owner_client.get("/spend/")).select_one("svg.chart")
    assert chart["role"] == "img"
    assert chart["aria-label"].startswith("Spend by day: $0.750 from ")
    heights = [float(bar["height"]) for bar in chart.select("rect")]
    assert heights[1] / heights[0] == pytest.approx(2, rel=0.02)
    assert chart.select_one("rect title").get_text().endswith("$0.250, 1 calls")


def test_nothing_spent_is_said_in_words(owner_client: Client) -> None:
    response = owner_client.get("/spend/")
    assert "Nothing was spent in this time." in words(response)
    assert page(response).select("svg.chart") == []


def test_hostile_names_stay_inert(owner_client: Client, owner: User) -> None:
    add_spend(owner, "0.1", model_asked=HOSTILE, preset="<script>alert(1)</script>")
    for group in ("model", "preset"):
        assert_inert(owner_client.get(f"/spend/?group={group}"))


# Estimates against what came


def add_finished(owner: User, usd: str, *, days_ago: int = 0, **changes: Any) -> None:
    run = add_run(
        owner,
        state=RunState.DONE,
        finished_at=noon(days_ago),
        estimate_json=estimate_json(low="0.10", high="0.20"),
        **changes,
    )
    add_call(run, cost_usd=Decimal(usd), finished_at=noon(days_ago))


def drift(client: Client) -> list[list[str]]:
    table = page(client.get("/spend/")).select("section[aria-labelledby=drift-title] tbody tr")
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")] for row in table
    ]


def test_the_drift_is_told_by_day(owner_client: Client, owner: User) -> None:
    add_finished(owner, "0.15", days_ago=1)
    add_finished(owner, "0.30")
    add_finished(owner, "0.10")
    assert drift(owner_client) == [
        [noon(1).date().isoformat(), "1", "$0.10 – 0.20", "$0.150", "±0 %", "1 of 1"],
        [noon().date().isoformat(), "2", "$0.20 – 0.40", "$0.400", "+33 %", "1 of 2"],
    ]
    chart = page(owner_client.get("/spend/")).select("svg.chart")[1]
    assert chart["aria-label"].startswith("Estimates against actual costs by day: 2 of 3 runs")
    assert len(chart.select("circle")) == 2


def test_runs_that_tell_nothing_are_left_out(
    owner_client: Client, owner: User, teammate: User
) -> None:
    add_finished(owner, "0.1", is_tour=True)
    add_finished(teammate, "0.1")
    unknown = add_run(owner, state=RunState.DONE, finished_at=noon(), estimate_json=estimate_json())
    add_call(unknown, cost_usd=None)
    add_call(add_run(owner, state=RunState.DONE, finished_at=noon()), cost_usd=Decimal(1))
    assert drift(owner_client) == []
    assert "No run with an estimate was finished in this time." in words(
        owner_client.get("/spend/")
    )


def test_the_page_asks_a_fixed_number_of_questions(
    owner_client: Client, owner: User, django_assert_num_queries: Any
) -> None:
    counts = []
    for number in (1, 3):
        for _ in range(number):
            add_finished(owner, "0.1")
        with django_assert_num_queries(9) as captured:
            owner_client.get("/spend/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
