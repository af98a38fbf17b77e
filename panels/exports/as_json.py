"""A run as JSON. The format is a promise: fields are only ever added to `fusionweb-run/1`."""

import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from panels.snapshot import (
    AnswerSnapshot,
    BaselineSnapshot,
    CallSnapshot,
    CritiqueSnapshot,
    JudgingSnapshot,
    RunSnapshot,
    SynthesisSnapshot,
)

FORMAT = "fusionweb-run/1"

# Named one by one: what the snapshots gain some day doesn't leave the house by itself.
_RUN = (
    "id", "title", "question", "state", "reason", "judge_reason", "preset_name", "is_tour",
    "created_at", "started_at", "reviewable_at", "finished_at", "lane", "escalated_from_id",
    "escalation_ids", "panel_changed_answer",
)  # fmt: skip
_DOCUMENT = ("name", "kind", "word_count", "size_bytes")
_CALL = (
    "id", "role", "seat", "attempt", "because", "not_before_at", "retry_after_seconds", "state",
    "error_code", "error_detail", "model_asked", "model_served", "provider_served",
    "generation_id", "finish_reason",
    "native_finish_reason", "text", "reasoning",
    "words_shown", "words_total", "labels", "tokens_in", "tokens_out", "tokens_reasoning",
    "tokens_cached", "cost_usd", "cost_source", "created_at", "asked_at", "first_token_at",
    "finished_at",
)  # fmt: skip
_SOURCE = ("url", "title")
_TOOL_STEP = ("number", "tool", "argument", "outcome", "error_code", "began_at", "ended_at")
_CRITIQUE = (
    "number", "kind", "origin", "author_name", "title", "body", "verdict", "judging", "replaced_at",
)  # fmt: skip
_JUDGING = (
    "number", "model", "reads", "requested_by", "created_at", "ended_at", "reason", "stands",
)  # fmt: skip
_STANCE = ("seat", "position", "quote", "is_verified", "start", "end")
_DECISION = ("verdict", "side", "note", "reviewer_name", "created_at")
_SYNTHESIS = ("version", "rejected", "added", "requested_by", "created_at", "text")
_ACCEPTED = ("number", "title", "side", "note")
_TOTALS = ("tokens_in", "tokens_out", "cost_usd", "has_unknown_cost", "wall_seconds")


def export_json(run: RunSnapshot) -> str:
    """The whole run. Decimals are strings, times ISO 8601, the keys' order is fixed."""
    content = {
        "format": FORMAT,
        **_fields(run, _RUN),
        "documents": [_fields(document, _DOCUMENT) for document in run.documents],
        "panel": run.panel.to_json(),
        "baseline": _baseline(run.baseline) if run.baseline else None,
        "answers": [_answer(answer) for answer in run.answers],
        "judgings": [_judging(judging) for judging in run.judgings],
        "critiques": [_critique(critique) for critique in run.critiques],
        "replaced_critiques": [_critique(critique) for critique in run.replaced_critiques],
        "syntheses": [_synthesis(synthesis) for synthesis in run.syntheses],
        "calls": [_call(call) for call in run.calls],
        "totals": {"calls": len(run.calls), **_fields(run, _TOTALS)},
    }
    return json.dumps(content, ensure_ascii=False, indent=2, default=_plain) + "\n"


def _call(call: CallSnapshot) -> dict[str, Any]:
    return {
        **_fields(call, _CALL),
        "sources": [_fields(source, _SOURCE) for source in call.sources],
        "tool_steps": [_fields(step, _TOOL_STEP) for step in call.tool_steps],
    }


def _baseline(baseline: BaselineSnapshot) -> dict[str, Any]:
    """What a single model had said before the panel was asked."""
    return {
        "run": baseline.run_id,
        "text": baseline.text,
        "cost_usd": baseline.cost_usd,
        "calls": [_fields(call, _CALL) for call in baseline.calls],
    }


def _answer(answer: AnswerSnapshot) -> dict[str, Any]:
    """The texts are with the calls; here is which call counts, and which came before."""
    return {
        "seat": answer.letter,
        "call": answer.call.id if answer.call else None,
        "attempts": _ids(answer.attempts),
        "answers": _ids(answer.answers),
    }


def _ids(calls: Iterable[CallSnapshot]) -> list[int]:
    return [call.id for call in calls]


def _judging(judging: JudgingSnapshot) -> dict[str, Any]:
    """`reads`: seat → the call whose text was judged."""
    return {**_fields(judging, _JUDGING), "call": judging.call.id if judging.call else None}


def _critique(critique: CritiqueSnapshot) -> dict[str, Any]:
    return {
        **_fields(critique, _CRITIQUE),
        "stances": [_fields(stance, _STANCE) for stance in critique.stances],
        "decision": _fields(critique.decision, _DECISION) if critique.decision else None,
    }


def _synthesis(synthesis: SynthesisSnapshot) -> dict[str, Any]:
    return {
        **_fields(synthesis, _SYNTHESIS),
        "accepted": [_fields(accepted, _ACCEPTED) for accepted in synthesis.accepted],
        "call": synthesis.call.id if synthesis.call else None,
    }


def _fields(snapshot: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(snapshot, name) for name in names}


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")
