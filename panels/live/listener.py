"""Hears a run's events on the channel layer, and goes on hearing when the layer was lost.

What is published while nobody hears is gone. So whenever something may have been missed, `doubt`
is called, and the hub compares what it knows with the database.
"""

import asyncio
import contextlib
import json
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Any

from channels.layers import get_channel_layer

#: Between attempts to reach a layer that is gone, on average.
RETRY_SECONDS = 1.0
#: How long a watcher waits for the subscription before it is served from the database alone.
PATIENCE_SECONDS = 2.0
log = logging.getLogger(__name__)

Events = list[dict[str, Any]]


class Listener:
    def __init__(
        self, group: str, *, hear: Callable[[Events], Awaitable[None]], doubt: Callable[[], None]
    ) -> None:
        self._group = group
        self._hear = hear
        self._doubt = doubt
        self._task: asyncio.Task[None] | None = None
        #: Set once the first attempt has succeeded or failed.
        self._tried = asyncio.Event()
        self._is_deaf = False

    async def start(self) -> None:
        """Returns when events are heard, or when that will take longer."""
        if self._task is None:
            self._tried.clear()
            self._task = asyncio.create_task(self._go_on())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._tried.wait(), PATIENCE_SECONDS)
        self._tried.set()

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _go_on(self) -> None:
        while True:
            try:
                await self._listen()
            except Exception as error:
                self._note_loss(error)
            await asyncio.sleep(RETRY_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311

    async def _listen(self) -> None:
        layer = get_channel_layer()
        channel = await layer.new_channel()
        try:
            await layer.group_add(self._group, channel)
            self._note_subscribed()
            while True:
                message = await layer.receive(channel)
                await self._hear(json.loads(message["events"]))
        finally:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(layer.group_discard(self._group, channel), PATIENCE_SECONDS)

    def _note_subscribed(self) -> None:
        self._tried.set()
        if self._is_deaf:
            self._is_deaf = False
            log.warning("The channel layer is back: %s is heard again", self._group)
            self._doubt()

    def _note_loss(self, error: Exception) -> None:
        self._tried.set()
        if not self._is_deaf:
            self._is_deaf = True
            log.warning("The channel layer can't be heard for %s: %r", self._group, error)
        self._doubt()
