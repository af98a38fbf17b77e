from dataclasses import dataclass
from datetime import datetime

from panels.choices import CritiqueKind, CritiqueOrigin, Verdict


@dataclass(frozen=True, kw_only=True)
class StanceSnapshot:
    seat: str
    position: str
    quote: str
    start: int | None
    end: int | None

    @property
    def is_verified(self) -> bool:
        return self.start is not None


@dataclass(frozen=True, kw_only=True)
class DecisionSnapshot:
    """The decision that counts for a critique, after undos."""

    verdict: str
    side: str
    note: str
    reviewer_name: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class CritiqueSnapshot:
    id: int
    number: int
    kind: str
    origin: str
    author_name: str
    title: str
    body: str
    stances: tuple[StanceSnapshot, ...]
    decision: DecisionSnapshot | None
    decision_count: int
    #: The number of the judging that found it; 0 for a person's own, and where it isn't known.
    judging: int = 0
    #: When a later judging took its place; None while it stands.
    replaced_at: datetime | None = None

    @property
    def is_earlier(self) -> bool:
        """From a judge before the one whose critiques are the run's."""
        return self.replaced_at is not None

    @property
    def label(self) -> str:
        return f"C{self.number}"

    @property
    def verdict(self) -> str:
        return self.decision.verdict if self.decision else Verdict.OPEN

    @property
    def side(self) -> str:
        return self.decision.side if self.decision else ""

    @property
    def note(self) -> str:
        return self.decision.note if self.decision else ""

    @property
    def is_open(self) -> bool:
        return self.verdict == Verdict.OPEN

    @property
    def is_accepted(self) -> bool:
        return self.verdict == Verdict.ACCEPTED

    @property
    def is_rejected(self) -> bool:
        return self.verdict == Verdict.REJECTED

    @property
    def is_deferred(self) -> bool:
        return self.verdict == Verdict.DEFERRED

    @property
    def is_contradiction(self) -> bool:
        return self.kind == CritiqueKind.CONTRADICTION

    @property
    def is_from_local_judge(self) -> bool:
        return self.origin == CritiqueOrigin.LOCAL_JUDGE

    @property
    def kind_label(self) -> str:
        return CritiqueKind(self.kind).one

    @property
    def seats(self) -> tuple[str, ...]:
        """Letters of the seats that take a stance, each once, in order of appearance."""
        return tuple(dict.fromkeys(stance.seat for stance in self.stances))

    @property
    def has_unverified_quote(self) -> bool:
        return any(stance.quote and not stance.is_verified for stance in self.stances)
