"""The spend page's CSV: the table, every call, and nothing that runs in a spreadsheet."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.web.spent import add_spend, csv_of, noon

pytestmark = pytest.mark.django_db


def test_the_table_as_csv_is_the_table(owner_client: Client, owner: User) -> None:
    add_spend(owner, "0.1")
    assert csv_of(owner_client, "rows", "group=model") == [
        ["group", "calls", "tokens_in", "tokens_out", "cost_usd", "calls_of_unknown_cost"],
        ["openrouter:flash", "1", "100", "10", "0.10000000", "0"],
        ["Total", "1", "100", "10", "0.10000000", "0"],
    ]


def test_every_call_as_csv(owner_client: Client, owner: User, teammate: User) -> None:
    call = add_spend(owner, "0.1")
    add_spend(teammate, "0.2")
    header, *found = csv_of(owner_client, "calls")
    assert [dict(zip(header, row, strict=True)) for row in found] == [
        {
            "ended_at": timezone.localtime(noon()).isoformat(),
            "person": "Ada",
            "preset": "Review",
            "run": str(call.run_id),
            "role": "seat",
            "model": "openrouter:flash",
            "state": "done",
            "tokens_in": "100",
            "tokens_out": "10",
            "cost_usd": "0.10000000",
            "cost_source": "reported",
        }
    ]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@sum", "\t=1", " =1", "＝1"])
def test_no_cell_is_taken_for_a_formula(owner_client: Client, owner: User, name: str) -> None:
    add_spend(owner, "0.1", preset=name)
    assert csv_of(owner_client, "rows", "group=preset")[1][0] == f"'{name}"
    assert csv_of(owner_client, "calls")[1][2] == f"'{name}"


def test_there_is_no_other_file(owner_client: Client) -> None:
    assert owner_client.get("/spend/people.csv").status_code == 404
