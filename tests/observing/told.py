"""What an engine could tell: one call and one run, to be varied."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from panels.observing.observer import Decided, EndedCall, EndedRun

RUN_ID = "0b5e7c1a-4d2f-4e8a-9c3b-7f6a5d4e3c2b"
NOON = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def ended_call(**facts) -> EndedCall:
    usual = {
        "run_id": RUN_ID,
        "call_id": 7,
        "role": "seat",
        "seat": "B",
        "attempt": 1,
        "because": "",
        "model_asked": "openrouter:google/gemini-3-flash",
        "model_served": "google/gemini-3-flash-001",
        "provider_served": "Google",
        "generation_id": "gen-1",
        "finish_reason": "stop",
        "state": "done",
        "error_code": "",
        "followed_by": "",
        "tokens_in": 1200,
        "tokens_out": 340,
        "tokens_reasoning": None,
        "tokens_cached": 1000,
        "cost_usd": Decimal("0.00125"),
        "cost_source": "reported",
        "asked_at": NOON,
        "first_token_at": later(0.75),
        "finished_at": later(9.5),
    }
    return EndedCall(**{**usual, **facts})


def ended_run(**facts) -> EndedRun:
    usual = {
        "run_id": RUN_ID,
        "state": "done",
        "reason": "",
        "lane": "panel",
        "is_tour": False,
        "is_continuation": False,
        "began_at": later(-1),
        "ended_at": later(600),
        "seat_count": 3,
        "call_count": 5,
        "tokens_in": 5000,
        "tokens_out": 900,
        "cost_usd": Decimal("0.0125"),
        "has_unknown_cost": False,
        "synthesis_count": 1,
        "decisions": (
            decided(1, "accepted", later(300)),
            decided(2, "rejected", later(320)),
            decided(3, "open", None),
        ),
    }
    return EndedRun(**{**usual, **facts})


def decided(number, verdict, at) -> Decided:
    return Decided(
        number=number, kind="contradiction", origin="judge", verdict=verdict, decided_at=at
    )
