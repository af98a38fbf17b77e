"""Rows and snapshots for tests: keyword-only functions, no surprises."""

from datetime import UTC, datetime
from typing import Any

from panels.choices import CallRole, CallState, CostSource, CritiqueOrigin
from panels.panel import Judge, Panel, Seat, Writer
from panels.snapshot import (
    AnswerSnapshot,
    CallSnapshot,
    CritiqueSnapshot,
    DecisionSnapshot,
    RunSnapshot,
    StanceSnapshot,
)

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def make_seat(letter: str = "A", **changes: Any) -> Seat:
    return Seat(**{"letter": letter, "model": f"scripted:{letter.lower()}", **changes})


def make_panel(letters: str = "ABC", **changes: Any) -> Panel:
    return Panel(
        **{
            "seats": tuple(make_seat(letter) for letter in letters),
            "judge": Judge(),
            "writer": Writer(model="scripted:writer"),
            **changes,
        }
    )


def make_call(*, id: int = 1, seat: str = "A", text: str = "", **changes: Any) -> CallSnapshot:
    values: dict[str, Any] = {
        "id": id,
        "role": CallRole.SEAT,
        "seat": seat,
        "attempt": 1,
        "state": CallState.DONE,
        "error_code": "",
        "error_detail": "",
        "because": "",
        "not_before_at": None,
        "retry_after_seconds": None,
        "model_asked": f"scripted:{seat.lower()}",
        "model_served": "",
        "provider_served": "",
        "generation_id": "",
        "finish_reason": "stop",
        "native_finish_reason": "",
        "text": text,
        "reasoning": "",
        "words_shown": None,
        "words_total": None,
        "labels": {},
        "sources": (),
        "tool_steps": (),
        "tokens_in": None,
        "tokens_out": None,
        "tokens_reasoning": None,
        "tokens_cached": None,
        "cost_usd": None,
        "cost_source": CostSource.UNKNOWN,
        "created_at": NOW,
        "asked_at": NOW,
        "first_token_at": NOW,
        "finished_at": NOW,
    }
    return CallSnapshot(**{**values, **changes})


def make_stance(seat: str = "A", quote: str = "", **changes: Any) -> StanceSnapshot:
    return StanceSnapshot(
        **{"seat": seat, "position": "", "quote": quote, "start": None, "end": None, **changes}
    )


def make_decision(verdict: str, **changes: Any) -> DecisionSnapshot:
    return DecisionSnapshot(
        **{
            "verdict": verdict,
            "side": "",
            "note": "",
            "reviewer_name": "Ada",
            "created_at": NOW,
            **changes,
        }
    )


def make_critique(number: int = 1, kind: str = "contradiction", **changes: Any) -> CritiqueSnapshot:
    return CritiqueSnapshot(
        **{
            "id": number,
            "number": number,
            "kind": kind,
            "origin": CritiqueOrigin.JUDGE,
            "author_name": "",
            "title": f"Critique {number}",
            "body": "",
            "stances": (),
            "decision": None,
            "decision_count": 0,
            **changes,
        }
    )


def make_run(*, texts: dict[str, str] | None = None, **changes: Any) -> RunSnapshot:
    """A run in review whose seats said `texts` (seat letter → answer)."""
    texts = texts if texts is not None else {"A": "Yes.", "B": "No."}
    panel = changes.pop("panel", None) or make_panel("".join(texts))
    models = {seat.letter: seat.model for seat in panel.seats}
    calls = tuple(
        make_call(id=i, seat=letter, text=text, model_asked=models.get(letter, "scripted:a"))
        for i, (letter, text) in enumerate(texts.items(), 1)
    )
    by_seat = {call.seat: call for call in calls}
    answers = tuple(
        AnswerSnapshot(seat=s, call=by_seat.get(s.letter), attempts=()) for s in panel.seats
    )
    values: dict[str, Any] = {
        "id": "0b5b1c9e-0000-4000-8000-000000000001",
        "title": "Split checkout?",
        "question": "Should we split checkout out of the monolith?",
        "state": "review",
        "reason": "",
        "judge_reason": "",
        "preset_name": "Architecture review",
        "panel": panel,
        "lane": "panel",
        "escalated_from_id": "",
        "panel_changed_answer": "",
        "cap_usd": None,
        "hold": "",
        "estimate_json": None,
        "is_tour": False,
        "owner_id": 1,
        "created_at": NOW,
        "started_at": NOW,
        "reviewable_at": NOW,
        "finished_at": None,
        "calls": calls,
        "answers": answers,
    }
    return RunSnapshot(**{**values, **changes})
