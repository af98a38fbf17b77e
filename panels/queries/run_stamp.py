"""What a run's page shows, as a few small values that are cheap to read and to compare.

Whoever keeps a page asks for the stamp again and again: one that differs from that of what was
last drawn says that news got lost on the way. No text is read for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, Length
from django.db.models.query import QuerySet

from panels.models import (
    AnswerChoice,
    Call,
    Critique,
    Decision,
    Judging,
    Run,
    ShareLink,
    Synthesis,
    TextPiece,
    ToolStep,
)
from panels.queries.of_run import ValuesOfRun

_RUN_FACTS = (
    "title",
    "state",
    "reason",
    "judge_reason",
    "hold",
    "cap_usd",
    "panel_changed_answer",
    "reviewable_at",
    "finished_at",
)
_CALL_FACTS = (
    "pk",
    "state",
    "error_code",
    "not_before_at",
    "cost_usd",
    "cost_source",
    "asked_at",
    "finished_at",
)


@dataclass(frozen=True, kw_only=True)
class RunStamp:
    #: Differs when any card would look different, other than by text that streams.
    facts: tuple[Any, ...]
    #: Differs when a share link was revoked, or the run deleted.
    access: tuple[Any, ...]
    #: Of calls that stream: the characters that are stored of (text, reasoning).
    lengths: Mapping[int, tuple[int, int]] = field(default_factory=dict)


def load_run_stamp(run_id: UUID | str) -> RunStamp:
    """Four small queries.

    :raises Run.DoesNotExist: when there is no such run.
    """
    found = _FACTS(run_id)
    if not found:
        raise Run.DoesNotExist(run_id)
    *facts, deleted_at = found[0]
    return RunStamp(
        facts=(*facts, *_CALLS(run_id)),
        access=(deleted_at, *_LINKS(run_id)),
        lengths=_lengths(run_id),
    )


def _newest() -> list[Subquery]:
    """Of what hangs on the run: how much there is, and the latest."""
    steps = ToolStep.objects.all()
    return [
        _of("run", Critique.objects.all(), Count("pk")),
        _of("critique__run", Decision.objects.all(), Max("pk")),
        _of("run", Synthesis.objects.all(), Max("pk")),
        _of("run", AnswerChoice.objects.all(), Max("pk")),
        _of("run", Judging.objects.all(), Count("ended_at")),
        _of("run", Judging.objects.all(), Max("pk")),
        _of("run", Judging.objects.all(), Max("pk", filter=Q(stands=True))),
        _of("call__run", steps, Max("pk")),
        _of("call__run", steps, Count("ended_at")),
        _of("escalated_from", Run.objects.filter(deleted_at=None), Count("pk")),
    ]


def _of(run: str, rows: QuerySet[Any], value: Count | Max) -> Subquery:
    of_run = rows.filter(**{run: OuterRef("pk")}).order_by().values(run)
    return Subquery(of_run.annotate(found=value).values("found"))


_FACTS = ValuesOfRun(
    lambda run_id: Run.objects.filter(pk=run_id).values_list(*_RUN_FACTS, *_newest(), "deleted_at")
)
_CALLS = ValuesOfRun(
    lambda run_id: Call.objects.filter(run=run_id).order_by("pk").values_list(*_CALL_FACTS)
)
_LINKS = ValuesOfRun(
    lambda run_id: (
        ShareLink.objects.filter(run=run_id).order_by("pk").values_list("pk", "revoked_at")
    )
)
_LENGTHS = ValuesOfRun(
    lambda run_id: (
        TextPiece.objects.filter(call__run=run_id, call__finished_at=None)
        .order_by()
        .values_list("call_id", "is_reasoning")
        .annotate(characters=Coalesce(Sum(Length("text")), 0))
    )
)


def _lengths(run_id: UUID | str) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    for call_id, is_reasoning, characters in _LENGTHS(run_id):
        text, reasoning = found.get(call_id, (0, 0))
        found[call_id] = (text, characters) if is_reasoning else (characters, reasoning)
    return found
