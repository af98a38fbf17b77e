"""Word between processes that share a PostgreSQL: a run is to advance, a call is to be stopped.

A notice only saves waiting: whatever it tells stands in a row, and is looked for every few seconds.
Needs a session of its own, so not through a pooler in transaction mode.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import psycopg
from django.db import connection

RUNS = "fusionweb_runs"
STOPS = "fusionweb_stops"
RECONNECT_SECONDS = 1.0
log = logging.getLogger(__name__)

#: What psycopg itself understands of the parameters that Django hands it.
_PARAMETERS = frozenset(
    {"dbname", "user", "password", "host", "port", "service", "passfile", "sslmode", "sslrootcert"}
    | {"sslcert", "sslkey", "options", "target_session_attrs", "connect_timeout"}
)


def is_shared() -> bool:
    """Whether other processes can be told at all: not with the embedded database."""
    return connection.vendor == "postgresql"


def tell(channel: str, payload: str) -> None:
    """At once, or with the transaction that this is part of."""
    if is_shared():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [channel, payload])


async def listen(on_notice: Mapping[str, Callable[[str], Awaitable[None]]]) -> None:
    """Call `on_notice[channel](payload)`, for ever; a lost connection is made anew."""
    while True:
        try:
            await _listen(on_notice)
        except (psycopg.Error, OSError) as error:
            log.warning("Listening again in a second: %s", type(error).__name__)
        await asyncio.sleep(RECONNECT_SECONDS)


async def _listen(on_notice: Mapping[str, Callable[[str], Awaitable[None]]]) -> None:
    async with await psycopg.AsyncConnection.connect(**_parameters(), autocommit=True) as session:
        for channel in on_notice:
            await session.execute(
                psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(channel))
            )
        async for notice in session.notifies():
            await on_notice[notice.channel](notice.payload)


def _parameters() -> dict[str, Any]:
    wanted = connection.get_connection_params()
    return {name: value for name, value in wanted.items() if name in _PARAMETERS}
