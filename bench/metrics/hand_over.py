"""P13: from the last byte of the last seat to the judge's request, as the upstream sees both."""

import asyncio
from typing import Any

from bench.bench import Bench
from bench.figure import Figure
from bench.machine import load
from bench.one_run import begun, visiting
from bench.spread import Spread

RUNS = 20


def measure(bench: Bench) -> Figure:
    bench.upstream.clear()
    asyncio.run(_run_all(bench))
    gaps = Spread(list(gaps_ms(bench.note_duplicates()).values()))
    bench.upstream.clear()
    bench.ideal(RUNS)
    ideal = Spread(list(gaps_ms(bench.upstream.log()).values()))
    return Figure(
        key="P13",
        name="stage hand-over p95, last byte to next request",
        value=gaps.at(0.95),
        floor=ideal.at(0.95),
        unit="ms",
        target=15,
        limit=50,
        note=f"{RUNS} panels, one after another; median {gaps.median:.1f} ms; {load()}",
    )


async def _run_all(bench: Bench) -> None:
    async with visiting(bench.site, bench.people[0]) as visitor:
        for _ in range(RUNS):
            draft = await visitor.new_draft()
            async with begun(visitor, draft, "brief") as run:
                await run.watcher.reached("Your review")


def gaps_ms(log: list[dict[str, Any]]) -> dict[str, float]:
    """By run."""
    found = {}
    for run in {asked["run"] for asked in log}:
        calls = [asked for asked in log if asked["run"] == run]
        judge = next(call for call in calls if call["slug"] == "judge")
        seats = [call for call in calls if call["slug"] not in ("judge", "writer")]
        found[run] = (judge["asked_at"] - max(seat["finished_at"] for seat in seats)) * 1000
    return found
