"""The four steps of a run, each with its state: what the head of the page shows."""

from dataclasses import dataclass
from enum import StrEnum

from panels.snapshot import RunSnapshot
from panels.wording import listed


class StepState(StrEnum):
    PENDING = "pending"
    CURRENT = "current"
    DONE = "done"
    FAILED = "failed"


_WORDS = {
    StepState.PENDING: "to come",
    StepState.CURRENT: "now",
    StepState.DONE: "done",
    StepState.FAILED: "failed",
}


@dataclass(frozen=True, kw_only=True)
class Step:
    number: int
    label: str
    state: StepState

    @property
    def words(self) -> str:
        return _WORDS[self.state]

    @property
    def mark(self) -> str:
        marks = {StepState.DONE: "✓", StepState.FAILED: "✕"}
        return marks.get(self.state, str(self.number))


def steps_of(run: RunSnapshot) -> tuple[Step, ...]:
    if run.is_single:
        return (Step(number=1, label="One model", state=_panel_state(run)),)
    labels = (
        _panel_label(run),
        "Judge again" if _is_judged_again(run) else "Judge",
        "Your review",
        "Synthesis",
    )
    states = (_panel_state(run), _judge_state(run), _review_state(run), _synthesis_state(run))
    return tuple(
        Step(number=number, label=label, state=state)
        for number, (label, state) in enumerate(zip(labels, states, strict=True), 1)
    )


def _panel_label(run: RunSnapshot) -> str:
    readable, seats = len(run.readable_answers), len(run.answers)
    words = f"Panel {run.settled_seat_count if run.is_panel else readable} of {seats}"
    at_work = [answer.letter for answer in run.open_answers]
    return f"{words} · {listed(at_work)} at work" if at_work and not run.is_panel else words


def _panel_state(run: RunSnapshot) -> StepState:
    if run.is_panel or (run.open_answers and not run.is_cancelled):
        return StepState.CURRENT
    return StepState.DONE if run.readable_answers else StepState.FAILED


def _judge_state(run: RunSnapshot) -> StepState:
    if run.is_judging or _is_judged_again(run):
        return StepState.CURRENT
    if run.judge_reason:
        return StepState.FAILED
    return StepState.DONE if run.reviewable_at else StepState.PENDING


def _is_judged_again(run: RunSnapshot) -> bool:
    return run.open_judging is not None and run.is_decidable and not run.is_judging


def _review_state(run: RunSnapshot) -> StepState:
    if run.is_review:
        return StepState.CURRENT
    return StepState.DONE if run.syntheses else StepState.PENDING


def _synthesis_state(run: RunSnapshot) -> StepState:
    latest = run.latest_synthesis
    # The run's row is read before its synthesis is, and one may be asked for in between.
    is_just_asked = latest is not None and latest.is_open and run.is_review
    if run.is_writing or is_just_asked:
        return StepState.CURRENT
    if latest is None:
        return StepState.PENDING
    return StepState.DONE if any(s.is_done for s in run.syntheses) else StepState.FAILED
