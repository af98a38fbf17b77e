"""P9: what the server holds when nobody is there, and what each live run adds."""

from bench import machine
from bench.bench import Bench
from bench.figure import Figure
from bench.metrics.run_wall import MANY
from bench.spread import Spread


def measure_idle(bench: Bench) -> Figure:
    """Of a server that has just been started, and has served a page."""
    bench.site.stop()
    bench.site.start()
    return Figure(
        key="P9",
        name="memory idle, without the local model",
        value=machine.memory_mb(bench.site.pid),
        unit="MB",
        target=300,
        limit=500,
        note="proportional share (PSS) of all our processes",
    )


def measure_per_run(bench: Bench) -> Figure:
    idle = measure_idle(bench).value
    loads = [bench.load(MANY) for _ in range(bench.repeats)]
    grown = Spread([(load.memory_mb - idle) / MANY for load in loads])
    return Figure(
        key="P9",
        name="memory per live run",
        value=grown.median,
        unit="MB",
        target=1,
        limit=3,
        note=f"of {MANY} while all seats stream, each with a page open; "
        f"{grown.least:.2f} to {grown.most:.2f}",
    )


def measure(bench: Bench) -> list[Figure]:
    return [measure_idle(bench), measure_per_run(bench)]
