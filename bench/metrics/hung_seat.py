"""P14: one seat falls silent in mid-answer. What the others wait beyond its idle limit, and whether
its text is kept."""

import asyncio
from typing import Any

from bench.bench import Bench
from bench.figure import Figure
from bench.machine import load
from bench.one_run import begun, visiting
from bench.site import Site
from bench.spread import Spread
from bench.stamps import stamps_in

SILENCE_SECONDS = 2.0


def measure(bench: Bench) -> list[Figure]:
    folder = bench.folder / "hung-seat"
    folder.mkdir()
    site = Site(folder, bench.upstream.base_url, FUSIONWEB_SILENCE_SECONDS=str(SILENCE_SECONDS))
    person = site.prepare(1)[0]
    site.start()
    try:
        found = [asyncio.run(_one(bench, site, person)) for _ in range(bench.repeats)]
    finally:
        site.stop()
    extra = Spread([each[0] for each in found])
    return [
        Figure(
            key="P14",
            name="one seat hung: extra wall beyond its idle limit",
            value=extra.median,
            unit="ms",
            target=50,
            limit=1000,
            note=f"median of {len(found)}, {extra.least:.0f} to {extra.most:.0f}; {load()}",
        ),
        Figure(
            key="P14",
            name="one seat hung: tokens of its text that are not kept",
            value=sum(each[1] for each in found),
            target=0,
            limit=0,
            note="of all attempts",
        ),
    ]


async def _one(bench: Bench, site: Site, person: Any) -> tuple[float, int]:
    bench.upstream.clear()
    async with visiting(site, person) as visitor:
        draft = await visitor.new_draft()
        async with begun(visitor, draft, "hanging") as run:
            await run.watcher.reached("Your review")
            export = await visitor.export(run.run_id)
    log = await asyncio.to_thread(bench.note_duplicates)
    hung = [asked for asked in log if asked["slug"].startswith("hanging")]
    judge = next(asked for asked in log if asked["slug"] == "judge")
    limit_at = hung[-1]["last_token_at"] + SILENCE_SECONDS
    return (judge["asked_at"] - limit_at) * 1000, _lost_tokens(hung, export)


def _lost_tokens(hung: list[dict[str, Any]], export: dict[str, Any]) -> int:
    letter = hung[0]["slug"][-1]
    calls = [call for call in export["calls"] if call["seat"] == letter and call["role"] == "seat"]
    kept = sum(len(stamps_in(call["text"])) for call in calls)
    return sum(asked["tokens"] for asked in hung) - kept
