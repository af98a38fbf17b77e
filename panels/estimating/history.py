"""What past calls were like: how long their answers were, and how long they took."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A finished call. `tokens_out` includes its reasoning.

    Calls that failed or were stopped say nothing about an answer's length: leave them out.
    """

    role: str
    model: str
    tokens_out: int
    tokens_reasoning: int = 0
    seconds: float | None = None
    reasoning_effort: str = ""

    @property
    def tokens_of_text(self) -> int:
        """What a judge or a writer reads of it."""
        return max(0, self.tokens_out - self.tokens_reasoning)


@dataclass(frozen=True)
class History:
    """In any order; the newest few hundred are enough."""

    samples: tuple[Sample, ...] = ()

    def of_role(self, role: str) -> "History":
        return History(tuple(sample for sample in self.samples if sample.role == role))

    def of_model(self, model: str) -> "History":
        return History(tuple(sample for sample in self.samples if sample.model == model))

    def of_effort(self, effort: str) -> "History":
        return History(tuple(s for s in self.samples if s.reasoning_effort == effort))
