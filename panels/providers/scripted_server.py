"""The scripts over real HTTP: `python -m panels.providers.scripted_server --scripts scripts.json`.

Writes its base URL as one line when it is ready. The log has one JSON object per line: the slug,
the attempt, when it was asked and when it ended, and whether the client closed it early.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from aiohttp import web

from panels.providers.scripted_answer import (
    ScriptedAnswer,
    ScriptedCut,
    answer_to,
    model_list,
    stream_bytes,
)
from panels.providers.scripts import ScriptBook, load_scripts

HOST = "127.0.0.1"
MOST_PROMPT_BYTES = 100_000_000


class ScriptedServer:
    def __init__(self, book: ScriptBook, log: IO[str] | None = None) -> None:
        self._book = book
        self._log = log

    def application(self) -> web.Application:
        app = web.Application(client_max_size=MOST_PROMPT_BYTES)
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_get("/v1/models", self._list_models)
        return app

    async def _list_models(self, _request: web.Request) -> web.Response:
        return web.Response(body=model_list(self._book), content_type="application/json")

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        asked_at = datetime.now(UTC)
        raw_body = await request.read()
        answer: ScriptedAnswer | None = None
        try:
            answer = await answer_to(self._book, raw_body)
            if answer.body is not None:
                return web.Response(status=answer.status, headers=answer.headers, body=answer.body)
            return await self._stream(request, answer)
        finally:
            self._write_log(asked_at, raw_body, answer)

    async def _stream(self, request: web.Request, answer: ScriptedAnswer) -> web.StreamResponse:
        asked = answer.request
        assert asked is not None
        response = web.StreamResponse(status=200, headers=answer.headers)
        try:
            await response.prepare(request)
            async with aclosing(stream_bytes(answer.script, asked)) as pieces:
                async for piece in pieces:
                    await response.write(piece)
            await response.write_eof()
        except ScriptedCut:
            asked.is_complete = True
            if request.transport is not None:
                request.transport.abort()
        except ConnectionError:
            # The client is gone, which the log says below.
            pass
        finally:
            asked.was_closed_early = not asked.is_complete
        return response

    def _write_log(
        self, asked_at: datetime, raw_body: bytes, answer: ScriptedAnswer | None
    ) -> None:
        if self._log is None:
            return
        asked = answer.request if answer is not None else None
        line = {
            "slug": json.loads(raw_body).get("model"),
            "attempt": asked.attempt if asked is not None else None,
            "asked_at": asked_at.isoformat(),
            "ended_at": datetime.now(UTC).isoformat(),
            "status": answer.status if answer is not None else None,
            # Without an answer the client did not wait for one.
            "was_closed_early": asked.was_closed_early if asked is not None else answer is None,
        }
        self._log.write(json.dumps(line) + "\n")
        self._log.flush()


@asynccontextmanager
async def serve_scripts(
    book: ScriptBook, *, port: int = 0, log: IO[str] | None = None
) -> AsyncIterator[str]:
    """Serve while the block runs; gives the base URL. Port 0 is any free one."""
    # Cancelling the handler is how a script that hangs notices that its client has gone.
    runner = web.AppRunner(
        ScriptedServer(book, log).application(), handler_cancellation=True, shutdown_timeout=0.1
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, port, backlog=1024)
        await site.start()
        yield f"http://{HOST}:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--scripts", type=Path, required=True)
    parser.add_argument("--log", type=Path)
    asked = parser.parse_args(arguments)
    book = ScriptBook(load_scripts(asked.scripts))
    try:
        asyncio.run(_serve_forever(book, asked.port, asked.log))
    except KeyboardInterrupt:
        sys.exit(0)


async def _serve_forever(book: ScriptBook, port: int, log_path: Path | None) -> None:
    log = log_path.open("a", encoding="utf-8") if log_path is not None else None
    try:
        async with serve_scripts(book, port=port, log=log) as base_url:
            sys.stdout.write(f"{base_url}\n")
            sys.stdout.flush()
            await asyncio.Event().wait()
    finally:
        if log is not None:
            log.close()


if __name__ == "__main__":
    main()
