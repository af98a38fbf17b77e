"""The rows of the runs list, a page at a time.

Paging is by the place of a row (its time and key), never by counting: page one thousand of a
hundred thousand runs costs what page one costs.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from panels.choices import ACTIVE_RUNS, CostSource, Lane, RunState, Verdict
from panels.models import Call, Critique, Decision, Run
from panels.models.runs import RunQuerySet
from panels.queries.run_critiques import standing_decisions

RUNS_PER_PAGE = 25


@dataclass(frozen=True, kw_only=True)
class RunRow:
    """What the list says of a run. Costs are those of its finished calls: the exact sum of the
    known ones, None before there is any.
    """

    id: UUID
    title: str
    state: str
    reason: str
    preset_name: str
    is_tour: bool
    #: It waits at a cap.
    is_held: bool
    created_at: datetime
    seat_letters: tuple[str, ...]
    critique_count: int
    decided_count: int
    cost_usd: Decimal | None
    is_free: bool
    has_unknown_cost: bool
    lane: str
    #: The single model's run that this one followed, and the panel's that followed this one.
    escalated_from: UUID | None = None
    escalated_to: UUID | None = None

    @property
    def is_single(self) -> bool:
        return self.lane == Lane.SINGLE

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE_RUNS

    @property
    def is_review(self) -> bool:
        return self.state == RunState.REVIEW

    @property
    def is_done(self) -> bool:
        return self.state == RunState.DONE

    @property
    def is_failed(self) -> bool:
        return self.state == RunState.FAILED


@dataclass(frozen=True, kw_only=True)
class RunPage:
    """Rows, newest first; `older` and `newer` are cursors, empty at the ends."""

    rows: tuple[RunRow, ...]
    older: str = ""
    newer: str = ""


@dataclass(frozen=True)
class Cursor:
    """A place in the list."""

    created_at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.created_at.isoformat()}_{self.id}"


def parse_cursor(text: str) -> Cursor | None:
    """The cursor that `str()` wrote; None for anything else, since it comes from the address."""
    time, _, key = text.partition("_")
    try:
        cursor = Cursor(datetime.fromisoformat(time), UUID(key))
    except ValueError:
        return None
    return cursor if cursor.created_at.tzinfo else None


def load_run_page(runs: RunQuerySet, *, before: str = "", after: str = "") -> RunPage:
    """The page of started runs that follows `before`, or that precedes `after`. Five queries."""
    older_than, newer_than = parse_cursor(before), parse_cursor(after)
    if newer_than and not older_than:
        return _page_after(runs, newer_than)
    found = list(_older(runs, older_than)[: RUNS_PER_PAGE + 1])
    shown = found[:RUNS_PER_PAGE]
    return RunPage(
        rows=_rows(shown),
        older=_cursor(shown[-1]) if len(found) > RUNS_PER_PAGE else "",
        newer=_cursor(shown[0]) if older_than and shown else "",
    )


def load_run_row(run: Run) -> RunRow:
    return _rows([run])[0]


def _page_after(runs: RunQuerySet, cursor: Cursor) -> RunPage:
    found = list(_newer(runs, cursor)[: RUNS_PER_PAGE + 1])
    shown = found[:RUNS_PER_PAGE][::-1]
    return RunPage(
        rows=_rows(shown),
        older=_cursor(shown[-1]) if shown else "",
        newer=_cursor(shown[0]) if len(found) > RUNS_PER_PAGE else "",
    )


def _older(runs: RunQuerySet, cursor: Cursor | None) -> RunQuerySet:
    ordered = runs.started().defer("question").order_by("-created_at", "-pk")
    if cursor is None:
        return ordered
    # The first condition alone would do for the index; the second settles equal times.
    return ordered.filter(
        Q(created_at__lt=cursor.created_at) | Q(pk__lt=cursor.id),
        created_at__lte=cursor.created_at,
    )


def _newer(runs: RunQuerySet, cursor: Cursor) -> RunQuerySet:
    return (
        runs.started()
        .defer("question")
        .order_by("created_at", "pk")
        .filter(
            Q(created_at__gt=cursor.created_at) | Q(pk__gt=cursor.id),
            created_at__gte=cursor.created_at,
        )
    )


def _cursor(run: Run) -> str:
    return str(Cursor(run.created_at, run.pk))


def _rows(runs: Sequence[Run]) -> tuple[RunRow, ...]:
    ids = [run.pk for run in runs]
    critiques, decided, calls = _critique_counts(ids), _decided_counts(ids), _calls(ids)
    links = _links(runs)
    return tuple(
        _row(run, calls[run.pk], critiques[run.pk], decided[run.pk], links) for run in runs
    )


@dataclass(frozen=True)
class _Links:
    """Which run led to which, among those that were not deleted."""

    there: frozenset[UUID]
    followed_by: dict[UUID, UUID]


class _Call(NamedTuple):
    run_id: UUID
    asked_at: datetime | None
    finished_at: datetime | None
    cost_usd: Decimal | None
    cost_source: str


def _row(run: Run, calls: list[_Call], critiques: int, decided: int, links: _Links) -> RunRow:
    finished = [call for call in calls if call.asked_at and call.finished_at]
    costs = [call.cost_usd for call in finished if call.cost_usd is not None]
    return RunRow(
        id=run.pk,
        title=run.title,
        state=run.state,
        reason=run.reason,
        preset_name=run.preset_name,
        is_tour=run.is_tour,
        is_held=bool(run.hold),
        created_at=run.created_at,
        seat_letters=tuple(seat["letter"] for seat in (run.panel_json or {}).get("seats", ())),
        critique_count=critiques,
        decided_count=decided,
        cost_usd=sum(costs, Decimal(0)) if finished else None,
        is_free=bool(finished) and all(call.cost_source == CostSource.FREE for call in finished),
        has_unknown_cost=any(
            call.cost_usd is None or call.cost_source == CostSource.UNKNOWN for call in finished
        ),
        lane=run.lane,
        escalated_from=run.escalated_from_id if run.escalated_from_id in links.there else None,
        escalated_to=links.followed_by.get(run.pk),
    )


def _links(runs: Sequence[Run]) -> _Links:
    led_here = [run.escalated_from_id for run in runs if run.escalated_from_id]
    found = list(
        Run.objects.filter(
            Q(escalated_from__in=[run.pk for run in runs]) | Q(pk__in=led_here), deleted_at=None
        )
        .order_by("-created_at", "-pk")
        .values_list("pk", "escalated_from")
    )
    return _Links(
        there=frozenset(pk for pk, _ in found),
        # The first one that followed wins: it is the last to be written here.
        followed_by={single: pk for pk, single in found if single is not None},
    )


def _calls(ids: list[UUID]) -> dict[UUID, list[_Call]]:
    """Values and not rows: a page has hundreds of them."""
    calls: dict[UUID, list[_Call]] = defaultdict(list)
    for values in Call.objects.filter(run__in=ids).values_list(*_Call._fields):
        call = _Call(*values)
        calls[call.run_id].append(call)
    return calls


def _critique_counts(ids: list[UUID]) -> dict[UUID, int]:
    counts: dict[UUID, int] = defaultdict(int)
    for run_id in Critique.objects.filter(run__in=ids).values_list("run", flat=True):
        counts[run_id] += 1
    return counts


def _decided_counts(ids: list[UUID]) -> dict[UUID, int]:
    """How many critiques of each run have a standing decision other than "open"."""
    decisions: dict[tuple[UUID, int], list[Decision]] = defaultdict(list)
    rows = Decision.objects.filter(critique__run__in=ids).select_related("critique")
    for decision in rows.only("verdict", "undoes", "critique__run").order_by("pk"):
        decisions[decision.critique.run_id, decision.critique_id].append(decision)
    counts: dict[UUID, int] = defaultdict(int)
    for (run_id, _), of_one in decisions.items():
        standing = standing_decisions(of_one)
        if standing and standing[-1].verdict != Verdict.OPEN:
            counts[run_id] += 1
    return counts
