"""How many runs are under way, read from an index that holds no others."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from panels.models import Run
from panels.queries.unfinished_runs import count_unfinished, runs_under_way
from tests.web.rows import add_run

pytestmark = pytest.mark.django_db


def test_runs_under_way_are_counted_by_state(owner: User) -> None:
    for state in ("panel", "panel", "writing", "done", "review", "failed"):
        add_run(owner, state=state)
    add_run(owner, state="panel", deleted_at=timezone.now())
    assert count_unfinished() == {"judging": 0, "panel": 2, "writing": 1}


def test_a_scrape_looks_at_no_run_of_before(owner: User) -> None:
    now = timezone.now()
    Run.objects.bulk_create(
        Run(owner=owner, state="done", title="Old", created_at=now) for _ in range(2_000)
    )
    if connection.vendor == "postgresql":
        # It goes by figures, and has none of rows that are this new.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE panels_run")
    assert "run_by_state" in runs_under_way().values_list("state").explain()
