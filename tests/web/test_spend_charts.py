"""The charts as numbers: nothing leaves its frame, and nothing is drawn that is not there."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from panels.queries.drift import DriftRow
from panels.queries.spend import Group, Period, SpendReport, SpendRow
from panels.web.spend_charts import (
    BOTTOM,
    HEIGHT,
    LEFT,
    MOST_ROWS,
    WIDTH,
    Chart,
    drift_chart,
    spend_chart,
)

FIRST = date(2026, 11, 1)


def by_day(*costs: str) -> SpendReport:
    days = [FIRST + timedelta(days=n) for n in range(len(costs))]
    rows = tuple(
        SpendRow(label=day.isoformat(), day=day, cost_usd=Decimal(cost), calls=1)
        for day, cost in zip(days, costs, strict=True)
    )
    return SpendReport(group=Group.DAY, period=Period(since=FIRST, until=days[-1]), rows=rows)


def by_model(count: int) -> SpendReport:
    rows = tuple(
        SpendRow(label=f"vendor:{'m' * 60}{n}", cost_usd=Decimal(count - n)) for n in range(count)
    )
    return SpendReport(group=Group.MODEL, period=Period(since=FIRST, until=FIRST), rows=rows)


def drifted(count: int, **changes: Decimal) -> list[DriftRow]:
    usual = {
        "low_usd": Decimal("0.1"),
        "high_usd": Decimal("0.2"),
        "actual_usd": Decimal("0.15"),
    }
    return [
        DriftRow(day=FIRST + timedelta(days=n), runs=1, held=1, **(usual | changes))
        for n in range(count)
    ]


def assert_within(chart: Chart) -> None:
    for bar in chart.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH + 1
        assert 0 <= bar.y <= bar.y + bar.height <= chart.height
    for dot in chart.dots:
        assert 0 <= dot.y <= chart.height


@pytest.mark.parametrize("count", [1, 7, 30, 366])
def test_days_fit_into_the_frame_however_many(count: int) -> None:
    chart = spend_chart(by_day(*["0.5"] * count))
    assert len(chart.bars) == count
    assert_within(chart)
    assert len(chart.names) <= 11
    assert chart.names[0].text == "11-01"


def test_bars_are_as_high_as_their_days_were_dear() -> None:
    chart = spend_chart(by_day("1", "0", "2"))
    assert len(chart.bars) == 2
    assert chart.bars[1].height == pytest.approx(2 * chart.bars[0].height, abs=0.3)
    assert {round(bar.y + bar.height) for bar in chart.bars} == {HEIGHT - BOTTOM}
    assert chart.bars[0].x > LEFT


def test_the_axis_ends_at_a_round_number() -> None:
    assert [tick.text for tick in spend_chart(by_day("0.0037")).ticks] == ["$0.0020", "$0.0040"]
    assert [tick.text for tick in spend_chart(by_day("8.1")).ticks] == ["$5.00", "$10.00"]


def test_names_are_shortened_and_only_the_dearest_are_drawn() -> None:
    chart = spend_chart(by_model(30))
    assert (len(chart.bars), len(chart.names), len(chart.values)) == (MOST_ROWS,) * 3
    assert all(len(name.text) <= 42 for name in chart.names)
    assert_within(chart)


def test_without_any_cost_there_is_no_chart() -> None:
    assert spend_chart(by_day("0", "0")) is None
    assert spend_chart(by_model(0)) is None


def test_one_day_of_drift_is_no_line_over_time() -> None:
    assert drift_chart(drifted(1)) is None


def test_a_dot_lies_in_its_bar_when_the_range_held() -> None:
    inside = drift_chart(drifted(3))
    outside = drift_chart(drifted(3, actual_usd=Decimal(1)))
    for chart, is_outside in ((inside, False), (outside, True)):
        assert_within(chart)
        bar, dot = chart.bars[0], chart.dots[0]
        assert (not bar.y <= dot.y <= bar.y + bar.height) is is_outside
        assert dot.is_outside is is_outside
