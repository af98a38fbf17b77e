from dataclasses import dataclass, field
from datetime import datetime

from panels.panel import LOCAL_JUDGE
from panels.snapshot.calls import CallSnapshot


@dataclass(frozen=True, kw_only=True)
class JudgingSnapshot:
    """One time that the answers were judged. `reads`: seat letter → id of the call that is read."""

    id: int
    number: int
    model: str
    reads: dict[str, int] = field(hash=False)
    requested_by: str
    created_at: datetime
    ended_at: datetime | None
    reason: str
    stands: bool
    call: CallSnapshot | None

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_local(self) -> bool:
        return self.model == LOCAL_JUDGE

    @property
    def is_first(self) -> bool:
        """The run's own; the later ones are people's wishes."""
        return self.number == 1
