"""P18: the runs list of somebody with a hundred thousand runs, its deep pages too."""

import asyncio
import json
import time
from urllib.parse import quote

from bench.bench import Bench
from bench.figure import Figure
from bench.machine import load
from bench.one_run import begun, visiting
from bench.site import Person, Site
from bench.spread import Spread

FEW, MANY = 1_000, 100_000
TIMES = 40
#: A server's first requests find nothing warm, whatever the list's length.
WARM_UP = 5


def measure(bench: Bench) -> list[Figure]:
    folder = bench.folder / "runs-list"
    folder.mkdir()
    site = Site(folder, bench.upstream.base_url)
    person = site.prepare(1)[0]
    site.start()
    try:
        run_id = asyncio.run(_one_run(site, person))
        few = _pages(bench, site, person, run_id, FEW)
        many = _pages(bench, site, person, run_id, MANY - FEW)
    finally:
        site.stop()
    worst = max(many.values(), key=lambda page: page.at(0.95))
    middles = {place: page.median / few[place].median for place, page in many.items()}
    return [
        Figure(
            key="P18",
            name=f"runs list with {MANY:,} runs, p95, deep pages too",
            value=worst.at(0.95),
            unit="ms",
            target=25,
            limit=80,
            note=", ".join(f"{place} deep: {page.at(0.95):.0f} ms" for place, page in many.items())
            + f"; {load()}",
        ),
        Figure(
            key="P18",
            name=f"runs list: growth from {FEW:,} runs",
            value=max(middles.values()),
            target=1.2,
            limit=2,
            note="of the medians: " + ", ".join(f"{at}: {by:.2f}" for at, by in middles.items()),
        ),
    ]


async def _one_run(site: Site, person: Person) -> str:
    """Finished, with a decision: what the list shows of a run is all there."""
    async with visiting(site, person) as visitor:
        async with begun(visitor, await visitor.new_draft(), "brief") as run:
            await run.watcher.reached("Your review")
            for number in run.watcher.critiques:
                await visitor.accept(run.run_id, number)
            await visitor.write(run.run_id)
            await run.watcher.reached("done")
        return run.run_id


def _pages(bench: Bench, site: Site, person: Person, run_id: str, more: int) -> dict[str, Spread]:
    """By the place in the list, how long its page takes."""
    cursors: dict[str, str] = json.loads(site.run("-m", "bench.many_runs", run_id, str(more)))
    bench.say(f"  {more:,} more runs")
    return asyncio.run(_fetch_all(site, person, cursors))


async def _fetch_all(site: Site, person: Person, cursors: dict[str, str]) -> dict[str, Spread]:
    taken: dict[str, list[float]] = {place: [] for place in cursors}
    async with visiting(site, person) as visitor:
        for number in range(TIMES + WARM_UP):
            for place, cursor in cursors.items():
                address = "/" if place == "0%" else f"/?before={quote(cursor)}"
                began = time.monotonic()
                await visitor.fetch(address)
                if number >= WARM_UP:
                    taken[place].append((time.monotonic() - began) * 1000)
    return {place: Spread(times) for place, times in taken.items()}
