"""One hub per server process and watched run: the only subscriber to the run's events.

It keeps the text of streaming calls, renders once per batch of events and hands the same bytes to
all of its sockets. Joins and batches take turns under one lock, so that a joiner's page and the
frames after it fit without a gap or a double. A socket that does not keep up is closed; it comes
back and gets the whole page.

News can get lost: the channel layer drops messages when it is full, and forgets them when it is
restarted. So the hub asks the database every now and then whether the run is still as it was drawn.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from django.db import Error as DatabaseError

from panels.engine.events import AccessChanged, RunEvent, TextArrived, event_from_json
from panels.live import frames
from panels.live.arrivals import Arrivals
from panels.live.beginnings import begin_columns, new_columns
from panels.live.cadence import Pace, draw_seconds, send_seconds
from panels.live.changes import Changes
from panels.live.listener import Listener
from panels.live.publisher import group_of
from panels.live.reading import read
from panels.live.sockets import Socket
from panels.live.texts import LiveTexts, drawn_apart
from panels.queries import load_run_snapshot
from panels.queries.run_stamp import RunStamp, load_run_stamp
from panels.snapshot import RunSnapshot

#: How long to wait for the database to have what events skipped.
GAP_RETRY_SECONDS = 0.15
#: How often the database is asked whether anything was missed.
CHECK_SECONDS = 3.0
#: The same, while text should come and none does, and after trouble.
DOUBT_SECONDS = 1.0
#: How long news that is in the database already may take to arrive.
NEWS_SECONDS = 0.3
log = logging.getLogger(__name__)


class Hub:
    def __init__(self, run_id: str, on_empty: Callable[["Hub"], None]) -> None:
        self.run_id = run_id
        self._on_empty = on_empty
        self._sockets: set[Socket] = set()
        self._arrivals = Arrivals()
        self._lock = asyncio.Lock()
        self._texts = LiveTexts()
        #: As every socket's page shows it, and its stamp, once that was looked at.
        self._run: RunSnapshot | None = None
        self._stamp: RunStamp | None = None
        self._access: tuple[Any, ...] | None = None
        #: What is still to be drawn.
        self._changes = Changes()
        self._late: set[asyncio.Task[None]] = set()
        self._drawing = Pace(lambda: self._do_late(self._draw_what_waits()))
        self._sending = Pace(lambda: self._do_late(self._send_what_waits()))
        self._ledger = Pace(self._draw_ledger)
        #: The database did not answer.
        self._is_cut_off = False
        #: Critiques that every socket's page shows.
        self._shown: set[int] = set()
        self._has_heard = False
        self._doubts = asyncio.Event()
        self._listener = Listener(group_of(run_id), hear=self._hear, doubt=self._doubts.set)
        self._checker: asyncio.Task[None] | None = None

    # Watchers come and go

    async def join(self, socket: Socket, *, digest: str) -> None:
        """Bring a socket's page up to date (unless its digest says it is), then keep it so."""
        arrival = self._arrivals.add(socket, digest)
        try:
            async with self._lock:
                if not arrival.is_in.done():
                    await self._carefully(self._let_in())
            await arrival.is_in
        except asyncio.CancelledError:
            arrival.is_in.cancel()
            self._sockets.discard(socket)
            self._close_if_empty()
            raise

    async def _let_in(self) -> None:
        """Everybody who waits, with one look at the database and one page for all."""
        try:
            await self._listener.start()
            run = await self._draw(Changes(), await self._load_stamp())
            page: list[str] = []
            if self._arrivals.need_page(run):
                page = await drawn_apart(run, frames.whole_page, run, self._texts.live)
        except Exception as error:
            self._arrivals.refuse(error)
            self._close_if_empty()
            raise
        self._sockets.update(self._arrivals.let_in(run, page))
        if self._checker is None:
            self._checker = asyncio.create_task(self._keep_true())

    async def leave(self, socket: Socket) -> None:
        async with self._lock:
            self._sockets.discard(socket)
            self._close_if_empty()

    def _close_if_empty(self) -> None:
        if self._sockets or self._arrivals:
            return
        self._on_empty(self)
        self._listener.stop()
        if self._checker is not None:
            self._checker.cancel()
            self._checker = None
        for pace in (self._drawing, self._sending, self._ledger):
            pace.cancel()

    # News

    async def _hear(self, events: list[dict[str, Any]]) -> None:
        self._has_heard = True
        await self._carefully(self._take([event_from_json(event) for event in events]))

    async def _carefully(self, act: Coroutine[Any, Any, None]) -> None:
        try:
            await act
        except DatabaseError as error:
            # The pages stay as they are, and text goes on; the rest follows when it is back.
            if not self._is_cut_off:
                log.warning("Run %s can't be read for its watchers: %r", self.run_id, error)
            self._is_cut_off = True
            self._doubts.set()
        except Exception:
            # Nobody may be left with half a page: everyone comes back and gets a whole one.
            log.exception("The hub of run %s failed", self.run_id)
            for socket in list(self._sockets):
                socket.send_away()

    async def _take(self, events: list[RunEvent]) -> None:
        async with self._lock:
            texts = [event for event in events if isinstance(event, TextArrived)]
            self._changes.has_unknown_call |= not await self._texts.take(texts)
            for event in events:
                self._changes.note(event)
            if any(isinstance(event, AccessChanged) for event in events):
                self._check_access()
            self._run, begun = begin_columns(self._run, self._texts.live, texts)
            self._send_texts(begun)
            if self._is_cut_off:
                # Text goes on; whoever checks finds out when the rest can follow.
                return
            if (
                self._changes.is_urgent
                or self._texts.has_gap
                or (self._changes.needs_facts and self._drawing.is_time(draw_seconds(len(_hubs))))
            ):
                await self._draw_news()
            if self._texts.has_gap:
                asyncio.get_running_loop().call_later(GAP_RETRY_SECONDS, self._retry_gap)

    def _send_texts(self, begun: list[str]) -> None:
        """At once to a few; to a crowd with what comes until it is time, but for first texts."""
        if begun or self._sending.is_time(send_seconds(len(self._sockets))):
            self._sending.is_done()
            self._broadcast([*begun, *self._texts.unsent(), *self._texts.counters(self._run)])

    def _do_late(self, act: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._carefully(act))
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _send_what_waits(self) -> None:
        async with self._lock:
            self._send_texts([])

    async def _draw_what_waits(self) -> None:
        async with self._lock:
            if self._changes.needs_facts:
                await self._draw_news()

    async def _draw_news(self) -> None:
        changes, self._changes = self._changes, Changes()
        try:
            await self._draw(changes)
        except DatabaseError:
            self._changes.add(changes)
            raise

    def _draw_ledger(self) -> None:
        if self._run is not None:
            self._ledger.is_done()
            self._broadcast([frames.ledger_partial(self._run)])

    def _check_access(self) -> None:
        for socket in list(self._sockets):
            socket.check_access()

    def _retry_gap(self) -> None:
        if self._sockets:
            self._do_late(self._take([]))

    # What may have been missed

    async def _keep_true(self) -> None:
        while True:
            is_silent = self._texts.is_streaming and not self._has_heard
            self._has_heard = False
            await self._pause(DOUBT_SECONDS if is_silent or self._is_cut_off else CHECK_SECONDS)
            await self._carefully(self._check())

    async def _pause(self, seconds: float) -> None:
        """At most so long; a doubt cuts it short, though not to nothing."""
        await asyncio.sleep(NEWS_SECONDS)
        try:
            await asyncio.wait_for(self._doubts.wait(), seconds - NEWS_SECONDS)
        except TimeoutError:
            return
        self._doubts.clear()

    async def _check(self) -> None:
        if self._drawing.is_waiting:
            # What is about to be drawn brings whatever else there is.
            return
        if self._stamp is not None:
            if self._is_true(await self._load_stamp()):
                return
            await asyncio.sleep(NEWS_SECONDS)
        async with self._lock:
            stamp = await self._load_stamp()
            if not self._is_true(stamp):
                # The stamp was read first: what changes in between is noticed at the next check.
                await self._draw(Changes(), stamp)

    def _is_true(self, stamp: RunStamp) -> bool:
        known = self._stamp
        if known is None or self._texts.lack(stamp.lengths):
            return False
        return stamp.facts == known.facts

    # The database, and the pages

    async def _load_stamp(self) -> RunStamp:
        stamp = await read(load_run_stamp, self.run_id)
        self._is_cut_off = False
        if self._access not in (None, stamp.access):
            self._check_access()
        self._access = stamp.access
        return stamp

    async def _draw(self, changes: Changes, stamp: RunStamp | None = None) -> RunSnapshot:
        """Bring every page to what the database holds now, whether or not news said it."""
        drawn, run = self._run, await read(load_run_snapshot, self.run_id)
        self._run, self._stamp, self._is_cut_off = run, stamp, False
        self._drawing.is_done()
        await self._texts.catch_up(run)
        changes.add_differences(drawn, run)
        new_critiques = self._new_critiques(run)
        cards = await drawn_apart(run, changes.partials, run, self._texts.live)
        self._broadcast(
            [
                *new_columns(drawn, run),
                # Not into a card that the page may lack still, or that holds an earlier attempt.
                *self._texts.unsent(drawn=changes.calls),
                *new_critiques,
                *cards,
                *self._ledger_partials(changes, run),
            ]
        )
        return run

    def _ledger_partials(self, changes: Changes, run: RunSnapshot) -> list[str]:
        """Few have it open, and it is the largest card: seldom, while the run is at work."""
        if not changes.is_in_ledger:
            return []
        if run.is_at_work and not self._ledger.is_time(2 * draw_seconds(len(_hubs))):
            return []
        self._ledger.is_done()
        return [frames.ledger_partial(run)]

    def _new_critiques(self, run: RunSnapshot) -> list[str]:
        new = [c.number for c in run.critiques if c.number not in self._shown]
        self._shown.update(new)
        return [frames.new_critique_partial(run, number) for number in new]

    def _broadcast(self, partials: list[str]) -> None:
        if partials and self._sockets:
            frame = frames.envelope(partials)
            for socket in list(self._sockets):
                socket.send(frame)


_hubs: dict[str, Hub] = {}


def hub_of(run_id: str) -> Hub:
    """The run's hub in this process; made when its first watcher comes."""
    if run_id not in _hubs:
        _hubs[run_id] = Hub(run_id, on_empty=_forget)
    return _hubs[run_id]


def _forget(hub: Hub) -> None:
    if _hubs.get(hub.run_id) is hub:
        del _hubs[hub.run_id]
