"""The scripted upstream, as a process of its own: `python -m bench.upstream`.

A bare asyncio protocol, since 400 streams of 50 tokens a second must leave most of a core to those
who read them. Writes its base URL as one line when it is ready.

`GET /log` gives every completion that was asked for since the last `GET /clear`, with its times in
seconds of the monotonic clock; `run` is what stands in the prompt as `[run …]`.
"""

import asyncio
import json
import re
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from bench.models import MODELS, Model
from bench.stamps import stamp
from panels.panel import SEAT_LETTERS

HOST = "127.0.0.1"
_RUN = re.compile(rb"\[run ([\w-]+)\]")
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass
class Asked:
    """A completion that was asked for. Times are None until they come."""

    slug: str
    run: str
    asked_at: float
    first_token_at: float | None = None
    last_token_at: float | None = None
    #: Its last byte was written.
    finished_at: float | None = None
    #: The client closed the connection before the end.
    closed_at: float | None = None
    tokens: int = 0


LOG: list[Asked] = []


class Connection(asyncio.Protocol):
    transport: asyncio.Transport
    stream: "Stream | None" = None

    def __init__(self) -> None:
        self._received = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (request := self._take_request()) is not None:
            self._answer(*request)

    def connection_lost(self, _: Exception | None) -> None:
        if self.stream is not None:
            self.stream.lose()

    def _take_request(self) -> tuple[bytes, bytes] | None:
        head, blank, rest = bytes(self._received).partition(b"\r\n\r\n")
        found = _LENGTH.search(head)
        length = int(found[1]) if found else 0
        if not blank or len(rest) < length:
            return None
        self._received = bytearray(rest[length:])
        return head.split(b" ", 2)[1], rest[:length]

    def _answer(self, path: bytes, body: bytes) -> None:
        if path.endswith(b"/chat/completions"):
            self._complete(body)
        elif path.endswith(b"/models"):
            self._say({"data": [{"id": slug} for slug in _slugs()]})
        elif path == b"/clear":
            LOG.clear()
            self._say({})
        else:
            self._say([asdict(asked) for asked in LOG])

    def _complete(self, body: bytes) -> None:
        slug = str(json.loads(body)["model"])
        run = _RUN.search(body)
        # "seat-A" and "seat" are one model: a panel has eight seats of it.
        model = MODELS[slug.partition("-")[0]]
        asked = Asked(slug, run[1].decode() if run else "", time.monotonic())
        LOG.append(asked)
        self.stream = Stream(self.transport, model, asked)

    def _say(self, data: Any) -> None:
        body = json.dumps(data).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        self.transport.write(head.encode() + b"\r\n\r\n" + body)


class Stream:
    """One answer, each token when it is due by the clock, so that delays don't add up."""

    def __init__(self, transport: asyncio.Transport, model: Model, asked: Asked) -> None:
        self._transport = transport
        self._model = model
        self._asked = asked
        self._loop = asyncio.get_running_loop()
        self._words = re.findall(r"\S+\s*", model.text)
        self._due_at = self._loop.time() + model.first_token_seconds
        self._head = _opening(asked.slug)
        self._timer = self._loop.call_at(self._due_at, self._begin)

    def lose(self) -> None:
        self._timer.cancel()
        if self._asked.finished_at is None:
            self._asked.closed_at = time.monotonic()

    def _begin(self) -> None:
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        self._asked.first_token_at = time.monotonic()
        if self._model.tokens_per_second:
            self._send_due()
        else:
            self._send_all()

    def _send_due(self) -> None:
        asked, model = self._asked, self._model
        self._transport.write(self._next())
        if asked.tokens == model.token_count:
            self._end()
        elif asked.tokens != model.hangs_after:
            self._due_at += 1 / model.tokens_per_second
            self._timer = self._loop.call_at(self._due_at, self._send_due)

    def _send_all(self) -> None:
        while self._asked.tokens < self._model.token_count:
            self._transport.write(self._next())
        self._end()

    def _next(self) -> bytes:
        number = self._asked.tokens
        self._asked.tokens = number + 1
        self._asked.last_token_at = time.monotonic()
        word = self._words[number] if self._words else stamped_word(self._model, number)
        return _chunk(self._head + json.dumps(word).encode() + _CLOSING)

    def _end(self) -> None:
        usage = {"prompt_tokens": 100, "completion_tokens": self._asked.tokens}
        finish = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
        events = b"".join(
            f"data: {json.dumps(event)}\n\n".encode()
            for event in (finish, {"choices": [], "usage": usage})
        )
        self._transport.write(_chunk(events + b"data: [DONE]\n\n") + b"0\r\n\r\n")
        self._asked.finished_at = time.monotonic()


def stamped_word(model: Model, number: int) -> str:
    """A token with its time, in paragraphs; every few of them in bold or as code."""
    word = stamp()
    if model.is_marked_up:
        word = {5: f"**{word}**", 11: f"`{word}`"}.get(number % model.paragraph, word)
    return word + ("\n\n" if (number + 1) % model.paragraph == 0 else " ")


def _slugs() -> list[str]:
    return [*MODELS, *(f"{slug}-{letter}" for slug in MODELS for letter in SEAT_LETTERS)]


def _opening(slug: str) -> bytes:
    chunk = {"id": f"bench-{len(LOG)}", "object": "chat.completion.chunk", "created": 1763600000}
    text = json.dumps(chunk | {"model": slug})
    return f'data: {text[:-1]}, "choices": [{{"index": 0, "delta": {{"content": '.encode()


_CLOSING = b'}, "finish_reason": null}]}\n\n'


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(Connection, HOST, 0, backlog=4096)
    sys.stdout.write(f"http://{HOST}:{server.sockets[0].getsockname()[1]}/v1\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve())
