"""A real server as its own process, and a real Chromium. Only the model vendor is scripted."""

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from scripts.ensure_browser import find_browser

ROOT = Path(__file__).resolve().parent.parent.parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 40
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


class Site:
    """`manage.py serve` with a data folder of its own; can be killed and started again."""

    def __init__(self, folder: Path, scripts: dict[str, Any], **environment: str) -> None:
        self.folder = folder
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        scripts_file = folder / "scripts.json"
        scripts_file.write_text(json.dumps(scripts))
        self._environment = {
            **_without_keys(os.environ),
            "FUSIONWEB_DATA_DIR": str(folder / "data"),
            "FUSIONWEB_SCRIPTS": str(scripts_file),
            "FUSIONWEB_AUTO_SIGN_IN": "on",
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def manage(self, *words: str) -> None:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self._environment, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr

    def start(self) -> "Site":
        if not (self.folder / "data").exists():
            (self.folder / "data").mkdir()
            shutil.copy(_migrated_database(), self.folder / "data")
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port)]
        with (self.folder / "server.log").open("a") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )
        self._wait_until_it_answers()
        return self

    def kill(self) -> None:
        """As a power cut would: no chance to clean up."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def log(self) -> str:
        return (self.folder / "server.log").read_text()

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=20)
            self._process = None

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.address}/sign-in/", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"The server did not start:\n{self.log()}")


@cache
def _migrated_database() -> Path:
    """As `manage.py migrate` makes it; once for all sites."""
    folder = Path(tempfile.mkdtemp(prefix="fusionweb-migrated-"))
    atexit.register(shutil.rmtree, folder)
    environment = {**_without_keys(os.environ), "FUSIONWEB_DATA_DIR": str(folder)}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return folder / "fusionweb.sqlite3"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _without_keys(environment: "os._Environ[str]") -> dict[str, str]:
    """No test may spend anybody's money."""
    return {name: value for name, value in environment.items() if not name.endswith("_API_KEY")}


@pytest.fixture
def make_site(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    sites: list[Site] = []

    def make(scripts: dict[str, Any] | None = None, **environment: str) -> Site:
        site = Site(tmp_path, scripts or {}, **environment).start()
        sites.append(site)
        return site

    yield make
    for site in sites:
        site.stop()


@pytest.fixture(scope="module")
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One server for all tests of a module: with its `SCRIPTS` and its `ENVIRONMENT`."""
    scripts = getattr(request.module, "SCRIPTS", {})
    environment = getattr(request.module, "ENVIRONMENT", {})
    site = Site(tmp_path_factory.mktemp("site"), scripts, **environment).start()
    yield site
    site.stop()
    assert "Traceback" not in site.log(), site.log()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """A page in a fresh profile. What goes wrong in its console fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_(site: Site, path: str = "/", **options: Any) -> Page:
        context = browser.new_context(viewport=options.pop("viewport", DESK), **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("console", lambda message: _note(message, complaints))
        page.goto(site.address + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


#: What Chromium and htmx say by themselves when a test cuts the line on purpose.
_EXPECTED = (
    "WebSocket connection to",
    "net::ERR_",
    "Failed to load resource",
    "htmx: htmx:ws:error: [object Event]",
)


def _note(message: Any, complaints: list[str]) -> None:
    if message.type in ("error", "warning") and not message.text.startswith(_EXPECTED):
        complaints.append(f"{message.type}: {message.text}")
