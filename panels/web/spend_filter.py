"""The spend page's address: from, to, group. Whatever can't be read counts as not given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from panels.queries.spend import Group, Period

USUAL_DAYS = 30
#: A longer period is cut at its beginning.
MOST_DAYS = 366


@dataclass(frozen=True, kw_only=True)
class SpendFilter:
    period: Period
    group: Group

    @property
    def address(self) -> str:
        """As a query string."""
        return urlencode(
            {
                "from": self.period.since.isoformat(),
                "to": self.period.until.isoformat(),
                "group": self.group.value,
            }
        )


def filter_from(sent: Mapping[str, str], *, today: date, is_staff: bool) -> SpendFilter:
    """Persons can be told apart by staff only; who else asks for it gets days."""
    until = _day(sent.get("to", "")) or today
    since = _day(sent.get("from", "")) or until - timedelta(days=USUAL_DAYS - 1)
    since, until = min(since, until), max(since, until)
    since = max(since, until - timedelta(days=MOST_DAYS - 1))
    return SpendFilter(
        period=Period(since=since, until=until), group=_group(sent, is_staff=is_staff)
    )


def groups_for(*, is_staff: bool) -> list[Group]:
    return [group for group in Group if is_staff or group != Group.PERSON]


def _group(sent: Mapping[str, str], *, is_staff: bool) -> Group:
    try:
        group = Group(sent.get("group", ""))
    except ValueError:
        return Group.DAY
    return group if group in groups_for(is_staff=is_staff) else Group.DAY


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # A year beside these has midnights that no clock can tell.
    return day if 2000 <= day.year <= 2200 else None
