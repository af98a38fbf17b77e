"""The real server as its own process, with a data folder of its own and the scripted upstream."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
STOP_SECONDS = 30


@dataclass(frozen=True)
class Person:
    """Somebody signed in, with presets of the bench: name → key."""

    session: str
    presets: dict[str, str]


class Site:
    def __init__(self, folder: Path, upstream: str, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **_plain_environment(),
            "FUSIONWEB_DATA_DIR": str(folder / "data"),
            "FUSIONWEB_ENDPOINTS": f"bench {upstream}",
            "FUSIONWEB_LOCAL_MODEL": "off",
            "FUSIONWEB_AUTO_SIGN_IN": "on",
            "FUSIONWEB_PRICES": str(ROOT / "bench" / "prices.json"),
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def prepare(self, people: int) -> list[Person]:
        """An up-to-date database with so many people in it."""
        self.run("manage.py", "migrate", "--verbosity", "0")
        rows = json.loads(self.run("-m", "bench.people", str(people)))
        return [Person(**row) for row in rows]

    def start(self) -> None:
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port)]
        with (self.folder / "server.log").open("a") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        self._wait_until_it_answers()

    def kill(self) -> None:
        """As a power cut would: no chance to clean up."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    @property
    def log(self) -> str:
        return (self.folder / "server.log").read_text()

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            process, self._process = self._process, None
            process.send_signal(how)
            try:
                process.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.address}/sign-in/", timeout=2):  # noqa: S310
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"The server did not start:\n{self.log}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _plain_environment() -> dict[str, str]:
    """Without keys, so that nobody's money is spent, and without the settings of this machine."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.endswith("_API_KEY")
        and not name.startswith("FUSIONWEB_")
        and name not in ("DATABASE_URL", "REDIS_URL")
    }
