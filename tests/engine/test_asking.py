"""The calls that are open beside each other: what one raises, and what becomes of the others."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from panels.choices import CallState
from panels.engine import asking
from panels.engine.asking import Asking
from panels.engine.leases import LeaseLost
from tests.factories import make_call, make_run

Work = Callable[[], Awaitable[None]]


class Desk:
    """Stands in for asking a model: each seat does what it was told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **work: Work) -> None:
        self.work = work
        self.asked: list[str] = []
        self.ended: list[str] = []
        self.asking = Asking(None)  # type: ignore[arg-type]
        monkeypatch.setattr(asking, "ask_seat", self._ask)
        monkeypatch.setattr(asking, "make_room", self._make_room)

    async def _ask(self, run: Any, call: Any, tools: Any) -> None:
        self.asked.append(call.seat)
        try:
            await self.work[call.seat]()
        finally:
            self.ended.append(call.seat)

    async def _make_room(self, owner_id: int) -> None: ...

    def begin(self, *letters: str) -> None:
        calls = [make_call(id=ord(x), seat=x, state=CallState.QUEUED) for x in letters]
        self.asking.begin(make_run(), calls)

    async def wait(self, seconds: float | None = None) -> None:
        await self.asking.wait(asyncio.Event(), seconds=seconds)


async def lose() -> None:
    raise LeaseLost


async def at_once() -> None: ...


async def for_ever() -> None:
    await asyncio.Event().wait()


async def a_moment() -> None:
    await asyncio.sleep(0.02)


async def test_a_lost_lease_is_raised_and_the_other_calls_may_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk(monkeypatch, A=lose, B=a_moment)
    desk.begin("A", "B")
    with pytest.raises(LeaseLost):
        await desk.wait()
    assert desk.ended == ["A"]
    await desk.asking.let_end()
    assert desk.ended == ["A", "B"]


async def test_cutting_leaves_no_task_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(monkeypatch, A=for_ever, B=lose)
    desk.begin("A", "B")
    await asyncio.sleep(0.01)
    await desk.asking.cut()
    assert sorted(desk.ended) == ["A", "B"]
    assert not desk.asking.is_open


async def test_a_call_is_asked_once_while_it_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(monkeypatch, A=for_ever)
    desk.begin("A")
    desk.begin("A")
    await asyncio.sleep(0.01)
    assert desk.asked == ["A"]
    await desk.asking.cut()


async def test_a_call_that_found_no_room_waits_until_another_has_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = asyncio.Event()

    async def until_opened() -> None:
        await gate.wait()

    desk = Desk(monkeypatch, A=until_opened, B=at_once)
    desk.begin("A", "B")
    await desk.wait()
    assert desk.asked == ["A", "B"]
    # Still queued: it was left, and is not pressed for.
    desk.begin("B")
    await desk.wait(0.02)
    assert desk.asked == ["A", "B"]
    gate.set()
    await desk.wait()
    desk.begin("B")
    await desk.wait()
    assert desk.asked == ["A", "B", "B"]


async def test_a_word_ends_the_wait_and_has_everything_looked_at_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk(monkeypatch, A=for_ever, B=at_once)
    desk.begin("A", "B")
    await desk.wait()
    desk.begin("B")
    word = asyncio.Event()
    word.set()
    await desk.asking.wait(word, seconds=None)
    desk.begin("B")
    await asyncio.sleep(0.01)
    assert desk.asked == ["A", "B", "B"]
    await desk.asking.cut()


async def test_a_wait_ends_with_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(monkeypatch, A=for_ever)
    desk.begin("A")
    await desk.wait(0.01)
    assert desk.asking.is_open
    await desk.asking.cut()
