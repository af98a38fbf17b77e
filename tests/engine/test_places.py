"""No more calls at a provider than it may be sent, over all runs; first come, first served."""

import asyncio

import pytest

from panels.choices import CallState, RunState
from panels.engine.cancel_run import stop_run, stop_seat
from panels.engine.places import Places
from panels.models import Run
from panels.providers.call_limits import CallLimits
from panels.providers.scripts import Script
from panels.snapshot import CallSnapshot
from tests.engine.conftest import Room
from tests.factories import make_panel


class Counter:
    """Who holds a place, and how many did at most."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.inside = self.most = 0
        self.order: list[str] = []
        self.waited: list[str] = []

    async def hold(self, name: str, provider: str = "p", seconds: float = 0.01) -> None:
        async def on_wait() -> None:
            self.waited.append(name)

        async with self.places.place(provider, on_wait=on_wait):
            self.order.append(name)
            self.inside += 1
            self.most = max(self.most, self.inside)
            await asyncio.sleep(seconds)
            self.inside -= 1


@pytest.fixture
def counter():
    return Counter(Places(CallLimits(usual=2)))


async def test_no_more_than_the_limit_are_inside(counter):
    await asyncio.gather(*(counter.hold(str(n)) for n in range(7)))
    assert counter.most == 2


async def test_whoever_came_first_is_served_first(counter):
    names = [str(n) for n in range(7)]
    await asyncio.gather(*(counter.hold(name) for name in names))
    assert counter.order == names
    assert counter.waited == names[2:]


async def test_providers_do_not_wait_for_each_other(counter):
    await asyncio.gather(*(counter.hold(str(n), provider=f"p{n % 2}") for n in range(4)))
    assert (counter.most, counter.waited) == (4, [])


async def test_whoever_gives_up_waiting_takes_no_place(counter):
    holding = [asyncio.create_task(counter.hold(name, seconds=0.05)) for name in "ab"]
    waiting = asyncio.create_task(counter.hold("c"))
    behind = asyncio.create_task(counter.hold("d"))
    await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.gather(*holding, behind)
    assert counter.order == ["a", "b", "d"]


async def test_a_failure_gives_the_place_back(counter):
    async def fail() -> None:
        async with counter.places.place("p", on_wait=_nothing):
            raise RuntimeError

    results = await asyncio.gather(*(fail() for _ in range(5)), return_exceptions=True)
    assert [type(result) for result in results] == [RuntimeError] * 5


async def _nothing() -> None:
    pass


# In a whole engine


def overlapping(calls) -> int:
    """How many of these calls were open at the same moment, at most."""
    moments = [(call.asked_at, 1) for call in calls] + [(call.finished_at, -1) for call in calls]
    open_now = most = 0
    for _, step in sorted(moments):
        open_now += step
        most = max(most, open_now)
    return most


async def test_twelve_seats_of_two_runs_share_three_places(room: Room) -> None:
    room.limits = CallLimits(by_provider={"SCRIPTED": 3})
    room.new_process()
    seats = "ABCDEF"
    room.scripts(**{s.lower(): Script(text=f"I am {s}.", first_token_seconds=0.05) for s in seats})
    at_vendor = watch_vendor(room)
    first, second = [await room.start(make_panel(seats)) for _ in range(2)]
    waiting = await calls_that_wait(room, second)
    runs = [await room.finish(run) for run in (first, second)]
    assert max(at_vendor) == 3
    assert len(room.asked()) == 12
    calls = [call for run in runs for call in run.calls]
    assert overlapping(calls) == 3
    assert {run.state for run in runs} == {RunState.REVIEW}
    assert all(call.asked_at is None for call in waiting)


async def calls_that_wait(room: Room, run: Run) -> list[CallSnapshot]:
    """Those of the run that are due and have no place, once there are some."""
    for _ in range(500):
        calls = (await room.snapshot(run)).calls
        if waiting := [call for call in calls if call.is_queued and call.not_before_at]:
            return waiting
        await asyncio.sleep(0.01)
    raise AssertionError("no call of the run ever waited")


def watch_vendor(room: Room) -> list[int]:
    """How many requests were open at the vendor, each time that one more came."""
    seen: list[int] = []
    ask = room.book.ask

    def counted(slug, body):
        script, request = ask(slug, body)
        seen.append(sum(not r.is_complete and not r.was_closed_early for r in room.book.requests))
        return script, request

    room.book.ask = counted
    return seen


async def test_a_run_that_came_first_is_asked_first(room: Room) -> None:
    room.limits = CallLimits(usual=2)
    room.new_process()
    room.scripts(
        **{s: Script(text="x", first_token_seconds=0.03) for s in ("a", "b", "c", "d", "e", "f")}
    )
    first = await room.start(make_panel("ABC"))
    await asyncio.sleep(0.02)
    second = await room.start(make_panel("DEF"))
    before, after = await room.finish(first), await room.finish(second)
    assert max(call.asked_at for call in before.calls) < max(call.asked_at for call in after.calls)
    assert set(room.asked()[:3]) == {"a", "b", "c"}


async def test_a_seat_that_waits_for_a_place_can_be_stopped_and_is_never_asked(room: Room) -> None:
    room.limits = CallLimits(usual=1)
    room.new_process()
    room.scripts(a=Script(text="word " * 40, tokens_per_second=80), b="Never.")
    run = await room.start()
    await room.until_asked(1)
    waiting = next(a for a in (await room.snapshot(run)).answers if a.call.is_queued)
    await stop_seat(run, waiting.letter, now=run.created_at)
    after = await room.finish(run)
    stopped = next(a.call for a in after.answers if a.letter == waiting.letter)
    assert (stopped.state, stopped.asked_at) == (CallState.STOPPED, None)
    assert len(room.asked()) == 1


async def test_stopping_a_run_frees_its_places_for_the_next(room: Room) -> None:
    room.limits = CallLimits(usual=1)
    room.new_process()
    room.scripts(a=Script(text="word " * 400, tokens_per_second=50), b="x", c="Here.")
    first = await room.start()
    await room.until_asked(1)
    second = await room.start(make_panel("C"))
    await asyncio.sleep(0.1)
    await stop_run(first, now=first.created_at)
    after = await room.finish(second)
    assert after.answers[0].call.text == "Here."
