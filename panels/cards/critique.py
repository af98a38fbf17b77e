"""Values of `_critique.html`: one point, who stands where on it, and what people decided."""

from dataclasses import dataclass, replace

from panels.choices import CritiqueKind, Verdict
from panels.snapshot import CritiqueSnapshot, RunSnapshot, StanceSnapshot
from panels.wording import count_of, listed

_VERBS: dict[str, str] = {
    Verdict.OPEN: "looked at",
    Verdict.ACCEPTED: "✓ accepted",
    Verdict.REJECTED: "✕ rejected",
    Verdict.DEFERRED: "deferred",
}


@dataclass(frozen=True, kw_only=True)
class StanceLine:
    """`key` is the digit that takes this side; "" where there are no sides."""

    seat: str
    position: str
    quote: str
    is_verified: bool
    key: str
    is_taken: bool
    #: It quotes an answer of the seat that is not the one that counts now.
    is_of_other_answer: bool = False

    @property
    def is_unverified(self) -> bool:
        return bool(self.quote) and not self.is_verified


@dataclass(frozen=True, kw_only=True)
class CritiqueCard:
    critique: CritiqueSnapshot
    run_id: str
    stances: tuple[StanceLine, ...]
    support: str
    #: Whose answers its judge had read, where that was not everybody's.
    read: str
    is_earlier: bool
    decided: str
    is_decidable: bool

    @property
    def number(self) -> int:
        return self.critique.number


def critique_card(run: RunSnapshot, critique: CritiqueSnapshot) -> CritiqueCard:
    return CritiqueCard(
        critique=critique,
        run_id=run.id,
        stances=_stance_lines(run, critique),
        support=_support(run, critique),
        read=_read(run, critique),
        is_earlier=critique.is_earlier,
        decided=_decided(critique),
        is_decidable=run.is_decidable,
    )


def _stance_lines(run: RunSnapshot, critique: CritiqueSnapshot) -> tuple[StanceLine, ...]:
    """A side is a seat, so only a seat's first stance carries a key."""
    lines = []
    keyed: list[str] = []
    others = _seats_with_another_answer(run, critique)
    for stance in critique.stances:
        is_side = critique.is_contradiction and stance.seat not in keyed
        if is_side:
            keyed.append(stance.seat)
        line = _stance_line(critique, stance, key=str(len(keyed)) if is_side else "")
        lines.append(replace(line, is_of_other_answer=stance.seat in others))
    return tuple(lines)


def _seats_with_another_answer(run: RunSnapshot, critique: CritiqueSnapshot) -> set[str]:
    """Seats of which another answer counts now than the one that was judged here."""
    judging = run.judging(critique.judging)
    if judging is None:
        return set()
    return {
        answer.letter
        for answer in run.answers
        if answer.call and judging.reads.get(answer.letter, answer.call.id) != answer.call.id
    }


def _stance_line(critique: CritiqueSnapshot, stance: StanceSnapshot, *, key: str) -> StanceLine:
    return StanceLine(
        seat=stance.seat,
        position=stance.position,
        quote=stance.quote,
        is_verified=stance.is_verified,
        key=key,
        is_taken=bool(key) and critique.side == stance.seat,
    )


def _support(run: RunSnapshot, critique: CritiqueSnapshot) -> str:
    """Agreement is not proof: how many seats hold it, and how many models those are."""
    if critique.kind not in (CritiqueKind.CONSENSUS, CritiqueKind.PARTIAL_COVERAGE):
        return ""
    judging = run.judging(critique.judging)
    judged = run.as_read_by(judging) if judging else run
    holders = [a for a in judged.readable_answers if a.letter in critique.seats]
    families = count_of(len({answer.model for answer in holders}), "model family", "model families")
    return f"{len(holders)} of {count_of(len(judged.readable_answers), 'seat')}, {families}"


def _read(run: RunSnapshot, critique: CritiqueSnapshot) -> str:
    """`its judge read A and B`; "" where it read every seat, or where that is not known."""
    judging = run.judging(critique.judging)
    if judging is None or len(judging.reads) == len(run.answers):
        return ""
    return f"its judge read {listed(sorted(judging.reads))}"


def _decided(critique: CritiqueSnapshot) -> str:
    """`accepted by Ada`; "" while nobody has said anything."""
    decision = critique.decision
    if decision is None:
        return ""
    return f"{_VERBS[critique.verdict]} by {decision.reviewer_name}"
