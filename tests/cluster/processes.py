"""A part of a cluster: one process that can be started, killed, frozen and started again.

Each ends only processes that it started, by their ids.
"""

import asyncio
import ctypes
import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
#: Twenty parts that start at once on two slow cores take their time.
START_SECONDS = 90.0
STOP_SECONDS = 40.0
_POLL_SECONDS = 0.05
_SET_PARENT_DEATH_SIGNAL = 1
_libc = ctypes.CDLL(None)


class PartFailed(AssertionError):
    """A part did not start, or did not end."""


class Part:
    """`is_ready` is asked until it says True; `user` is whom the process runs as."""

    #: What asks it to end in order.
    stop_signal = signal.SIGTERM

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        folder: Path,
        is_ready: Callable[[], bool],
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
    ) -> None:
        self.name = name
        self.log_path = folder / f"{name}.log"
        self._command = list(command)
        self._environment = dict(environment) if environment is not None else None
        self._is_ready = is_ready
        self._user = user
        self._process: subprocess.Popen[bytes] | None = None
        self.is_frozen = False

    @property
    def pid(self) -> int:
        assert self._process is not None, f"{self.name} is not running."
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    async def start(self) -> None:
        self.launch()
        await self.wait_until_ready()

    def launch(self) -> None:
        """Start it and go on: it is ready when `wait_until_ready` returns."""
        assert not self.is_running, f"{self.name} runs already."
        with self.log_path.open("ab") as log:
            # A session of its own: Ctrl+C reaches who started it, who then ends it in order.
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self._user,
                group=group_of(self._user),
                extra_groups=[] if self._user else None,
                start_new_session=True,
                # All that it does is one system call.
                preexec_fn=_die_with_parent,  # noqa: PLW1509
            )

    async def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if not self.is_running:
                raise PartFailed(f"{self.name} ended while it started:\n{self.log_end()}")
            if await asyncio.to_thread(self._is_ready):
                return
            await asyncio.sleep(_POLL_SECONDS)
        raise PartFailed(f"{self.name} is not ready after {START_SECONDS} s:\n{self.log_end()}")

    async def kill(self) -> None:
        """As a power cut would: no chance to clean up."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        await self._end(self.stop_signal)

    def terminate(self) -> None:
        """Ask it to end, and go on."""
        self._signal(self.stop_signal)

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)
        self.is_frozen = True

    def thaw(self) -> None:
        if self.is_running:
            self._signal(signal.SIGCONT)
        self.is_frozen = False

    async def wait_for_end(self, *, seconds: float = STOP_SECONDS) -> int:
        """Until the process is gone; its exit code."""
        assert self._process is not None
        deadline = time.monotonic() + seconds
        while self._process.poll() is None:
            if time.monotonic() > deadline:
                raise PartFailed(f"{self.name} did not end in {seconds} s:\n{self.log_end()}")
            await asyncio.sleep(_POLL_SECONDS)
        return self._process.returncode

    def end_now(self) -> None:
        """For the very end: no waiting for tidiness, and no complaint."""
        if self.is_running:
            self._signal(signal.SIGKILL)
            assert self._process is not None
            self._process.wait(timeout=10)

    def log(self) -> str:
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def log_end(self, lines: int = 30) -> str:
        return "\n".join(self.log().splitlines()[-lines:])

    def pids(self) -> list[int]:
        """Of the process and those that it started."""
        return [self.pid, *children_of(self.pid)]

    async def _end(self, how: signal.Signals) -> None:
        if self.is_running:
            self._signal(how)
            if self.is_frozen and how != signal.SIGKILL:
                self.thaw()
            await self.wait_for_end()
        self.is_frozen = False

    def _signal(self, how: signal.Signals) -> None:
        """To its children too, where it would not pass it on: they must not outlive it."""
        is_for_all = how in (signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT)
        for pid in self.pids() if is_for_all else [self.pid]:
            try:
                os.kill(pid, how)
            except ProcessLookupError:
                continue


def group_of(user: str | None) -> int | None:
    """Its own, which need not have the user's name: Debian's “nobody” is of “nogroup”."""
    return pwd.getpwnam(user).pw_gid if user else None


def children_of(pid: int) -> list[int]:
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    )
    pairs = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
    found, parents = [], {pid}
    while new := [child for child, parent in pairs if parent in parents and child not in found]:
        found += new
        parents = set(new)
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_listening(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def python(*words: str) -> list[str]:
    return [sys.executable, *words]


def without_keys(environment: Mapping[str, str]) -> dict[str, str]:
    """No drill may spend anybody's money, or touch anybody's database."""
    ours = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
    return {
        name: value
        for name, value in environment.items()
        if not name.endswith("_API_KEY") and not name.startswith("FUSIONWEB_") and name not in ours
    }


def _die_with_parent() -> None:
    """Linux ends the part when whoever started it is killed; elsewhere `end_now` has to do."""
    if sys.platform == "linux":
        _libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
