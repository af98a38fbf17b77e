"""The default deployment and a cluster under fire: kills and stops at random, for a while.

`make drill` runs the same for longer, with other seeds.
"""

from collections.abc import Sequence

from tests.cluster.site import Cluster, Deployment, Embedded
from tests.drills.campaign import Campaign, Size
from tests.drills.storm import EMBEDDED_WAYS, HARD_WAYS, Blow, plan

SEED = 4


async def _problems(site: Deployment, size: Size, blows: Sequence[Blow]) -> list[str]:
    with site:
        await site.start()
        return (await Campaign(site, size, print).run(blows)).problems


async def test_on_a_cluster_nothing_that_finished_is_asked_twice_and_every_page_is_right() -> None:
    size = Size(runs=12, together=6, words=30)
    blows = plan(SEED, seconds=24, every_seconds=3.5, longest_seconds=6.0, parts=HARD_WAYS)
    site = Cluster(words=size.words, tokens_per_second=size.tokens_per_second)
    assert await _problems(site, size, blows) == []


async def test_the_only_process_is_killed_again_and_again_and_nothing_paid_for_is_lost() -> None:
    size = Size(runs=5, together=5, words=20)
    blows = plan(SEED, seconds=16, every_seconds=4.0, longest_seconds=1.0, parts=EMBEDDED_WAYS)
    site = Embedded(words=size.words, tokens_per_second=size.tokens_per_second)
    assert await _problems(site, size, blows) == []
