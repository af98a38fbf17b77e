"""P11: a page that is loaded anew in mid-run has the whole past soon, each token once."""

import asyncio
import uuid
from difflib import SequenceMatcher

from playwright.async_api import Page

from bench.bench import Bench
from bench.figure import Figure
from bench.machine import load
from bench.models import SEAT
from bench.one_run import visiting
from bench.panels import EIGHT
from bench.screen import chromium, page_of, start_in
from bench.spread import Spread
from bench.stamps import stamps_in
from panels.panel import SEAT_LETTERS

RELOADED_AFTER_SECONDS = 2.5
SPARE_MS = 60_000
#: When every seat shows at least what it showed before, in ms since the page was asked for.
_WHOLE_PAST = """
(before) => {
  const behind = new Map(Object.entries(before));
  for (const [seat, stamp, now] of bench.shown) {
    if (behind.get(seat) <= stamp) behind.delete(seat);
    if (!behind.size) return now - performance.timeOrigin;
  }
  return null;
}
"""


def measure(bench: Bench) -> list[Figure]:
    takes = [asyncio.run(_take(bench)) for _ in range(bench.repeats)]
    bench.note_duplicates()
    past = Spread([milliseconds for milliseconds, _ in takes])
    return [
        Figure(
            key="P11",
            name="rejoin: time to the whole past",
            value=past.median,
            unit="ms",
            target=300,
            limit=1_000,
            note=f"median of {len(takes)}, {past.least:.0f} to {past.most:.0f}; {load()}",
        ),
        Figure(
            key="P11",
            name="rejoin: tokens lost or doubled",
            value=sum(wrong for _, wrong in takes),
            target=0,
            limit=0,
            note=f"of {len(takes) * EIGHT * SEAT.token_count} tokens",
        ),
    ]


async def _take(bench: Bench) -> tuple[float, int]:
    async with chromium() as browser, page_of(browser, bench.site, bench.people[0]) as page:
        mark = uuid.uuid4().hex[:12]
        path = await start_in(page, bench.site, bench.people[0], "standard", mark)
        await asyncio.sleep(RELOADED_AFTER_SECONDS)
        before = await page.evaluate("Object.fromEntries(bench.shown.map(([s, at]) => [s, at]))")
        await page.reload(wait_until="commit")
        last_done = page.locator(".answer .call-state-done").nth(EIGHT - 1)
        await last_done.wait_for(state="attached", timeout=SPARE_MS)
        past = await page.evaluate(_WHOLE_PAST, before)
        shown = [await _text_of(page, letter) for letter in SEAT_LETTERS]
    async with visiting(bench.site, bench.people[0]) as visitor:
        export = await visitor.export(path.strip("/").partition("/")[2])
    said = {call["seat"]: call["text"] for call in export["calls"] if call["role"] == "seat"}
    stored = [said[letter] for letter in SEAT_LETTERS]
    return float(past), sum(map(_differences, shown, stored))


async def _text_of(page: Page, letter: str) -> str:
    return await page.locator(f"#seat-{letter}-blocks").inner_text()


def _differences(shown: str, stored: str) -> int:
    """Tokens that were lost, doubled or swapped."""
    ours, theirs = stamps_in(shown), stamps_in(stored)
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    return max(len(ours), len(theirs)) - same
