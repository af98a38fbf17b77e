"""Runs as values, for the tables of what comes next."""

from datetime import datetime
from typing import Any

from panels.choices import CallRole, CallState, RunState
from panels.engine import next_step as steps
from panels.panel import LOCAL_JUDGE
from panels.snapshot import (
    AnswerSnapshot,
    CallSnapshot,
    JudgingSnapshot,
    RunSnapshot,
    SynthesisSnapshot,
    counting_call,
)
from tests.factories import NOW, make_call, make_panel, make_run

LATER_STATES = [RunState.JUDGING, RunState.REVIEW, RunState.WRITING, RunState.DONE]


def next_step(run: RunSnapshot, now: datetime = NOW) -> steps.Step | None:
    return steps.next_step(run, now)


def run_with(state: RunState, *calls: CallSnapshot, **changes: Any) -> RunSnapshot:
    """Seats A and B, or those of `panel`; each counts by its own calls."""
    panel = changes.pop("panel", None) or make_panel("AB")
    answers = []
    for seat in panel.seats:
        attempts = tuple(c for c in calls if c.role == CallRole.SEAT and c.seat == seat.letter)
        counting = counting_call(attempts, None)
        answers.append(AnswerSnapshot(seat=seat, call=counting, attempts=attempts))
    return make_run(state=state, calls=calls, answers=tuple(answers), panel=panel, **changes)


def call(seat: str, state: CallState, text: str = "Text.", **changes: Any) -> CallSnapshot:
    finished_at = None if state in (CallState.QUEUED, CallState.STREAMING) else NOW
    values = {"id": ord(seat), "finished_at": finished_at, **changes}
    return make_call(seat=seat, state=state, text=text, **values)


def judge_call(state: CallState, **changes: Any) -> CallSnapshot:
    return make_call(id=90, role=CallRole.JUDGE, seat="", state=state, **changes)


def judging(call: CallSnapshot | None = None, **changes: Any) -> JudgingSnapshot:
    values: dict[str, Any] = {
        "id": 1,
        "number": 1,
        "model": "scripted:judge" if call else LOCAL_JUDGE,
        "reads": {"A": 65},
        "requested_by": "",
        "created_at": NOW,
        "ended_at": None,
        "reason": "",
        "stands": False,
        "call": call,
    }
    return JudgingSnapshot(**{**values, **changes})


def synthesis(state: CallState, version: int = 1) -> SynthesisSnapshot:
    return SynthesisSnapshot(
        id=version,
        version=version,
        accepted=(),
        rejected=(),
        added=(),
        requested_by="Ada",
        created_at=NOW,
        call=make_call(id=100 + version, role=CallRole.WRITER, seat="", state=state),
    )
