"""P12: SIGKILL in mid-run. What of the streams is lost, whether the run ends by itself, and what is
paid for twice."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from bench.bench import Bench
from bench.figure import Figure
from bench.machine import load
from bench.models import JUDGE, SEAT
from bench.one_run import OneRun, begun, visiting, watched
from bench.spread import Spread
from bench.stamps import age_ms, stamps_in

#: Four brief seats have finished by then, four stream.
KILLED_AFTER_SECONDS = 2.5


@dataclass(frozen=True)
class Crash:
    lost_ms: float
    #: From the restart to the open review, less what the models needed.
    extra_seconds: float
    asked_again: int


def measure(bench: Bench) -> list[Figure]:
    crashes = [asyncio.run(_crash(bench)) for _ in range(bench.repeats)]
    lost = Spread([crash.lost_ms for crash in crashes])
    extra = Spread([crash.extra_seconds for crash in crashes])
    note = f"{len(crashes)} crashes with 4 of 8 seats finished"
    return [
        Figure(
            key="P12",
            name="SIGKILL: stream text lost",
            value=lost.most,
            unit="ms",
            target=250,
            limit=1000,
            note=f"worst of {note}; median {lost.median:.0f} ms; {load()}",
        ),
        Figure(
            key="P12",
            name="SIGKILL: run ends by itself after restart, beyond its models' time",
            value=extra.most,
            unit="s",
            target=5,
            limit=30,
            note=f"worst, with the server's start; median {extra.median:.1f} s",
        ),
        Figure(
            key="P12",
            name="SIGKILL: finished calls sent again",
            value=sum(crash.asked_again for crash in crashes),
            target=0,
            limit=0,
            note=note,
        ),
    ]


async def _crash(bench: Bench) -> Crash:
    bench.upstream.clear()
    async with visiting(bench.site, bench.people[0]) as visitor:
        run = await _run_until_killed(bench, visitor.person)
        killed = await asyncio.to_thread(bench.upstream.log)
        restarted_at = time.monotonic()
        await asyncio.to_thread(bench.site.start)
        async with watched(visitor, run.run_id) as watcher:
            reviewable_at = await watcher.reached("Your review")
        export = await visitor.export(run.run_id)
    twice = len(bench.duplicates.found)
    await asyncio.to_thread(bench.note_duplicates)
    return Crash(
        lost_ms=max(_lost_ms(asked, export) for asked in killed if not asked["finished_at"]),
        extra_seconds=reviewable_at - restarted_at - SEAT.seconds - JUDGE.seconds,
        asked_again=len(bench.duplicates.found) - twice,
    )


async def _run_until_killed(bench: Bench, person: Any) -> OneRun:
    async with visiting(bench.site, person) as visitor:
        draft = await visitor.new_draft()
        async with begun(visitor, draft, "mixed") as run:
            await asyncio.sleep(KILLED_AFTER_SECONDS)
            await asyncio.to_thread(bench.site.kill)
            return run


def _lost_ms(asked: dict[str, Any], export: dict[str, Any]) -> float:
    """Between the last token that was sent and the last one that was kept."""
    kept = next(
        call
        for call in export["calls"]
        if call["seat"] == asked["slug"][-1] and call["attempt"] == 1 and call["role"] == "seat"
    )
    last_sent = round(asked["last_token_at"] * 1000) % 10_000_000
    stamps = stamps_in(kept["text"])
    return float(age_ms(stamps[-1], last_sent)) if stamps else float("inf")
