"""What is spent and what is in flight, of a run and of its person, as `budget.py` wants it.

A day and a month are those of the site's time zone; a call counts where it ended. A call that ended
without a known cost counts at what it might have cost at most, until its cost is known.
"""

from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet, Sum

from panels.engine.budget import Budget, Reservation, Spent
from panels.engine.costs import LEDGER_UNIT
from panels.models import Call, Run
from panels.queries.personal_caps import COST_OR_MOST, caps_of, day_start, month_start


def budget_of(run: Run) -> Budget:
    day, month = caps_of(run.owner_id)
    return Budget(
        run_cap=run.cap_usd,
        day_cap=day,
        month_cap=month,
        allows_unknown_prices=run.allows_unknown_prices,
    )


def spent_of(run: Run, budget: Budget, now: datetime) -> Spent:
    """Only what a cap asks about is counted."""
    ended = Call.objects.filter(finished_at__isnull=False)
    of_person = ended.filter(run__owner=run.owner_id)
    return Spent(
        run=_sum(ended.filter(run=run)) if budget.run_cap is not None else Decimal(0),
        day=spent_since(run.owner_id, day_start(now)) if budget.day_cap is not None else Decimal(0),
        month=_sum(of_person.filter(finished_at__gte=month_start(now)))
        if budget.month_cap is not None
        else Decimal(0),
    )


def spent_since(user_id: int, since: datetime) -> Decimal:
    return _sum(Call.objects.filter(run__owner=user_id, finished_at__gte=since))


def in_flight_of(user_id: int) -> list[Reservation]:
    """The person's calls that are open at a vendor, of all their runs."""
    rows = Call.objects.active().filter(run__owner=user_id, cost_usd=None)
    return [
        Reservation(call_id=pk, run_id=str(run_id), high_usd=reserved)
        for pk, run_id, reserved in rows.values_list("pk", "run_id", "reserved_usd")
    ]


def _sum(calls: QuerySet[Call]) -> Decimal:
    """Exact: SQLite adds as floats, which are right far beyond the last digit that a row holds."""
    total = calls.aggregate(total=Sum(COST_OR_MOST))["total"]
    return (total or Decimal(0)).quantize(LEDGER_UNIT)
