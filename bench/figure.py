"""One line of the table: what was measured, what an ideal client needs, and what is asked for."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    MEETS_TARGET = "meets its target"
    WITHIN_LIMIT = "within the release limit"
    FAILS = "FAILS"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """`floor` is the ideal client's value in the same run; None where there is no ideal.

    `target` and `limit` are of the value itself: a target of “twice the floor” is computed by who
    measures. More is worse, unless `is_more_better`.
    """

    key: str
    name: str
    value: float
    target: float
    limit: float
    unit: str = ""
    floor: float | None = None
    is_more_better: bool = False
    #: How it came about: repeats, the spread, the machine's load.
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor else None

    @property
    def verdict(self) -> Verdict:
        if self._reaches(self.target):
            return Verdict.MEETS_TARGET
        return Verdict.WITHIN_LIMIT if self._reaches(self.limit) else Verdict.FAILS

    def _reaches(self, mark: float) -> bool:
        return self.value >= mark if self.is_more_better else self.value <= mark


HEADINGS = ("", "metric", "ours", "ideal", "ratio", "target", "fails at", "verdict", "how")


def row_of(figure: Figure) -> tuple[str, ...]:
    def quantity(number: float | None) -> str:
        return "–" if number is None else f"{_short(number)} {figure.unit}".strip()

    return (
        figure.key,
        figure.name,
        quantity(figure.value),
        quantity(figure.floor),
        "–" if figure.ratio is None else f"{figure.ratio:.2f}",
        quantity(figure.target),
        quantity(figure.limit),
        figure.verdict,
        figure.note,
    )


def as_table(figures: list[Figure]) -> str:
    """Aligned, and valid Markdown, so that it can be pasted into the documentation as it is."""
    rows = [HEADINGS, *map(row_of, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _short(number: float) -> str:
    if number == int(number):
        return f"{int(number):,}"
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
