"""The calls that this process has open, so that a person can stop one of them."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")

_LOOK_SECONDS = 0.05


class OpenCalls:
    def __init__(self) -> None:
        self._tasks: dict[int, asyncio.Task[Any]] = {}
        self._stopped: set[int] = set()
        self._asked: set[int] = set()

    async def run(self, call_id: int, work: Coroutine[Any, Any, T]) -> T | None:
        """Run a call's work under its id. None when a person's stop cut it short."""
        task = asyncio.create_task(work)
        self._tasks[call_id] = task
        try:
            return await task
        except asyncio.CancelledError:
            if call_id in self._stopped:
                return None
            raise
        finally:
            self._tasks.pop(call_id, None)
            self._stopped.discard(call_id)

    @contextmanager
    def asked(self, call_id: int) -> Iterator[None]:
        """While the block runs the call is open at its vendor, or its fate is being stored."""
        self._asked.add(call_id)
        try:
            yield
        finally:
            self._asked.discard(call_id)

    @property
    def ids(self) -> list[int]:
        return list(self._tasks)

    def was_stopped(self, call_id: int) -> bool:
        """A person stopped it; any other cancellation is a shutdown."""
        return call_id in self._stopped

    async def stop(self, call_id: int) -> bool:
        """Cut a call; returns when its connection is closed. False when it isn't open here."""
        task = self._tasks.get(call_id)
        if task is None:
            return False
        self._stopped.add(call_id)
        task.cancel()
        await asyncio.wait([task])
        return True

    async def wait_until_idle(self, seconds: float) -> None:
        """Until no call is open at a vendor, or the time is over."""
        deadline = asyncio.get_running_loop().time() + seconds
        while self._asked and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(_LOOK_SECONDS)
