"""P8: how many panels of eight may run at once before a run takes twice its models' time."""

from bench.bench import Bench
from bench.figure import Figure
from bench.machine import load
from bench.metrics.run_wall import MANY
from bench.spread import Spread

STEPS = (75, 100, 125)
DOUBLED = 2.0


def measure(bench: Bench) -> Figure:
    known = [(0, 1.0), (MANY, Spread([pair.ours.stretch for pair in bench.pairs(MANY)]).median)]
    for runs in STEPS:
        if known[-1][1] >= DOUBLED:
            break
        known.append((runs, bench.load(runs).stretch))
    measured = ", ".join(f"{runs}: {stretch:.2f}" for runs, stretch in known[1:])
    return Figure(
        key="P8",
        name="runs × 8 seats before wall time doubles",
        value=_doubled_at(known),
        target=100,
        limit=50,
        is_more_better=True,
        note=f"{measured} × upstream; {load()}",
    )


def _doubled_at(known: list[tuple[int, float]]) -> int:
    """Between the last step below and the first above; the last step where none is above."""
    (fewer, below), (more, above) = known[-2:]
    if above < DOUBLED:
        return more
    return round(fewer + (more - fewer) * (DOUBLED - below) / (above - below))
