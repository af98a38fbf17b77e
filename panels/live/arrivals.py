"""Watchers who wait to be let in: together, with one look at the database and one page for all."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from panels.live.sockets import Socket
from panels.snapshot import RunSnapshot


@dataclass(frozen=True, eq=False)
class Arrival:
    socket: Socket
    #: Of the run as its page shows it.
    digest: str
    is_in: "asyncio.Future[None]"

    def is_behind(self, run: RunSnapshot) -> bool:
        return run.is_at_work or run.digest() != self.digest


class Arrivals:
    def __init__(self) -> None:
        self._waiting: list[Arrival] = []

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, socket: Socket, digest: str) -> Arrival:
        arrival = Arrival(socket, digest, asyncio.get_running_loop().create_future())
        self._waiting.append(arrival)
        return arrival

    def need_page(self, run: RunSnapshot) -> bool:
        return any(arrival.is_behind(run) for arrival in self._waiting)

    def let_in(self, run: RunSnapshot, page: Sequence[str]) -> list[Socket]:
        """Those who came in, each with the page if its own is behind."""
        arrivals = self._take()
        for arrival in arrivals:
            if arrival.is_behind(run):
                arrival.socket.send_all(page)
            arrival.is_in.set_result(None)
        return [arrival.socket for arrival in arrivals]

    def refuse(self, error: Exception) -> None:
        for arrival in self._take():
            arrival.is_in.set_exception(error)

    def _take(self) -> list[Arrival]:
        waiting, self._waiting = self._waiting, []
        return [arrival for arrival in waiting if not arrival.is_in.done()]
