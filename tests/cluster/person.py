"""Somebody at a browser, as far as HTTP goes: signs in, starts runs, decides, has it written.

What does not get through is tried again, at another web process, as a person behind a proxy would.
"""

import asyncio
import itertools
import re
import time
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.cluster.said import MODELS, SEATS, question

PERSON, PASSWORD = "ada", "engine-1843-drill"
REQUEST_SECONDS = 15.0
AGAIN_SECONDS = 0.5
#: How long somebody goes on trying before a drill counts as failed.
PATIENCE_SECONDS = 180.0


class GaveUp(AssertionError):
    """No web process answered for longer than any drill lasts."""


class Refused(AssertionError):
    """Fusionweb understood, and said no."""


class Person:
    """`addresses`: of the web processes, one after the other."""

    def __init__(self, addresses: list[str], name: str = PERSON) -> None:
        self.name = name
        self._addresses = itertools.cycle(addresses)
        # Cookies know no ports: one session for all web processes, as behind one proxy.
        self.session = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            timeout=aiohttp.ClientTimeout(total=REQUEST_SECONDS),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.session.close()

    def next_address(self) -> str:
        return next(self._addresses)

    async def sign_in(self) -> None:
        form = {"username": self.name, "password": PASSWORD}
        page = await self.post_form("/sign-in/", form)
        assert "Sign out" in page, "Signing in did not work."

    async def make_preset(self, name: str) -> str:
        """A panel of four, a judge and a writer, all at the upstream; the preset's key."""
        form = {
            "name": name,
            "judge_model": "up:judge",
            "writer_model": "up:writer",
            "seats-TOTAL_FORMS": str(len(SEATS)),
            "seats-INITIAL_FORMS": str(len(SEATS)),
        }
        form |= {f"seats-{n}-model": f"up:{model}" for n, model in enumerate(MODELS[: len(SEATS)])}
        await self.post_form("/presets/new/", form)
        page = await self.get("/runs/new/")
        keys = re.findall(r'name="preset" value="([^"]+)"', page)
        own = [key for key in keys if key.startswith("own-")]
        assert own, f"The preset is not offered; there are {keys}."
        return own[-1]

    async def start_run(self, preset_key: str, mark: str) -> str:
        """The new run's path. Trying again is safe: a draft starts once."""
        page = await self.get("/runs/new/")
        path = re.search(r"/runs/new/([0-9a-f-]{36})/start/", page)
        assert path, "The new-run page has no form."
        form = {"question": question(mark), "preset": preset_key, "start_anyway": "1"}
        await self.post_form(path[0], form, follows=False)
        return f"/runs/{path[1]}/"

    async def decide(self, run_path: str, number: int, verdict: str) -> None:
        await self.post_form(f"{run_path}critiques/{number}/decide/", {"verdict": verdict})

    async def ask_to_write(self, run_path: str) -> None:
        """Once: an answer that got lost is looked for on the page before it is asked again."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if "No synthesis yet" not in await self.get(run_path):
                return
            try:
                await self._post_once(self.next_address(), f"{run_path}write/", {})
            except (_NotTaken, Refused):
                await asyncio.sleep(AGAIN_SECONDS)
        raise GaveUp(f"{run_path}write/")

    async def share(self, run_path: str) -> str:
        """The path of a link that lets guests review."""
        form = {"scope": "view", "expiry": "1-day"}
        page = await self.post_form(f"{run_path}share/", form)
        found = re.search(r"/s/[\w-]+/", page)
        assert found, "The share page shows no link."
        return found[0]

    async def get(self, path: str) -> str:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                return await self._get_once(self.next_address(), path)
            except _NotTaken:
                await asyncio.sleep(AGAIN_SECONDS)
        raise GaveUp(path)

    async def post_form(self, path: str, form: dict[str, Any], *, follows: bool = True) -> str:
        """Until a web process took it; the page that it answered with.

        `follows`: or the page that it sent on to.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                return await self._post_once(self.next_address(), path, form, follows=follows)
            except _NotTaken:
                await asyncio.sleep(AGAIN_SECONDS)
        raise GaveUp(path)

    async def _get_once(self, address: str, path: str) -> str:
        try:
            async with self.session.get(address + path) as answer:
                text = await answer.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _NotTaken from error
        _check(path, answer.status, text)
        return text

    async def _post_once(
        self, address: str, path: str, form: dict[str, Any], *, follows: bool = True
    ) -> str:
        if not self._csrf_cookie():
            await self._get_once(address, "/sign-in/")
        headers = {"Referer": address + path, "Origin": address, "X-CSRFToken": self._csrf_cookie()}
        try:
            async with self.session.post(
                address + path, data=form, headers=headers, allow_redirects=follows
            ) as answer:
                text = await answer.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _NotTaken from error
        _check(path, answer.status, text)
        return text

    def _csrf_cookie(self) -> str:
        return next((c.value for c in self.session.cookie_jar if c.key == "csrftoken"), "")


class _NotTaken(Exception):
    """The web process is gone, or what it needs is."""


def _check(path: str, status: int, text: str) -> None:
    if status >= 500:
        raise _NotTaken(f"{path}: {status}")
    if status >= 400:
        raise Refused(f"{path}: {status}\n{text[:2000]}")
