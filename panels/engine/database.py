"""What the engine does while the database is away: it waits. What streams goes on meanwhile."""

import logging
import threading
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from panels.observing import metrics

P = ParamSpec("P")
T = TypeVar("T")

RETRY_SECONDS = 0.5
#: PostgreSQL: shutting down, crashed, starting; too many connections; deadlock or serialization.
_PASSING = frozenset({"57P01", "57P02", "57P03", "53300", "40P01", "40001"})
log = logging.getLogger(__name__)

_given_up = threading.Event()


def patiently(function: Callable[P, T]) -> Callable[P, T]:
    """The function, called until the database answers. What it does must bear being done twice:
    a commit may have succeeded although its answer was lost.
    """

    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        while True:
            try:
                return function(*args, **kwargs)
            except (OperationalError, InterfaceError) as error:
                connection.close()
                if _given_up.is_set() or not is_passing(error):
                    raise
                metrics.DATABASE_RETRIES.inc()
                log.warning("The database is away; trying again: %s", _first_line(error))
                _given_up.wait(RETRY_SECONDS)

    return run


def at_once(function: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    """The function as a coroutine that fails when the database is away: a person waits for it."""

    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        close_old_connections()
        try:
            return function(*args, **kwargs)
        finally:
            close_old_connections()

    return sync_to_async(run, thread_sensitive=False)


def give_up() -> None:
    """The process ends: whoever still waits for the database fails instead."""
    _given_up.set()


def is_passing(error: Exception) -> bool:
    """The database is away or busy, rather than in disagreement with what was asked."""
    if isinstance(error, InterfaceError):
        return True
    if connection.vendor == "sqlite":
        return "locked" in str(error)
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith("08") or state in _PASSING


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]
