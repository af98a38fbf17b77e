"""Somebody who watches a run: a page as a browser holds it, and a socket that comes back.

The page is loaded once. A lost socket is opened again after a while, at the next web process, and
every frame is applied to the page that stands; what it shows then is compared with the truth.
"""

import asyncio
import random
import re
import time

import aiohttp

from tests.cluster.page import QuickPage, UnknownTarget
from tests.cluster.person import Person
from tests.cluster.said import MODELS, SEATS, text_of

#: As the page's own settings have it, apart from the longest wait: a drill is short.
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 4.0
#: A page that went wrong goes on being wrong; the first words of the first few times will do.
MOST_WRONGS, MOST_CHARACTERS = 5, 400
COMES_BACK = frozenset({1000, 1001, 1005, 1006, 1011, 1012, 1013, 1014, 4000})
_SOCKET = re.compile(r'hx-ws:connect="([^"]+)"')
_TARGETS = re.compile(r'hx-target=\\"#(seat-[A-H]|synthesis)')
#: The parts of the page that its frames keep up to date.
_CARDS = ("run-head", "seat-", "group-", "review-progress", "review-foot", "synthesis", "ledger")


class Watcher:
    def __init__(self, person: Person, run_path: str, mark: str, *, words: int) -> None:
        self.person = person
        self.run_path = run_path
        self.mark = mark
        #: Everything that was ever wrong with what this page showed.
        self.wrongs: list[str] = []
        self.frames = 0
        self.sockets = 0
        self._truths = {
            seat: _plain(text_of(mark, model, words=words))
            for seat, model in zip((*SEATS, "synthesis"), (*MODELS[:4], "writer"), strict=True)
        }
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        html = await self.person.get(self.run_path)
        self.page = QuickPage(html)
        socket = _SOCKET.search(html)
        assert socket, "The run page has no socket."
        self._socket_path = socket[1].replace("&amp;", "&")
        self._check_all()
        self._task = asyncio.create_task(self._watch())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def shown(self, place: str) -> str:
        """The text in a seat's column, or of the latest synthesis."""
        prefix = place if place == "synthesis" else f"seat-{place}"
        parts = [f"{prefix}-blocks", f"{prefix}-tail"]
        return _plain(" ".join(self.page.text(part) for part in parts if self.page.has(part)))

    def missing(self, *, is_written: bool) -> list[str]:
        """What the page does not show yet of all that was said."""
        places = [*SEATS, "synthesis"] if is_written else [*SEATS]
        return [place for place in places if self.shown(place) != self._truths[place]]

    async def differences(self) -> list[str]:
        """Cards whose words differ from those of a page that is loaded now."""
        fresh = QuickPage(await self.person.get(self.run_path))
        ids = [i for card in _CARDS for i in fresh.ids(card)]
        return [
            f"{i}: shows “{self.page.text(i) if self.page.has(i) else None}”, "
            f"should show “{fresh.text(i)}”"
            for i in ids
            if not self.page.has(i) or self.page.text(i) != fresh.text(i)
        ]

    async def lasting_differences(self, *, seconds: float) -> list[str]:
        """What is still wrong after so long, in a sentence."""
        deadline = time.monotonic() + seconds
        while (found := await self.differences()) and time.monotonic() < deadline:
            await asyncio.sleep(1.0)
        if not found:
            return []
        first = found[0][:MOST_CHARACTERS]
        return [f"A page of {self.mark} is wrong at {len(found)} places, first {first}"]

    async def _watch(self) -> None:
        wait = FIRST_WAIT_SECONDS
        while True:
            began = time.monotonic()
            code = await self._read_socket(self.person.next_address())
            if code not in COMES_BACK:
                self._complain(f"was sent away for good ({code})")
                return
            lived_long = time.monotonic() - began > LONGEST_WAIT_SECONDS
            wait = FIRST_WAIT_SECONDS if lived_long else min(wait * 2, LONGEST_WAIT_SECONDS)
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))

    async def _read_socket(self, address: str) -> int:
        """Apply frames until the socket is gone; its close code."""
        url = address.replace("http", "ws", 1) + self._socket_path
        try:
            async with self.person.session.ws_connect(
                url, origin=address, max_msg_size=0, timeout=aiohttp.ClientWSTimeout(ws_close=1.0)
            ) as socket:
                self.sockets += 1
                async for message in socket:
                    if message.type == aiohttp.WSMsgType.TEXT:
                        self._apply(message.data)
                return socket.close_code or 1006
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 1006

    def _apply(self, frame: str) -> None:
        self.frames += 1
        try:
            self.page.apply(frame)
        except UnknownTarget as unknown:
            self._complain(str(unknown))
            return
        for target in set(_TARGETS.findall(frame)):
            self._check(target.removeprefix("seat-"))

    def _check_all(self) -> None:
        for place in self._truths:
            self._check(place)

    def _check(self, place: str) -> None:
        shown = self.shown(place)
        if not self._truths[place].startswith(shown):
            self._complain(f"shows at {place} what was never said: “{shown[-200:]}”")

    def _complain(self, what: str) -> None:
        if len(self.wrongs) < MOST_WRONGS:
            self.wrongs.append(f"A watcher of {self.mark} {what}"[:MOST_CHARACTERS])


def _plain(text: str) -> str:
    """Words with single spaces; a citation's brackets are shown as a chip."""
    return " ".join(text.replace("[", "").replace("]", "").split())
