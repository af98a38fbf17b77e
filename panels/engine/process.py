"""The engine's life in one process: put together from its environment, started, stopped."""

import asyncio
import os
import socket
import time
from collections.abc import Callable

from django.utils import timezone

from panels.engine import database, dispatch, records
from panels.engine.events import RunEvent
from panels.engine.open_calls import OpenCalls
from panels.engine.places import Places
from panels.engine.providers import call_limits, drills, registry, timeouts, web_tools
from panels.engine.retrying import RetryPolicy
from panels.engine.text_writer import Piece, Save, TextWriter
from panels.engine.tools import Tools
from panels.observing.observer import Observer
from panels.observing.process_observer import ProcessObserver
from panels.observing.span_export import SpanExport, is_wanted

#: After what streams had its time: how long the rest may take while the database is away.
CLOSING_SECONDS = 5.0


def check_environment() -> None:
    """Before anything runs: inside an event loop nobody would hear of it.

    :raises ValueError: with a sentence that says which setting is wrong.
    """
    registry()
    call_limits()
    web_tools()
    is_wanted(os.environ)


def observer_from_environment() -> ProcessObserver:
    spans = None
    if is_wanted(os.environ):
        spans = SpanExport(instance=f"{socket.gethostname()}:{os.getpid()}")
    return ProcessObserver(registry().names(), spans)


def tools_from_environment(publish: Callable[[RunEvent], None], observer: Observer) -> Tools:
    return Tools(
        registry=registry(),
        publish=publish,
        texts=TextWriter(_observed(records.in_database(records.save_pieces), observer)),
        calls=OpenCalls(),
        now=timezone.now,
        places=Places(call_limits()),
        policy=RetryPolicy(),
        web=web_tools(),
        drills=drills(),
        timeouts=timeouts(),
        observer=observer,
    )


def _observed(save: Save, observer: Observer) -> Save:
    async def save_and_tell(pieces: list[Piece]) -> None:
        began = time.perf_counter()
        await save(pieces)
        observer.text_stored(len(pieces), time.perf_counter() - began)

    return save_and_tell


class EngineProcess:
    """The engine on the running event loop, as this process's dispatcher."""

    def __init__(self, publish: Callable[[RunEvent], None]) -> None:
        self._observer = observer_from_environment()
        tools = tools_from_environment(publish, self._observer)
        self.dispatcher = dispatch.InProcessDispatcher(tools)
        dispatch.install(self.dispatcher)

    async def start(self) -> None:
        """Returns once it has looked for work: it waits for a database that is away."""
        self._listing = asyncio.create_task(registry().keep_lists_fresh())
        await self.dispatcher.keeper.watch()
        await self.dispatcher.resume_unfinished()

    async def stop(self, *, seconds: float) -> None:
        """Begin no call, and give those that stream so many seconds."""
        loop = asyncio.get_running_loop()
        giving_up = loop.call_later(seconds + CLOSING_SECONDS, database.give_up)
        self._listing.cancel()
        await self.dispatcher.close(seconds=seconds)
        giving_up.cancel()
        await asyncio.to_thread(self._observer.close)
