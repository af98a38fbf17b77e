"""A chat-completions answer: its bytes in, typed events out. Pure.

Reads an event stream, and also a plain JSON body, which some servers send in its place: a whole
completion, or an error with status 200. Which it is shows in the first byte.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from panels.providers.completion_chunks import (
    choices_of,
    citations_of,
    delta_of,
    plain_text_of,
    reasoning_of,
    refusal_of,
    served_of,
    text_of,
    usage_of,
)
from panels.providers.errors import ContentRefused, EmptyAnswer, StreamBroken, UnreadableStream
from panels.providers.finish_reasons import ANSWERED, FILTERED, in_plain_words
from panels.providers.reasoning_details import ReasoningDetails
from panels.providers.refusals import error_in_stream, report_from_json
from panels.providers.sse import BYTE_ORDER_MARK, EventReader, ServerSentEvent
from panels.providers.stream import (
    Finished,
    ReasoningDelta,
    ReasoningKept,
    Served,
    StreamEvent,
    TextDelta,
    UsageReported,
)
from panels.providers.tool_calls import ToolCallAssembler

_DECODER = json.JSONDecoder(parse_float=Decimal)
MOST_BODY_BYTES = 64_000_000
MOST_QUOTED_CHARACTERS = 120


class StreamParser:
    """One parser per answer. Both methods yield events, and raise where the stream went wrong.

    What was yielded before an error stays true. The last event is `Finished`.
    """

    def __init__(self, *, served: Served | None = None) -> None:
        """`served` is what is known before the first byte; it stays."""
        self._events = EventReader()
        self._start = bytearray()
        #: The whole body, once its first byte has shown it to be plain JSON.
        self._body: bytearray | None = None
        self._has_begun = False
        self._has_said_anything = False
        self._served = served or Served()
        self._usage = UsageReported()
        self._refusal = ""
        self._tool_calls = ToolCallAssembler()
        self._reasoning_details = ReasoningDetails()
        self._cited: set[str] = set()
        self._has_text = False
        self._has_reasoning = False
        self._finish_reason: str | None = None
        self._native_reason = ""
        self.is_done = False

    @property
    def has_answer(self) -> bool:
        """The model has finished; only usage and the end mark may still come."""
        return self._finish_reason in ANSWERED

    @property
    def has_first_token(self) -> bool:
        return self._has_text or self._has_reasoning or self._tool_calls.has_calls

    def feed(self, chunk: bytes) -> Iterator[StreamEvent]:
        """:raises ProviderError: see `panels.providers.errors`."""
        if not self._has_begun:
            chunk = self._begin(chunk)
        if self._body is not None:
            self._collect(chunk)
            return
        for event in self._events.feed(chunk):
            yield from self._read_event(event)

    def close(self) -> Iterator[StreamEvent]:
        """The bytes have ended.

        :raises ProviderError: also when they ended too early.
        """
        if self._body is not None and not self.is_done:
            self._has_said_anything = True
            yield from self._read_chunk(_object_in(self._body.decode(errors="replace")))
        else:
            for event in self._events.feed(bytes(self._start) if not self._has_begun else b""):
                yield from self._read_event(event)
            for event in self._events.close():
                yield from self._read_event(event)
        if not self.is_done:
            yield from self._finish()

    def _begin(self, chunk: bytes) -> bytes:
        """Hold the start back until its first byte that is not blank, which tells the format."""
        self._start += chunk
        start = bytes(self._start)
        visible = start.removeprefix(BYTE_ORDER_MARK).lstrip()
        if not visible or (start != visible and BYTE_ORDER_MARK.startswith(start)):
            return b""
        self._has_begun = True
        if visible[:1] in b"{[":
            self._body = bytearray()
            return visible
        if visible[:1] == b"<":
            raise UnreadableStream("The answer is a web page and no event stream.")
        return start

    def _collect(self, chunk: bytes) -> None:
        assert self._body is not None
        self._body += chunk
        if len(self._body) > MOST_BODY_BYTES:
            raise UnreadableStream("The answer is a JSON body without end.")

    def _read_event(self, event: ServerSentEvent) -> Iterator[StreamEvent]:
        self._has_said_anything = True
        if self.is_done:
            return
        if event.data.strip() == "[DONE]":
            yield from self._finish()
        elif event.name == "error":
            raise error_in_stream(report_from_json(_error_value(event.data)))
        else:
            chunk = _object_in(event.data)
            if text := self._plain_text_of(chunk):
                yield TextDelta(text)
            else:
                yield from self._read_chunk(chunk)

    def _plain_text_of(self, chunk: dict[str, Any]) -> str:
        """The quick way for nearly all chunks, once it is known who answers."""
        served = self._served
        if chunk.get("model") != served.model or chunk.get("id") != served.generation_id:
            return ""
        text = plain_text_of(chunk)
        self._has_text = self._has_text or (text != "" and not text.isspace())
        return text

    def _read_chunk(self, chunk: dict[str, Any]) -> Iterator[StreamEvent]:
        if (error := _error_of(chunk)) is not None:
            # What the failed call cost, and whose it was, is worth keeping.
            yield from self._read_circumstances(chunk)
            raise error_in_stream(report_from_json(error))
        yield from self._read_circumstances(chunk)
        for choice in choices_of(chunk):
            yield from self._read_choice(choice)

    def _read_circumstances(self, chunk: dict[str, Any]) -> Iterator[StreamEvent]:
        served, usage = served_of(chunk, self._served), usage_of(chunk, self._usage)
        if served != self._served:
            self._served = served
            yield served
        if usage != self._usage:
            self._usage = usage
            yield usage

    def _read_choice(self, choice: dict[str, Any]) -> Iterator[StreamEvent]:
        delta = delta_of(choice)
        if reasoning := reasoning_of(delta):
            self._has_reasoning = True
            yield ReasoningDelta(reasoning)
        self._reasoning_details.feed(delta)
        self._tool_calls.feed(delta)
        if text := text_of(delta):
            self._has_text = self._has_text or not text.isspace()
            yield TextDelta(text)
        for source in citations_of(delta):
            if source.url not in self._cited:
                self._cited.add(source.url)
                yield source
        self._refusal += refusal_of(delta)
        reason = choice.get("finish_reason")
        if isinstance(reason, str) and (reason or self._finish_reason is None):
            self._finish_reason, own_word = in_plain_words(reason)
            self._native_reason = own_word or self._native_reason
        native = choice.get("native_finish_reason")
        if isinstance(native, str) and native:
            self._native_reason = native
        if (error := choice.get("error")) is not None:
            raise error_in_stream(report_from_json(error))

    def _finish(self) -> Iterator[StreamEvent]:
        """The end: an answer, or the error that says why there is none."""
        self.is_done = True
        reason = self._finish_reason
        if self._refusal or reason == FILTERED:
            raise ContentRefused(self._refusal or self._why_filtered())
        if reason is None and not self._has_said_anything and self._events.strange_line:
            begin = _quoted(self._events.strange_line)
            raise UnreadableStream(f"This is no event stream; it says: {begin}")
        if reason is None:
            raise StreamBroken(self._why_unfinished())
        if reason not in ANSWERED:
            raise StreamBroken(f"The answer ended with “{_quoted(reason)}” instead of a finish.")
        if not self._has_text and not self._tool_calls.has_calls:
            raise EmptyAnswer(self._why_empty(reason))
        yield from self._finished_calls()
        yield Finished(reason, self._native_reason)

    def _finished_calls(self) -> Iterator[StreamEvent]:
        if self._tool_calls.has_calls and (details := self._reasoning_details.as_json()):
            yield ReasoningKept(details)
        yield from self._tool_calls.calls()

    def _why_filtered(self) -> str:
        native = f" ({_quoted(self._native_reason)})" if self._native_reason else ""
        return f"A content filter stopped the answer{native}."

    def _why_unfinished(self) -> str:
        if not self._has_said_anything:
            return "The answer ended before it began."
        return "The stream ended in the middle of the answer."

    def _why_empty(self, reason: str) -> str:
        if reason == "length" and self._has_reasoning:
            return "The model ran out of tokens while thinking and said nothing."
        if reason == "length":
            return "The model ran out of tokens, perhaps while thinking, and said nothing."
        if self._has_reasoning:
            return "The model thought, finished, and said nothing."
        return "The model finished and said nothing."


def _object_in(text: str) -> dict[str, Any]:
    try:
        chunk = _DECODER.decode(text)
    except (ValueError, RecursionError):
        raise UnreadableStream(f"This is not JSON: {_quoted(text)}") from None
    if not isinstance(chunk, dict):
        raise UnreadableStream(f"This is no completion: {_quoted(text)}")
    return chunk


def _error_of(chunk: dict[str, Any]) -> Any:
    """The error in a chunk, None where there is none. `"error": ""` is no error."""
    error = chunk.get("error")
    if error or error == {}:
        return error
    # vLLM's older form has the error's fields at the top.
    return chunk if chunk.get("object") == "error" or chunk.get("type") == "error" else None


def _error_value(data: str) -> Any:
    """What an event named "error" holds: an error object, one wrapped in `error`, or words."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return data
    return value.get("error", value) if isinstance(value, dict) else value


def _quoted(text: str | bytes) -> str:
    if isinstance(text, bytes):
        text = text.decode(errors="replace")
    return text[:MOST_QUOTED_CHARACTERS]
