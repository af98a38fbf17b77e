"""What a person does in the browser, by the same requests: start, accept, ask for the synthesis."""

import re
from dataclasses import dataclass
from typing import Any

import aiohttp

from bench.site import Person, Site

_DRAFT = re.compile(r"/runs/new/([0-9a-f-]{36})/start/")
_RUN = re.compile(r"/runs/([0-9a-f-]{36})/")
#: Any token and cookie that agree pass; this one saves a page load before each action.
_CSRF = "b" * 32


class Refused(Exception):
    """The site did not do what it was asked."""


@dataclass
class Visitor:
    site: Site
    person: Person
    http: aiohttp.ClientSession

    async def new_draft(self) -> str:
        """Open the new-run page, as one does before there is anything to start."""
        async with self.http.get(f"{self.site.address}/runs/new/", headers=self._headers) as page:
            found = _DRAFT.search(await page.text())
        if found is None:
            raise Refused("The new-run page has no draft.")
        return found[1]

    async def start(self, draft: str, preset: str, mark: str) -> str:
        """The id of the run, whose question carries the mark by which the upstream knows it."""
        question = f"[run {mark}] Should checkout leave the monolith before the summer sale?"
        form = {
            "question": question,
            "preset": self.person.presets[preset],
            "start_anyway": "panel",
        }
        answer = await self.post(f"/runs/new/{draft}/start/", form)
        found = _RUN.search(answer)
        if found is None:
            raise Refused(f"The run was not started: {answer}")
        return found[1]

    async def accept(self, run_id: str, number: int) -> None:
        await self.post(f"/runs/{run_id}/critiques/{number}/decide/", {"verdict": "accepted"})

    async def write(self, run_id: str) -> None:
        await self.post(f"/runs/{run_id}/write/", {})

    async def stop(self, run_id: str) -> None:
        await self.post(f"/runs/{run_id}/stop/", {})

    async def export(self, run_id: str) -> dict[str, Any]:
        """All that is stored of the run."""
        address = f"{self.site.address}/runs/{run_id}/export/json/"
        async with self.http.get(address, headers=self._headers) as answer:
            return dict(await answer.json(content_type=None))

    async def fetch(self, path: str) -> str:
        async with self.http.get(self.site.address + path, headers=self._headers) as answer:
            if answer.status != 200:
                raise Refused(f"{path}: {answer.status}")
            return await answer.text()

    async def post(self, path: str, form: dict[str, str]) -> str:
        """Where it leads; "" for an answer in place."""
        async with self.http.post(
            self.site.address + path,
            data={**form, "csrfmiddlewaretoken": _CSRF},
            headers=self._headers,
            allow_redirects=False,
        ) as answer:
            if answer.status >= 400:
                raise Refused(f"{path}: {answer.status} {(await answer.text())[:300]}")
            return answer.headers.get("Location", "")

    @property
    def _headers(self) -> dict[str, str]:
        cookie = f"sessionid={self.person.session}; csrftoken={_CSRF}"
        return {"Cookie": cookie, "Origin": self.site.address, "Referer": f"{self.site.address}/"}
