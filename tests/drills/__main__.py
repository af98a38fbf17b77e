"""`make drill`: what a kill, a freeze or a lost service must not cost. `python -m tests.drills`.

Prints its seed; the same seed gives the same blows.
"""

import argparse
import asyncio
import random
import sys
from collections.abc import Awaitable, Callable

from tests.cluster.site import Cluster, Deployment, Embedded
from tests.drills.campaign import Campaign, Size
from tests.drills.freezing import freeze_and_take_over
from tests.drills.storm import CLUSTER_WAYS, EMBEDDED_WAYS, Blow, plan


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


async def _storm(site: Deployment, size: Size, blows: list[Blow]) -> list[str]:
    with site:
        await site.start()
        return (await Campaign(site, size, _say).run(blows)).problems


async def cluster(seed: int, seconds: float) -> list[str]:
    size = Size(runs=40, together=10, people=4)
    blows = plan(seed, seconds=seconds, every_seconds=6.0, longest_seconds=20.0, parts=CLUSTER_WAYS)
    site = Cluster(words=size.words, tokens_per_second=size.tokens_per_second)
    return await _storm(site, size, blows)


async def embedded(seed: int, seconds: float) -> list[str]:
    size = Size(runs=16, together=4)
    blows = plan(
        seed, seconds=seconds / 2, every_seconds=10.0, longest_seconds=5.0, parts=EMBEDDED_WAYS
    )
    site = Embedded(words=size.words, tokens_per_second=size.tokens_per_second)
    return await _storm(site, size, blows)


async def frozen(_seed: int, seconds: float) -> list[str]:
    """For a minute, in the usual three."""
    with Cluster(words=30, tokens_per_second=5.0) as site:
        await site.start()
        return await freeze_and_take_over(site, "z1", frozen_seconds=seconds / 3, say=_say)


DRILLS: dict[str, Callable[[int, float], Awaitable[list[str]]]] = {
    "cluster": cluster,
    "embedded": embedded,
    "frozen": frozen,
}


async def _run(names: list[str], seed: int, seconds: float) -> list[str]:
    problems: list[str] = []
    for name in names:
        _say(f"\n== {name}, seed {seed}")
        found = await DRILLS[name](seed, seconds)
        problems += [f"{name}: {problem}" for problem in found]
    return problems


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("drills", nargs="*", metavar="DRILL", help=f"of {', '.join(DRILLS)}")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--seconds", type=float, default=180.0, help="how long blows fall")
    asked = parser.parse_args()
    names = asked.drills or list(DRILLS)
    if unknown := set(names) - set(DRILLS):
        parser.error(f"There is no drill {', '.join(unknown)}.")
    seed = asked.seed if asked.seed is not None else random.randrange(1_000_000)
    problems = asyncio.run(_run(names, seed, asked.seconds))
    _say("\nPassed." if not problems else "\nFAILED:\n" + "\n".join(problems))
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
