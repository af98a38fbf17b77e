"""RunEvents → the channel layer: coalesced, so that a fast panel costs 25 messages a second.

`publish` never waits and may be called from any thread. The first event after a pause goes out at
once; those that follow within `FLUSH_SECONDS` go out together, in order, adjoining text joined.
"""

import asyncio
import json
import logging
from collections.abc import Iterable
from dataclasses import replace

from channels.layers import get_channel_layer

from panels.engine.events import RunEvent, TextArrived, event_to_json

FLUSH_SECONDS = 0.04
#: A layer that takes longer than this is gone: what waits is dropped, and hubs read the database.
MOST_SEND_SECONDS = 2.0
log = logging.getLogger(__name__)


def group_of(run_id: str) -> str:
    """The channel-layer group of a run."""
    return f"run.{run_id}"


class LivePublisher:
    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pending: dict[str, list[RunEvent]] = {}
        self._flusher: asyncio.Task[None] | None = None
        self._is_lost = False

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """Say on which loop the sockets live; before the first `publish`."""
        self._loop = loop

    def publish(self, event: RunEvent) -> None:
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        if _running_loop() is self._loop:
            self._add(event)
        else:
            self._loop.call_soon_threadsafe(self._add, event)

    def _add(self, event: RunEvent) -> None:
        self._pending.setdefault(event.run_id, []).append(event)
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush_while_pending())

    async def _flush_while_pending(self) -> None:
        while self._pending:
            pending, self._pending = self._pending, {}
            try:
                await asyncio.wait_for(self._send(pending), MOST_SEND_SECONDS)
                self._note_reached()
            except Exception as error:
                self._note_lost(error)
            await asyncio.sleep(FLUSH_SECONDS)

    async def _send(self, pending: dict[str, list[RunEvent]]) -> None:
        layer = get_channel_layer()
        for run_id, events in pending.items():
            joined = [event_to_json(event) for event in join_text(events)]
            # One string: a layer copies what it carries, and this is copied at once.
            message = {"type": "run.events", "events": json.dumps(joined)}
            await layer.group_send(group_of(run_id), message)

    def _note_reached(self) -> None:
        if self._is_lost:
            self._is_lost = False
            log.warning("Events reach the channel layer again")

    def _note_lost(self, error: Exception) -> None:
        """Watchers notice by what they find in the database; the run goes on."""
        if not self._is_lost:
            self._is_lost = True
            log.warning("Events can't be sent to the channel layer: %r", error)


def join_text(events: Iterable[RunEvent]) -> list[RunEvent]:
    """The events in order, with adjoining text of one call joined into one event."""
    joined: list[RunEvent | _Text] = []
    open_texts: dict[tuple[int, bool], _Text] = {}
    for event in events:
        if not isinstance(event, TextArrived):
            # Text must not move in front of news about its call.
            open_texts.clear()
            joined.append(event)
            continue
        key = (event.call_id, event.is_reasoning)
        if key in open_texts:
            open_texts[key].more.append(event.text)
        else:
            open_texts[key] = _Text(event)
            joined.append(open_texts[key])
    return [event.joined() if isinstance(event, _Text) else event for event in joined]


class _Text:
    def __init__(self, first: TextArrived) -> None:
        self._first = first
        self.more: list[str] = []

    def joined(self) -> TextArrived:
        if not self.more:
            return self._first
        return replace(self._first, text="".join([self._first.text, *self.more]))


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
