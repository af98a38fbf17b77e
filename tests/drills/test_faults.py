"""A cluster of its own, and one thing at a time that goes wrong in it."""

import asyncio
import itertools
import time
from collections.abc import Iterator

import pytest

from tests.cluster.person import Person
from tests.cluster.rows import DONE, INTERRUPTED
from tests.cluster.said import COST_USD, text_of
from tests.cluster.site import Cluster
from tests.cluster.upstream import GONE
from tests.drills.freezing import freeze_and_take_over
from tests.drills.scenes import streaming_run

#: Seat A speaks for 3 seconds, D for 8.
WORDS, TOKENS_PER_SECOND = 30, 10.0
#: Longer than any of them, and than a worker may be silent before it is taken for dead.
OUTAGE_SECONDS = 11.0
_marks = (f"f{number}" for number in itertools.count(1))


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    settings = {"FUSIONWEB_STOP_SECONDS": "3"}
    with Cluster(words=WORDS, tokens_per_second=TOKENS_PER_SECOND, **settings) as site:
        asyncio.run(site.start())
        yield site


@pytest.fixture(autouse=True)
async def everything_runs(cluster: Cluster) -> None:
    for part in cluster.parts:
        if not part.is_running:
            await part.start()


async def test_a_frozen_worker_that_comes_back_pays_for_nothing_and_overwrites_nothing(
    cluster: Cluster,
) -> None:
    problems = await freeze_and_take_over(cluster, next(_marks), frozen_seconds=15.0, say=print)
    assert problems == []


async def test_a_run_that_is_stopped_at_another_web_process_closes_its_streams_and_keeps_its_text(
    cluster: Cluster,
) -> None:
    async with (
        streaming_run(cluster, next(_marks)) as scene,
        Person([cluster.webs[1].address]) as elsewhere,
    ):
        await elsewhere.sign_in()
        await scene.until(lambda: _states(scene)["a"] == DONE, "seat A's answer")
        before = {row.model: row for row in scene.calls()}
        stopped_at = time.time()
        await elsewhere.post_form(f"{scene.path}stop/", {})
        await scene.until(lambda: all(asked.end for asked in scene.asked()), "the streams' end")
        await scene.until(lambda: scene.state() == "cancelled", "the end of the run")

        after = {row.model: row for row in scene.calls()}
        assert {m: r.state for m, r in after.items()} == {
            "a": DONE,
            **dict.fromkeys("bcd", "stopped"),
        }
        cut = [asked for asked in scene.asked() if asked.model != "a"]
        assert [asked.end for asked in cut] == [GONE] * 3
        assert max(asked.ended_at - stopped_at for asked in cut if asked.ended_at) < 2.0
        assert after["a"].cost_usd == COST_USD
        for model in "bcd":
            assert after[model].text.startswith(before[model].text)
            assert text_of(scene.mark, model, words=WORDS).startswith(after[model].text)
            # What it may have cost is held until its cost is known.
            assert after[model].reserved_usd == before[model].reserved_usd is not None
        assert await scene.wrong_pages() == []


async def test_a_worker_that_is_asked_to_end_lets_streams_end_and_hands_the_rest_over(
    cluster: Cluster,
) -> None:
    async with streaming_run(cluster, next(_marks)) as scene:
        worker = scene.holder()
        assert worker is not None
        asked_before = len(scene.asked())
        worker.terminate()
        assert await worker.wait_for_end() == 0, worker.log_end()
        at_end = {row.model: row for row in scene.calls() if row.attempt == 1}
        seconds = await scene.until(
            lambda: scene.holder() in scene.others(worker), "the other worker"
        )
        await scene.until(lambda: scene.state() == "review", "the review")

        assert await scene.problems() == []
        finished = {asked.model for asked in scene.asked()[:asked_before] if asked.is_finished}
        first = {row.model: row for row in scene.calls() if row.attempt == 1}
        for model in "abcd":
            if model in finished:
                assert first[model].state == DONE
            else:
                assert first[model].state == INTERRUPTED
                # Checkpointed before it ended: nothing was lost with the process.
                assert first[model].text == at_end[model].text != ""
        assert "d" not in finished, "Nothing was cut, so nothing was shown."
        # Sooner than a dead worker's run, which others notice by its heart.
        assert seconds < 8.0


async def test_streams_survive_the_loss_of_postgresql_and_nothing_is_asked_twice(
    cluster: Cluster,
) -> None:
    assert cluster.postgres is not None
    async with streaming_run(cluster, next(_marks)) as scene:
        await cluster.postgres.kill()
        await asyncio.sleep(OUTAGE_SECONDS)
        assert {asked.end for asked in scene.asked()} == {"finished"}
        await cluster.postgres.start()
        await scene.until(lambda: scene.state() == "review", "the review")
        assert await scene.problems() == []
        assert sorted(asked.model for asked in scene.asked()) == ["a", "b", "c", "d", "judge"]


async def test_pages_become_right_by_themselves_after_the_loss_of_redis(cluster: Cluster) -> None:
    assert cluster.redis is not None
    async with streaming_run(cluster, next(_marks)) as scene:
        await cluster.redis.kill()
        await asyncio.sleep(OUTAGE_SECONDS / 2)
        await cluster.redis.start()
        await scene.until(lambda: scene.state() == "review", "the review")
        assert await scene.problems() == []
        assert sorted(asked.model for asked in scene.asked()) == ["a", "b", "c", "d", "judge"]


def _states(scene) -> dict[str, str]:
    return {row.model: row.state for row in scene.calls()}
