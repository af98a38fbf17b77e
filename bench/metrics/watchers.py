"""P10, and five hundred watchers: what it costs a page that others watch the same run."""

import asyncio
import json
from dataclasses import dataclass

from bench.bench import Bench
from bench.crowd import Seen
from bench.figure import Figure
from bench.machine import load
from bench.one_run import begun, visiting
from bench.processes import start_module
from bench.spread import Spread

WATCHED_SECONDS = 8
SOME = 100
MANY = 500
END = "\n"


@dataclass(frozen=True)
class Crowd:
    seen: Seen
    load: str

    @property
    def lag(self) -> Spread:
        return Spread(self.seen.ages)


def measure(bench: Bench) -> list[Figure]:
    one, some, many = (take(bench, watchers) for watchers in (1, SOME, MANY))
    base = one.lag.at(0.99)
    lost = some.seen.wrong + some.seen.sent_away + many.seen.wrong + many.seen.sent_away
    return [
        Figure(
            key="P10",
            name=f"lag p99 with {SOME} watchers / with 1",
            value=some.lag.at(0.99) / base,
            target=1.5,
            limit=3,
            note=f"{some.lag} ms against {one.lag} ms; {some.load}",
        ),
        Figure(
            key="P10",
            name=f"{MANY} watchers, one of them stuck: behind the first, p50",
            value=many.seen.behind_p50,
            unit="ms",
            target=80,
            limit=200,
            note=f"p99 {many.seen.behind_p99:.0f} ms; lag {many.lag} ms; "
            f"all in after {many.seen.join_seconds:.1f} s; {many.load}",
        ),
        Figure(
            key="P10",
            name=f"watchers of {SOME + MANY} that lost a frame or were sent away",
            value=lost,
            target=0,
            limit=0,
            note=f"{some.seen.frames} and {many.seen.frames} frames each",
        ),
    ]


def take(bench: Bench, watchers: int) -> Crowd:
    crowd = asyncio.run(_take(bench, watchers))
    bench.say(f"  {watchers} watchers: lag {crowd.lag} ms; {crowd.seen.wrong} wrong; {crowd.load}")
    return crowd


async def _take(bench: Bench, watchers: int) -> Crowd:
    """One of many stops reading after its first frame."""
    person = bench.people[0]
    stuck = 1 if watchers == MANY else 0
    async with (
        visiting(bench.site, person) as visitor,
        begun(visitor, await visitor.new_draft(), "endless") as run,
    ):
        await run.watcher.until(lambda: bool(run.watcher.places))
        words = (bench.site.address, run.run_id, person.session, watchers + stuck, stuck)
        process = start_module("bench.crowd", *map(str, words))
        assert process.stdout is not None
        await asyncio.to_thread(process.stdout.readline)
        await asyncio.sleep(WATCHED_SECONDS)
        busy = load()
        await visitor.stop(run.run_id)
        await asyncio.sleep(2)
        told, _ = await asyncio.to_thread(process.communicate, END)
    return Crowd(Seen(**json.loads(told)), busy)
