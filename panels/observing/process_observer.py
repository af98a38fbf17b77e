"""The observer of a running process: log lines and metrics always, spans where one wants them."""

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TypeVar

from panels.observing import metrics
from panels.observing.observer import EndedCall, EndedRun, Observer, RecoveredCost
from panels.observing.span_export import SpanExport
from panels.observing.span_values import SpanValues, call_span, cost_span, run_span

T = TypeVar("T")
log = logging.getLogger(__name__)


class ProcessObserver(Observer):
    def __init__(self, providers: Collection[str], spans: SpanExport | None = None) -> None:
        """`providers`: the configured ones. What people typed in a preset is no label."""
        self._providers = frozenset(providers)
        self._spans = spans

    @contextmanager
    def advancing(self) -> Iterator[None]:
        with metrics.ADVANCING_RUNS.track_inprogress():
            yield

    @contextmanager
    def open_call(self, provider: str) -> Iterator[None]:
        with metrics.OPEN_CALLS.labels(self._label(provider)).track_inprogress():
            yield

    def call_ended(self, call: EndedCall) -> None:
        place = f"{call.role} {call.seat}".rstrip()
        outcome = f"{call.state} {call.error_code}".rstrip()
        log.info("Call ended: %s as %s: %s", call.model_asked, place, outcome)
        self._count(call)
        self._send(call_span, call)

    def cost_recovered(self, cost: RecoveredCost) -> None:
        provider = self._label(cost.provider)
        metrics.RECOVERED_COSTS.labels(provider).inc()
        metrics.COST.labels(provider, "reported").inc(float(cost.cost_usd))
        self._send(cost_span, cost)

    def run_ended(self, run: EndedRun) -> None:
        log.info("Run ended: %s", f"{run.state} {run.reason}".rstrip())
        metrics.ENDED_RUNS.labels(run.state).inc()
        if not run.is_continuation:
            for decided in run.decisions:
                metrics.DECISIONS.labels(decided.verdict).inc()
        self._send(run_span, run)

    def run_crashed(self) -> None:
        metrics.ENDED_RUNS.labels("failed").inc()

    def text_stored(self, pieces: int, seconds: float) -> None:
        metrics.TEXT_BATCH_PIECES.observe(pieces)
        metrics.TEXT_BATCH_SECONDS.observe(seconds)

    def close(self) -> None:
        if self._spans:
            self._spans.close()

    def _count(self, call: EndedCall) -> None:
        provider = self._label(call.provider)
        metrics.CALLS.labels(provider, call.role, call.state, call.error_code).inc()
        metrics.TOKENS.labels(provider, "in").inc(call.tokens_in or 0)
        metrics.TOKENS.labels(provider, "out").inc(call.tokens_out or 0)
        if call.cost_usd is None:
            metrics.UNKNOWN_COSTS.labels(provider).inc()
        else:
            metrics.COST.labels(provider, call.cost_source).inc(float(call.cost_usd))
        if call.seconds_to_first_token is not None:
            metrics.FIRST_TOKEN_SECONDS.labels(provider).observe(call.seconds_to_first_token)
        if call.seconds is not None:
            metrics.CALL_SECONDS.labels(provider, call.role).observe(call.seconds)

    def _send(self, describe: Callable[[T], SpanValues], told: T) -> None:
        if self._spans is None:
            return
        try:
            self._spans.send(describe(told))
        except Exception:
            # Whatever is wrong with telemetry, the run goes on.
            log.exception("A span could not be made")

    def _label(self, provider: str) -> str:
        return provider if provider in self._providers else "other"
