"""Values of `_ledger.html`: every call of the run, in order, and their exact sum."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from panels.attempt_words import history, outcome
from panels.cards.foreseen import against_foreseen, foreseen_of_call, foreseen_of_run
from panels.cards.lane import times_the_lane
from panels.cards.ledger_steps import LedgerStep, ledger_steps
from panels.cards.timeline import WIDTH, Bar, bars_of
from panels.choices import CritiqueOrigin, Privacy
from panels.snapshot import CallSnapshot, JudgingSnapshot, RunSnapshot, SynthesisSnapshot
from panels.templatetags.figures import seconds, slug
from panels.wording import call_fate, cost_source, count_of
from panels.writing.receipt import read_receipt


@dataclass(frozen=True, kw_only=True)
class LedgerRow:
    call: CallSnapshot
    css_class: str
    mark: str
    name: str
    answered: str
    bar: Bar | None
    times: str
    cost_source: str
    outcome: str
    privacy: Privacy | None
    #: The run that made the call, where that is another one.
    of_run_id: str = ""
    #: What it was to cost, as the page said before the start.
    foreseen: str = ""

    @property
    def steps(self) -> tuple[LedgerStep, ...]:
        return ledger_steps(self.call)


@dataclass(frozen=True, kw_only=True)
class LedgerCard:
    """With the calls of the single model's run that came before, where one did."""

    rows: tuple[LedgerRow, ...]
    tokens_in: int
    tokens_out: int
    cost_usd: Decimal
    #: What the sum leaves out; "" when nothing.
    missing_cost: str
    times: str
    judge_note: str
    times_the_lane: str
    panel_run_id: str
    foreseen: str
    against_foreseen: str
    bar_width: int = WIDTH


def ledger_card(run: RunSnapshot, now: datetime) -> LedgerCard:
    before = run.baseline.calls if run.baseline else ()
    calls = (*before, *run.calls)
    bars = bars_of(calls, now)
    return LedgerCard(
        rows=(
            *(_lane_row(run, call, bars.get(call.id)) for call in before),
            *(_row(run, call, bars.get(call.id)) for call in run.calls),
        ),
        tokens_in=sum(call.tokens_in or 0 for call in calls),
        tokens_out=sum(call.tokens_out or 0 for call in calls),
        cost_usd=sum((call.cost_usd for call in calls if call.cost_usd is not None), Decimal(0)),
        missing_cost=_missing_cost(calls),
        times=_times_of_run(run),
        judge_note=_judge_note(run),
        times_the_lane=times_the_lane(run),
        panel_run_id=run.escalation_ids[0] if run.escalation_ids else "",
        foreseen=foreseen_of_run(run),
        against_foreseen=against_foreseen(run),
    )


def _missing_cost(calls: Sequence[CallSnapshot]) -> str:
    """A call that is still open may yet say what it cost."""
    without = [call for call in calls if call.asked_at and not call.is_cost_known]
    if any(not call.is_open for call in without):
        return "plus calls whose cost is unknown"
    return "plus what is still being asked" if without else ""


def _lane_row(run: RunSnapshot, call: CallSnapshot, bar: Bar | None) -> LedgerRow:
    """A call of the single model's run: it comes first, and it led to this one."""
    baseline = run.baseline
    assert baseline is not None
    is_last = call is baseline.call
    return LedgerRow(
        call=call,
        css_class="seat-lane",
        mark="1",
        name="Default lane",
        answered=_answered(call),
        bar=bar,
        times=_times(call),
        cost_source=cost_source(call),
        outcome=f"{call_fate(call)}, escalated" if is_last else call_fate(call),
        privacy=baseline.panel.privacy_of(call.model_asked),
        of_run_id=baseline.run_id,
    )


def _row(run: RunSnapshot, call: CallSnapshot, bar: Bar | None) -> LedgerRow:
    synthesis = _synthesis_of(run, call)
    css_class, mark, name = _who(run, call, synthesis)
    return LedgerRow(
        call=call,
        css_class=css_class,
        mark=mark,
        name=name,
        answered=_answered(call),
        bar=bar,
        times=_times(call),
        cost_source=cost_source(call),
        outcome=_outcome(run, call, synthesis),
        privacy=run.panel.privacy_of(call.model_asked),
        foreseen=foreseen_of_call(run, call),
    )


def _synthesis_of(run: RunSnapshot, call: CallSnapshot) -> SynthesisSnapshot | None:
    """The version that the call is an attempt at."""
    for synthesis in run.syntheses:
        if synthesis.call and call in run.chain_until(synthesis.call):
            return synthesis
    return None


def _who(
    run: RunSnapshot, call: CallSnapshot, synthesis: SynthesisSnapshot | None
) -> tuple[str, str, str]:
    """The row's colour class, its mark and its name."""
    if call.is_judge:
        judging = _judging_of(run, call)
        is_later = judging is not None and not judging.is_first
        return "seat-judge", "⚖", f"Judge, {judging.number}" if is_later and judging else "Judge"
    if call.is_writer:
        return "seat-writer", "✎", f"Synthesis v{synthesis.version}" if synthesis else "Synthesis"
    return f"seat-{call.seat}", call.seat, run.panel.seat(call.seat).title


def _answered(call: CallSnapshot) -> str:
    """`same`, or the other model's name; with who served it, where the provider says so."""
    if not call.model_served:
        return ""
    who = slug(call.model_served) if call.was_swapped else "same"
    return f"{who}, via {call.provider_served}" if call.provider_served else who


def _times(call: CallSnapshot) -> str:
    if call.waiting_seconds is None:
        return "not asked yet" if call.is_open else "never asked"
    waited = f"waited {seconds(call.waiting_seconds)}"
    if call.streaming_seconds is None:
        return waited
    return f"{waited}, streamed {seconds(call.streaming_seconds)}"


def _outcome(run: RunSnapshot, call: CallSnapshot, synthesis: SynthesisSnapshot | None) -> str:
    chain = run.chain_until(call)
    if not call.is_done or not (call.is_judge or synthesis):
        return f"{outcome(chain)}{_beside(run, call)}"
    words = _writer_outcome(call, synthesis) if synthesis else _judge_outcome(run, call)
    before = history(chain)
    return f"{words}, {before}" if before else words


def _beside(run: RunSnapshot, call: CallSnapshot) -> str:
    """What became of an answer: another one counts, or the judge had not waited for it."""
    answer = next((a for a in run.answers if a.letter == call.seat), None)
    if answer is None or not call.is_answer or run.is_single:
        return ""
    if call is not answer.call:
        return ", not in use"
    return "" if run.was_judged(answer) else ", after the judge"


def _judging_of(run: RunSnapshot, call: CallSnapshot) -> JudgingSnapshot | None:
    """The judging that the call is an attempt at."""
    for judging in run.judgings:
        if judging.call and call in run.chain_until(judging.call):
            return judging
    return None


def _writer_outcome(call: CallSnapshot, synthesis: SynthesisSnapshot) -> str:
    used = read_receipt(call.text, synthesis.accepted, synthesis.rejected).used
    return f"{len(used)} of {len(synthesis.accepted)} accepted used"


def _judge_outcome(run: RunSnapshot, call: CallSnapshot) -> str:
    judging = _judging_of(run, call)
    number = judging.number if judging else 0
    every = (*run.critiques, *run.replaced_critiques)
    found = [c for c in every if c.origin == CritiqueOrigin.JUDGE and c.judging == number]
    quoted = [s for critique in found for s in critique.stances if s.quote]
    verified = sum(stance.is_verified for stance in quoted)
    quotes = f"{verified} of {count_of(len(quoted), 'quote')} verified"
    return f"{count_of(len(found), 'critique')}, {quotes}"


def _times_of_run(run: RunSnapshot) -> str:
    times = []
    if run.wall_seconds is not None:
        times.append(f"{seconds(run.wall_seconds)} wall")
    if run.reviewable_at and run.syntheses:
        review = (run.syntheses[0].created_at - run.reviewable_at).total_seconds()
        times.append(f"your review {seconds(max(review, 0))}")
    return " · ".join(times)


def _judge_note(run: RunSnapshot) -> str:
    if any(critique.is_from_local_judge for critique in run.critiques):
        return "The local judge ran inside this server and made no call."
    return ""
