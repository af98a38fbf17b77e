"""A drill from its beginning to its verdict: people start, watch and decide while things break."""

import asyncio
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.cluster.person import PERSON, Person
from tests.cluster.rows import DatabaseAway, Rows
from tests.cluster.said import SEATS
from tests.cluster.site import Deployment
from tests.cluster.watchers import Watcher
from tests.drills.storm import Blow, Storm
from tests.drills.verdict import Expected, Verdict, judge

POLL_SECONDS = 0.4
#: After the storm: until every run has come as far as it can.
PATIENCE_SECONDS = 180.0
#: Until every page is right, once every run is.
PAGES_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Size:
    """`together`: so many runs at a time. Three of five are written; every fourth has a guest."""

    runs: int
    together: int
    people: int = 1
    words: int = 60
    tokens_per_second: float = 10.0


@dataclass
class Desk:
    """Somebody signed in, with a preset."""

    person: Person
    preset: str
    #: A person has one open draft, so runs are started one after the other.
    draft: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass
class Report:
    verdict: Verdict
    blows: Sequence[Blow]
    seconds: float
    watchers: int = 0
    sockets: int = 0
    frames: int = 0
    fallen: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        nothing = [] if self.verdict.cut else ["No attempt was cut, so nothing was shown"]
        return [*self.verdict.problems, *self.fallen, *nothing]

    def lines(self) -> list[str]:
        return [
            f"{len(self.blows)} blows in {self.seconds:.0f} s",
            *self.verdict.lines(),
            f"{self.watchers} pages were right at the end, and never wrong before it: "
            f"{self.sockets} sockets, {self.frames} frames",
        ]


class Campaign:
    def __init__(self, deployment: Deployment, size: Size, say: Callable[[str], None]) -> None:
        self._deployment = deployment
        self._size = size
        self._say = say
        self._rows = Rows(deployment.database_url)
        self._watchers: list[tuple[Watcher, Expected]] = []
        self._people: list[Person] = []
        self._problems: list[str] = []
        #: Names of the processes that advance runs.
        self._workers = [part.name for part in (deployment.workers or deployment.webs)]

    async def run(self, blows: Sequence[Blow]) -> Report:
        site = self._deployment
        storm = Storm(
            [part for part in site.parts if part is not site.upstream],
            self._say,
            workers=self._workers,
            is_busy=self._is_busy,
        )
        expected = [
            Expected(mark=f"r{n:02}", is_written=n % 5 in (1, 2, 3))
            for n in range(1, self._size.runs + 1)
        ]
        try:
            seconds = await self._live_through(storm, blows, expected)
            verdict = self._judge(expected, storm)
            await self._judge_pages(verdict)
        finally:
            await self._send_everybody_home()
        report = self._report(verdict, storm, blows, seconds)
        self._say("\n".join([*report.lines(), *report.problems]))
        return report

    async def _live_through(
        self, storm: Storm, blows: Sequence[Blow], expected: Sequence[Expected]
    ) -> float:
        """Until the storm is over and every run has come as far as it can; the seconds."""
        desks = [await self._desk(number) for number in range(self._size.people)]
        places = asyncio.Semaphore(self._size.together)
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            group.create_task(storm.rage(blows))
            for each, desk in zip(expected, itertools.cycle(desks), strict=False):
                group.create_task(self._story(desk, each, places))
        return time.monotonic() - began

    def _is_busy(self) -> bool:
        """As many streams are open as one run's seats have."""
        asked = self._deployment.upstream.asked()
        return sum(1 for each in asked if not each.end) >= len(SEATS)

    async def _desk(self, number: int) -> Desk:
        name = PERSON if number == 0 else f"{PERSON}-{number}"
        if number:
            self._deployment.add_person(name)
        person = Person(self._deployment.addresses, name)
        self._people.append(person)
        await person.sign_in()
        return Desk(person, await person.make_preset("Drill"))

    async def _story(self, desk: Desk, expected: Expected, places: asyncio.Semaphore) -> None:
        """One run's life as its people see it. What goes wrong is a problem, not an exception."""
        person = desk.person
        async with places:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS * 2):
                    async with desk.draft:
                        path = await person.start_run(desk.preset, expected.mark)
                    await self._watch(person, path, expected)
                    await self._until(expected.mark, "review", "failed")
                    if expected.is_written:
                        await person.decide(path, 1, "accepted")
                        await person.decide(path, 2, "rejected")
                        await person.ask_to_write(path)
                        await self._until(expected.mark, "done", "failed")
            except Exception as error:
                self._problems.append(f"{expected.mark} broke off: {error!r}")

    async def _watch(self, person: Person, path: str, expected: Expected) -> None:
        await self._add_watcher(person, path, expected)
        if len(self._watchers) % 4 == 1:
            guest = Person(self._deployment.addresses, name="guest")
            self._people.append(guest)
            await guest.get(await person.share(path))
            await self._add_watcher(guest, path, expected)

    async def _add_watcher(self, person: Person, path: str, expected: Expected) -> None:
        watcher = Watcher(person, path, expected.mark, words=self._size.words)
        self._watchers.append((watcher, expected))
        await watcher.open()

    async def _until(self, mark: str, *states: str) -> None:
        while True:
            try:
                if await asyncio.to_thread(self._rows.state_of, mark) in states:
                    return
            except DatabaseAway:
                pass
            await asyncio.sleep(POLL_SECONDS)

    def _judge(self, expected: Sequence[Expected], storm: Storm) -> Verdict:
        site = self._deployment
        verdict = judge(
            expected,
            runs=self._rows.runs(),
            calls=self._rows.calls(),
            asked=site.upstream.asked(),
            troubles=storm.troubles,
            workers=self._workers,
            words=self._size.words,
        )
        verdict.problems[:0] = self._problems
        return verdict

    async def _judge_pages(self, verdict: Verdict) -> None:
        deadline = time.monotonic() + PAGES_SECONDS
        for watcher, expected in self._watchers:
            left = deadline - time.monotonic()
            verdict.problems += await watcher.lasting_differences(seconds=left)
            verdict.problems += watcher.wrongs
            if missing := watcher.missing(is_written=expected.is_written):
                verdict.problems.append(f"A page of {watcher.mark} does not show {missing}")

    async def _send_everybody_home(self) -> None:
        for watcher, _ in self._watchers:
            await watcher.close()
        for person in self._people:
            await person.session.close()

    def _report(
        self, verdict: Verdict, storm: Storm, blows: Sequence[Blow], seconds: float
    ) -> Report:
        return Report(
            verdict,
            blows,
            seconds,
            watchers=len(self._watchers),
            sockets=sum(watcher.sockets for watcher, _ in self._watchers),
            frames=sum(watcher.frames for watcher, _ in self._watchers),
            fallen=storm.fallen,
        )
