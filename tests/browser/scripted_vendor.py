"""A vendor on a port of this machine, in this process: what it was asked can be read."""

import asyncio
import threading
from typing import Any

from panels.providers.scripted_server import serve_scripts
from panels.providers.scripts import ScriptBook, scripts_from_json


class ScriptedVendor:
    def __init__(self, scripts: dict[str, Any]) -> None:
        self.book = ScriptBook(scripts_from_json(scripts))
        self.base_url = ""
        self._loop = asyncio.new_event_loop()
        self._is_up = threading.Event()
        self._end = asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._is_up.wait(timeout=10)

    def last_prompt(self, slug: str) -> str:
        messages = self.book.requests_to(slug)[-1].body["messages"]
        return "\n".join(message["content"] for message in messages)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(timeout=10)
        self._loop.close()

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        async with serve_scripts(self.book) as self.base_url:
            self._is_up.set()
            await self._end.wait()
