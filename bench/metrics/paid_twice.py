"""P19: calls that were asked again although they were answered, in everything measured before."""

from bench.bench import Bench
from bench.figure import Figure


def measure(bench: Bench) -> Figure:
    duplicates = bench.duplicates
    return Figure(
        key="P19",
        name="duplicate paid calls in all of the above",
        value=len(duplicates.found),
        target=0,
        limit=0,
        note=f"of {duplicates.asked:,} calls {'; '.join(duplicates.found[:3])}".strip(),
    )
