"""The parent's side of the local model's process: start it once, know whether it lives, end it."""

import asyncio
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

import httpx

from panels.providers.errors import Unreachable
from panels.providers.http import NETWORK_ERRORS

START_SECONDS = 60.0
STOP_SECONDS = 2.0
HEALTH_POLL_SECONDS = 0.05
LOG_TAIL_BYTES = 400
PROJECT_DIR = Path(__file__).resolve().parents[2]


class LocalProcess:
    """A running `local_server`. Make one with `start_process`."""

    def __init__(self, process: subprocess.Popen[bytes], log: IO[bytes], key: str) -> None:
        self.key = key
        self.address = ""
        self._process = process
        self._log = log

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    async def wait_until_ready(self, client: httpx.AsyncClient) -> None:
        """:raises Unreachable: with the end of its log, when it does not come up."""
        try:
            async with asyncio.timeout(START_SECONDS):
                self.address = await self._read_address()
                while not await self._is_healthy(client):
                    await asyncio.sleep(HEALTH_POLL_SECONDS)
        except TimeoutError:
            raise self._failure(f"did not start within {START_SECONDS:g} seconds") from None

    async def stop(self) -> None:
        """End of input ends the process; one that does not listen is killed."""
        self._end_input()
        try:
            await asyncio.to_thread(self._process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            await asyncio.to_thread(self.kill)
        self._close_files()

    def kill(self) -> None:
        """At once, from wherever: also while the caller is being cancelled."""
        self._process.kill()
        self._process.wait()
        self._end_input()
        self._close_files()

    async def _read_address(self) -> str:
        assert self._process.stdout is not None
        line = await asyncio.to_thread(self._process.stdout.readline)
        if not line:
            raise self._failure("ended while starting")
        return line.decode().strip()

    async def _is_healthy(self, client: httpx.AsyncClient) -> bool:
        if not self.is_running:
            raise self._failure("ended while starting")
        try:
            response = await client.get(f"{self.address}/health", timeout=START_SECONDS)
        except NETWORK_ERRORS:
            return False
        return response.status_code == 200

    def _failure(self, what: str) -> Unreachable:
        size = os.fstat(self._log.fileno()).st_size
        # By offset, since the child shares the file's own position.
        tail = os.pread(self._log.fileno(), LOG_TAIL_BYTES, max(0, size - LOG_TAIL_BYTES))
        log = tail.decode(errors="replace").strip()
        return Unreachable(f"The local model's server {what}. Its log ends: {log or 'it is empty'}")

    def _end_input(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()

    def _close_files(self) -> None:
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._log.close()


def start_process(command: list[str]) -> LocalProcess:
    key = secrets.token_urlsafe(24)
    log = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the process lives)
    # A session of its own, so that Ctrl+C in the terminal reaches only the parent, which then
    # ends its children in order.
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        cwd=PROJECT_DIR,
        start_new_session=True,
    )
    assert process.stdin is not None
    started = LocalProcess(process, log, key)
    try:
        process.stdin.write(f"{key}\n".encode())
        process.stdin.flush()
    except BrokenPipeError:
        # It is dead already; `wait_until_ready` says why.
        pass
    return started


def server_command(weights: Path, name: str, *, slots: int, slot_tokens: int) -> list[str]:
    return [
        sys.executable,
        "-m",
        "panels.providers.local_server",
        f"--weights={weights}",
        f"--name={name}",
        f"--slots={slots}",
        f"--slot-tokens={slot_tokens}",
    ]
