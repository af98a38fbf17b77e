"""What the tests of seats on the web share: panels, pages, and what a row says of a call."""

import asyncio
from typing import Any

from asgiref.sync import sync_to_async

from panels.panel import Panel, WebTools
from panels.providers.scripts import Script
from panels.snapshot import CallSnapshot, RunSnapshot, Source
from panels.tools import web_tools
from panels.tools.fetching import FetchedPage
from tests.engine.conftest import Room
from tests.factories import make_panel
from tests.tools.asking import script
from tests.tools.doubles import HITS, Pages

SEARCH = ("web_search", '{"query": "why split"}')
FETCH = ("web_fetch", '{"url": "https://a.example/one"}')
ONE, TWO = (Source(url=hit.url, title=hit.title) for hit in HITS)


class SlowPages(Pages):
    """Pages that never come, and a note of whether anybody stopped waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.was_cancelled = False

    async def fetch(self, url: str, rules: Any = None) -> FetchedPage:
        self.asked.append(url)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise
        raise AssertionError("unreachable")


def web_panel(letters: str = "A", **tools: Any) -> Panel:
    values = {"can_search": True, "can_fetch": True, **tools}
    return make_panel(letters, web_tools=WebTools(**values))


def with_web(room: Room, engine: Any = None, pages: Any = None) -> None:
    room.web = web_tools.WebTools(engine, pages or Pages(one="The first page."))
    room.new_process()


async def played(room: Room, *turns: Script, panel: Panel | None = None) -> RunSnapshot:
    room.scripts(a=script(*turns))
    return await room.finish(await room.start(panel or web_panel()))


def call_of(run: RunSnapshot, letter: str = "A") -> CallSnapshot:
    call = next(answer.call for answer in run.answers if answer.letter == letter)
    assert call is not None
    return call


def told(call: CallSnapshot) -> list[tuple[Any, ...]]:
    return [(s.number, s.tool, s.argument, s.outcome, s.error_code) for s in call.tool_steps]


async def until(found: Any) -> None:
    for _ in range(200):
        if await sync_to_async(found)():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came")
