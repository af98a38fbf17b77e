"""What people may still spend today and this month, and whose runs wait for more."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from panels.choices import Hold
from panels.models import Allowance, Call, Run
from panels.queries.spend import LEDGER_UNIT

#: A call that ended without a known cost counts at what it may have cost at most.
COST_OR_MOST = Coalesce("cost_usd", "reserved_usd")
#: On one page.
_MOST_PEOPLE = 500


@dataclass(frozen=True, kw_only=True)
class CapUse:
    """`cap_usd` None: no cap. `is_own`: not the site's default."""

    spent_usd: Decimal
    cap_usd: Decimal | None
    is_own: bool = False

    @property
    def left_usd(self) -> Decimal | None:
        return None if self.cap_usd is None else max(Decimal(0), self.cap_usd - self.spent_usd)

    @property
    def is_used_up(self) -> bool:
        return self.left_usd is not None and self.left_usd <= 0


@dataclass(frozen=True, kw_only=True)
class PersonalCaps:
    user_id: int
    name: str
    day: CapUse
    month: CapUse
    #: How many of the person's runs wait at the day's or at the month's cap.
    waiting_for_day: int = 0
    waiting_for_month: int = 0

    @property
    def are_set(self) -> bool:
        return self.day.cap_usd is not None or self.month.cap_usd is not None


def load_caps(user: User, now: datetime) -> PersonalCaps:
    return _load([user], now)[0]


def load_caps_of_everybody(now: datetime) -> tuple[PersonalCaps, ...]:
    """Whose runs wait come first, then who spent most this month."""
    found = _load(list(User.objects.filter(is_active=True).order_by("pk")[:_MOST_PEOPLE]), now)
    found.sort(
        key=lambda caps: (
            -(caps.waiting_for_day + caps.waiting_for_month),
            -caps.month.spent_usd,
            caps.name,
        )
    )
    return tuple(found)


def caps_of(user_id: int) -> tuple[Decimal | None, Decimal | None]:
    """The day's and the month's: the person's own allowance, else the site's default."""
    own = Allowance.objects.filter(user_id=user_id).first()
    day, month = (own.day_cap_usd, own.month_cap_usd) if own else (None, None)
    return (
        settings.DAY_CAP_USD if day is None else day,
        settings.MONTH_CAP_USD if month is None else month,
    )


def day_start(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def month_start(now: datetime) -> datetime:
    return day_start(now).replace(day=1)


def _load(users: list[User], now: datetime) -> list[PersonalCaps]:
    ids = [user.pk for user in users]
    own = {row.user_id: row for row in Allowance.objects.filter(user__in=ids)}
    today, month = _spent(ids, day_start(now)), _spent(ids, month_start(now))
    waiting = _waiting(ids)
    found = []
    for user in users:
        allowance = own.get(user.pk)
        day_cap = allowance.day_cap_usd if allowance else None
        month_cap = allowance.month_cap_usd if allowance else None
        found.append(
            PersonalCaps(
                user_id=user.pk,
                name=user.get_full_name() or user.get_username(),
                day=_use(today[user.pk], day_cap, settings.DAY_CAP_USD),
                month=_use(month[user.pk], month_cap, settings.MONTH_CAP_USD),
                waiting_for_day=waiting[user.pk, Hold.DAY_CAP],
                waiting_for_month=waiting[user.pk, Hold.MONTH_CAP],
            )
        )
    return found


def _use(spent: Decimal, own: Decimal | None, usual: Decimal | None) -> CapUse:
    return CapUse(spent_usd=spent, cap_usd=usual if own is None else own, is_own=own is not None)


def _spent(user_ids: list[int], since: datetime) -> dict[int, Decimal]:
    rows = (
        Call.objects.filter(finished_at__gte=since, run__owner__in=user_ids)
        .values("run__owner")
        .annotate(total=Sum(COST_OR_MOST))
        .order_by()
    )
    spent: dict[int, Decimal] = defaultdict(Decimal)
    for row in rows:
        spent[row["run__owner"]] = (row["total"] or Decimal(0)).quantize(LEDGER_UNIT)
    return spent


def _waiting(user_ids: list[int]) -> dict[tuple[int, str], int]:
    held = Run.objects.filter(
        owner__in=user_ids, hold__in=[Hold.DAY_CAP, Hold.MONTH_CAP], deleted_at=None
    )
    counts: dict[tuple[int, str], int] = defaultdict(int)
    for owner_id, hold in held.unfinished().values_list("owner", "hold"):
        counts[owner_id, hold] += 1
    return counts
