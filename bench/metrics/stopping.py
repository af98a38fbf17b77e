"""P15: from the click on Stop to the vendor's connections being closed."""

import asyncio
import time

from bench.bench import Bench
from bench.figure import Figure
from bench.machine import load
from bench.one_run import begun, visiting
from bench.panels import EIGHT
from bench.spread import Spread

RUNS = 10
STREAMS_FOR_SECONDS = 0.8


def measure(bench: Bench) -> Figure:
    delays = Spread(asyncio.run(_stop_all(bench)))
    return Figure(
        key="P15",
        name="stop: click to upstream disconnect, p95",
        value=delays.at(0.95),
        unit="ms",
        target=100,
        limit=500,
        note=f"{RUNS} runs of {EIGHT} streams; median {delays.median:.0f} ms; {load()}",
    )


async def _stop_all(bench: Bench) -> list[float]:
    delays = []
    async with visiting(bench.site, bench.people[0]) as visitor:
        for _ in range(RUNS):
            bench.upstream.clear()
            draft = await visitor.new_draft()
            async with begun(visitor, draft, "endless") as run:
                await run.watcher.until(lambda run=run: len(run.watcher.places) == EIGHT)  # type: ignore[misc]
                await asyncio.sleep(STREAMS_FOR_SECONDS)
                clicked_at = time.monotonic()
                await visitor.stop(run.run_id)
                await asyncio.sleep(0.5)
            log = await asyncio.to_thread(bench.note_duplicates)
            delays += [(asked["closed_at"] - clicked_at) * 1000 for asked in log]
    return delays
