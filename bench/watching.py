"""A page's websocket: how old each token is when it arrives, and where the run stands."""

import asyncio
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp

from bench.site import Person, Site
from bench.stamps import age_ms, newest_first, now_ms, stamps_in

_PARTIAL = '<hx-partial hx-target="#'
_STEP = re.compile(r'class="step step-(\w+)">.*?"step-label">([^<]+)<', re.DOTALL)
_CRITIQUE = re.compile(r'id="critique-(\d+)"')
_FAILED = "failed"
COME_BACK = 4000


class RunFailed(Exception):
    """A step of the run failed, or its socket ended."""


@dataclass
class Watcher:
    """Call `watch` as a task; `reached` waits for a moment of the run."""

    site: Site
    person: Person
    run_id: str
    ages_ms: list[int] = field(default_factory=list)
    critiques: set[int] = field(default_factory=set)
    #: Of a name of a moment → when its frame came, by the monotonic clock.
    moments: dict[str, float] = field(default_factory=dict)
    #: How often the socket was closed to come back: it did not keep up, or its hub failed.
    returns: int = 0
    _newest: dict[str, int] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _has_ended: bool = False
    _code: int | None = None

    async def watch(self, http: aiohttp.ClientSession) -> None:
        """As a page does: what is sent away with this code comes back."""
        code: int | None = COME_BACK
        try:
            while code == COME_BACK:
                code = self._code = await self._watch_once(http)
                self.returns += 1
        finally:
            self._has_ended = True
            self._changed.set()

    async def _watch_once(self, http: aiohttp.ClientSession) -> int | None:
        address = f"{self.site.address}/ws/runs/{self.run_id}/?digest="
        headers = {"Origin": self.site.address, "Cookie": f"sessionid={self.person.session}"}
        async with http.ws_connect(address, headers=headers, max_msg_size=0) as socket:
            async for message in socket:
                self.take(json.loads(message.data)["content"])
        return socket.close_code

    @property
    def places(self) -> frozenset[str]:
        """The seats whose text has begun to come."""
        return frozenset(self._newest)

    async def reached(self, moment: str) -> float:
        """Wait for "Your review" or "done", and say when it was."""
        await self.until(lambda: moment in self.moments)
        return self.moments[moment]

    async def until(self, is_so: Callable[[], bool]) -> None:
        while not is_so():
            if _FAILED in self.moments or self._has_ended:
                reached = ", ".join(self.moments)
                raise RunFailed(f"{self.run_id} after {reached}; socket closed: {self._code}")
            self._changed.clear()
            await self._changed.wait()

    def take(self, content: str) -> None:
        now = now_ms()
        for part in content.split(_PARTIAL):
            target = part.partition('"')[0]
            if target == "run-head":
                self._note_steps(part)
            elif target.startswith(("seat-", "synthesis")):
                self._note_ages(target[:6], part, now)
            elif target.startswith("group-"):
                self.critiques.update(map(int, _CRITIQUE.findall(part)))
        self._changed.set()

    def _note_ages(self, place: str, part: str, now: int) -> None:
        newest = self._newest.get(place, -1)
        for stamped in stamps_in(part):
            if newest < 0 or newest_first(newest, stamped):
                self.ages_ms.append(age_ms(stamped, now))
                newest = stamped
        if newest >= 0:
            self._newest[place] = newest

    def _note_steps(self, head: str) -> None:
        now = time.monotonic()
        for state, label in _STEP.findall(head):
            if state == "current":
                self.moments.setdefault(label, now)
            elif state == "failed":
                self.moments.setdefault(_FAILED, now)
            elif state == "done" and label == "Synthesis":
                self.moments.setdefault("done", now)
