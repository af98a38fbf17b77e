"""The longest pause of an event loop: how late a timer of 10 ms comes."""

import asyncio
from types import TracebackType

STEP_SECONDS = 0.01


class LoopLag:
    """Measures while its block runs."""

    longest_ms = 0.0
    _task: asyncio.Task[None]

    async def __aenter__(self) -> "LoopLag":
        self._task = asyncio.create_task(self._measure())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._task.cancel()

    async def _measure(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            due_at = clock() + STEP_SECONDS
            await asyncio.sleep(STEP_SECONDS)
            self.longest_ms = max(self.longest_ms, (clock() - due_at) * 1000)
