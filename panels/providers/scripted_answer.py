"""A script → the bytes of an HTTP answer, in the script's own time.

Used in-process (`scripted.ScriptedTransport`) and over a socket (`scripted_server`), so that both
say the same, byte for byte.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from panels.providers.scripted_conditions import fill_conditions
from panels.providers.scripted_labels import SnippetNotFound, fill_labels
from panels.providers.scripts import Script, ScriptBook, ScriptedRequest, ScriptedUsage

#: Only an answer that is to hang waits so long.
FOREVER_SECONDS = 60 * 60 * 24.0
COMMENT_SECONDS = 0.02
ENDLESS = frozenset({"hang", "hang_after", "comments", "drip", "endless"})
#: An answer without a speed is sent in pieces of this many tokens.
TOKENS_AT_ONCE = 100


class ScriptedCut(Exception):
    """The script says that the connection breaks here."""


@dataclass(frozen=True)
class ScriptedAnswer:
    """An answer's head. `body` is None where the answer is a stream of the script's."""

    status: int
    headers: dict[str, str]
    script: Script
    request: ScriptedRequest | None = None
    body: bytes | None = None


async def answer_to(book: ScriptBook, raw_body: bytes) -> ScriptedAnswer:
    """The head of the answer to a completion request."""
    body = json.loads(raw_body)
    slug = str(body.get("model", ""))
    try:
        script, request = book.ask(slug, body)
    except KeyError:
        return _refused(Script(status=404, error_message=f"There is no script “{slug}”."))
    try:
        return await _begin(script, request)
    except asyncio.CancelledError:
        request.was_closed_early = True
        raise


def model_list(book: ScriptBook) -> bytes:
    return json.dumps({"data": [{"id": slug} for slug in sorted(book.scripts)]}).encode()


async def stream_bytes(script: Script, request: ScriptedRequest) -> AsyncGenerator[bytes, None]:
    """The events of an answer with status 200, each when it is due.

    :raises ScriptedCut: where the script says so.
    """
    started = asyncio.get_running_loop().time()
    await asyncio.sleep(script.first_token_seconds)
    due_at = started + script.first_token_seconds
    frames = _Frames(script, request)
    for pieces in _paced(frames.deltas(), script.tokens_per_second):
        await _sleep_until(due_at)
        yield b"".join(pieces)
        if script.tokens_per_second:
            due_at += len(pieces) / script.tokens_per_second
    async with aclosing(_ending(script, frames)) as ending:
        async for piece in ending:
            # Before the last piece goes out: who has it need not wait for the end.
            request.is_complete = script.fault not in ENDLESS
            yield piece


async def _begin(script: Script, request: ScriptedRequest) -> ScriptedAnswer:
    if script.fault == "hang":
        await asyncio.sleep(FOREVER_SECONDS)
    if script.status != 200 and script.fault != "error_chunk":
        await asyncio.sleep(script.first_token_seconds)
        request.is_complete = True
        return _refused(script, request)
    try:
        # Conditions first: text that is not said needs no labels.
        text = fill_labels(fill_conditions(script.text, request.body), request.body)
    except SnippetNotFound as error:
        return _refused(Script(status=400, error_message=str(error)), request)
    headers = {
        "Content-Type": "text/event-stream",
        "X-Generation-Id": f"scripted-{request.slug}-{request.attempt}",
    }
    return ScriptedAnswer(200, headers, replace(script, text=text), request)


def _refused(script: Script, request: ScriptedRequest | None = None) -> ScriptedAnswer:
    message = script.error_message or f"The script answers {script.status}."
    headers = {"Content-Type": "application/json"}
    if script.retry_after_seconds is not None:
        headers["Retry-After"] = f"{script.retry_after_seconds:g}"
    error = {"error": {"message": message, "code": script.status}}
    return ScriptedAnswer(script.status, headers, script, request, json.dumps(error).encode())


class _Frames:
    """The events of one answer."""

    def __init__(self, script: Script, request: ScriptedRequest) -> None:
        self._script = script
        self._request = request
        self._model = script.served_model or request.slug
        self._sent = 0

    def deltas(self) -> Iterator[bytes]:
        """One event per token, as many as come before the fault."""
        script = self._script
        field = "refusal" if script.fault == "refusal" else "content"
        for name, text in (("reasoning", script.reasoning), (field, script.text)):
            for token in tokens_of(text):
                if self._is_cut_short and self._sent >= script.fault_after_tokens:
                    return
                self._sent += 1
                yield self._choice({name: token})
        if not self._is_cut_short:
            yield from self._tool_calls()

    def more(self) -> bytes:
        """One more token, of an answer that never ends."""
        return self._choice({"content": "and so on "})

    def finish(self, reason: str) -> bytes:
        if reason == "stop" and self._script.tool_calls:
            reason = "tool_calls"
        usage = _usage_json(self._script.usage or self._counted())
        ending = self._choice({}, reason) + self._event({"choices": [], "usage": usage})
        return ending + b"data: [DONE]\n\n"

    def error(self) -> bytes:
        script = self._script
        code = script.status if script.status != 200 else 502
        error = {"code": code, "message": script.error_message or "The model broke off."}
        choice = {"index": 0, "delta": {"content": ""}, "finish_reason": "error"}
        return self._event({"error": error, "choices": [choice]})

    def _tool_calls(self) -> Iterator[bytes]:
        """Each call as two events: its name, then its arguments."""
        for index, call in enumerate(self._script.tool_calls):
            # Numbered through all attempts, as a vendor's ids are never the same twice.
            call_id = f"call_{self._request.attempt}_{index + 1}"
            named = {"name": call.name, "arguments": ""}
            begin = {"index": index, "id": call_id, "type": "function", "function": named}
            rest = {"index": index, "function": {"arguments": call.arguments_json}}
            yield self._choice({"tool_calls": [begin]})
            yield self._choice({"tool_calls": [rest]})

    @property
    def _is_cut_short(self) -> bool:
        return self._script.fault not in ("", "refusal")

    def _choice(self, delta: dict[str, Any], reason: str | None = None) -> bytes:
        return self._event({"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]})

    def _event(self, chunk: dict[str, Any]) -> bytes:
        head = {"id": f"chatcmpl-{self._request.attempt}", "model": self._model}
        return f"data: {json.dumps(head | chunk)}\n\n".encode()

    def _counted(self) -> ScriptedUsage:
        messages = self._request.body.get("messages", [])
        words = sum(len(str(message.get("content", "")).split()) for message in messages)
        return ScriptedUsage(tokens_in=words, tokens_out=self._sent)


async def _ending(script: Script, frames: _Frames) -> AsyncGenerator[bytes, None]:
    """What comes after the tokens: the finish, or the fault."""
    if script.fault in ("hang", "hang_after"):
        await asyncio.sleep(FOREVER_SECONDS)
    elif script.fault == "cut":
        raise ScriptedCut("The script cuts the connection here.")
    elif script.fault == "malformed":
        yield b'data: {"choices": [{"delta": {"content": \n\n'
    elif script.fault == "error_chunk":
        yield frames.error()
    elif script.fault == "no_finish":
        yield b"data: [DONE]\n\n"
    elif script.fault in ENDLESS:
        async with aclosing(_for_ever(script, frames)) as pieces:
            async for piece in pieces:
                yield piece
    else:
        yield frames.finish("length" if script.fault == "length" else script.finish_reason)


async def _for_ever(script: Script, frames: _Frames) -> AsyncGenerator[bytes, None]:
    while True:
        if script.fault == "comments":
            yield b": still working\n\n"
            await asyncio.sleep(COMMENT_SECONDS)
        elif script.fault == "endless":
            yield frames.more() * TOKENS_AT_ONCE
            await asyncio.sleep(0)
        else:
            for byte in frames.more():
                yield bytes([byte])
                await asyncio.sleep(1 / (script.tokens_per_second or 1.0))


def tokens_of(text: str) -> list[str]:
    """Words, each with the space after it. Joined they are the text."""
    return re.findall(r"\S+\s*|\s+", text)


def _paced(frames: Iterator[bytes], tokens_per_second: float) -> Iterator[list[bytes]]:
    size = 1 if tokens_per_second else TOKENS_AT_ONCE
    pieces: list[bytes] = []
    for frame in frames:
        pieces.append(frame)
        if len(pieces) == size:
            yield pieces
            pieces = []
    if pieces:
        yield pieces


async def _sleep_until(moment: float) -> None:
    """Against the clock and not by steps, so that delays don't add up."""
    seconds = moment - asyncio.get_running_loop().time()
    if seconds > 0:
        await asyncio.sleep(seconds)


def _usage_json(usage: ScriptedUsage) -> dict[str, Any]:
    counts = {"prompt_tokens": usage.tokens_in, "completion_tokens": usage.tokens_out}
    # A string, so that no digit of the amount is lost to a float.
    return counts if usage.cost_usd is None else counts | {"cost": str(usage.cost_usd)}
