"""One watcher, as its hub knows it."""

import asyncio
from collections.abc import Callable, Iterable

from panels.observing import metrics

#: A batch of frames is one entry; at 25 a second this is ten seconds behind.
MOST_QUEUED = 250
#: A whole page comes in so many frames at most.
MOST_PAGE_FRAMES = 20
#: Frames can be large. Whoever lags keeps them in memory for all.
MOST_QUEUED_CHARACTERS = 8_000_000


class Socket:
    """A queue of frames, and the two things that the hub may ask of a watcher.

    `close` sends it away to come back; `check_access` has it prove again that it may watch.
    Frames are the same objects for every socket, so a long queue costs little.
    """

    def __init__(self, *, close: Callable[[], None], check_access: Callable[[], None]) -> None:
        self.close = close
        self.check_access = check_access
        self._frames: asyncio.Queue[str] = asyncio.Queue()
        self._queued_characters = 0
        self._is_sent_away = False

    def send(self, frame: str) -> None:
        if self._is_sent_away:
            return
        self._frames.put_nowait(frame)
        self._queued_characters += len(frame)
        if self._is_too_far_behind:
            metrics.SLOW_WATCHERS.inc()
            self.send_away()

    async def next_frame(self) -> str:
        frame = await self._frames.get()
        self._queued_characters -= len(frame)
        return frame

    @property
    def _is_too_far_behind(self) -> bool:
        """A single page may be larger than the limit: it is on its way to a newcomer."""
        waiting = self._frames.qsize()
        return waiting > MOST_QUEUED or (
            waiting > MOST_PAGE_FRAMES and self._queued_characters > MOST_QUEUED_CHARACTERS
        )

    def send_all(self, frames: Iterable[str]) -> None:
        for frame in frames:
            self.send(frame)

    def send_away(self) -> None:
        """Nothing more is queued: what comes back gets the whole page."""
        self._is_sent_away = True
        self.close()
