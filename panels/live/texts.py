"""The texts of a run's streaming calls, as one hub knows them."""

import asyncio
import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import ParamSpec, TypeVar

from django.utils import timezone

from panels.engine.events import TextArrived
from panels.live import frames
from panels.live.live_call import LiveCall
from panels.markdown.html import render, render_synthesis
from panels.snapshot import CallSnapshot, RunSnapshot

P = ParamSpec("P")
T = TypeVar("T")

COUNT_SECONDS = 1.0
#: Markdown of so many characters takes some 20 ms. More is drawn in a thread, so that whoever
#: shares the process does not wait for it.
MOST_IN_LOOP = 16_000


class LiveTexts:
    def __init__(self) -> None:
        self.live: dict[int, LiveCall] = {}
        self._places: dict[int, str] = {}
        self._counted_at = timezone.now()

    @property
    def has_gap(self) -> bool:
        return any(live.has_gap for live in self.live.values())

    @property
    def is_streaming(self) -> bool:
        return any(not live.is_over for live in self.live.values())

    async def take(self, events: Sequence[TextArrived]) -> bool:
        """False when a call is not known yet: the database must be asked."""
        known = [(self.live[e.call_id], e) for e in events if e.call_id in self.live]
        if any(live.open_characters + len(e.text) > MOST_IN_LOOP for live, e in known):
            await asyncio.to_thread(_take_all, known)
        else:
            _take_all(known)
        return len(known) == len(events)

    async def catch_up(self, run: RunSnapshot) -> None:
        """Take over what the database knows."""
        if self._characters_to_draw(run) > MOST_IN_LOOP:
            await asyncio.to_thread(self._catch_up, run)
        else:
            self._catch_up(run)

    def _characters_to_draw(self, run: RunSnapshot) -> int:
        """Of all calls together: what is new, and what is drawn again with it."""
        count = 0
        for call in run.calls:
            live = self.live.get(call.id)
            if live is not None and not live.is_over:
                count += live.open_characters + max(len(call.text) - len(live.text), 0)
            elif live is None and call.is_active:
                count += len(call.text)
        return count

    def _catch_up(self, run: RunSnapshot) -> None:
        for call in run.calls:
            live = self.live.get(call.id)
            if live is None and call.is_active:
                self._begin(run, call)
            elif live is not None and not live.is_over:
                live.catch_up(call)
                if not call.is_active:
                    live.finish(call.text)

    def lack(self, lengths: Mapping[int, tuple[int, int]]) -> bool:
        """Whether more is stored than is known here. `lengths`: of (text, reasoning), by call."""
        return any(
            call_id not in self.live or self.live[call_id].lacks(text, reasoning)
            for call_id, (text, reasoning) in lengths.items()
        )

    def unsent(self, *, drawn: Collection[int] = ()) -> list[str]:
        """`drawn`: calls whose cards are drawn with it, and hold all of their text."""
        found: list[str] = []
        for live in self.live.values():
            place = self._places[live.call_id]
            if place and live.is_unsent and live.call_id not in drawn:
                found += frames.text_partials(place, live)
            live.mark_sent()
        return found

    def counters(self, run: RunSnapshot | None) -> list[str]:
        """Once a second: what the streaming answers have come to."""
        now = timezone.now()
        if run is None or self._has_counted(now):
            return []
        self._counted_at = now
        streaming = [live for live in self.live.values() if live.seat and not live.is_over]
        return [frames.counters_partial(run, live, now) for live in streaming]

    def _has_counted(self, now: datetime) -> bool:
        return (now - self._counted_at).total_seconds() < COUNT_SECONDS

    def _begin(self, run: RunSnapshot, call: CallSnapshot) -> None:
        known = {critique.number for critique in run.critiques}
        draw = functools.partial(render_synthesis, known=known) if call.is_writer else render
        self.live[call.id] = LiveCall(call, draw)
        self._places[call.id] = frames.place_of(call)


def _take_all(pieces: Sequence[tuple[LiveCall, TextArrived]]) -> None:
    for live, event in pieces:
        live.take(event)


async def drawn_apart(
    run: RunSnapshot, draw: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Draw cards of this run: in a thread, when its finished answers are long."""
    if sum(len(call.text) for call in run.calls) > MOST_IN_LOOP:
        return await asyncio.to_thread(draw, *args, **kwargs)
    return draw(*args, **kwargs)
