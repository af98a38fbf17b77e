"""The upstream as a process of its own, with a durable log: `python -m tests.cluster.upstream`.

The log has one JSON line when a request began and one when it ended: `finished` when its last byte
was handed to the system with the client still there, `gone` when the client left before that.
"""

import argparse
import asyncio
import itertools
import json
import os
import signal
import time
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from aiohttp import web

from panels.providers.scripted_answer import answer_to, stream_bytes
from panels.providers.scripted_labels import prompt_of
from panels.providers.scripts import Script, ScriptBook
from tests.cluster.processes import Part, free_port, is_listening, python, without_keys
from tests.cluster.said import MODELS, mark_in, script

HOST = "127.0.0.1"
FINISHED, GONE = "finished", "gone"
#: US dollars per token: what a call may cost at most is known before it is asked.
PRICING = {"prompt": "0.000002", "completion": "0.00001"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request as the upstream saw it. `end` is "" while it is open; times since the epoch."""

    number: int
    mark: str
    model: str
    generation_id: str
    began_at: float
    ended_at: float | None = None
    end: str = ""
    events_sent: int = 0

    @property
    def is_finished(self) -> bool:
        return self.end == FINISHED


class Upstream(Part):
    """`words` and `tokens_per_second` are those of a seat's answer."""

    def __init__(self, *, logs: Path, words: int, tokens_per_second: float) -> None:
        self.port = free_port()
        self.base_url = f"http://{HOST}:{self.port}/v1"
        self.words = words
        self._log_path = logs / "upstream.jsonl"
        command = ["-m", "tests.cluster.upstream", "--port", str(self.port)]
        command += ["--log", str(self._log_path), "--words", str(words)]
        command += ["--tokens-per-second", str(tokens_per_second)]
        super().__init__(
            "upstream",
            python(*command),
            folder=logs,
            is_ready=lambda: is_listening(self.port),
            environment=without_keys(os.environ),
        )

    def asked(self) -> list[Asked]:
        """Every request so far, in the order in which they began."""
        return read_log(self._log_path)


def read_log(path: Path) -> list[Asked]:
    found: dict[int, Asked] = {}
    for text in path.read_text().splitlines() if path.exists() else []:
        line = json.loads(text)
        number = line["number"]
        if line["event"] == "began":
            values = {name: line[name] for name in ("mark", "model", "generation_id")}
            found[number] = Asked(number=number, began_at=line["at"], **values)
        else:
            found[number] = replace(
                found[number],
                ended_at=line["at"],
                end=line["event"],
                events_sent=line["events_sent"],
            )
    return list(found.values())


class _Book(ScriptBook):
    """Makes each run's scripts as they are asked for."""

    def __init__(self, words: int, tokens_per_second: float) -> None:
        super().__init__({})
        self._options: dict[str, Any] = {"words": words, "tokens_per_second": tokens_per_second}

    def add(self, slug: str, mark: str, model: str) -> None:
        if slug not in self.scripts:
            made: Script = script(mark, model, **self._options)
            self.scripts = {**self.scripts, slug: made}


class _Server:
    def __init__(self, book: _Book, log: IO[str]) -> None:
        self._book = book
        self._log = log
        self._numbers = itertools.count(1)

    def application(self) -> web.Application:
        app = web.Application(client_max_size=10_000_000)
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_get("/v1/models", self._list_models)
        return app

    async def _list_models(self, _request: web.Request) -> web.Response:
        rows = [{"id": model, "pricing": PRICING} for model in MODELS]
        return web.json_response({"data": rows})

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        mark, model = mark_in(prompt_of(body)), body["model"]
        slug = f"{mark}-{model}"
        self._book.add(slug, mark, model)
        answer = await answer_to(self._book, json.dumps({**body, "model": slug}).encode())
        if answer.body is not None:
            return web.Response(status=answer.status, headers=answer.headers, body=answer.body)
        assert answer.request is not None
        number = next(self._numbers)
        generation_id = answer.headers["X-Generation-Id"]
        self._note("began", number, mark=mark, model=model, generation_id=generation_id)
        response = web.StreamResponse(status=200, headers=answer.headers)
        sent, end = 0, GONE
        try:
            await response.prepare(request)
            async with aclosing(stream_bytes(answer.script, answer.request)) as pieces:
                async for piece in pieces:
                    await response.write(piece)
                    sent += 1
                end = FINISHED
            await response.write_eof()
        except ConnectionError:
            pass
        finally:
            self._note(end, number, events_sent=sent)
        return response

    def _note(self, event: str, number: int, **values: Any) -> None:
        line = {"at": time.time(), "event": event, "number": number, **values}
        self._log.write(json.dumps(line) + "\n")
        self._log.flush()


async def _serve(port: int, log_path: Path, book: _Book) -> None:
    end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end.set)
    with log_path.open("a", encoding="utf-8") as log:
        app = _Server(book, log).application()
        # Cancelling the handler is how it notices at once that its client has gone.
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, HOST, port, backlog=1024).start()
        await end.wait()
        await runner.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--words", type=int, required=True)
    parser.add_argument("--tokens-per-second", type=float, required=True)
    asked = parser.parse_args()
    asyncio.run(_serve(asked.port, asked.log, _Book(asked.words, asked.tokens_per_second)))


if __name__ == "__main__":
    main()
