import asyncio

import pytest

from panels.engine.open_calls import OpenCalls


async def test_the_works_result_is_handed_back() -> None:
    async def work() -> str:
        return "done"

    assert await OpenCalls().run(1, work()) == "done"


async def test_a_stopped_call_ends_quietly_and_the_others_go_on() -> None:
    calls = OpenCalls()
    seen: list[bool] = []

    async def hang(call_id: int) -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            seen.append(calls.was_stopped(call_id))
            raise

    async def quick() -> str:
        await asyncio.sleep(0.01)
        return "quick"

    both = asyncio.gather(calls.run(1, hang(1)), calls.run(2, quick()))
    await asyncio.sleep(0.005)
    await calls.stop(1)
    assert await both == [None, "quick"]
    assert seen == [True]
    assert not calls.was_stopped(1)


async def test_a_shutdown_is_not_a_stop() -> None:
    calls = OpenCalls()
    seen: list[bool] = []

    async def hang() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            seen.append(calls.was_stopped(1))

    task = asyncio.create_task(calls.run(1, hang()))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == [False]


async def test_stopping_a_call_that_is_not_open_does_nothing() -> None:
    calls = OpenCalls()
    await calls.stop(7)
    assert not calls.was_stopped(7)
