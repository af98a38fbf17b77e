"""Two processes on one database: one is frozen, cut off or told to stop, and the other goes on."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from panels.choices import CallState
from panels.engine import leases
from panels.models import Worker
from panels.models.workers import DEAD_AFTER_SECONDS, STEADY_AFTER_SECONDS
from panels.providers.scripts import Script
from tests.engine.conftest import Room
from tests.engine.test_judging import blind_spot, judged_panel, reply
from tests.factories import make_panel

SLOW = Script(text="word " * 60, tokens_per_second=40, then=Script(text="The second attempt."))


@pytest.fixture(autouse=True)
def many_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of a test's workers stands for a process that can't see the others."""
    monkeypatch.setattr(leases, "this_machine", lambda: "")


@pytest.fixture
async def rooms(transactional_db: None) -> AsyncIterator[list[Room]]:
    """Two processes on one database, with one vendor."""
    first, second = Room(), Room()
    second.book = first.book
    second.new_process()
    yield [first, second]
    for room in (first, second):
        await room.dispatcher.close()


async def test_a_frozen_worker_stops_and_its_run_ends_elsewhere(
    rooms: list[Room],
) -> None:
    frozen, other = rooms
    frozen.scripts(a=SLOW)
    run = await frozen.start(make_panel("A"))
    await frozen.until_asked(1)
    await asyncio.sleep(0.2)
    clock = await _freeze(frozen)
    await _make_steady(other)
    await other.dispatcher.resume_unfinished()
    after = await other.finish(run)
    clock.is_frozen = False
    await frozen.dispatcher.drain()
    assert frozen.asked() == ["a", "a"]
    attempts = after.answers[0].attempts
    assert [call.state for call in attempts] == [CallState.INTERRUPTED, CallState.DONE]
    assert attempts[1].text == "The second attempt."
    assert await other.snapshot(run) == after


async def test_what_was_lost_is_cut_at_the_first_beat(
    rooms: list[Room],
) -> None:
    frozen, other = rooms
    frozen.scripts(a=Script(text="word " * 4000, tokens_per_second=40, then=Script(text="Short.")))
    run = await frozen.start(make_panel("A"))
    await frozen.until_asked(1)
    clock = await _freeze(frozen)
    await _make_steady(other)
    await other.dispatcher.resume_unfinished()
    await other.finish(run)
    clock.is_frozen = False
    # Without the cut it would stream for more than a minute.
    await asyncio.wait_for(frozen.dispatcher.drain(), timeout=10)
    assert frozen.book.requests[0].was_closed_early


async def test_a_worker_without_proof_waits_and_pays_nothing(rooms: list[Room]) -> None:
    room, _ = rooms
    room.scripts(a="Said.")
    await room.dispatcher.keeper.heart.start()
    clock = await _freeze(room, is_seen_dead=False)
    run = await room.start(make_panel("A"))
    await asyncio.sleep(0.3)
    assert room.asked() == []
    clock.is_frozen = False
    assert (await room.finish(run)).answers[0].call.text == "Said."


async def test_a_stop_gives_streams_their_time_and_begins_nothing(rooms: list[Room]) -> None:
    stopped, other = rooms
    slow = Script(text="word " * 30, tokens_per_second=60)
    stopped.scripts(a=slow, b=slow, judge=reply(blind_spot("Cost")))
    run = await stopped.start(judged_panel())
    await stopped.until_asked(2)
    await stopped.dispatcher.close(seconds=5)
    before = await stopped.snapshot(run)
    assert [answer.call.text for answer in before.answers] == ["word " * 30] * 2
    assert sorted(stopped.asked()) == ["a", "b"]
    assert await other.dispatcher.resume_unfinished() == 1
    after = await other.finish(run)
    assert [critique.title for critique in after.critiques] == ["Cost"]
    assert sorted(stopped.asked()) == ["a", "b", "judge"]


async def test_a_registration_that_is_gone_lets_go_of_everything(rooms: list[Room]) -> None:
    room, other = rooms
    room.scripts(a=SLOW)
    run = await room.start(make_panel("A"))
    await room.until_asked(1)
    before = room.dispatcher.keeper.heart.worker_id
    await sync_to_async(Worker.objects.filter(pk=before).delete)()
    await room.dispatcher.keeper.heart._beat()
    await room.dispatcher.drain()
    assert room.dispatcher.keeper.heart.worker_id != before
    await other.dispatcher.resume_unfinished()
    assert (await other.finish(run)).answers[0].call.text == "The second attempt."


class FrozenClock:
    """Stands in for the heart's clock: frozen, the heart is an hour older and can't beat."""

    def __init__(self, clock) -> None:
        self._clock = clock
        self.is_frozen = True

    def __call__(self) -> float:
        return self._clock() + 3600 * self.is_frozen


async def _freeze(room: Room, *, is_seen_dead: bool = True) -> FrozenClock:
    """As SIGSTOP does to the heart: it beats no more, and time goes on."""
    heart = room.dispatcher.keeper.heart
    clock = FrozenClock(heart.clock)
    heart.clock = clock
    beat = heart._beat

    async def beat_when_thawed() -> None:
        if not clock.is_frozen:
            await beat()

    heart._beat = beat_when_thawed
    if is_seen_dead:
        long_ago = timezone.now() - timedelta(seconds=DEAD_AFTER_SECONDS + 1)
        await Worker.objects.filter(pk=heart.worker_id).aupdate(seen_at=long_ago)
    return clock


async def _make_steady(room: Room) -> None:
    """It has beaten for so long that it may judge who is alive."""
    heart = room.dispatcher.keeper.heart
    await heart.start()
    long_ago = timezone.now() - timedelta(seconds=STEADY_AFTER_SECONDS + 1)
    await Worker.objects.filter(pk=heart.worker_id).aupdate(steady_since=long_ago)
