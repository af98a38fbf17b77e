"""The spend page's two charts as numbers for SVG. Pure; the tables beside them say the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, log10

from panels.queries.drift import DriftRow
from panels.queries.spend import Group, SpendReport, SpendRow
from panels.templatetags.figures import money

WIDTH, HEIGHT = 1000, 220
#: Room for the axis' words at the left, and for the days below.
LEFT, BOTTOM = 64, 22
#: More bars than this are the table's business.
MOST_ROWS = 12
ROW_HEIGHT = 28
#: Where the names of rows end and their bars begin.
NAMES_WIDTH = 330


@dataclass(frozen=True, kw_only=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, kw_only=True)
class Word:
    x: float
    y: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Dot:
    x: float
    y: float
    title: str
    is_outside: bool


@dataclass(frozen=True, kw_only=True)
class Chart:
    """`label` is what somebody hears who does not see it."""

    label: str
    height: float
    bars: tuple[Bar, ...] = ()
    dots: tuple[Dot, ...] = ()
    #: Heights of the axis' lines, with what they stand for.
    ticks: tuple[Word, ...] = ()
    names: tuple[Word, ...] = ()
    #: Words at the bars' ends.
    values: tuple[Word, ...] = ()
    width: int = WIDTH
    left: int = LEFT


def spend_chart(report: SpendReport) -> Chart | None:
    """None where nothing was spent: there is nothing to compare."""
    if report.total.cost_usd == 0:
        return None
    return _by_day(report) if report.group == Group.DAY else _by_name(report)


def drift_chart(rows: Sequence[DriftRow]) -> Chart | None:
    """Each day's range as a bar and what it came to as a dot."""
    if len(rows) < 2:
        return None
    axis = _Axis(max(max(row.high_usd, row.actual_usd) for row in rows))
    slot = (WIDTH - LEFT) / len(rows)
    bars, dots = [], []
    for place, row in enumerate(rows):
        x, width = LEFT + place * slot + slot * 0.2, slot * 0.6
        top, bottom = axis.y(row.high_usd), axis.y(row.low_usd)
        title = (
            f"{row.day}: foreseen {money(row.low_usd)} to {money(row.high_usd)},"
            f" came to {money(row.actual_usd)}"
        )
        bars.append(_bar(x, top, width, max(1.0, bottom - top), title))
        is_outside = not row.low_usd <= row.actual_usd <= row.high_usd
        dots.append(
            Dot(
                x=round(x + width / 2, 1),
                y=axis.y(row.actual_usd),
                title=title,
                is_outside=is_outside,
            )
        )
    held, runs = sum(row.held for row in rows), sum(row.runs for row in rows)
    return Chart(
        label=f"Estimates against actual costs by day: {held} of {runs} runs within their range",
        height=HEIGHT,
        bars=tuple(bars),
        dots=tuple(dots),
        ticks=axis.ticks(),
        names=_days([row.day.isoformat() for row in rows], slot),
    )


def _by_day(report: SpendReport) -> Chart:
    axis = _Axis(max(row.cost_usd for row in report.rows))
    slot = (WIDTH - LEFT) / len(report.rows)
    bars = [
        _bar(LEFT + place * slot + slot * 0.1, axis.y(row.cost_usd), slot * 0.8, 0, _title(row))
        for place, row in enumerate(report.rows)
    ]
    return Chart(
        label=f"Spend by day: {money(report.total.cost_usd)} from {report.period.since}"
        f" to {report.period.until}",
        height=HEIGHT,
        bars=tuple(_to_the_ground(bar) for bar in bars if bar.y < HEIGHT - BOTTOM),
        ticks=axis.ticks(),
        names=_days([row.label for row in report.rows], slot),
    )


def _by_name(report: SpendReport) -> Chart:
    rows = [row for row in report.rows if row.cost_usd][:MOST_ROWS]
    highest = rows[0].cost_usd
    room = WIDTH - NAMES_WIDTH - 90
    bars, names, values = [], [], []
    for place, row in enumerate(rows):
        y, width = place * ROW_HEIGHT + 4.0, max(1.0, float(row.cost_usd / highest) * room)
        bars.append(_bar(NAMES_WIDTH, y, width, ROW_HEIGHT - 8.0, _title(row)))
        names.append(Word(x=NAMES_WIDTH - 8, y=y + 14, text=_short(row.label)))
        end = round(NAMES_WIDTH + width + 8, 1)
        values.append(Word(x=end, y=y + 14, text=money(row.cost_usd)))
    return Chart(
        label=f"Spend by {report.group.value}: {money(report.total.cost_usd)} in all",
        height=len(rows) * ROW_HEIGHT,
        bars=tuple(bars),
        names=tuple(names),
        values=tuple(values),
    )


class _Axis:
    """Dollars upwards, to a round number above the highest."""

    def __init__(self, highest: Decimal) -> None:
        self._top = _round_up(highest)

    def y(self, usd: Decimal) -> float:
        room = HEIGHT - BOTTOM - 8
        return round(HEIGHT - BOTTOM - float(usd) / self._top * room, 1)

    def ticks(self) -> tuple[Word, ...]:
        parts = [Decimal(str(self._top)) * share for share in (Decimal("0.5"), Decimal(1))]
        return tuple(Word(x=LEFT - 8, y=self.y(usd), text=money(usd)) for usd in parts)


def _round_up(highest: Decimal) -> float:
    value = float(highest) or 0.01
    size = 10.0 ** (ceil(log10(value)) - 1)
    return next(step * size for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * size >= value)


def _bar(x: float, y: float, width: float, height: float, title: str) -> Bar:
    return Bar(
        x=round(x, 1), y=round(y, 1), width=round(width, 1), height=round(height, 1), title=title
    )


def _to_the_ground(bar: Bar) -> Bar:
    return _bar(bar.x, bar.y, bar.width, HEIGHT - BOTTOM - bar.y, bar.title)


def _days(labels: Sequence[str], slot: float) -> tuple[Word, ...]:
    """As many days as there is room for, the first among them."""
    step = max(1, ceil(90 / slot))
    return tuple(
        Word(x=round(LEFT + (place + 0.5) * slot, 1), y=HEIGHT - 6, text=labels[place][5:])
        for place in range(0, len(labels), step)
    )


def _title(row: SpendRow) -> str:
    return f"{row.label}: {money(row.cost_usd)}, {row.calls:,} calls"


def _short(text: str) -> str:
    return text if len(text) <= 42 else f"{text[:41]}…"
