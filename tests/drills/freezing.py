"""A worker is frozen in the middle of its run, the run is taken over, and the worker comes back."""

import asyncio
import time
from collections.abc import Callable

from tests.cluster.rows import INTERRUPTED
from tests.cluster.said import MODELS
from tests.cluster.site import Deployment
from tests.drills.scenes import Scene, streaming_run
from tests.drills.storm import FREEZE, Trouble

MOST_TAKEOVER_SECONDS = 15.0
#: Long enough for a worker that came back to do whatever it should not.
AFTERWARDS_SECONDS = 6.0


async def freeze_and_take_over(
    site: Deployment, mark: str, *, frozen_seconds: float, say: Callable[[str], None]
) -> list[str]:
    """What went wrong."""
    async with streaming_run(site, mark) as scene:
        worker = scene.holder()
        assert worker is not None, "Nobody holds the run."
        worker.freeze()
        frozen_at, since = time.monotonic(), time.time()
        try:
            seconds = await scene.until(
                lambda: scene.holder() in scene.others(worker), "a takeover"
            )
            say(f"{worker.name} was frozen; its run was taken over after {seconds:.1f} s")
            await asyncio.sleep(max(0.0, frozen_at + frozen_seconds - time.monotonic()))
            cut = [row for row in scene.calls() if row.state == INTERRUPTED]
        finally:
            worker.thaw()
        trouble = Trouble(part=worker.name, how=FREEZE, since=since, until=time.time())
        await scene.until(lambda: scene.state() == "review", "the review")
        await asyncio.sleep(AFTERWARDS_SECONDS)
        problems = await scene.problems([trouble])
        if seconds > MOST_TAKEOVER_SECONDS:
            problems.append(f"The takeover took {seconds:.1f} s")
        if not worker.is_running:
            problems.append(f"{worker.name} ended when it was continued:\n{worker.log_end()}")
        after = {row.id: row for row in scene.calls()}
        problems += [f"{row} was changed to {after[row.id]}" for row in cut if after[row.id] != row]
        if len(cut) != 4:
            problems.append(f"{len(cut)} calls were cut, not 4")
        return problems + _asked_too_often(scene)


def _asked_too_often(scene: Scene) -> list[str]:
    """Each seat was asked by the frozen worker and by the one that took over, the judge by that."""
    counts = dict.fromkeys(MODELS[:-1], 0)
    for asked in scene.asked():
        counts[asked.model] += 1
    expected = {"a": 2, "b": 2, "c": 2, "d": 2, "judge": 1}
    return [] if counts == expected else [f"The upstream was asked {counts}, not {expected}"]
