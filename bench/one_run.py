"""One run, begun through the doors and watched by its page's socket while the block runs."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import aiohttp

from bench.site import Person, Site
from bench.visiting import Visitor
from bench.watching import Watcher


@dataclass(frozen=True)
class OneRun:
    visitor: Visitor
    watcher: Watcher
    run_id: str
    #: By which the upstream's log knows it.
    mark: str

    def of_it(self, log: list[dict[str, object]]) -> list[dict[str, object]]:
        return [asked for asked in log if asked["run"] == self.mark]


@asynccontextmanager
async def begun(visitor: Visitor, draft: str, preset: str) -> AsyncIterator[OneRun]:
    mark = uuid.uuid4().hex[:12]
    run_id = await visitor.start(draft, preset, mark)
    async with watched(visitor, run_id) as watcher:
        yield OneRun(visitor, watcher, run_id, mark)


@asynccontextmanager
async def watched(visitor: Visitor, run_id: str) -> AsyncIterator[Watcher]:
    watcher = Watcher(visitor.site, visitor.person, run_id)
    watching = asyncio.create_task(watcher.watch(visitor.http))
    try:
        yield watcher
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError, aiohttp.ClientError):
            await watching


@asynccontextmanager
async def visiting(site: Site, person: Person) -> AsyncIterator[Visitor]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        yield Visitor(site, person, http)
