"""The ideal relay under the same load, watched by the same watcher."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bench import machine
from bench.loading import TOKENS_PER_PANEL
from bench.processes import end, start_module
from bench.site import Person
from bench.spread import Spread
from bench.watching import Watcher


@dataclass(frozen=True)
class RelaySite:
    """As much of a site as a watcher needs."""

    address: str


@dataclass
class Relayed:
    runs: int
    ages_ms: list[int] = field(default_factory=list)
    cpu_seconds: float = 0.0

    @property
    def cpu_per_1000_tokens(self) -> float:
        return self.cpu_seconds / (self.runs * TOKENS_PER_PANEL) * 1000

    def __str__(self) -> str:
        cpu = f"{self.cpu_per_1000_tokens:.3f} CPU s per 1,000 tokens"
        return f"ideal relay, {self.runs} at once: lag {Spread(self.ages_ms)} ms, {cpu}"


def take_relay(upstream: str, runs: int) -> Relayed:
    process = start_module("bench.ideal_relay", upstream)
    try:
        assert process.stdout is not None
        site: Any = RelaySite(process.stdout.readline().strip())
        relayed = Relayed(runs)
        began = machine.cpu_seconds(process.pid)
        relayed.ages_ms = asyncio.run(_watch_all(site, runs))
        relayed.cpu_seconds = machine.cpu_seconds(process.pid) - began
    finally:
        end(process)
    return relayed


async def _watch_all(site: Any, runs: int) -> list[int]:
    nobody = Person(session="", presets={})
    watchers = [Watcher(site, nobody, f"ideal-relay-{number}") for number in range(runs)]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        await asyncio.gather(*(watcher.watch(http) for watcher in watchers))
    return [age for watcher in watchers for age in watcher.ages_ms]
