"""The calls of one run that are open at a time, each a task of the one who advances it."""

import asyncio
from collections.abc import Iterable

from panels.choices import CallRole
from panels.engine.ask_judge import ask_judge
from panels.engine.ask_seat import ask_seat
from panels.engine.ask_writer import ask_writer
from panels.engine.make_room import make_room
from panels.engine.tools import Tools
from panels.snapshot import CallSnapshot, RunSnapshot


class Asking:
    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._tasks: dict[int, asyncio.Task[None]] = {}
        #: Calls that ended since `begin` looked last.
        self._ended: set[int] = set()
        #: Calls that found no room under a cap: they wait until another call ends, or for word.
        self._left: set[int] = set()

    @property
    def is_open(self) -> bool:
        return bool(self._tasks)

    def begin(self, run: RunSnapshot, queued: Iterable[CallSnapshot]) -> None:
        """Ask those that are not being asked yet."""
        calls = {call.id: call for call in queued}
        if self._ended <= calls.keys():
            self._left |= self._ended
        else:
            self._left.clear()
        self._ended.clear()
        if not self._tasks and self._left >= calls.keys():
            # Nobody's end will make room: once more, and the run is held.
            self._left.clear()
        for call_id, call in calls.items():
            if call_id not in self._tasks and call_id not in self._left:
                self._tasks[call_id] = asyncio.create_task(_ask(run, call, self._tools))

    async def wait(self, word: asyncio.Event, *, seconds: float | None) -> None:
        """Until a call ends, word comes, or the time is over. Raises what a call raised."""
        hearing = asyncio.create_task(word.wait())
        try:
            await asyncio.wait(
                [hearing, *self._tasks.values()],
                timeout=seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            hearing.cancel()
        if word.is_set():
            self._left.clear()
        for call_id, task in list(self._tasks.items()):
            if task.done():
                self._ended.add(call_id)
                del self._tasks[call_id]
                task.result()

    async def let_end(self) -> None:
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def cut(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await self.let_end()
        self._tasks.clear()


async def _ask(run: RunSnapshot, call: CallSnapshot, tools: Tools) -> None:
    match CallRole(call.role):
        case CallRole.SEAT:
            await ask_seat(run, call, tools)
        case CallRole.JUDGE:
            await ask_judge(run, call, tools)
        case CallRole.WRITER:
            await ask_writer(run, call, tools)
    await make_room(run.owner_id)
