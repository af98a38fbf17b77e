"""Stopping a run reaches every card of an open page, also those of seats that were done by then."""

import pytest
from django.utils import timezone

from panels.engine.cancel_run import stop_run
from panels.providers.scripts import Script
from tests.live.conftest import LiveRoom
from tests.live.test_asking_again import watch_until


@pytest.mark.parametrize("is_done_at_joining", [False, True])
async def test_a_seat_that_was_done_is_not_offered_to_be_asked_again(
    room: LiveRoom, *, is_done_at_joining: bool
) -> None:
    room.scripts(a="Short.", b=Script(text="word " * 400, tokens_per_second=40))
    run = await room.start()
    watcher = await room.watch(run)
    await watch_until(watcher, "seat-A-meta", "done")
    if is_done_at_joining:
        await watcher.leave()
        watcher = await room.watch(run)
    assert "↻" in watcher.page.text("seat-A")
    await stop_run(run, now=timezone.now())
    await watch_until(watcher, "run-head", "stopped")
    await watcher.read(seconds=0.5)
    fresh = await room.watch(run)
    assert watcher.page.text("seat-A") == fresh.page.text("seat-A")
    assert "↻" not in watcher.page.text("seat-A")
    for each in (watcher, fresh):
        await each.leave()
