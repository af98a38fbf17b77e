"""How estimates have held: of each day's finished runs, what was foreseen and what it came to.

A run counts on the day of its first synthesis, with all of its calls. Runs without an estimate, and
those with a call whose cost is not known, tell nothing and are left out.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.db.models.fields.json import KT
from django.utils import timezone

from panels.choices import RunState
from panels.estimating import Range
from panels.models import Call, Run
from panels.queries.spend import LEDGER_UNIT, Period

#: Runs whose calls are added up in one query.
_RUNS_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class DriftRow:
    """Sums over a day's runs, in US dollars; `held` is how many fell into their own range."""

    day: date
    runs: int
    low_usd: Decimal
    high_usd: Decimal
    actual_usd: Decimal
    held: int

    @property
    def range(self) -> Range[Decimal]:
        return Range(self.low_usd, self.high_usd)

    @property
    def is_far_off(self) -> bool:
        return not self.range.holds(self.actual_usd)

    @property
    def off_by(self) -> float | None:
        """The actual sum against the middle of the ranges: 0.1 is ten per cent more."""
        middle = (self.low_usd + self.high_usd) / 2
        return float(self.actual_usd / middle) - 1 if middle else None


@dataclass(frozen=True)
class _Foreseen:
    day: date
    low: Decimal
    high: Decimal


def load_drift(period: Period, *, user_id: int | None) -> tuple[DriftRow, ...]:
    """The days on which something was finished, in their order."""
    foreseen = _load_foreseen(period, user_id)
    by_day: dict[date, list[tuple[_Foreseen, Decimal]]] = defaultdict(list)
    for run_id, actual in _actual_costs(list(foreseen)):
        by_day[foreseen[run_id].day].append((foreseen[run_id], actual))
    return tuple(_row(day, by_day[day]) for day in sorted(by_day))


def _load_foreseen(period: Period, user_id: int | None) -> dict[UUID, _Foreseen]:
    runs = Run.objects.filter(
        finished_at__gte=period.start,
        finished_at__lt=period.end,
        state__in=[RunState.DONE, RunState.WRITING],
        is_tour=False,
    )
    if user_id is not None:
        runs = runs.filter(owner=user_id)
    rows = runs.annotate(
        low=KT("estimate_json__cost_usd__low"), high=KT("estimate_json__cost_usd__high")
    ).values_list("pk", "finished_at", "low", "high")
    return {
        pk: _Foreseen(timezone.localdate(finished), Decimal(low), Decimal(high))
        for pk, finished, low, high in rows
        if finished and low and high
    }


def _actual_costs(run_ids: list[UUID]) -> Iterable[tuple[UUID, Decimal]]:
    for start in range(0, len(run_ids), _RUNS_AT_ONCE):
        found = (
            Call.objects.filter(run__in=run_ids[start : start + _RUNS_AT_ONCE])
            .values("run")
            .annotate(
                total=Sum("cost_usd"),
                unknown=Count("pk", filter=Q(cost_usd=None, asked_at__isnull=False)),
            )
            .order_by()
        )
        for values in found:
            if not values["unknown"] and values["total"] is not None:
                yield values["run"], values["total"].quantize(LEDGER_UNIT)


def _row(day: date, runs: list[tuple[_Foreseen, Decimal]]) -> DriftRow:
    return DriftRow(
        day=day,
        runs=len(runs),
        low_usd=sum((foreseen.low for foreseen, _ in runs), Decimal(0)),
        high_usd=sum((foreseen.high for foreseen, _ in runs), Decimal(0)),
        actual_usd=sum((actual for _, actual in runs), Decimal(0)),
        held=sum(foreseen.low <= actual <= foreseen.high for foreseen, actual in runs),
    )
