"""Dissent kept by code: what a synthesis does not carry, and why, whatever the writer says."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from panels.snapshot import CritiqueSnapshot, RunSnapshot, StanceSnapshot, SynthesisSnapshot
from panels.writing.receipt import read_receipt


class MinorityReason(StrEnum):
    REJECTED = "rejected"
    DEFERRED = "deferred"
    OPEN = "open"
    ACCEPTED_LATER = "accepted_later"
    MISSING = "missing"
    SIDE_NOT_TAKEN = "side_not_taken"


_WORDS = {
    MinorityReason.REJECTED: "The reviewers rejected it.",
    MinorityReason.DEFERRED: "The reviewers put it off.",
    MinorityReason.OPEN: "Nobody decided on it.",
    MinorityReason.ACCEPTED_LATER: "It was accepted after this version was asked for.",
    MinorityReason.MISSING: "It was accepted, but the writer left it out.",
    MinorityReason.SIDE_NOT_TAKEN: "The reviewers took the other side.",
}


@dataclass(frozen=True, kw_only=True)
class MinorityItem:
    """A critique, or of a contradiction the sides that were not taken."""

    number: int
    kind: str
    title: str
    reason: MinorityReason
    stances: tuple[StanceSnapshot, ...]
    note: str = ""

    @property
    def label(self) -> str:
        return f"C{self.number}"

    @property
    def words(self) -> str:
        return _WORDS[self.reason]


def minority_report(run: RunSnapshot, synthesis: SynthesisSnapshot) -> tuple[MinorityItem, ...]:
    """In the order of the critiques' numbers.

    While the synthesis is being written nobody can say yet what the writer will leave out, so
    accepted critiques are not missing before its text is settled.
    """
    critiques = sorted((*run.critiques, *_there_then(run, synthesis)), key=lambda c: c.number)
    return tuple(item for critique in critiques for item in _items(critique, synthesis))


def _there_then(run: RunSnapshot, synthesis: SynthesisSnapshot) -> list[CritiqueSnapshot]:
    """Undecided when this version was asked for, and replaced by a later judge's since."""
    replaced = run.replaced_critiques
    return [c for c in replaced if c.replaced_at and c.replaced_at > synthesis.created_at]


def _items(critique: CritiqueSnapshot, synthesis: SynthesisSnapshot) -> Iterator[MinorityItem]:
    given = {accepted.number: accepted for accepted in synthesis.accepted}
    if critique.number not in given:
        yield _item(critique, _why_not_given(critique, synthesis), critique.stances)
        return
    receipt = read_receipt(synthesis.text, synthesis.accepted, synthesis.rejected)
    if critique.number in receipt.missing and not synthesis.is_open:
        yield _item(critique, MinorityReason.MISSING, critique.stances)
        return
    if lost := _stances_not_taken(critique, given[critique.number].side):
        yield _item(critique, MinorityReason.SIDE_NOT_TAKEN, lost)


def _why_not_given(critique: CritiqueSnapshot, synthesis: SynthesisSnapshot) -> MinorityReason:
    if critique.number in synthesis.rejected or critique.is_rejected:
        return MinorityReason.REJECTED
    if critique.is_accepted:
        return MinorityReason.ACCEPTED_LATER
    return MinorityReason.DEFERRED if critique.is_deferred else MinorityReason.OPEN


def _stances_not_taken(critique: CritiqueSnapshot, side: str) -> tuple[StanceSnapshot, ...]:
    """A side is a seat's letter; seats with the same position in words stand on its side."""
    if not side or not critique.is_contradiction:
        return ()
    taken = {s.position.casefold() for s in critique.stances if s.seat == side and s.position}
    return tuple(
        stance
        for stance in critique.stances
        if stance.seat != side and stance.position.casefold() not in taken
    )


def _item(
    critique: CritiqueSnapshot, reason: MinorityReason, stances: tuple[StanceSnapshot, ...]
) -> MinorityItem:
    return MinorityItem(
        number=critique.number,
        kind=critique.kind,
        title=critique.title,
        reason=reason,
        stances=stances,
        note=critique.note,
    )
