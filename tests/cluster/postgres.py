"""A PostgreSQL of one's own: its own folder, its own free port, gone when its owner is."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg

from scripts.ensure_services import find_program
from tests.cluster.processes import Part, PartFailed, free_port, group_of

#: A SIGKILL loses nothing that was handed to the system, so a drill does without waiting for the
#: disk. Commits still wait for the log to be handed over.
_DRILL_SETTINGS = ("fsync=off", "full_page_writes=off", "synchronous_commit=on")
_SETTINGS = ("max_connections=200", "shared_buffers=64MB", "listen_addresses=127.0.0.1")


class PrivatePostgres(Part):
    """`folder` keeps it for longer; without one it is gone after `remove`."""

    #: A "fast" shutdown; the usual signal waits for every client to leave first.
    stop_signal = signal.SIGINT

    def __init__(self, *, logs: Path, folder: Path | None = None) -> None:
        self.port = free_port()
        self.url = f"postgres://fusionweb@127.0.0.1:{self.port}/postgres"
        self._is_kept = folder is not None
        #: Not in a test's folder, which nobody but its user may enter.
        self.folder = folder or Path(tempfile.mkdtemp(prefix="fusionweb-postgres-"))
        settings = _SETTINGS if self._is_kept else (*_SETTINGS, *_DRILL_SETTINGS)
        super().__init__(
            "postgres",
            [
                _program("postgres"),
                *("-D", str(self.folder / "data")),
                *("-p", str(self.port)),
                *(f"-cunix_socket_directories={self.folder}",),
                *(f"-c{setting}" for setting in settings),
            ],
            folder=logs,
            is_ready=self._accepts,
            user=_server_user(),
        )
        self._make_cluster()

    def remove(self) -> None:
        self.end_now()
        if not self._is_kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _make_cluster(self) -> None:
        if (self.folder / "data" / "PG_VERSION").exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._user:
            shutil.chown(self.folder, self._user)
        command = [_program("initdb"), "-D", str(self.folder / "data"), "-U", "fusionweb"]
        command += ["-A", "trust", "-E", "UTF8", "--locale=C"]
        command += [] if self._is_kept else ["--no-sync"]
        done = subprocess.run(
            command,
            user=self._user,
            group=group_of(self._user),
            cwd=self.folder,
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise PartFailed(f"initdb failed:\n{done.stdout}{done.stderr}")

    def _accepts(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise PartFailed("PostgreSQL does not run as root, and there is no user to run it as.")


def _program(name: str) -> str:
    program = find_program(name)
    if program is None:
        raise PartFailed(
            f"PostgreSQL's program “{name}” was not found. On Debian and Ubuntu: "
            "apt install postgresql redis-server, or without a service: make .venv/services/ready"
        )
    return program
