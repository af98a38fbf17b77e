"""P1, P2: how much longer a run takes than its models do."""

from bench.bench import Bench, Pair
from bench.figure import Figure
from bench.machine import load
from bench.models import RUN_SECONDS
from bench.spread import Spread

MANY = 50


def measure_one(bench: Bench) -> Figure:
    return _figure("P1", "run wall / upstream's own, 1 run", bench.pairs(1), 1.01, 1.03)


def measure_many(bench: Bench) -> Figure:
    name = f"run wall / upstream's own, {MANY} runs at once"
    return _figure("P2", name, bench.pairs(MANY), 1.05, 1.15)


def _figure(key: str, name: str, pairs: list[Pair], target: float, limit: float) -> Figure:
    ours = Spread([pair.ours.stretch for pair in pairs])
    ideal = Spread([Spread(pair.ideal.run_seconds).mean / RUN_SECONDS for pair in pairs])
    return Figure(
        key=key,
        name=name,
        value=ours.median,
        floor=ideal.median,
        target=target,
        limit=limit,
        note=f"median of {len(pairs)}, {ours.least:.3f} to {ours.most:.3f}; {load()}",
    )
