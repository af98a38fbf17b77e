"""`make cluster`: a deployment of several processes on this machine, without Docker.

Two web processes and two workers, with a PostgreSQL and a Redis of their own where DATABASE_URL or
REDIS_URL do not name any. What they keep lies in the data folder; Ctrl+C ends them all.
"""

import argparse
import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import environ

from tests.cluster.postgres import PrivatePostgres
from tests.cluster.processes import ROOT, Part, PartFailed, python
from tests.cluster.redis import PrivateRedis
from tests.cluster.site import Web, Worker

LOOK_SECONDS = 0.5


class PersonsCluster:
    def __init__(self, folder: Path, *, port: int, webs: int, workers: int) -> None:
        self.logs = folder / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        self._environment = {"FUSIONWEB_AUTO_SIGN_IN": "on", **os.environ}
        self._environment["FUSIONWEB_ENGINE"] = "workers"
        self._services: list[Part] = []
        if not self._environment.get("DATABASE_URL"):
            postgres = PrivatePostgres(logs=self.logs, folder=folder / "postgres")
            self._services.append(postgres)
            self._environment["DATABASE_URL"] = postgres.url
        if not self._environment.get("REDIS_URL"):
            redis = PrivateRedis(logs=self.logs)
            self._services.append(redis)
            self._environment["REDIS_URL"] = redis.url
        options: Any = {"logs": self.logs, "environment": self._environment}
        self.webs = [Web(n, port=port + n - 1, **options) for n in range(1, webs + 1)]
        self._workers = [Worker(n, **options) for n in range(1, workers + 1)]

    @property
    def parts(self) -> list[Part]:
        return [*self._services, *self._workers, *self.webs]

    async def start(self) -> None:
        await _start(self._services)
        subprocess.run(
            python("manage.py", "migrate", "--verbosity", "0"),
            cwd=ROOT,
            env=self._environment,
            check=True,
        )
        await _start([*self._workers, *self.webs])

    async def stop(self) -> None:
        """Who serves and works first, together; then what they stand on."""
        for parts in ([*self.webs, *self._workers], self._services):
            running = [part for part in parts if part.is_running]
            for part in running:
                part.terminate()
            await asyncio.gather(*(part.wait_for_end() for part in running))


async def _start(parts: list[Part]) -> None:
    for part in parts:
        part.launch()
    for part in parts:
        await part.wait_until_ready()


async def run(cluster: PersonsCluster) -> int:
    """Until Ctrl+C, or until a part ends by itself; the exit code."""
    ending = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ending.set)
    try:
        await cluster.start()
        addresses = " and ".join(f"{web.address}/" for web in cluster.webs)
        say(f"Fusionweb is at {addresses} (Ctrl+C stops it). Logs: {cluster.logs}")
        while not ending.is_set():
            fallen = [part for part in cluster.parts if not part.is_running]
            if fallen:
                say(f"{fallen[0].name} ended by itself:\n{fallen[0].log_end()}")
                return 1
            await asyncio.sleep(LOOK_SECONDS)
        say("Stopping; answers that are under way get their time.")
        await cluster.stop()
    finally:
        for part in reversed(cluster.parts):
            part.end_now()
    return 0


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="of the first web process")
    parser.add_argument("--webs", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    environ.Env.read_env(ROOT / ".env")
    data = Path(os.environ.get("FUSIONWEB_DATA_DIR", ROOT / "data"))
    try:
        cluster = PersonsCluster(
            data / "cluster", port=asked.port, webs=asked.webs, workers=asked.workers
        )
        sys.exit(asyncio.run(run(cluster)))
    except PartFailed as failed:
        sys.exit(str(failed))


if __name__ == "__main__":
    main()
