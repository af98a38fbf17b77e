"""Somebody at a browser, as far as HTTP goes; has cookies, and no patience."""

import re
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import httpx
from bs4 import BeautifulSoup

PASSWORD = "engine-1843-drill"
PATIENCE_SECONDS = 180.0
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
_RUN_ID = re.compile(r"/runs/new/([0-9a-f-]{36})/start/")


class Visitor:
    """`address` may change: who comes back to another process keeps the cookies."""

    def __init__(self, address: str, headers: dict[str, str] | None = None) -> None:
        self.address = address
        self.client = httpx.Client(
            timeout=30, headers=headers, follow_redirects=True, trust_env=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.client.close()

    def get(self, path: str) -> httpx.Response:
        return self.client.get(self.address + path)

    def page(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}\n{answer.text[:1000]}"
        return answer.text

    def words(self, path: str) -> str:
        """What the page says, without its markup."""
        return " ".join(BeautifulSoup(self.page(path), "html.parser").get_text(" ").split())

    def post(
        self, page_path: str, form: dict[str, Any], *, to: str = "", files: Any = None
    ) -> httpx.Response:
        """As the form on `page_path` would be sent."""
        token = _TOKEN.search(self.page(page_path))
        sent = token[1] if token else self.client.cookies["csrftoken"]
        headers = {"Referer": self.address + page_path, "Origin": self.address}
        return self.client.post(
            self.address + (to or page_path),
            data={**form, "csrfmiddlewaretoken": sent},
            headers=headers,
            files=files,
        )

    def send(self, page_path: str, form: dict[str, Any], *, to: str = "") -> str:
        answer = self.post(page_path, form, to=to)
        assert answer.status_code in (200, 204), f"{to or page_path}: {answer.text[:2000]}"
        return answer.text

    def sign_in(self, name: str = "ada") -> None:
        page = self.send("/sign-in/", {"username": name, "password": PASSWORD})
        assert "Sign out" in page, "Signing in did not work."

    def make_preset(self, name: str, *models: str) -> str:
        """Seats of these models, with the models `judge` and `writer`; the preset's key."""
        form = {"name": name, "judge_model": "up:judge", "writer_model": "up:writer"}
        form |= {"seats-TOTAL_FORMS": str(len(models)), "seats-INITIAL_FORMS": str(len(models))}
        form |= {f"seats-{n}-model": f"up:{model}" for n, model in enumerate(models)}
        self.send("/presets/new/", form)
        keys = re.findall(r'name="preset" value="(own-[^"]+)"', self.page("/runs/new/"))
        return str(max(keys, key=lambda key: int(key.removeprefix("own-"))))

    def draft_id(self) -> str:
        found = _RUN_ID.search(self.page("/runs/new/"))
        assert found, "The new-run page has no form."
        return found[1]

    def start_run(self, preset: str, question: str) -> str:
        """The new run's path."""
        draft = self.draft_id()
        form = {"question": question, "preset": preset, "start_anyway": "1"}
        self.send("/runs/new/", form, to=f"/runs/new/{draft}/start/")
        return f"/runs/{draft}/"

    def decide(self, run_path: str, number: int, verdict: str, **more: str) -> None:
        to = f"{run_path}critiques/{number}/decide/"
        self.send(run_path, {"verdict": verdict, **more}, to=to)

    def share(self, run_path: str, scope: str) -> str:
        page = self.send(f"{run_path}share/", {"scope": scope, "expiry": "7-days"})
        found = re.search(r"/s/[\w-]+/", page)
        assert found, "The share page shows no link."
        return found[0]

    def facts(self, run_path: str) -> dict[str, Any]:
        """The whole run, as its owner may download it."""
        answer = self.get(f"{run_path}export/json/")
        assert answer.status_code == 200, answer.text[:1000]
        facts: dict[str, Any] = answer.json()
        return facts

    def wait_for(self, run_path: str, state: str) -> dict[str, Any]:
        return self.wait_until(run_path, lambda facts: facts["state"] == state)

    def wait_until(self, run_path: str, is_so: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if is_so(facts := self.facts(run_path)):
                return facts
            if facts["state"] == "failed":
                break
            time.sleep(0.2)
        raise AssertionError(f"The run stands at {facts['state']}: {facts['calls']}")
