"""What befalls a deployment in a drill: a plan from a seed, and its carrying out."""

import asyncio
import random
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from tests.cluster.processes import Part

KILL, STOP, FREEZE = "kill", "stop", "freeze"
#: How each part of a deployment may be hit.
CLUSTER_WAYS = (
    ("worker-1", (KILL, KILL, STOP, FREEZE)),
    ("worker-2", (KILL, KILL, STOP, FREEZE)),
    ("web-1", (KILL, STOP)),
    ("web-2", (KILL, STOP)),
    ("redis", (KILL, FREEZE)),
    ("postgres", (KILL, STOP, FREEZE)),
)
EMBEDDED_WAYS = (("web-1", (KILL,)),)
#: Where there is a minute only, nothing gentle is tried.
HARD_WAYS = tuple((name, (KILL,)) for name, _ in CLUSTER_WAYS)
#: A part that ended by itself is started again after this, as a service manager would.
RESTART_SECONDS = 1.0
#: How long a blow waits at most for something to be cut.
BUSY_SECONDS = 20.0


@dataclass(frozen=True, kw_only=True)
class Blow:
    """At `at` seconds a part is hit, and `seconds` later it is started (or continued) again."""

    at: float
    part: str
    how: str
    seconds: float

    @property
    def end(self) -> float:
        return self.at + self.seconds

    def __str__(self) -> str:
        return f"{self.at:6.1f} s  {self.how:6} {self.part:9} for {self.seconds:4.1f} s"


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A blow as it happened, in seconds since the epoch; `until`: when the part was ready again."""

    part: str
    how: str
    since: float
    until: float


def plan(
    seed: int,
    *,
    seconds: float,
    every_seconds: float,
    longest_seconds: float,
    parts: Sequence[tuple[str, Sequence[str]]],
) -> list[Blow]:
    """Blows in the order of their time; none falls on a part that is still down by another.

    `parts`: each part's name with how it may be hit. They are drawn in rounds, so that every part
    has its turn.
    """
    rng = random.Random(seed)
    ways_of = dict(parts)
    free_at = dict.fromkeys(ways_of, 0.0)
    blows: list[Blow] = []
    waiting: list[str] = []
    at = every_seconds / 2
    while at < seconds:
        waiting = waiting or rng.sample(sorted(ways_of), len(ways_of))
        up = [name for name in waiting if free_at[name] <= at]
        if up:
            waiting.remove(up[0])
            pause = rng.uniform(0.5, longest_seconds)
            how = rng.choice(list(ways_of[up[0]]))
            blows.append(Blow(at=at, part=up[0], how=how, seconds=pause))
            # It gets some time to live, or nothing would ever be tried on a part at work.
            free_at[up[0]] = at + pause + every_seconds
        at += rng.uniform(0.5, 1.5) * every_seconds
    return blows


class Storm:
    """Carries a plan out, starts again what ended by itself, and remembers everything."""

    def __init__(
        self,
        parts: Sequence[Part],
        say: Callable[[str], None],
        *,
        workers: Collection[str] = (),
        is_busy: Callable[[], bool] = lambda: True,
    ) -> None:
        """`workers` are hit while something streams (`is_busy`), or a blow would show nothing."""
        self.troubles: list[Trouble] = []
        #: Parts that ended without being hit.
        self.fallen: list[str] = []
        self._parts = {part.name: part for part in parts}
        #: Held while a part is down or starting: the next blow waits for it to live.
        self._locks = {part.name: asyncio.Lock() for part in parts}
        self._say = say
        self._workers = workers
        self._is_busy = is_busy

    async def rage(self, blows: Sequence[Blow]) -> None:
        """Until the last blow is over and everything runs again."""
        began = time.monotonic()
        watching = asyncio.create_task(self._restart_fallen())
        try:
            async with asyncio.TaskGroup() as group:
                for blow in blows:
                    group.create_task(self._strike(blow, began))
        finally:
            watching.cancel()
        for part in self._parts.values():
            if not part.is_running:
                await part.start()

    async def _strike(self, blow: Blow, began: float) -> None:
        await asyncio.sleep(max(0.0, began + blow.at - time.monotonic()))
        part = self._parts[blow.part]
        async with self._locks[part.name]:
            if part.name in self._workers:
                await self._until_busy()
            self._say(str(blow))
            since = time.time()
            await self._hit(part, blow)
        self.troubles.append(Trouble(part=part.name, how=blow.how, since=since, until=time.time()))

    async def _until_busy(self) -> None:
        deadline = time.monotonic() + BUSY_SECONDS
        while not self._is_busy() and time.monotonic() < deadline:
            await asyncio.sleep(0.1)

    async def _hit(self, part: Part, blow: Blow) -> None:
        if blow.how == FREEZE:
            part.freeze()
            await asyncio.sleep(blow.seconds)
            part.thaw()
            return
        if blow.how == KILL:
            await part.kill()
        else:
            await part.stop()
        await asyncio.sleep(blow.seconds)
        await part.start()

    async def _restart_fallen(self) -> None:
        while True:
            await asyncio.sleep(0.2)
            for part in self._parts.values():
                lock = self._locks[part.name]
                if not lock.locked() and not part.is_running:
                    async with lock:
                        await self._raise(part)

    async def _raise(self, part: Part) -> None:
        words = f"{part.name} ended by itself:\n{part.log_end(15)}"
        self._say(words)
        self.fallen.append(words)
        await asyncio.sleep(RESTART_SECONDS)
        part.launch()
