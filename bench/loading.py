"""Standard runs at once, through the doors: each has its person, its page's socket and its script.

A run's time is that from the click on Start to the open review, and from the click on Write to the
last frame of the synthesis. What the script needs for its decisions is a person's time.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp

from bench import machine
from bench.models import RUN_SECONDS, SEAT
from bench.one_run import begun
from bench.panels import EIGHT
from bench.pinging import pause_of
from bench.processes import start_module
from bench.site import Person, Site
from bench.spread import Spread
from bench.visiting import Visitor

TOKENS_PER_PANEL = EIGHT * SEAT.token_count


@dataclass
class Load:
    runs: int
    run_seconds: list[float] = field(default_factory=list)
    panel_seconds: list[float] = field(default_factory=list)
    #: How old each token was when it came to the page's socket.
    ages_ms: list[int] = field(default_factory=list)
    cpu_before: float = 0.0
    cpu_seconds: float = 0.0
    #: From the first click on Start until the last panel had answered.
    panel_cpu_seconds: float = 0.0
    #: Sockets that were sent away and came back.
    returns: int = 0
    #: The longest that the event loop let a probe wait.
    longest_pause_ms: float = 0.0
    #: While everything streamed.
    memory_mb: float = 0.0

    @property
    def stretch(self) -> float:
        """The runs' mean time over the upstream's own."""
        return Spread(self.run_seconds).mean / RUN_SECONDS

    @property
    def cpu_per_1000_tokens(self) -> float:
        """Of the panels: eight seats that stream, with all it takes to start and to show them."""
        return self.panel_cpu_seconds / (self.runs * TOKENS_PER_PANEL) * 1000

    @property
    def cpu_per_run(self) -> float:
        return self.cpu_seconds / self.runs

    def __str__(self) -> str:
        return (
            f"ours, {self.runs} at once: {Spread(self.run_seconds).mean:.2f} s per run "
            f"({self.stretch:.3f} × upstream), lag {Spread(self.ages_ms)} ms, "
            f"{self.cpu_per_1000_tokens:.3f} CPU s per 1,000 tokens of the panels, "
            f"{self.cpu_per_run:.2f} CPU s per run, {self.memory_mb:.0f} MB, "
            f"longest pause {self.longest_pause_ms:.0f} ms, {self.returns} sockets sent away, "
            f"{machine.load()}"
        )


def take_load(site: Site, people: Sequence[Person], preset: str = "standard") -> Load:
    return asyncio.run(_take(site, people, preset))


async def _take(site: Site, people: Sequence[Person], preset: str) -> Load:
    load = Load(len(people))
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        visitors = [Visitor(site, person, http) for person in people]
        drafts = [await visitor.new_draft() for visitor in visitors]
        load.cpu_before = machine.cpu_seconds(site.pid)
        pinger = start_module("bench.pinging", site.address)
        measuring = asyncio.create_task(_measure_memory(site, load))
        await asyncio.gather(*map(lambda v, d: _one_run(v, d, preset, load), visitors, drafts))
        await measuring
    load.longest_pause_ms = pause_of(pinger)
    load.cpu_seconds = machine.cpu_seconds(site.pid) - load.cpu_before
    return load


async def _measure_memory(site: Site, load: Load) -> None:
    """At a time when every seat streams."""
    await asyncio.sleep(SEAT.seconds * 0.7)
    load.memory_mb = await asyncio.to_thread(machine.memory_mb, site.pid)


async def _one_run(visitor: Visitor, draft: str, preset: str, load: Load) -> None:
    began = time.monotonic()
    async with begun(visitor, draft, preset) as run:
        judging_at = await run.watcher.reached("Judge")
        load.panel_seconds.append(judging_at - began)
        if len(load.panel_seconds) == load.runs:
            load.panel_cpu_seconds = machine.cpu_seconds(visitor.site.pid) - load.cpu_before
        reviewable_at = await run.watcher.reached("Your review")
        for number in sorted(run.watcher.critiques):
            await visitor.accept(run.run_id, number)
        asked_at = time.monotonic()
        await visitor.write(run.run_id)
        done_at = await run.watcher.reached("done")
        load.run_seconds.append(reviewable_at - began + done_at - asked_at)
        load.ages_ms += run.watcher.ages_ms
        load.returns += run.watcher.returns
