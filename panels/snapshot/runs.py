from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from panels.choices import (
    ACTIVE_RUNS,
    DECIDABLE_RUNS,
    FINISHED_RUNS,
    WRITABLE_RUNS,
    Lane,
    RunState,
)
from panels.panel import Panel
from panels.snapshot.answers import AnswerSnapshot
from panels.snapshot.attempts import Chain, chain_until, chains_of
from panels.snapshot.calls import CallSnapshot, covered_seconds
from panels.snapshot.critiques import CritiqueSnapshot
from panels.snapshot.documents import DocumentSnapshot
from panels.snapshot.judgings import JudgingSnapshot
from panels.snapshot.lanes import BaselineSnapshot
from panels.snapshot.syntheses import SynthesisSnapshot


@dataclass(frozen=True, kw_only=True)
class RunSnapshot:
    id: str
    title: str
    question: str
    state: str
    reason: str
    judge_reason: str
    preset_name: str
    panel: Panel
    lane: str
    escalated_from_id: str
    panel_changed_answer: str
    cap_usd: Decimal | None
    hold: str
    #: What it was refused for, as `engine/take_call.py` wrote it.
    hold_json: dict[str, Any] | None = None
    estimate_json: dict[str, Any] | None
    is_tour: bool
    owner_id: int
    created_at: datetime
    started_at: datetime | None
    reviewable_at: datetime | None
    finished_at: datetime | None
    documents: tuple[DocumentSnapshot, ...] = ()
    calls: tuple[CallSnapshot, ...] = ()
    critiques: tuple[CritiqueSnapshot, ...] = ()
    #: Critiques that nobody had decided on when a later judging took the place of theirs.
    replaced_critiques: tuple[CritiqueSnapshot, ...] = ()
    judgings: tuple[JudgingSnapshot, ...] = ()
    syntheses: tuple[SynthesisSnapshot, ...] = ()
    answers: tuple[AnswerSnapshot, ...] = ()
    #: Of a run that a single model's was escalated to: that run, unless it was deleted.
    baseline: BaselineSnapshot | None = None
    #: Of a single model's run: the panel that may be asked next, and the runs that did, by id.
    whole_panel: Panel | None = None
    escalation_ids: tuple[str, ...] = ()

    # The state of the run

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE_RUNS

    @property
    def is_at_work(self) -> bool:
        """Something is being asked, or about to be: the run itself, or a wish beside it."""
        return self.is_active or self.has_open_calls or self.open_judging is not None

    @property
    def has_open_calls(self) -> bool:
        return any(call.is_open for call in self.calls)

    @property
    def is_panel(self) -> bool:
        return self.state == RunState.PANEL

    @property
    def is_judging(self) -> bool:
        return self.state == RunState.JUDGING

    @property
    def is_review(self) -> bool:
        return self.state == RunState.REVIEW

    @property
    def is_writing(self) -> bool:
        return self.state == RunState.WRITING

    @property
    def is_done(self) -> bool:
        return self.state == RunState.DONE

    @property
    def is_failed(self) -> bool:
        return self.state == RunState.FAILED

    @property
    def is_cancelled(self) -> bool:
        return self.state == RunState.CANCELLED

    @property
    def is_finished_badly(self) -> bool:
        return self.is_failed or self.is_cancelled

    @property
    def is_single(self) -> bool:
        """One model was asked; the panel may follow."""
        return self.lane == Lane.SINGLE

    @property
    def is_held(self) -> bool:
        """It waits at a cap until a person raises it."""
        return bool(self.hold)

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED_RUNS

    @property
    def is_decidable(self) -> bool:
        return self.state in DECIDABLE_RUNS

    @property
    def is_writable(self) -> bool:
        return self.state in WRITABLE_RUNS

    # The answers and the judge

    @property
    def readable_answers(self) -> tuple[AnswerSnapshot, ...]:
        """The answers that the writer gets, and a judge that begins now."""
        return tuple(a for a in self.answers if a.call is not None and a.call.is_answer)

    @property
    def open_answers(self) -> tuple[AnswerSnapshot, ...]:
        return tuple(answer for answer in self.answers if answer.is_open)

    @property
    def failed_answers(self) -> tuple[AnswerSnapshot, ...]:
        """Seats without anything to read, and without hope of it."""
        readable = {answer.letter for answer in self.readable_answers}
        return tuple(a for a in self.answers if not a.is_open and a.letter not in readable)

    @property
    def settled_seat_count(self) -> int:
        return sum(1 for answer in self.answers if answer.is_settled)

    @property
    def has_added_seats(self) -> bool:
        """A seat joined after the start: a page that was opened before lacks its column."""
        firsts = (answer.attempts[0] for answer in self.answers if answer.attempts)
        return any(self.started_at and c.created_at > self.started_at for c in firsts)

    def answer(self, letter: str) -> AnswerSnapshot:
        return next(answer for answer in self.answers if answer.letter == letter)

    @property
    def open_judging(self) -> JudgingSnapshot | None:
        latest = self.judgings[-1] if self.judgings else None
        return latest if latest and latest.is_open else None

    @property
    def standing_judging(self) -> JudgingSnapshot | None:
        """The one whose critiques are the run's; before there is one, the one at work."""
        standing = [judging for judging in self.judgings if judging.stands]
        return standing[-1] if standing else self.open_judging

    @property
    def has_judgement(self) -> bool:
        """A judging has come to its end and stands: a later one that fails takes nothing away."""
        return any(judging.stands for judging in self.judgings)

    def judging(self, number: int) -> JudgingSnapshot | None:
        return next((judging for judging in self.judgings if judging.number == number), None)

    def as_read_by(self, judging: JudgingSnapshot) -> "RunSnapshot":
        """The run with the very answers that this judging reads, whatever came since."""
        by_id = {call.id: call for call in self.calls}
        return replace(
            self,
            answers=tuple(
                AnswerSnapshot(seat=answer.seat, call=by_id[judging.reads[answer.letter]])
                for answer in self.answers
                if judging.reads.get(answer.letter) in by_id
            ),
        )

    def was_judged(self, answer: AnswerSnapshot) -> bool:
        """Whether the judge has read the answer that counts for this seat."""
        judging = self.standing_judging
        if judging is None or answer.call is None:
            return True
        return judging.reads.get(answer.letter) == answer.call.id

    @property
    def judge_call(self) -> CallSnapshot | None:
        return next((call for call in reversed(self.calls) if call.is_judge), None)

    @property
    def model_family_count(self) -> int:
        """How many different models gave the readable answers: agreement is not proof."""
        return len({answer.model for answer in self.readable_answers})

    # The review

    def critique(self, number: int) -> CritiqueSnapshot | None:
        return next((c for c in self.critiques if c.number == number), None)

    @property
    def accepted(self) -> tuple[CritiqueSnapshot, ...]:
        return tuple(c for c in self.critiques if c.is_accepted)

    @property
    def rejected(self) -> tuple[CritiqueSnapshot, ...]:
        return tuple(c for c in self.critiques if c.is_rejected)

    @property
    def deferred(self) -> tuple[CritiqueSnapshot, ...]:
        return tuple(c for c in self.critiques if c.is_deferred)

    @property
    def open_critiques(self) -> tuple[CritiqueSnapshot, ...]:
        return tuple(c for c in self.critiques if c.is_open)

    @property
    def decided_count(self) -> int:
        return len(self.critiques) - len(self.open_critiques)

    # The synthesis

    @property
    def latest_synthesis(self) -> SynthesisSnapshot | None:
        return self.syntheses[-1] if self.syntheses else None

    # The ledger

    @property
    def chains(self) -> tuple[Chain, ...]:
        """The calls, as attempts at one thing each."""
        return chains_of(self.calls)

    def chain_until(self, call: CallSnapshot) -> Chain:
        """The attempts up to this call, which is the last."""
        return chain_until(call, self.calls)

    @property
    def tokens_in(self) -> int:
        return sum(call.tokens_in or 0 for call in self.calls)

    @property
    def tokens_out(self) -> int:
        return sum(call.tokens_out or 0 for call in self.calls)

    @property
    def cost_usd(self) -> Decimal:
        """The exact sum of the known costs; see `has_unknown_cost`."""
        return sum((call.cost_usd for call in self.calls if call.cost_usd is not None), Decimal(0))

    @property
    def has_unknown_cost(self) -> bool:
        return any(not call.is_cost_known for call in self.calls if call.asked_at)

    @property
    def wall_seconds(self) -> float | None:
        """Time during which a model was at work: overlapping calls count once, review not."""
        return covered_seconds(
            (call.asked_at, call.finished_at)
            for call in self.calls
            if call.asked_at and call.finished_at
        )

    def digest(self) -> str:
        """Changes whenever a card of the run's page would look different."""
        facts = (
            self.title,
            self.state,
            self.hold,
            self.hold_json,
            self.reason,
            self.judge_reason,
            [(c.id, c.state, len(c.text), len(c.reasoning), str(c.cost_usd)) for c in self.calls],
            [(len(c.sources), [s.ended_at for s in c.tool_steps]) for c in self.calls],
            [(c.number, c.decision_count, c.is_earlier) for c in self.critiques],
            [(a.letter, a.seat.model, a.call.id if a.call else 0) for a in self.answers],
            [(j.number, j.ended_at, j.stands, j.model) for j in self.judgings],
            [s.version for s in self.syntheses],
            self.panel_changed_answer,
            self.baseline.run_id if self.baseline else "",
            self.escalation_ids,
        )
        return sha256(repr(facts).encode()).hexdigest()[:16]
