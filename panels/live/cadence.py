"""How often a hub sends and draws: as often as an eye can follow, and no more than the process can
do for all of its watchers.
"""

import asyncio
from collections.abc import Callable

#: News of calls alone is drawn together: eight seats tell something many times a second.
DRAW_SECONDS = 0.25
#: With more hubs than these it is done less often, though not less often than that.
FEW_HUBS = 8
MOST_DRAW_SECONDS = 1.5
#: Sending a frame to one socket takes some 0.08 ms: a crowd gets text in fewer, larger frames, so
#: that it takes a third of a core at most.
SEND_SECONDS_PER_SOCKET = 0.00025


def draw_seconds(hubs: int) -> float:
    """The more runs are watched, the longer each waits: cards must not take what texts need."""
    return min(DRAW_SECONDS * max(hubs / FEW_HUBS, 1.0), MOST_DRAW_SECONDS)


def send_seconds(sockets: int) -> float:
    """Between two frames of text. Below 160 sockets the publisher's own pace is slower."""
    return sockets * SEND_SECONDS_PER_SOCKET


class Pace:
    """Something that is done at once after a pause, else once for all that came meanwhile."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act
        self._done_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_waiting(self) -> bool:
        return self._timer is not None

    def is_time(self, every_seconds: float) -> bool:
        """Whether to do it now; if not, `act` is called when it is time."""
        loop = asyncio.get_running_loop()
        seconds = self._done_at + every_seconds - loop.time()
        if seconds > 0 and self._timer is None:
            self._timer = loop.call_later(seconds, self._run)
        return seconds <= 0

    def is_done(self) -> None:
        """It was done just now, for whatever reason."""
        self._done_at = asyncio.get_running_loop().time()
        self.cancel()

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _run(self) -> None:
        self._timer = None
        self._act()
