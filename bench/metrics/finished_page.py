"""P16: the page of a finished run with eight answers of 5,000 tokens, beside its bare text."""

import asyncio
import uuid
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, Page

from bench.bench import Bench
from bench.figure import Figure
from bench.machine import load
from bench.one_run import visiting
from bench.panels import EIGHT
from bench.screen import chromium, page_of, start_in
from bench.spread import Spread

SPARE_MS = 120_000
#: The load event, and the second frame after it: by then the first is on the screen.
_READY = """
() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => {
  resolve({ readyMs: performance.now(), blockedMs: bench.blockedMs });
})))
"""


@dataclass(frozen=True)
class Opened:
    ready_ms: float
    blocked_ms: float
    heap_mb: float


def measure(bench: Bench) -> list[Figure]:
    ours, ideal = asyncio.run(_take(bench))
    bench.note_duplicates()
    ready = Spread([opened.ready_ms for opened in ours])
    floor = Spread([opened.ready_ms for opened in ideal])
    note = f"median of {len(ours)}, {ready.least:.0f} to {ready.most:.0f}; {load()}"
    name = f"finished page {EIGHT} × 5,000 tokens"
    return [
        Figure(
            key="P16",
            name=f"{name}: interactive",
            value=ready.median,
            floor=floor.median,
            unit="ms",
            target=2 * floor.median,
            limit=1_000,
            note=note,
        ),
        Figure(
            key="P16",
            name=f"{name}: blocked",
            value=Spread([opened.blocked_ms for opened in ours]).median,
            floor=Spread([opened.blocked_ms for opened in ideal]).median,
            unit="ms",
            target=50,
            limit=200,
        ),
        Figure(
            key="P16",
            name=f"{name}: heap",
            value=Spread([opened.heap_mb for opened in ours]).median,
            floor=Spread([opened.heap_mb for opened in ideal]).median,
            unit="MB",
            target=20,
            limit=60,
        ),
    ]


async def _take(bench: Bench) -> tuple[list[Opened], list[Opened]]:
    async with chromium() as browser:
        path = await _finished_run(bench, browser)
        answers = await _answers(bench, path)
        person = bench.people[0]
        ours, ideal = [], []
        for _ in range(bench.repeats):
            async with page_of(browser, bench.site, person) as page:
                ours.append(await _open(page, bench.site.address + path))
            async with page_of(browser) as page:
                ideal.append(await _open(page, _bare(bench, answers)))
    return ours, ideal


async def _finished_run(bench: Bench, browser: Browser) -> str:
    async with page_of(browser, bench.site, bench.people[0]) as page:
        mark = uuid.uuid4().hex[:12]
        path = await start_in(page, bench.site, bench.people[0], "essays", mark)
        review = page.locator(".step-current").get_by_text("Your review")
        await review.wait_for(timeout=SPARE_MS)
        return path


async def _answers(bench: Bench, path: str) -> list[str]:
    async with visiting(bench.site, bench.people[0]) as visitor:
        export: dict[str, Any] = await visitor.export(path.strip("/").partition("/")[2])
    return [call["text"] for call in export["calls"] if call["role"] == "seat"]


def _bare(bench: Bench, answers: list[str]) -> str:
    """The address of a page that holds the same text and nothing else."""
    paragraphs = ["".join(f"<p>{part}</p>" for part in text.split("\n\n")) for text in answers]
    columns = "".join(
        f'<section style="height:800px;width:170px;float:left;overflow:auto">{html}</section>'
        for html in paragraphs
    )
    page = bench.folder / "bare.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><title>Bare</title>{columns}")
    return page.as_uri()


async def _open(page: Page, address: str) -> Opened:
    await page.goto(address, wait_until="load")
    ready = await page.evaluate(_READY)
    await page.wait_for_timeout(1_000)
    blocked = await page.evaluate("bench.blockedMs")
    session = await page.context.new_cdp_session(page)
    await session.send("HeapProfiler.collectGarbage")
    heap = await session.send("Runtime.getHeapUsage")
    return Opened(ready["readyMs"], blocked, heap["usedSize"] / 1e6)
