"""The process's metrics, for Prometheus. All labels are of closed sets: see `docs/observing.md`.

Nothing here runs per token: a counter is touched per call, per batch of stored text, per watcher.
"""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

_MOMENTS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_WAITS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0)
_CALLS = (0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0, 640.0, 1800.0)

CALLS = Counter(
    "fusionweb_calls",
    "Calls that ended, by how. `error` is a code of Fusionweb's, never a vendor's words.",
    ["provider", "role", "outcome", "error"],
    registry=REGISTRY,
)
TOKENS = Counter(
    "fusionweb_tokens",
    "Tokens that providers reported.",
    ["provider", "direction"],
    registry=REGISTRY,
)
COST = Counter(
    "fusionweb_cost_usd",
    "Known costs of calls, in US dollars, by where the figure comes from.",
    ["provider", "source"],
    registry=REGISTRY,
)
UNKNOWN_COSTS = Counter(
    "fusionweb_calls_without_cost",
    "Calls whose cost was not known at their end.",
    ["provider"],
    registry=REGISTRY,
)
RECOVERED_COSTS = Counter(
    "fusionweb_costs_recovered",
    "Costs that were learned after a call's end.",
    ["provider"],
    registry=REGISTRY,
)
FIRST_TOKEN_SECONDS = Histogram(
    "fusionweb_first_token_seconds",
    "From asking a model to its first token.",
    ["provider"],
    buckets=_WAITS,
    registry=REGISTRY,
)
CALL_SECONDS = Histogram(
    "fusionweb_call_seconds",
    "From asking a model to the end of its answer.",
    ["provider", "role"],
    buckets=_CALLS,
    registry=REGISTRY,
)
OPEN_CALLS = Gauge(
    "fusionweb_open_calls",
    "Requests that this process has open.",
    ["provider"],
    registry=REGISTRY,
)
ADVANCING_RUNS = Gauge(
    "fusionweb_advancing_runs", "Runs that this process advances.", registry=REGISTRY
)
ENDED_RUNS = Counter(
    "fusionweb_runs_ended",
    "Runs that ended, by how. A run that goes on after its end counts again.",
    ["state"],
    registry=REGISTRY,
)
DECISIONS = Counter(
    "fusionweb_critiques_decided",
    "Critiques of ended runs, by what became of them.",
    ["verdict"],
    registry=REGISTRY,
)
TEXT_BATCH_PIECES = Histogram(
    "fusionweb_text_batch_pieces",
    "Calls whose new text one commit stored.",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512),
    registry=REGISTRY,
)
TEXT_BATCH_SECONDS = Histogram(
    "fusionweb_text_batch_seconds",
    "What such a commit took.",
    buckets=_MOMENTS,
    registry=REGISTRY,
)
DATABASE_RETRIES = Counter(
    "fusionweb_database_retries",
    "Times that work waited for a database that was away.",
    registry=REGISTRY,
)
WATCHERS = Gauge("fusionweb_watchers", "Open websockets of run pages.", registry=REGISTRY)
SLOW_WATCHERS = Counter(
    "fusionweb_slow_watchers_sent_away",
    "Watchers that did not keep up and were sent away, to come back to a whole page.",
    registry=REGISTRY,
)
LOOP_LAG_SECONDS = Histogram(
    "fusionweb_event_loop_lag_seconds",
    "How late the event loop woke a task that had slept for half a second.",
    buckets=_MOMENTS,
    registry=REGISTRY,
)


class _Facts(Collector):
    """Figures that are read for one scrape and belong to no process."""

    def __init__(self, runs_by_state: dict[str, int] | None) -> None:
        self._runs_by_state = runs_by_state

    def collect(self) -> list[GaugeMetricFamily]:
        up = GaugeMetricFamily(
            "fusionweb_database_up", "Whether the database answered this process just now."
        )
        up.add_metric([], 0 if self._runs_by_state is None else 1)
        runs = GaugeMetricFamily(
            "fusionweb_runs",
            "Unfinished runs of the whole site, by state: every process tells the same figure.",
            labels=["state"],
        )
        for state, count in sorted((self._runs_by_state or {}).items()):
            runs.add_metric([state], count)
        return [up, runs]


def exposition(runs_by_state: dict[str, int] | None) -> bytes:
    """All metrics as Prometheus reads them. `None`: the database did not answer."""
    facts = CollectorRegistry()
    facts.register(_Facts(runs_by_state))
    return generate_latest(REGISTRY) + generate_latest(facts)
