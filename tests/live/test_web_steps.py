"""A watcher sees what a seat does on the web while it does it."""

import asyncio
from typing import Any

from panels.panel import WebTools
from panels.providers.scripts import Script
from panels.tools import web_tools
from panels.tools.fetching import FetchedPage
from tests.factories import make_panel
from tests.live.conftest import LiveRoom
from tests.tools.asking import asks, script
from tests.tools.doubles import HITS, Engine, Pages


class GatedPages(Pages):
    """Pages that come when the test says so."""

    def __init__(self) -> None:
        super().__init__(one="The first page.")
        self.gate = asyncio.Event()

    async def fetch(self, url: str, rules: Any = None) -> FetchedPage:
        await self.gate.wait()
        return await super().fetch(url, rules)


async def test_a_running_step_its_sources_and_its_row_reach_the_page(room: LiveRoom) -> None:
    pages = GatedPages()
    room.web = web_tools.WebTools(Engine(*HITS), pages)
    room.new_process()
    search = ("web_search", '{"query": "why split"}')
    fetch = ("web_fetch", '{"url": "https://a.example/one"}')
    turns = (asks(search), asks(fetch), Script(text="Split it."))
    room.scripts(a=script(*turns))
    panel = make_panel("A", web_tools=WebTools(can_search=True, can_fetch=True))
    run = await room.start(panel)
    watcher = await room.watch(run)
    await watcher.read(seconds=0.6)
    assert "reading: a.example" in watcher.page.text("seat-A")
    assert watcher.page.text("seat-A-sources") == "Sources One a.example Two a.example"
    await watcher.until(
        lambda: "↳ Read https://a.example/one running" in watcher.page.text("ledger")
    )
    pages.gate.set()
    await room.finish(run)
    await watcher.read(seconds=0.5)
    assert "reading" not in watcher.page.text("seat-A")
    assert watcher.page.text("seat-A-blocks") == "Split it."
    assert watcher.page.text("seat-A-sources") == "Sources One a.example Two a.example"
    assert "running" not in watcher.page.text("ledger")
    await watcher.leave()
