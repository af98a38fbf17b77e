"""P6, P7: what fifty panels of eight seats cost while they stream to their pages."""

from bench.bench import Bench
from bench.figure import Figure
from bench.machine import load
from bench.metrics.run_wall import MANY
from bench.spread import Spread


def measure_lag(bench: Bench) -> Figure:
    pairs = bench.pairs(MANY)
    ours = Spread([Spread(pair.ours.ages_ms).at(0.99) for pair in pairs])
    ideal = Spread([Spread(pair.relayed.ages_ms).at(0.99) for pair in pairs])
    middle = Spread([Spread(pair.ours.ages_ms).median for pair in pairs])
    return Figure(
        key="P6",
        name=f"lag at the socket p99, {MANY} runs × 8, all text durable",
        value=ours.median,
        floor=ideal.median,
        unit="ms",
        target=2 * ideal.median,
        limit=150,
        note=f"median of {len(pairs)}, {ours.least:.0f} to {ours.most:.0f}; "
        f"p50 {middle.median:.0f} ms; {load()}",
    )


def measure_pause(bench: Bench) -> Figure:
    """As a probe that the event loop answers by itself sees it, from another process."""
    pairs = bench.pairs(MANY)
    ours = Spread([pair.ours.longest_pause_ms for pair in pairs])
    ideal = Spread([pair.ideal.longest_pause_ms for pair in pairs])
    return Figure(
        key="loop",
        name=f"longest pause of the event loop, {MANY} × 8",
        value=ours.median,
        floor=ideal.median,
        unit="ms",
        target=100,
        limit=250,
        note=f"median of {len(pairs)}, {ours.least:.0f} to {ours.most:.0f}; {load()}",
    )


def measure_cpu(bench: Bench) -> Figure:
    pairs = bench.pairs(MANY)
    ours = Spread([pair.ours.cpu_per_1000_tokens for pair in pairs])
    ideal = Spread([pair.relayed.cpu_per_1000_tokens for pair in pairs])
    whole = Spread([pair.ours.cpu_per_run for pair in pairs])
    return Figure(
        key="P7",
        name=f"CPU s / 1,000 tokens, all our processes, {MANY} × 8",
        value=ours.median,
        floor=ideal.median,
        target=0.05,
        limit=0.09,
        note=f"median of {len(pairs)}, {ours.least:.3f} to {ours.most:.3f}; "
        f"a whole run takes {whole.median:.2f} CPU s",
    )
