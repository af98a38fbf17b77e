"""What every drill on a cluster begins with: somebody signed in, and a run that streams."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.cluster.person import Person
from tests.cluster.rows import CallRow, DatabaseAway, Rows
from tests.cluster.site import Deployment, Worker
from tests.cluster.upstream import Asked
from tests.cluster.watchers import Watcher
from tests.drills.storm import Trouble
from tests.drills.verdict import Expected, judge

POLL_SECONDS = 0.1
PATIENCE_SECONDS = 120.0
PAGES_SECONDS = 30.0


@dataclass
class Scene:
    """One run in a deployment, with a watcher at each web process."""

    site: Deployment
    person: Person
    mark: str
    path: str
    watchers: list[Watcher]

    @property
    def rows(self) -> Rows:
        return Rows(self.site.database_url)

    def asked(self) -> list[Asked]:
        return [asked for asked in self.site.upstream.asked() if asked.mark == self.mark]

    def calls(self) -> list[CallRow]:
        return self.rows.calls(self.mark)

    def state(self) -> str:
        return self.rows.state_of(self.mark)

    def holder(self) -> Worker | None:
        pid = self.rows.pid_of_holder(self.mark)
        return next((w for w in self.site.workers if w.is_running and w.pid == pid), None)

    def others(self, worker: Worker) -> list[Worker]:
        return [other for other in self.site.workers if other is not worker]

    async def until(self, is_so: Callable[[], bool], what: str) -> float:
        """Wait for it; how many seconds that took."""
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE_SECONDS:
            try:
                if await asyncio.to_thread(is_so):
                    return time.monotonic() - began
            except DatabaseAway:
                pass
            await asyncio.sleep(POLL_SECONDS)
        raise AssertionError(f"{self.mark}: {what} did not happen in {PATIENCE_SECONDS} s")

    async def until_all_stream(self) -> None:
        await self.until(
            lambda: sum(1 for c in self.calls() if c.state == "streaming" and c.text) == 4,
            "text of all four seats",
        )

    async def problems(self, troubles: Sequence[Trouble] = ()) -> list[str]:
        """Of a run that has come to its review: rows, requests and pages against the truth."""
        verdict = judge(
            [Expected(mark=self.mark, is_written=False)],
            runs=self.rows.runs(),
            calls=self.calls(),
            asked=self.asked(),
            troubles=troubles,
            workers=[worker.name for worker in self.site.workers],
            words=self.site.upstream.words,
        )
        return [*verdict.problems, *await self.wrong_pages()]

    async def wrong_pages(self) -> list[str]:
        """What was ever wrong, and what is still after a while in which it could become right."""
        found = [wrong for watcher in self.watchers for wrong in watcher.wrongs]
        for watcher in self.watchers:
            found += await watcher.lasting_differences(seconds=PAGES_SECONDS)
        return found


@asynccontextmanager
async def streaming_run(site: Deployment, mark: str) -> AsyncIterator[Scene]:
    """A run whose four seats stream, watched at every web process."""
    async with Person(site.addresses) as person:
        await person.sign_in()
        preset = await person.make_preset(f"Panel of {mark}")
        path = await person.start_run(preset, mark)
        watchers = [Watcher(person, path, mark, words=site.upstream.words) for _ in site.addresses]
        scene = Scene(site, person, mark, path, watchers)
        try:
            for watcher in watchers:
                await watcher.open()
            await scene.until_all_stream()
            yield scene
        finally:
            for watcher in watchers:
                await watcher.close()
