from dataclasses import dataclass
from datetime import datetime

from panels.snapshot.calls import CallSnapshot


@dataclass(frozen=True, kw_only=True)
class AcceptedCritique:
    """A critique as the writer was given it."""

    number: int
    title: str
    side: str = ""
    note: str = ""

    @property
    def label(self) -> str:
        return f"C{self.number}"


@dataclass(frozen=True, kw_only=True)
class SynthesisSnapshot:
    id: int
    version: int
    accepted: tuple[AcceptedCritique, ...]
    rejected: tuple[int, ...]
    added: tuple[int, ...]
    requested_by: str
    created_at: datetime
    call: CallSnapshot | None

    @property
    def text(self) -> str:
        return self.call.text if self.call else ""

    @property
    def is_open(self) -> bool:
        return self.call is None or self.call.is_open or self.call.is_interrupted

    @property
    def is_done(self) -> bool:
        return self.call is not None and self.call.is_done
