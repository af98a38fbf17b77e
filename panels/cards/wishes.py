"""Values of `_wishes.html`: what may be wished of a panel that has begun."""

from dataclasses import dataclass

from panels.choices import DECIDABLE_RUNS, PARTS, CallRole
from panels.panel import MOST_SEATS
from panels.snapshot import RunSnapshot
from panels.wording import count_of


@dataclass(frozen=True, kw_only=True)
class PossibleWish:
    name: str
    label: str


@dataclass(frozen=True, kw_only=True)
class WishesCard:
    run_id: str
    wishes: tuple[PossibleWish, ...]


def wishes_card(run: RunSnapshot) -> WishesCard:
    found = [
        PossibleWish(name=name, label=label)
        for name, label, is_possible in (
            ("again", "Run it again…", run.is_finished_badly),
            ("failed", _failed_label(run), _can_ask_failed(run)),
            ("add", "Add a seat…", _can_add(run)),
            ("judge", "Judge again…", _can_judge(run)),
        )
        if is_possible
    ]
    return WishesCard(run_id=run.id, wishes=tuple(found))


def is_open_to_wishes(run: RunSnapshot) -> bool:
    return run.state in PARTS[CallRole.SEAT]


def _failed_label(run: RunSnapshot) -> str:
    return f"Ask {count_of(len(run.failed_answers), 'failed seat')} again…"


def _can_ask_failed(run: RunSnapshot) -> bool:
    return is_open_to_wishes(run) and bool(run.failed_answers)


def _can_change(run: RunSnapshot) -> bool:
    """The default lane has no panel, and the tour asks no model."""
    return is_open_to_wishes(run) and not run.is_single and not run.is_tour


def _can_add(run: RunSnapshot) -> bool:
    return _can_change(run) and len(run.panel.seats) < MOST_SEATS


def _can_judge(run: RunSnapshot) -> bool:
    return _can_change(run) and run.state in DECIDABLE_RUNS and run.open_judging is None
