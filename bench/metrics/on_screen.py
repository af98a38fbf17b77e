"""P3, P4, P5: how old a token is when it is on the screen, beside an ideal page in one browser."""

import asyncio
import uuid
from dataclasses import dataclass

from playwright.async_api import Browser

from bench.bench import Bench
from bench.figure import Figure
from bench.machine import load
from bench.models import LONG_SEAT, SEAT, Model
from bench.panels import EIGHT
from bench.processes import end, start_module
from bench.screen import Shown, chromium, page_of, show_ideal, shown_on, start_in
from bench.spread import Spread

SPARE_MS = 60_000


@dataclass(frozen=True)
class Both:
    ours: Shown
    ideal: Shown

    def __str__(self) -> str:
        return (
            f"on screen: ours {Spread(self.ours.ages_ms)} ms, {self.ours.long_tasks} long tasks; "
            f"ideal {Spread(self.ideal.ages_ms)} ms; {load()}"
        )


def measure_standard(bench: Bench) -> list[Figure]:
    takes = [take(bench, "standard", SEAT) for _ in range(bench.repeats)]
    ours = Spread([Spread(both.ours.first_ages_ms).median for both in takes])
    ideal = Spread([Spread(both.ideal.first_ages_ms).median for both in takes])
    first = Figure(
        key="P3",
        name="first token on screen, added",
        value=ours.median,
        floor=ideal.median,
        unit="ms",
        target=60,
        limit=120,
        note=f"median of {len(takes)}, {ours.least:.0f} to {ours.most:.0f}; {load()}",
    )
    return [first, _lag("P4", "token lag on screen p99, standard run", takes, 1.5, 2.5)]


def measure_long(bench: Bench) -> list[Figure]:
    takes = [take(bench, "long", LONG_SEAT)]
    lag = _lag("P5", "token lag on screen p99, long run in Markdown", takes, 2, 4)
    tasks = Figure(
        key="P5",
        name="tasks over 100 ms in a long run",
        value=max(both.ours.long_tasks for both in takes),
        floor=max(both.ideal.long_tasks for both in takes),
        target=0,
        limit=3,
    )
    return [lag, tasks]


def _lag(key: str, name: str, takes: list[Both], target: float, limit: float) -> Figure:
    ours = Spread([Spread(both.ours.ages_ms).at(0.99) for both in takes])
    ideal = Spread([Spread(both.ideal.ages_ms).at(0.99) for both in takes])
    return Figure(
        key=key,
        name=name,
        value=ours.median,
        floor=ideal.median,
        unit="ms",
        target=target * ideal.median,
        limit=limit * ideal.median,
        note=f"median of {len(takes)}, {ours.least:.0f} to {ours.most:.0f}; {load()}",
    )


def take(bench: Bench, preset: str, model: Model) -> Both:
    """Ours and the ideal page, one after the other in one browser."""
    both = asyncio.run(_take(bench, preset, model))
    bench.note_duplicates()
    bench.say(f"  {preset} {both}")
    return both


async def _take(bench: Bench, preset: str, model: Model) -> Both:
    async with chromium() as browser:
        ours = await _take_ours(bench, browser, preset, model)
        ideal = await _take_ideal(bench, browser, preset, model)
    return Both(ours, ideal)


async def _take_ours(bench: Bench, browser: Browser, preset: str, model: Model) -> Shown:
    person = bench.people[0]
    async with page_of(browser, bench.site, person) as page:
        await start_in(page, bench.site, person, preset, uuid.uuid4().hex[:12])
        last_done = page.locator(".answer .call-state-done").nth(EIGHT - 1)
        await last_done.wait_for(state="attached", timeout=model.seconds * 1000 + SPARE_MS)
        return await shown_on(page)


async def _take_ideal(bench: Bench, browser: Browser, preset: str, model: Model) -> Shown:
    relay = start_module("bench.ideal_relay", bench.upstream.base_url)
    try:
        assert relay.stdout is not None
        address = relay.stdout.readline().strip()
        async with page_of(browser) as page:
            await show_ideal(page, address, f"{'long' if preset == 'long' else 'seat'}-of-ideal")
            await asyncio.sleep(model.seconds + 1)
            return await shown_on(page)
    finally:
        end(relay)
