"""The ideal relay: reads eight streams per run and fans their text out over one websocket each.

`python -m bench.ideal_relay URL`. New text is joined for 25 ms, and all of it is made durable every
50 ms by one commit. A page connects to `/ws/runs/<run>/`, and its run begins: of the model by which
its name begins, else of the standard seat. Frames look like ours, so that the same watcher reads
them, and carry plain text. Writes its address as one line.
"""

import asyncio
import json
import sqlite3
import sys
import tempfile
from pathlib import Path

from aiohttp import web

from bench.ideal_client import client, pieces_of
from bench.models import MODELS
from panels.panel import SEAT_LETTERS

FLUSH_SECONDS = 0.025
COMMIT_SECONDS = 0.05
HOST = "127.0.0.1"


class Relay:
    def __init__(self, upstream: str, database: Path) -> None:
        self._upstream = upstream
        self._client = client()
        self._pending: list[tuple[str, str, str]] = []
        self._database = database

    async def serve(self) -> None:
        app = web.Application()
        app.router.add_get("/ws/runs/{run}/", self._relay_run)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, HOST, 0, backlog=1024)
        await site.start()
        sys.stdout.write(f"http://{HOST}:{runner.addresses[0][1]}\n")
        sys.stdout.flush()
        await self._commit_for_ever()

    async def _relay_run(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        run = request.match_info["run"]
        fresh: dict[str, list[str]] = {}
        sending = asyncio.create_task(self._send_for_ever(socket, fresh))
        await asyncio.gather(*(self._read(run, letter, fresh) for letter in SEAT_LETTERS))
        await asyncio.sleep(2 * FLUSH_SECONDS)
        sending.cancel()
        await socket.close()
        return socket

    async def _read(self, run: str, letter: str, fresh: dict[str, list[str]]) -> None:
        model = run.partition("-")[0]
        slug = f"{model if model in MODELS else 'seat'}-{letter}"
        async for token in pieces_of(self._client, self._upstream, slug, run):
            fresh.setdefault(f"seat-{letter}", []).append(token)
            self._pending.append((run, slug, token))

    async def _send_for_ever(
        self, socket: web.WebSocketResponse, fresh: dict[str, list[str]]
    ) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            if fresh:
                partials = [
                    f'<hx-partial hx-target="#{slug}-tail">{"".join(tokens)}</hx-partial>'
                    for slug, tokens in fresh.items()
                ]
                fresh.clear()
                await socket.send_str(json.dumps({"content": "".join(partials)}))

    async def _commit_for_ever(self) -> None:
        await asyncio.to_thread(self._make_table)
        while True:
            await asyncio.sleep(COMMIT_SECONDS)
            if self._pending:
                rows, self._pending = self._pending, []
                await asyncio.to_thread(self._commit, rows)

    def _make_table(self) -> None:
        with sqlite3.connect(self._database) as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("CREATE TABLE piece (run, slug, text)")

    def _commit(self, rows: list[tuple[str, str, str]]) -> None:
        texts: dict[tuple[str, str], list[str]] = {}
        for run, slug, token in rows:
            texts.setdefault((run, slug), []).append(token)
        with sqlite3.connect(self._database) as database:
            database.execute("PRAGMA synchronous=NORMAL")
            database.executemany(
                "INSERT INTO piece VALUES (?, ?, ?)",
                [(run, slug, "".join(tokens)) for (run, slug), tokens in texts.items()],
            )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(Relay(sys.argv[1], Path(folder) / "relay.sqlite3").serve())
