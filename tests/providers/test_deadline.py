"""A time limit that moves with every wait, and leaves the event loop's timer alone."""

import asyncio

import pytest

from panels.providers.deadline import Deadline


def moment(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds


async def word_after(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "word"


async def test_what_comes_in_time_is_given() -> None:
    deadline = Deadline()
    assert await deadline.until(moment(10), word_after(0)) == "word"
    deadline.close()


async def test_what_comes_late_is_not_waited_for() -> None:
    deadline = Deadline()
    with pytest.raises(TimeoutError):
        await deadline.until(moment(0.01), word_after(10))


async def test_each_wait_has_its_own_limit() -> None:
    deadline = Deadline()
    for _ in range(4):
        assert await deadline.until(moment(0.2), word_after(0.08)) == "word"
    with pytest.raises(TimeoutError):
        await deadline.until(moment(0.02), word_after(10))


async def test_a_later_wait_may_be_shorter() -> None:
    deadline = Deadline()
    await deadline.until(moment(60), word_after(0))
    async with asyncio.timeout(5):
        with pytest.raises(TimeoutError):
            await deadline.until(moment(0.01), word_after(10))


async def test_a_limit_that_passes_between_two_waits_cuts_none() -> None:
    deadline = Deadline()
    await deadline.until(moment(0.01), word_after(0))
    await asyncio.sleep(0.03)
    assert await deadline.until(moment(10), word_after(0.01)) == "word"
    deadline.close()


async def test_somebody_elses_cancellation_stays_one() -> None:
    deadline = Deadline()
    task = asyncio.create_task(deadline.until(moment(10), word_after(10)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    deadline.close()


async def test_the_task_is_not_left_cancelled() -> None:
    deadline = Deadline()
    with pytest.raises(TimeoutError):
        await deadline.until(moment(0), word_after(10))
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
