"""How late the event loop is: the first sign that something blocks it."""

import asyncio

from panels.observing.metrics import LOOP_LAG_SECONDS

LOOK_SECONDS = 0.5


async def watch_loop() -> None:
    """Measure until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + LOOK_SECONDS
        await asyncio.sleep(LOOK_SECONDS)
        LOOP_LAG_SECONDS.observe(max(loop.time() - due, 0.0))
