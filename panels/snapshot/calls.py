from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from panels.choices import ACTIVE_CALLS, SETTLED_CALLS, CallRole, CallState, CostSource

#: Codes of calls that we refused ourselves.
OWN_REFUSALS = frozenset({"not_configured", "privacy_refused"})


@dataclass(frozen=True, kw_only=True)
class Source:
    """What an answer rests on. Hostile text, both."""

    url: str
    title: str


@dataclass(frozen=True, kw_only=True)
class ToolStepSnapshot:
    number: int
    tool: str
    argument: str
    outcome: str
    error_code: str
    began_at: datetime
    ended_at: datetime | None

    @property
    def is_running(self) -> bool:
        return self.ended_at is None

    @property
    def is_failed(self) -> bool:
        return bool(self.error_code)

    @property
    def seconds(self) -> float | None:
        return elapsed_seconds(self.began_at, self.ended_at)


@dataclass(frozen=True, kw_only=True)
class CallSnapshot:
    """One request. Times are aware datetimes, costs US dollars; None means not known."""

    id: int
    role: str
    seat: str
    attempt: int
    state: str
    error_code: str
    error_detail: str
    because: str
    not_before_at: datetime | None
    retry_after_seconds: float | None
    model_asked: str
    model_served: str
    provider_served: str
    generation_id: str
    finish_reason: str
    native_finish_reason: str
    text: str
    reasoning: str
    words_shown: int | None
    words_total: int | None
    labels: dict[str, str]
    sources: tuple[Source, ...]
    tool_steps: tuple[ToolStepSnapshot, ...]
    tokens_in: int | None
    tokens_out: int | None
    tokens_reasoning: int | None
    tokens_cached: int | None
    cost_usd: Decimal | None
    cost_source: str
    created_at: datetime
    asked_at: datetime | None
    first_token_at: datetime | None
    finished_at: datetime | None

    @property
    def is_queued(self) -> bool:
        return self.state == CallState.QUEUED

    @property
    def is_waiting(self) -> bool:
        return self.state == CallState.WAITING

    @property
    def is_streaming(self) -> bool:
        return self.state == CallState.STREAMING

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE_CALLS

    @property
    def is_open(self) -> bool:
        """Asked or about to be asked: more will come."""
        return self.is_active or self.is_queued

    @property
    def is_settled(self) -> bool:
        return self.state in SETTLED_CALLS

    @property
    def is_done(self) -> bool:
        return self.state == CallState.DONE

    @property
    def is_failed(self) -> bool:
        return self.state == CallState.FAILED

    @property
    def is_stopped(self) -> bool:
        return self.state == CallState.STOPPED

    @property
    def is_interrupted(self) -> bool:
        return self.state == CallState.INTERRUPTED

    @property
    def is_detail_ours(self) -> bool:
        """Nobody was asked, so `error_detail` is no provider's word."""
        return self.error_code in OWN_REFUSALS

    @property
    def is_judge(self) -> bool:
        return self.role == CallRole.JUDGE

    @property
    def is_writer(self) -> bool:
        return self.role == CallRole.WRITER

    @property
    def is_answer(self) -> bool:
        """There is text that the judge may read: all of it, or what came before a person's stop."""
        return (self.is_done or self.is_stopped) and bool(self.text.strip())

    @property
    def is_fitted(self) -> bool:
        return self.words_shown is not None and self.words_shown != self.words_total

    @property
    def was_swapped(self) -> bool:
        """Another model answered than the one that was asked."""
        asked = self.model_asked.partition(":")[2]
        return bool(self.model_served) and self.model_served not in (self.model_asked, asked)

    @property
    def is_cost_known(self) -> bool:
        return self.cost_usd is not None and self.cost_source != CostSource.UNKNOWN

    @property
    def waiting_seconds(self) -> float | None:
        end = self.first_token_at or self.finished_at
        return elapsed_seconds(self.asked_at, end)

    @property
    def streaming_seconds(self) -> float | None:
        return elapsed_seconds(self.first_token_at, self.finished_at)

    @property
    def seconds(self) -> float | None:
        return elapsed_seconds(self.asked_at, self.finished_at)


def elapsed_seconds(start: datetime | None, end: datetime | None) -> float | None:
    return (end - start).total_seconds() if start and end else None


def covered_seconds(spans: Iterable[tuple[datetime | None, datetime | None]]) -> float | None:
    """Total length of the union of the spans, in seconds; None without any."""
    ordered = sorted((start, end) for start, end in spans if start and end)
    if not ordered:
        return None
    total = 0.0
    current_start, current_end = ordered[0]
    for start, end in ordered[1:]:
        if start > current_end:
            total += (current_end - current_start).total_seconds()
            current_start, current_end = start, end
        else:
            current_end = max(current_end, end)
    return total + (current_end - current_start).total_seconds()
