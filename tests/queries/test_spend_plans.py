"""What keeps the spend page fast with a hundred thousand calls: no row is opened for it."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from panels.engine.spending import in_flight_of
from panels.queries.drift import load_drift
from panels.queries.history import load_history
from panels.queries.personal_caps import load_caps
from panels.queries.spend import Group, Period, load_spend
from tests.web.rows import add_call, add_run

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="Reads SQLite's query plans"),
]
PERIOD = Period(since=date(2026, 11, 1), until=date(2026, 11, 30))


def plans_of(read: Any) -> list[str]:
    """How SQLite goes about each query over calls that `read` makes."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        read()
    found = []
    for query in captured.captured_queries:
        if '"panels_call"' in query["sql"]:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
                found.append("; ".join(str(row[3]) for row in cursor.fetchall()))
    return found


@pytest.mark.parametrize("group", list(Group))
def test_a_report_of_everybody_is_read_from_one_index(owner: User, group: Group) -> None:
    add_call(add_run(owner))
    plans = plans_of(lambda: load_spend(PERIOD, group, user_id=None))
    assert plans
    assert all("panels_call USING COVERING INDEX call_spend" in plan for plan in plans)


def test_the_history_of_each_role_is_read_from_its_index_in_order(owner: User) -> None:
    plans = plans_of(load_history)
    assert len(plans) == 3
    assert all("panels_call USING COVERING INDEX call_history" in plan for plan in plans)
    assert not any("TEMP B-TREE" in plan for plan in plans)


def test_a_persons_caps_look_at_no_call_of_before(owner: User) -> None:
    plans = plans_of(lambda: load_caps(owner, timezone.now()))
    assert plans
    assert all("SCAN panels_call" not in plan for plan in plans)


def test_calls_in_flight_are_found_without_looking_at_the_others(owner: User) -> None:
    plans = plans_of(lambda: in_flight_of(owner.pk))
    assert plans
    assert all("SCAN" not in plan for plan in plans)


def test_what_runs_came_to_is_added_up_from_an_index(owner: User) -> None:
    run = add_run(
        owner,
        state="done",
        finished_at=timezone.now(),
        estimate_json={"cost_usd": {"low": "0.1", "high": "0.2"}},
    )
    add_call(run)
    today = timezone.localdate()
    plans = plans_of(lambda: load_drift(Period(since=today, until=today), user_id=None))
    assert plans
    assert all("panels_call USING COVERING INDEX call_of_run" in plan for plan in plans)
