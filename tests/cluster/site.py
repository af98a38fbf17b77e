"""Fusionweb's own processes, and the two shapes that a deployment has."""

import os
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.cluster.person import PASSWORD, PERSON
from tests.cluster.postgres import PrivatePostgres
from tests.cluster.processes import ROOT, Part, free_port, python, without_keys
from tests.cluster.redis import PrivateRedis
from tests.cluster.upstream import Upstream

SECRET_KEY = "a-key-for-drills-only-that-all-processes-share-and-nobody-else-uses"


class Web(Part):
    def __init__(
        self, number: int, *, logs: Path, environment: dict[str, str], port: int | None = None
    ) -> None:
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        command = python("manage.py", "serve", "--host", "127.0.0.1", "--port", str(self.port))
        super().__init__(
            f"web-{number}",
            command,
            folder=logs,
            is_ready=self._answers,
            environment=environment,
        )

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/sign-in/", timeout=5):
                return True
        except urllib.error.HTTPError:
            # It serves; what it needs may be down on purpose.
            return True
        except OSError:
            return False


class Worker(Part):
    """Ready when it says so in its log."""

    def __init__(self, number: int, *, logs: Path, environment: dict[str, str]) -> None:
        super().__init__(
            f"worker-{number}",
            python("manage.py", "worker"),
            folder=logs,
            is_ready=self._said_so,
            environment=environment,
        )

    def launch(self) -> None:
        self._said_before = self.log().count(READY_WORDS)
        super().launch()

    def _said_so(self) -> bool:
        return self.log().count(READY_WORDS) > self._said_before


#: What `manage.py worker` prints once it advances runs.
READY_WORDS = "The worker is ready"


class Deployment:
    """All parts of one deployment, with folders and ports of their own. Use it in a `with`.

    `settings` are environment variables. On the way out every process is ended by
    its id, whatever happened.
    """

    def __init__(
        self, *, words: int = 60, tokens_per_second: float = 10.0, **settings: str
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fusionweb-drill-"))
        self.logs = self.folder / "logs"
        self.logs.mkdir()
        self.upstream = Upstream(logs=self.logs, words=words, tokens_per_second=tokens_per_second)
        self.environment = {
            **without_keys(os.environ),
            "FUSIONWEB_DATA_DIR": str(self.folder / "data"),
            "FUSIONWEB_SECRET_KEY": SECRET_KEY,
            "FUSIONWEB_LOCAL_MODEL": "off",
            "FUSIONWEB_ENDPOINTS": f"up {self.upstream.base_url}",
            # So that its calls have a cost like a vendor's.
            "FUSIONWEB_PRIVACY": "up=third-party",
            "PYTHONUNBUFFERED": "1",
            **settings,
        }
        self.webs: list[Web] = []
        self.workers: list[Worker] = []
        self.postgres: PrivatePostgres | None = None
        self.redis: PrivateRedis | None = None

    @property
    def parts(self) -> list[Part]:
        services = [part for part in (self.postgres, self.redis) if part is not None]
        return [*services, self.upstream, *self.workers, *self.webs]

    @property
    def addresses(self) -> list[str]:
        return [web.address for web in self.webs]

    @property
    def database_url(self) -> str:
        return self.environment.get("DATABASE_URL", f"sqlite:///{self._sqlite_path}")

    @property
    def _sqlite_path(self) -> Path:
        return self.folder / "data" / "fusionweb.sqlite3"

    async def start(self) -> None:
        candidates: list[Part | None] = [self.postgres, self.redis, self.upstream]
        services = [part for part in candidates if part is not None]
        for part in services:
            part.launch()
        for part in services:
            await part.wait_until_ready()
        self.manage("migrate", "--verbosity", "0")
        self.add_person(PERSON)
        for part in (*self.workers, *self.webs):
            part.launch()
        for part in (*self.workers, *self.webs):
            await part.wait_until_ready()

    def add_person(self, name: str) -> None:
        self.manage("create_account", name, "--password-stdin", stdin=f"{PASSWORD}\n")

    def manage(self, *words: str, stdin: str = "") -> str:
        done = subprocess.run(
            python("manage.py", *words),
            cwd=ROOT,
            env=self.environment,
            check=False,
            capture_output=True,
            input=stdin,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for part in reversed(self.parts):
            part.end_now()
        if self.postgres is not None:
            self.postgres.remove()
        if kind is None:
            shutil.rmtree(self.folder, ignore_errors=True)


class Embedded(Deployment):
    """The default: one process, SQLite, the in-memory channel layer."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.webs = [Web(1, logs=self.logs, environment=self.environment)]


class Cluster(Deployment):
    """PostgreSQL and Redis of its own, web processes that serve and workers that advance runs."""

    def __init__(self, *, webs: int = 2, workers: int = 2, **options: Any) -> None:
        super().__init__(**options)
        self.postgres = PrivatePostgres(logs=self.logs)
        self.redis = PrivateRedis(logs=self.logs)
        self.environment |= {
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.redis.url,
            "FUSIONWEB_ENGINE": "workers",
        }
        self.webs = [
            Web(n, logs=self.logs, environment=self.environment) for n in range(1, webs + 1)
        ]
        self.workers = [
            Worker(n, logs=self.logs, environment=self.environment) for n in range(1, workers + 1)
        ]
