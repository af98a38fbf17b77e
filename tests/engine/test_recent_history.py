"""Calls that start together learn from the past once."""

import asyncio
from typing import Any

from panels.engine import recent_history
from panels.engine.recent_history import FRESH_SECONDS, RecentHistory
from panels.estimating import History, Sample
from tests.engine.conftest import Room

SAMPLE = Sample(role="seat", model="vendor:a", tokens_out=7)


async def test_calls_that_start_together_read_the_past_once(monkeypatch: Any) -> None:
    loads = []

    def load() -> History:
        loads.append(1)
        return History((SAMPLE,))

    monkeypatch.setattr(recent_history, "load_history", load)
    recent = RecentHistory()
    histories = await asyncio.gather(*(recent.get() for _ in range(8)))
    assert (histories, len(loads)) == ([History((SAMPLE,))] * 8, 1)


async def test_the_past_is_read_anew_once_it_is_old(monkeypatch: Any) -> None:
    past = [History(), History((SAMPLE,))]
    monkeypatch.setattr(recent_history, "load_history", lambda: past.pop(0))
    times = [0.0, 0.0, FRESH_SECONDS, FRESH_SECONDS + 1, FRESH_SECONDS + 1]
    recent = RecentHistory(clock=lambda: times.pop(0))
    assert [await recent.get() for _ in range(3)] == [History(), History(), History((SAMPLE,))]


async def test_a_call_without_a_known_price_needs_no_past(room: Room, monkeypatch: Any) -> None:
    monkeypatch.setattr(recent_history, "load_history", lambda: 1 / 0)
    monkeypatch.setattr(type(room.dispatcher.tools.registry), "price_of", lambda *_: None)
    room.scripts(a="An answer.", b="Another.")
    run = await room.finish(await room.start())
    assert [call.state for call in run.calls] == ["done", "done"]
