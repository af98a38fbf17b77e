"""Word for a run that is being advanced in this process: there is something new to look at."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Wakes:
    def __init__(self) -> None:
        self._events: dict[str, asyncio.Event] = {}

    @contextmanager
    def of(self, run_id: str) -> Iterator[asyncio.Event]:
        """Set by each word for the run while the block runs; whoever looks clears it before."""
        event = self._events[run_id] = asyncio.Event()
        try:
            yield event
        finally:
            del self._events[run_id]

    def wake(self, run_id: str) -> None:
        """Nothing happens where the run isn't being advanced."""
        if event := self._events.get(run_id):
            event.set()
