"""What runs beside a process's work so that it can be watched. It begins and ends with it."""

import asyncio
import os
import socket

from panels.observing import about
from panels.observing.loop_lag import watch_loop
from panels.probing.port import open_port


class Vitals:
    def __init__(self, address: tuple[str, int] | None = None) -> None:
        """`address`: where a process that serves no pages listens for probes."""
        self._address = address
        self._watching: asyncio.Task[None] | None = None
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """:raises OSError: when the address is taken."""
        about.name_worker(f"{socket.gethostname()}:{os.getpid()}")
        self._watching = asyncio.create_task(watch_loop(), name="event loop lag")
        if self._address is not None:
            self._server = await open_port(*self._address)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
