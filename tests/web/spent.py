"""Calls that cost something, and what the spend page makes of them."""

import csv
import io
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from panels.models import Call
from tests.web.rows import add_call, add_run, page


def noon(days_ago: int = 0) -> datetime:
    today = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    return today - timedelta(days=days_ago)


def add_spend(owner: User, usd: str | None, *, days_ago: int = 0, **changes: Any) -> Call:
    run = add_run(owner, preset_name=changes.pop("preset", "Review"))
    values = {
        "model_asked": "openrouter:flash",
        "cost_usd": Decimal(usd) if usd else None,
        "cost_source": "reported" if usd else "unknown",
        "tokens_in": 100,
        "tokens_out": 10,
        "finished_at": noon(days_ago),
    }
    return add_call(run, **(values | changes))


def rows(client: Client, address: str = "/spend/") -> list[list[str]]:
    found = page(client.get(address)).select(".spend-table tbody tr, .spend-table tfoot tr")
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")] for row in found
    ]


def csv_of(client: Client, what: str, query: str = "") -> list[list[str]]:
    response = client.get(f"/spend/{what}.csv?{query}")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    return list(csv.reader(io.StringIO(response.content.decode())))
