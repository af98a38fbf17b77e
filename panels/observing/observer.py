"""What the engine tells of its work, as values without any text of people or models."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class EndedCall:
    """A request that has its fate. `asked_at` is None when it could not be asked at all."""

    run_id: str
    call_id: int
    role: str
    seat: str
    attempt: int
    because: str
    #: `provider:slug`
    model_asked: str
    model_served: str
    provider_served: str
    generation_id: str
    finish_reason: str
    state: str
    error_code: str
    #: Why another attempt follows: a value of `Because`; empty when none does.
    followed_by: str
    tokens_in: int | None
    tokens_out: int | None
    tokens_reasoning: int | None
    tokens_cached: int | None
    cost_usd: Decimal | None
    cost_source: str
    asked_at: datetime | None
    first_token_at: datetime | None
    finished_at: datetime

    @property
    def provider(self) -> str:
        return self.model_asked.partition(":")[0]

    @property
    def model(self) -> str:
        """What the provider calls it."""
        return self.model_asked.partition(":")[2]

    @property
    def is_failed(self) -> bool:
        return bool(self.error_code)

    @property
    def seconds(self) -> float | None:
        return _between(self.asked_at, self.finished_at)

    @property
    def seconds_to_first_token(self) -> float | None:
        return _between(self.asked_at, self.first_token_at)


@dataclass(frozen=True, kw_only=True)
class RecoveredCost:
    """What a call turned out to have cost, some time after its end."""

    run_id: str
    call_id: int
    model_asked: str
    cost_usd: Decimal
    recovered_at: datetime

    @property
    def provider(self) -> str:
        return self.model_asked.partition(":")[0]


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What became of a critique in the review."""

    number: int
    kind: str
    origin: str
    verdict: str
    #: None while nobody decided.
    decided_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class EndedRun:
    """A run that needs nobody any more, at least for now."""

    run_id: str
    state: str
    reason: str
    lane: str
    is_tour: bool
    #: It had ended before: a further synthesis was asked for, or a seat was asked again.
    is_continuation: bool
    began_at: datetime
    ended_at: datetime
    seat_count: int
    call_count: int
    tokens_in: int
    tokens_out: int
    cost_usd: Decimal
    has_unknown_cost: bool
    synthesis_count: int
    decisions: tuple[Decided, ...]


def _between(start: datetime | None, end: datetime | None) -> float | None:
    return (end - start).total_seconds() if start and end else None


class Observer:
    """Is told what happens, and must neither block nor raise. This one does nothing with it."""

    @contextmanager
    def advancing(self) -> Iterator[None]:
        """While the block runs, this process advances a run."""
        yield

    @contextmanager
    def open_call(self, provider: str) -> Iterator[None]:
        """While the block runs, a request is open at the provider."""
        yield

    def call_ended(self, call: EndedCall) -> None: ...

    def cost_recovered(self, cost: RecoveredCost) -> None: ...

    def run_ended(self, run: EndedRun) -> None: ...

    def run_crashed(self) -> None:
        """Something inside Fusionweb failed, and a run with it. The log says what."""

    def text_stored(self, pieces: int, seconds: float) -> None:
        """A batch of streaming text was committed."""
