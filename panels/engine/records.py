"""Every database write of the engine's running part: short, synchronous, one transaction each.

`in_database` runs them, in order, on one thread of the engine's own, so that a slow page never
delays a stream and two writes of the engine never compete.
"""

from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connection, transaction
from django.db.models import Max, Q

from panels.choices import (
    ACTIVE_RUNS,
    Because,
    CallState,
    CostSource,
    CritiqueOrigin,
    RunState,
)
from panels.engine.database import patiently
from panels.judging.schema import FoundCritique
from panels.models import Call, Critique, Judging, Run, Stance, Synthesis, TextPiece, ToolStep

P = ParamSpec("P")
T = TypeVar("T")
Clock = Callable[[], datetime]

_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="engine-database")


def in_database(function: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    """The function as a coroutine on the engine's database thread, which waits for the database."""
    return sync_to_async(patiently(function), thread_sensitive=False, executor=_thread)


@dataclass(frozen=True, kw_only=True)
class CallFate:
    """How a call ended, and all that was learned from it."""

    state: CallState
    text: str = ""
    reasoning: str = ""
    error_code: str = ""
    error_detail: str = ""
    retry_after_seconds: float | None = None
    finish_reason: str = ""
    native_finish_reason: str = ""
    model_served: str = ""
    provider_served: str = ""
    generation_id: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    tokens_reasoning: int | None = None
    tokens_cached: int | None = None
    cost_usd: Decimal | None = None
    cost_source: CostSource = CostSource.UNKNOWN
    price_json: dict[str, str] | None = None
    sources: list[dict[str, str]] = field(default_factory=list)


def mark_asked(
    call_id: int,
    *,
    now: datetime,
    words_shown: int | None,
    words_total: int | None,
    labels: dict[str, str],
    reserved_usd: Decimal | None = None,
) -> bool:
    """Take a queued call for asking; False when it is not queued any more (stopped meanwhile)."""
    queued = Q(state=CallState.QUEUED)
    # Or taken a moment ago by this very call, when the answer of its commit was lost.
    taken = Q(state=CallState.WAITING, asked_at=now)
    return bool(
        Call.objects.filter(queued | taken, pk=call_id).update(
            state=CallState.WAITING,
            asked_at=now,
            words_shown=words_shown,
            words_total=words_total,
            labels=labels,
            reserved_usd=reserved_usd,
        )
    )


def mark_due(call_id: int, *, now: datetime) -> None:
    """A queued call could be asked now, were there a free place at its provider."""
    Call.objects.filter(pk=call_id, state=CallState.QUEUED, not_before_at=None).update(
        not_before_at=now
    )


def mark_streaming(call_id: int, *, now: datetime) -> None:
    Call.objects.filter(pk=call_id, state=CallState.WAITING).update(
        state=CallState.STREAMING, first_token_at=now
    )


def note_generation(call_id: int, generation_id: str) -> None:
    Call.objects.filter(pk=call_id).update(generation_id=generation_id)


_ADD_PIECE = "INSERT INTO panels_textpiece (call_id, is_reasoning, text) VALUES (%s, %s, %s)"


@transaction.atomic
def save_pieces(pieces: Sequence[tuple[int, bool, str]]) -> None:
    """Of calls that are still open: what somebody else has settled is left as it is."""
    unsettled = Call.objects.select_for_update(no_key=True).filter(finished_at=None)
    open_ids = set(
        unsettled.filter(pk__in={piece[0] for piece in pieces}).values_list("pk", flat=True)
    )
    # Ten times a second for everything that streams: a fifth of what `bulk_create` takes.
    with connection.cursor() as cursor:
        cursor.executemany(_ADD_PIECE, [piece for piece in pieces if piece[0] in open_ids])


@transaction.atomic
def finish_call(call_id: int, fate: CallFate, *, now: datetime) -> bool:
    """Store the whole fate of a call and drop its pieces; False when it was settled before."""
    values: dict[str, Any] = {
        **vars(fate),
        "error_detail": fate.error_detail[:500],
        "finished_at": now,
    }
    if not Call.objects.filter(pk=call_id, finished_at=None).update(**values):
        return False
    TextPiece.objects.filter(call_id=call_id).delete()
    ToolStep.objects.of(call_id).close_open(error_code=fate.error_code, now=now)
    return True


def begin_tool_step(call_id: int, number: int, *, tool: str, argument: str, now: datetime) -> None:
    ToolStep.objects.get_or_create(
        call_id=call_id,
        number=number,
        defaults={"tool": tool, "argument": argument, "began_at": now},
    )


@transaction.atomic
def end_tool_step(
    call_id: int,
    number: int,
    *,
    outcome: str,
    error_code: str,
    sources: list[dict[str, str]],
    now: datetime,
) -> None:
    """With all sources so far, so that even a killed process leaves them behind."""
    ToolStep.objects.filter(call_id=call_id, number=number, ended_at=None).update(
        outcome=outcome, error_code=error_code, ended_at=now
    )
    Call.objects.filter(pk=call_id, finished_at=None).update(sources=sources)


@transaction.atomic
def interrupt_cut_calls(run_id: UUID | str, *, now: datetime) -> list[int]:
    """Mark calls that a dead process left open as interrupted, and queue a new attempt of each.

    Their text and their spend stay. Returns the new calls' ids. Only for the one who advances
    the run: a call that is open then has nobody who reads it.
    """
    again = []
    for call in Call.objects.filter(run_id=run_id).active().select_for_update(no_key=True):
        call.cut(CallState.INTERRUPTED, error_code="interrupted", now=now)
        # Cards of a judge that was cut: the ones that somebody decided on stay.
        Critique.objects.filter(call=call, decisions=None).delete()
        again.append(_queue_again(call, now))
    return again


def _queue_again(call: Call, now: datetime) -> int:
    again = Call.objects.create(
        run_id=call.run_id,
        role=call.role,
        seat=call.seat,
        attempt=call.attempt + 1,
        because=Because.INTERRUPTED,
        model_asked=call.model_asked,
        created_at=now,
    )
    Synthesis.objects.filter(call=call).update(call=again)
    Judging.objects.filter(call=call).update(call=again)
    return again.pk


def move_run(
    run_id: UUID | str, *, since: Sequence[RunState], to: RunState, **changes: Any
) -> bool:
    """A conditional move; False when somebody else moved the run meanwhile."""
    return Run(pk=run_id).try_move(since=since, to=to, **changes)


def fail_run(run_id: UUID | str, reason: str, *, now: datetime) -> None:
    Run(pk=run_id).try_move(
        since=sorted(ACTIVE_RUNS), to=RunState.FAILED, reason=reason, finished_at=now
    )


@transaction.atomic
def save_critiques(
    run_id: UUID | str,
    found: Sequence[FoundCritique],
    *,
    origin: CritiqueOrigin,
    call_id: int | None,
    judging_id: int | None,
    now: datetime,
) -> tuple[int, ...]:
    """Number and store what a judge found; the new numbers."""
    # Stored a moment ago by this very call, when the answer of its commit was lost?
    same = Critique.objects.filter(run_id=run_id, call=call_id, created_at=now)
    if numbers := tuple(same.order_by("number").values_list("number", flat=True)):
        return numbers
    last = Critique.objects.filter(run_id=run_id).aggregate(last=Max("number"))["last"] or 0
    numbers = tuple(range(last + 1, last + 1 + len(found)))
    for number, critique in zip(numbers, found, strict=True):
        row = Critique.objects.create(
            run_id=run_id,
            number=number,
            kind=critique.kind,
            origin=origin,
            call_id=call_id,
            judging_id=judging_id,
            title=critique.title,
            body=critique.body,
            created_at=now,
        )
        Stance.objects.bulk_create(
            Stance(
                critique=row,
                seat=stance.seat,
                position=stance.position,
                quote=stance.quote,
                start=stance.start,
                end=stance.end,
            )
            for stance in critique.stances
        )
    return numbers


@transaction.atomic
def drop_cards_before(judging_id: int, call_id: int) -> tuple[int, ...]:
    """Drop the cards of a judge's earlier attempts, now that the next one has cards of its own.

    Those that somebody decided on stay. The numbers that are gone.
    """
    earlier = Critique.objects.filter(
        judging_id=judging_id,
        origin=CritiqueOrigin.JUDGE,
        call_id__lt=call_id,
        decisions=None,
    )
    numbers = tuple(earlier.values_list("number", flat=True))
    earlier.delete()
    return numbers


def count_critiques_of(call_id: int) -> int:
    return Critique.objects.filter(call_id=call_id).count()


def has_local_critiques(judging_id: int) -> bool:
    found = Critique.objects.filter(judging_id=judging_id, origin=CritiqueOrigin.LOCAL_JUDGE)
    return found.exists()


def unfinished_run_ids() -> list[UUID]:
    return list(Run.objects.unfinished().values_list("pk", flat=True))
