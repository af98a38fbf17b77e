"""What was spent, by day, preset, model or person, and how estimates have held.

A call counts on the day it ended, in the site's time zone. Everything is added up by the database,
from one index; only the rows of a report come here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from panels.choices import CostSource
from panels.models import Call
from panels.models.calls import CallQuerySet

#: What a row of the ledger can hold. SQLite adds as floats, which are right far beyond that.
LEDGER_UNIT = Decimal("0.00000001")


class Group(StrEnum):
    DAY = "day"
    PRESET = "preset"
    MODEL = "model"
    PERSON = "person"


_FIELDS = {
    Group.PRESET: "run__preset_name",
    Group.MODEL: "model_asked",
    Group.PERSON: "run__owner",
}


@dataclass(frozen=True, kw_only=True)
class Period:
    """Days, both within."""

    since: date
    until: date

    @property
    def days(self) -> list[date]:
        count = (self.until - self.since).days + 1
        return [self.since + timedelta(days=n) for n in range(count)]

    @property
    def start(self) -> datetime:
        return _midnight(self.since)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return _midnight(self.until + timedelta(days=1))


@dataclass(frozen=True, kw_only=True)
class SpendRow:
    """`cost_usd` adds up the known costs; `unknown_calls` have none. `day` only by day."""

    label: str
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: Decimal = Decimal(0)
    unknown_calls: int = 0
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class SpendReport:
    group: Group
    period: Period
    rows: tuple[SpendRow, ...]

    @property
    def total(self) -> SpendRow:
        """The exact sum of the rows."""
        return SpendRow(
            label="Total",
            calls=sum(row.calls for row in self.rows),
            tokens_in=sum(row.tokens_in for row in self.rows),
            tokens_out=sum(row.tokens_out for row in self.rows),
            cost_usd=sum((row.cost_usd for row in self.rows), Decimal(0)),
            unknown_calls=sum(row.unknown_calls for row in self.rows),
        )


def ended_calls(period: Period, user_id: int | None) -> CallQuerySet:
    """Of one person, or of everybody where that is None. Calls that were never asked are none."""
    calls = Call.objects.filter(finished_at__gte=period.start, finished_at__lt=period.end)
    return calls if user_id is None else calls.filter(run__owner=user_id)


def load_spend(period: Period, group: Group, *, user_id: int | None) -> SpendReport:
    """By day in the days' order, with those on which nothing was spent; else the dearest first."""
    calls = ended_calls(period, user_id)
    rows = _by_day(calls, period) if group == Group.DAY else _by_field(calls, group)
    return SpendReport(group=group, period=period, rows=tuple(rows))


def _by_day(calls: CallQuerySet, period: Period) -> list[SpendRow]:
    found = {
        values["key"]: values for values in _added_up(calls.annotate(key=TruncDate("finished_at")))
    }
    return [_row(day.isoformat(), found.get(day), day=day) for day in period.days]


def _by_field(calls: CallQuerySet, group: Group) -> list[SpendRow]:
    found = _added_up(calls.annotate(key=_key_of(group)))
    names = _names(values["key"] for values in found) if group == Group.PERSON else {}
    rows = [
        _row(names.get(values["key"]) or str(values["key"]) or "No preset", values)
        for values in found
    ]
    return sorted(rows, key=lambda row: (-row.cost_usd, -row.calls, row.label))


def _key_of(group: Group) -> F:
    return F(_FIELDS[group])


def _added_up(calls: Any) -> list[dict[str, Any]]:
    unknown = Q(cost_usd=None) | Q(cost_source=CostSource.UNKNOWN)
    return list(
        calls.values("key")
        .annotate(
            calls=Count("pk"),
            total_in=Sum("tokens_in"),
            total_out=Sum("tokens_out"),
            cost=Sum("cost_usd"),
            unknown=Count("pk", filter=unknown),
        )
        .order_by()
    )


def _row(label: str, values: dict[str, Any] | None, *, day: date | None = None) -> SpendRow:
    if values is None:
        return SpendRow(label=label, day=day)
    return SpendRow(
        label=label,
        calls=values["calls"],
        tokens_in=values["total_in"] or 0,
        tokens_out=values["total_out"] or 0,
        cost_usd=(values["cost"] or Decimal(0)).quantize(LEDGER_UNIT),
        unknown_calls=values["unknown"],
        day=day,
    )


def _names(user_ids: Iterable[int]) -> dict[int, str]:
    return {
        user.pk: user.get_full_name() or user.get_username()
        for user in User.objects.filter(pk__in=list(user_ids))
    }


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
