"""One deployment in one process: `manage.py serve` with a data folder and a database of its own."""

import asyncio
import os
import subprocess
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

from scripts.ensure_services import unpacked_programs
from tests.cluster.processes import ROOT, python, without_keys
from tests.cluster.site import Web
from tests.deploy.visitor import PASSWORD


class _Web(Web):
    """Ready when it is healthy, whichever names and schemes it answers pages for."""

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/health/", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


class Room:
    """`more` are settings. Use it in a `with`; its processes end with that."""

    def __init__(self, folder: Path, *, webs: int = 1, **more: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.environment = {
            **without_keys(os.environ),
            "FUSIONWEB_DATA_DIR": str(folder / "data"),
            "FUSIONWEB_LOCAL_MODEL": "off",
            "PYTHONUNBUFFERED": "1",
            # `backup` and `restore` look for PostgreSQL's programs there.
            "PATH": f"{unpacked_programs()}{os.pathsep}{os.environ['PATH']}",
            **more,
        }
        self.webs = [
            _Web(number, logs=folder, environment=self.environment) for number in range(1, webs + 1)
        ]

    @property
    def address(self) -> str:
        return self.webs[0].address

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for web in self.webs:
            web.end_now()

    def start(self) -> None:
        """Its tables, an account for Ada, and all its processes."""
        self.manage("migrate", "--verbosity", "0")
        self.start_webs()

    def start_webs(self) -> None:
        for web in self.webs:
            web.launch()
        for web in self.webs:
            asyncio.run(web.wait_until_ready())

    def add_account(self, name: str = "ada") -> None:
        self.manage("create_account", name, "--password-stdin", stdin=f"{PASSWORD}\n")

    def manage(self, *words: str, stdin: str = "") -> str:
        done = self.try_to_manage(*words, stdin=stdin)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def try_to_manage(self, *words: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            python("manage.py", *words),
            cwd=ROOT,
            env=self.environment,
            check=False,
            capture_output=True,
            input=stdin,
            text=True,
        )
