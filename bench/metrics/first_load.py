"""P17: what a first visit to a run's page fetches: with an empty cache, before any answer."""

import asyncio
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page

from bench.bench import Bench
from bench.figure import Figure
from bench.one_run import begun, visiting
from bench.screen import chromium, page_of


@dataclass
class Fetched:
    requests: int = 0
    bytes: float = 0.0

    def note_request(self, event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith("data:"):
            self.requests += 1

    def note_socket(self) -> None:
        self.requests += 1

    def note_end(self, event: dict[str, Any]) -> None:
        self.bytes += event["encodedDataLength"]


def measure(bench: Bench) -> list[Figure]:
    fetched = asyncio.run(_take(bench))
    bench.note_duplicates()
    size = Figure(
        key="P17",
        name="first load of a run's page, compressed, without answers",
        value=fetched.bytes / 1000,
        unit="KB",
        target=80,
        limit=150,
    )
    requests = Figure(
        key="P17",
        name="first load of a run's page, requests with the websocket",
        value=fetched.requests,
        target=12,
        limit=25,
    )
    return [size, requests]


async def _take(bench: Bench) -> Fetched:
    person = bench.people[0]
    async with (
        visiting(bench.site, person) as visitor,
        begun(visitor, await visitor.new_draft(), "hanging") as run,
        chromium() as browser,
        page_of(browser, bench.site, person) as page,
    ):
        fetched = await _watch(page)
        await page.goto(f"{bench.site.address}/runs/{run.run_id}/", wait_until="networkidle")
        await visitor.stop(run.run_id)
        return fetched


async def _watch(page: Page) -> Fetched:
    fetched = Fetched()
    network = await page.context.new_cdp_session(page)
    network.on("Network.requestWillBeSent", fetched.note_request)
    network.on("Network.loadingFinished", fetched.note_end)
    network.on("Network.webSocketCreated", lambda _: fetched.note_socket())
    await network.send("Network.enable")
    return fetched
