"""After 20 runs of history the estimate's range holds the actual cost in nine of ten runs."""

from collections.abc import AsyncIterator

import pytest

from panels.choices import RunState
from tests.engine.benchmark import BenchmarkRoom, cost_of_run

HISTORY, NEXT = 20, 20


@pytest.fixture
async def bench(transactional_db: None) -> AsyncIterator[BenchmarkRoom]:
    room = BenchmarkRoom(seed=20261120)
    yield room
    await room.dispatcher.close()


async def test_the_range_holds_the_actual_in_nine_of_ten_runs(bench: BenchmarkRoom) -> None:
    for _ in range(HISTORY):
        await bench.one_run()
    pairs = [await bench.one_run() for _ in range(NEXT)]
    assert {run.state for _, run in pairs} == {RunState.DONE}
    held = [
        estimate.cost_usd.low <= cost_of_run(run) <= estimate.cost_usd.high
        for estimate, run in pairs
    ]
    assert sum(held) >= 0.9 * NEXT
    # Nor is the range so wide that it would hold anything.
    widths = sorted(float(e.cost_usd.high / e.cost_usd.low) for e, _ in pairs)
    assert widths[NEXT // 2] < 4
