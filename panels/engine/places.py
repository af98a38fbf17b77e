"""How many calls may be open at a provider at a time, over all runs.

Among the calls of a process whoever comes first is served first; between processes the rows of open
calls are counted (`take_call.py`).
Whoever comes first is served first. A call that waits has not been asked, and costs nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from panels.providers.call_limits import CallLimits


class Places:
    def __init__(self, limits: CallLimits) -> None:
        self.limits = limits
        self._free: dict[str, asyncio.Semaphore] = {}

    @asynccontextmanager
    async def place(
        self, provider: str, *, on_wait: Callable[[], Awaitable[None]]
    ) -> AsyncIterator[None]:
        """Hold a place at the provider while the block runs. `on_wait` is told before a wait."""
        if provider not in self._free:
            self._free[provider] = asyncio.Semaphore(self.limits.of(provider))
        free = self._free[provider]
        # Beside the queue and not before it: telling takes time, and others would get in front.
        telling = asyncio.create_task(_tell(on_wait)) if free.locked() else None
        try:
            async with free:
                if telling is not None:
                    await telling
                yield
        finally:
            if telling is not None:
                telling.cancel()


async def _tell(on_wait: Callable[[], Awaitable[None]]) -> None:
    await on_wait()
