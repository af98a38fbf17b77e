"""A plan of blows: the same for the same seed, fair to every part, and never twice at once."""

from tests.drills.storm import CLUSTER_WAYS, EMBEDDED_WAYS, plan

OPTIONS = {"seconds": 180.0, "every_seconds": 6.0, "longest_seconds": 20.0, "parts": CLUSTER_WAYS}


def test_the_same_seed_gives_the_same_plan_and_another_one_another() -> None:
    assert plan(7, **OPTIONS) == plan(7, **OPTIONS)
    assert plan(7, **OPTIONS) != plan(8, **OPTIONS)


def test_every_part_is_hit_in_one_of_its_ways() -> None:
    for seed in range(20):
        blows = plan(seed, **OPTIONS)
        assert {blow.part for blow in blows} == {name for name, _ in CLUSTER_WAYS}
        ways = dict(CLUSTER_WAYS)
        assert all(blow.how in ways[blow.part] for blow in blows)


def test_a_part_is_never_hit_while_it_is_down() -> None:
    for seed in range(20):
        up_at: dict[str, float] = {}
        for blow in plan(seed, **OPTIONS):
            assert blow.at >= up_at.get(blow.part, 0.0)
            up_at[blow.part] = blow.end


def test_the_only_process_is_hit_more_than_once() -> None:
    blows = plan(4, seconds=16, every_seconds=4.0, longest_seconds=1.0, parts=EMBEDDED_WAYS)
    assert [blow.part for blow in blows] == ["web-1"] * len(blows)
    assert len(blows) > 1
