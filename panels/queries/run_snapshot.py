"""A whole run, read into frozen values."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from panels.choices import CallRole, Lane
from panels.models import Call, Document, Judging, Run, Synthesis, TextPiece, ToolStep
from panels.panel import Panel
from panels.queries.of_run import RowsOfRun, ValuesOfRun
from panels.queries.run_critiques import judging_snapshot, load_critiques
from panels.snapshot import (
    AcceptedCritique,
    AnswerSnapshot,
    BaselineSnapshot,
    CallSnapshot,
    Choice,
    DocumentSnapshot,
    RunSnapshot,
    Source,
    SynthesisSnapshot,
    ToolStepSnapshot,
    counting_call,
)


def load_run_snapshot(run_id: UUID | str) -> RunSnapshot:
    """The run as values; ten queries, however long it is, up to four more for its lane and one
    where a seat was asked again. Only for a started run.

    :raises Run.DoesNotExist: when there is none.
    """
    found = _RUN(run_id)
    if not found:
        raise Run.DoesNotExist(run_id)
    run = found[0]
    panel = run.asked_panel
    calls = _load_calls(run)
    by_id = {call.id: call for call in calls}
    judgings = tuple(
        judging_snapshot(row, by_id.get(row.call_id or 0)) for row in _JUDGINGS(run_id)
    )
    critiques = load_critiques(run, judgings)
    return replace(
        draft_snapshot(run, panel),
        documents=tuple(
            DocumentSnapshot(
                id=row.pk,
                name=row.name,
                kind=row.kind,
                text=row.text,
                word_count=row.word_count,
                size_bytes=row.size_bytes,
            )
            for row in _DOCUMENTS(run_id)
        ),
        calls=calls,
        answers=_answers(run, panel, calls),
        critiques=tuple(c for c in critiques if not c.is_earlier or c.decision_count),
        replaced_critiques=tuple(c for c in critiques if c.is_earlier and not c.decision_count),
        judgings=judgings,
        syntheses=tuple(
            _synthesis_snapshot(row, by_id.get(row.call_id or 0)) for row in _SYNTHESES(run_id)
        ),
        baseline=_load_baseline(run),
        **_what_follows(run),
    )


_RUN = RowsOfRun(Run, lambda run_id: Run.objects.filter(pk=run_id))
_DOCUMENTS = RowsOfRun(Document, lambda run_id: Document.objects.filter(run=run_id).order_by("pk"))
_CALLS = RowsOfRun(Call, lambda run_id: Call.objects.filter(run=run_id).in_ledger_order())
_STEPS = RowsOfRun(
    ToolStep, lambda run_id: ToolStep.objects.filter(call__run=run_id).order_by("call", "number")
)
_PIECES = ValuesOfRun(
    lambda run_id: (
        TextPiece.objects.filter(call__run=run_id, call__finished_at__isnull=True)
        .order_by("pk")
        .values_list("call_id", "is_reasoning", "text")
    )
)
_JUDGINGS = RowsOfRun(Judging, lambda run_id: Judging.objects.filter(run=run_id).order_by("number"))
_SYNTHESES = RowsOfRun(
    Synthesis, lambda run_id: Synthesis.objects.filter(run=run_id).order_by("version")
)


def _load_baseline(run: Run) -> BaselineSnapshot | None:
    if run.escalated_from_id is None:
        return None
    single = Run.objects.filter(pk=run.escalated_from_id, deleted_at=None).first()
    if single is None:
        return None
    calls = _load_calls(single)
    return BaselineSnapshot(run_id=str(single.pk), panel=single.asked_panel, calls=calls)


def _what_follows(run: Run) -> dict[str, Any]:
    """Of a single model's run: the panel that may follow, and the runs that have."""
    if run.lane != Lane.SINGLE:
        return {}
    ids = Run.objects.escalated(run.pk).values_list("pk", flat=True)
    return {"whole_panel": run.panel, "escalation_ids": tuple(str(pk) for pk in ids)}


def draft_snapshot(run: Run, panel: Panel) -> RunSnapshot:
    """The run's own row as values, with this panel: nothing was asked, and no document is read."""
    return RunSnapshot(
        id=str(run.pk),
        title=run.title,
        question=run.question,
        state=run.state,
        reason=run.reason,
        judge_reason=run.judge_reason,
        preset_name=run.preset_name,
        panel=panel,
        lane=run.lane,
        escalated_from_id=str(run.escalated_from_id or ""),
        panel_changed_answer=run.panel_changed_answer,
        cap_usd=run.cap_usd,
        hold=run.hold,
        hold_json=run.hold_json,
        estimate_json=run.estimate_json,
        is_tour=run.is_tour,
        owner_id=run.owner_id,
        created_at=run.created_at,
        started_at=run.started_at,
        reviewable_at=run.reviewable_at,
        finished_at=run.finished_at,
    )


def _load_calls(run: Run) -> tuple[CallSnapshot, ...]:
    rows = _CALLS(run.pk)
    pieces: dict[tuple[int, bool], list[str]] = defaultdict(list)
    is_any_open = any(row.finished_at is None for row in rows)
    for call_id, is_reasoning, text in _PIECES(run.pk) if is_any_open else ():
        pieces[call_id, bool(is_reasoning)].append(text)
    steps: dict[int, list[ToolStepSnapshot]] = defaultdict(list)
    for step in _STEPS(run.pk):
        steps[step.call_id].append(_tool_step_snapshot(step))
    return tuple(
        call_snapshot(
            row,
            text=row.text + "".join(pieces[row.pk, False]),
            reasoning=row.reasoning + "".join(pieces[row.pk, True]),
            steps=steps[row.pk],
        )
        for row in rows
    )


def call_snapshot(
    row: Call, *, text: str, reasoning: str, steps: Sequence[ToolStepSnapshot] = ()
) -> CallSnapshot:
    return CallSnapshot(
        id=row.pk,
        role=row.role,
        seat=row.seat,
        attempt=row.attempt,
        state=row.state,
        error_code=row.error_code,
        error_detail=row.error_detail,
        because=row.because,
        not_before_at=row.not_before_at,
        retry_after_seconds=row.retry_after_seconds,
        model_asked=row.model_asked,
        model_served=row.model_served,
        provider_served=row.provider_served,
        generation_id=row.generation_id,
        finish_reason=row.finish_reason,
        native_finish_reason=row.native_finish_reason,
        text=text,
        reasoning=reasoning,
        words_shown=row.words_shown,
        words_total=row.words_total,
        labels=row.labels,
        sources=tuple(Source(**source) for source in row.sources),
        tool_steps=tuple(steps),
        tokens_in=row.tokens_in,
        tokens_out=row.tokens_out,
        tokens_reasoning=row.tokens_reasoning,
        tokens_cached=row.tokens_cached,
        cost_usd=row.cost_usd,
        cost_source=row.cost_source,
        created_at=row.created_at,
        asked_at=row.asked_at,
        first_token_at=row.first_token_at,
        finished_at=row.finished_at,
    )


def _tool_step_snapshot(row: ToolStep) -> ToolStepSnapshot:
    return ToolStepSnapshot(
        number=row.number,
        tool=row.tool,
        argument=row.argument,
        outcome=row.outcome,
        error_code=row.error_code,
        began_at=row.began_at,
        ended_at=row.ended_at,
    )


def _answers(run: Run, panel: Panel, calls: tuple[CallSnapshot, ...]) -> tuple[AnswerSnapshot, ...]:
    attempts: dict[str, list[CallSnapshot]] = defaultdict(list)
    for call in calls:
        if call.role == CallRole.SEAT:
            attempts[call.seat].append(call)
    choices = _load_choices(run) if _has_several(attempts) else {}
    return tuple(
        AnswerSnapshot(
            seat=seat,
            call=counting_call(attempts[seat.letter], choices.get(seat.letter)),
            attempts=tuple(attempts[seat.letter]),
        )
        for seat in panel.seats
    )


def _has_several(attempts: dict[str, list[CallSnapshot]]) -> bool:
    """A seat was asked again by a person: there may be something to choose from."""
    return any(sum(call.attempt == 1 for call in calls) > 1 for calls in attempts.values())


def _load_choices(run: Run) -> dict[str, Choice]:
    """By seat; the last word on each."""
    rows = run.answer_choices.order_by("pk").values_list("seat", "call_id", "after_id")
    return {seat: Choice(call_id, after_id) for seat, call_id, after_id in rows}


def _synthesis_snapshot(row: Synthesis, call: CallSnapshot | None) -> SynthesisSnapshot:
    return SynthesisSnapshot(
        id=row.pk,
        version=row.version,
        accepted=tuple(AcceptedCritique(**accepted) for accepted in row.accepted_json),
        rejected=tuple(row.rejected_json),
        added=tuple(row.added_json),
        requested_by=row.requested_by,
        created_at=row.created_at,
        call=call,
    )
