"""The heart of a process that advances runs: it beats in the database, and knows when it last did.

Two clocks, on purpose. Others take a worker for dead after `DEAD_AFTER_SECONDS` by the database's
clock. The worker itself stops paying after `PROVEN_SECONDS` by its own, which goes on while the
process or the machine is frozen; it is the shorter of the two, so that it stops first.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
)

from panels.engine import leases
from panels.engine.database import is_passing

BEAT_SECONDS = 1.0
PROVEN_SECONDS = 5.0
_LOOK_SECONDS = 0.05
P = ParamSpec("P")
T = TypeVar("T")
log = logging.getLogger(__name__)

#: A thread of its own: work that waits for the database must not hold up the beat.
_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="heartbeat")


def elapsed_clock() -> float:
    """Seconds that go on in a suspended machine, where the system tells them."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


#: Told at each beat what this worker holds by the database (None: it is not known there any more),
#: as of when by the heart's clock.
OnBeat = Callable[[dict[str, int] | None, float], None]


class Heart:
    def __init__(self, on_beat: OnBeat, *, clock: Callable[[], float] = elapsed_clock) -> None:
        self._on_beat = on_beat
        self.clock = clock
        self._task: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._proven_at: float | None = None
        self.worker_id = 0
        #: About to stop: it holds what it holds, and begins nothing.
        self.is_stopping = False

    async def start(self) -> None:
        async with self._starting:
            if self._task is None:
                await self._register_once_possible()
                self._task = asyncio.create_task(self._beat_for_ever(), name="heartbeat")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def is_proven(self) -> bool:
        """What this worker held at the last beat is still its own, and it may begin more."""
        return self.age_seconds < PROVEN_SECONDS and not self.is_stopping

    async def prove(self) -> None:
        """Wait until it is proven. A run that was lost meanwhile is cut at the beat that proves.

        :raises LeaseLost: when this process is about to stop.
        """
        while not self.is_proven():
            if self.is_stopping:
                raise leases.LeaseLost
            await asyncio.sleep(_LOOK_SECONDS)

    @property
    def age_seconds(self) -> float:
        """Since the last beat that reached the database."""
        return float("inf") if self._proven_at is None else self.clock() - self._proven_at

    async def _register_once_possible(self) -> None:
        """A process may be started while its database is away."""
        while True:
            try:
                return await self._register()
            except (OperationalError, InterfaceError) as error:
                if not is_passing(error):
                    raise
                log.warning("This worker can't be registered yet: %s", type(error).__name__)
                await asyncio.sleep(BEAT_SECONDS)

    async def _register(self) -> None:
        began = self.clock()
        self.worker_id = await _in_thread(leases.register)
        self._proven_at = began

    async def _beat_for_ever(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            await self._beat()

    async def _beat(self) -> None:
        began = self.clock()
        try:
            held = await _in_thread(leases.beat, self.worker_id)
            # Before the beat counts as proof: what was lost meanwhile must not be paid for.
            self._on_beat(held, began)
            if held is None:
                await self._register()
            else:
                self._proven_at = began
        except Exception as error:
            # Whatever it is, the next beat tries again; until then nothing is proven.
            log.warning("No heartbeat: %s", type(error).__name__)


async def _in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    def run() -> T:
        close_old_connections()
        try:
            return function(*args, **kwargs)
        except DatabaseError:
            connection.close()
            raise

    return await sync_to_async(run, thread_sensitive=False, executor=_thread)()
