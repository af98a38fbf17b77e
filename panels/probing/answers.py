"""The three probes: one answer each, the same from a web process and from a worker.

`/health/` is answered by the event loop alone: a process that can't is to be started anew.
`/ready/` looks at what it needs: a process that isn't ready gets no requests, and is left alone.
`/metrics/` is for Prometheus, on this machine or with the token.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from secrets import compare_digest
from threading import Thread
from typing import Generic, TypeVar

from django.conf import settings

from panels.observing import metrics
from panels.probing.checks import OK, count_runs, look_at_all

T = TypeVar("T")

PATHS = frozenset({"/health/", "/ready/", "/metrics/"})
#: A database that hangs is a database that does not answer.
LOOK_SECONDS = 3.0
RETRY_SECONDS = 2


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


class TooSlow(Exception):
    """What was looked at has not answered in time."""


class Look(Generic[T]):
    """A look that may hang, on a thread of its own. However many ask, it hangs only once."""

    def __init__(self, function: Callable[[], T], name: str) -> None:
        self._function = function
        self._name = name
        self._under_way: Future[T] | None = None

    async def take(self) -> T:
        """:raises TooSlow: after `LOOK_SECONDS`; the look goes on."""
        if self._under_way is None or self._under_way.done():
            self._under_way = Future()
            # No pool's thread: one that hangs would hold up the end of the process.
            Thread(target=self._look, args=[self._under_way], name=self._name, daemon=True).start()
        waiting = asyncio.shield(asyncio.wrap_future(self._under_way))
        try:
            return await asyncio.wait_for(waiting, LOOK_SECONDS)
        except TimeoutError:
            raise TooSlow from None

    def _look(self, found: "Future[T]") -> None:
        try:
            found.set_result(self._function())
        except Exception as error:
            # For whoever asked: it is raised where the future is waited for.
            found.set_exception(error)


_all = Look(look_at_all, "readiness")
_runs = Look(count_runs, "scrape")


async def answer(path: str, *, is_local: bool, authorization: str) -> Answer:
    """What to answer at one of `PATHS`."""
    if path == "/health/":
        return _json(200, {"status": "alive"})
    if path == "/ready/":
        return await _ready()
    if not _may_read_metrics(is_local=is_local, authorization=authorization):
        return _refused()
    return Answer(200, await _metrics(), metrics.CONTENT_TYPE)


async def _ready() -> Answer:
    try:
        checks = await _all.take()
    except TooSlow:
        checks = {"database": "does not answer"}
    if all(found == OK for found in checks.values()):
        return _json(200, {"status": "ready", "checks": checks})
    again = {"Retry-After": str(RETRY_SECONDS)}
    return _json(503, {"status": "not ready", "checks": checks}, again)


async def _metrics() -> bytes:
    try:
        runs = await _runs.take()
    except TooSlow:
        runs = None
    return metrics.exposition(runs)


def _may_read_metrics(*, is_local: bool, authorization: str) -> bool:
    if not settings.METRICS_TOKEN:
        return is_local
    expected = f"Bearer {settings.METRICS_TOKEN}"
    return compare_digest(authorization.encode(), expected.encode())


def _refused() -> Answer:
    if settings.METRICS_TOKEN:
        words = "Metrics are read with “Authorization: Bearer” and FUSIONWEB_METRICS_TOKEN."
        again = {"WWW-Authenticate": "Bearer"}
        return _json(401, {"error": words, "code": "token_needed"}, again)
    words = "Metrics are read on this machine, or from others once FUSIONWEB_METRICS_TOKEN is set."
    return _json(403, {"error": words, "code": "forbidden"})


def _json(status: int, body: object, headers: Mapping[str, str] | None = None) -> Answer:
    text = json.dumps(body, ensure_ascii=False)
    return Answer(status, text.encode(), "application/json", headers or {})
