"""Many watchers of one run at a real server: each gets every frame, and who stops reading costs
nothing but its own place.
"""

import asyncio
import json
import re
from collections.abc import Iterator

import pytest

from bench.bench import Upstream
from bench.crowd import Seen
from bench.machine import memory_mb
from bench.one_run import begun, visiting
from bench.processes import start_module
from bench.site import Person, Site
from bench.visiting import Visitor

#: Each frame carries some 130 KB: unbounded, every one who is stuck would cost 3 MB a second.
PANEL = "torrents"
WATCHERS, STUCK = 12, 24
MOST_SECONDS = 90


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    upstream = Upstream()
    yield upstream
    upstream.close()


@pytest.fixture(scope="module")
def site(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site"), upstream.base_url)
    yield site
    site.stop()
    assert "Traceback" not in site.log, site.log


@pytest.fixture(scope="module")
def person(site: Site) -> Person:
    person = site.prepare(1)[0]
    site.start()
    return person


async def test_nobody_loses_a_frame_and_who_stops_reading_is_sent_away_at_little_cost(
    site: Site, person: Person
) -> None:
    seen, grown_mb = await watched(site, person)
    assert (seen.wrong, seen.sent_away) == (0, 0), seen.first_wrong
    assert seen.stuck_sent_away == STUCK
    sent_mb = seen.most_bytes / 1e6
    assert seen.stuck_bytes < seen.most_bytes / 2
    assert grown_mb < STUCK * sent_mb / 2, f"{sent_mb:.0f} MB were sent to each"


async def watched(site: Site, person: Person) -> tuple[Seen, float]:
    """What a crowd saw, and by how much the server grew meanwhile."""
    async with (
        visiting(site, person) as visitor,
        begun(visitor, await visitor.new_draft(), PANEL) as run,
    ):
        await run.watcher.until(lambda: len(run.watcher.places) == 8)
        before_mb = memory_mb(site.pid)
        words = (site.address, run.run_id, person.session, WATCHERS + STUCK, STUCK)
        crowd = start_module("bench.crowd", *map(str, words))
        assert crowd.stdout is not None
        await asyncio.to_thread(crowd.stdout.readline)
        await until_sent_away(visitor, STUCK)
        grown_mb = memory_mb(site.pid) - before_mb
        await visitor.stop(run.run_id)
        await asyncio.sleep(2)
        told, _ = await asyncio.to_thread(crowd.communicate, "\n")
    return Seen(**json.loads(told)), grown_mb


async def until_sent_away(visitor: Visitor, watchers: int) -> None:
    async with asyncio.timeout(MOST_SECONDS):
        while await count_sent_away(visitor) < watchers:
            await asyncio.sleep(0.5)


async def count_sent_away(visitor: Visitor) -> int:
    """As the server's own metrics tell it."""
    found = re.search(
        r"^fusionweb_slow_watchers\w* ([\d.]+)$", await visitor.fetch("/metrics/"), re.M
    )
    return int(float(found[1])) if found else 0
