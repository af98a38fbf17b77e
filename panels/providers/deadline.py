"""A time limit for a wait that begins anew at every token.

`asyncio.timeout_at` sets a timer of the event loop and takes it back each time, which at thousands
of tokens a second costs more than reading them. This one leaves its timer where it is: when it
comes, it looks whether the moment has moved on, and if so it is set again.
"""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

T = TypeVar("T")


class Deadline:
    """For one stream, whose waits follow one another. Close it at the end."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: asyncio.Task[Any] | None = None
        self._moment = 0.0
        self._has_passed = False

    async def until(self, moment: float, awaited: Awaitable[T]) -> T:
        """What is awaited, if it comes before the moment, which is in the loop's time.

        :raises TimeoutError: when it does not.
        """
        task = asyncio.current_task()
        assert task is not None
        cancelling = task.cancelling()
        self._moment, self._waiting, self._has_passed = moment, task, False
        if self._timer is None or moment < self._timer.when():
            self._set_timer()
        try:
            return await awaited
        except asyncio.CancelledError:
            if self._has_passed and task.uncancel() <= cancelling:
                raise TimeoutError from None
            raise
        finally:
            self._waiting = None

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _set_timer(self) -> None:
        self.close()
        self._timer = self._loop.call_at(self._moment, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._waiting is None:
            return
        if self._loop.time() < self._moment:
            self._set_timer()
        else:
            self._has_passed = True
            self._waiting.cancel()
