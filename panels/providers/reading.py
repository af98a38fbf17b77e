"""Reads an answer as it comes, with the patience of `Timeouts`."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, suppress
from typing import NamedTuple, cast

import httpx

from panels.providers.deadline import Deadline
from panels.providers.errors import (
    EndlessAnswer,
    FirstTokenTimedOut,
    ProviderError,
    SilenceTimedOut,
    TimedOut,
    UnreadableStream,
)
from panels.providers.http import NETWORK_ERRORS, provider_error
from panels.providers.requests import Timeouts
from panels.providers.stream import ReasoningDelta, Served, StreamEvent, TextDelta
from panels.providers.stream_parser import StreamParser

#: How long usage and the end mark may take once the model has finished.
TRAILER_SECONDS = 5.0
#: A refusal's body is read for its message only.
MOST_REFUSAL_BYTES = 100_000
REFUSAL_SECONDS = 5.0


class Limit(NamedTuple):
    """A moment in the loop's time, and what it means when nothing has come by then."""

    moment: float
    kind: type[ProviderError]
    seconds: float

    @property
    def error(self) -> ProviderError:
        return self.kind(_WORDS[self.kind].format(self.seconds))


_WORDS: dict[type[ProviderError], str] = {
    FirstTokenTimedOut: "No first token within {:g} seconds.",
    SilenceTimedOut: "The stream was silent for {:g} seconds.",
    TimedOut: "The answer was not complete within {:g} seconds.",
}


class Patience:
    """When to give up on an answer. The clock, in loop times, starts when this is made."""

    def __init__(self, timeouts: Timeouts) -> None:
        self._timeouts = timeouts
        self._characters = 0
        self._clock = asyncio.get_running_loop().time
        self._asked_at = self._clock()

    def until_first_token(self) -> Limit:
        seconds = self._timeouts.first_token_seconds
        return Limit(self._asked_at + seconds, FirstTokenTimedOut, seconds)

    def until_next_byte(self, parser: StreamParser) -> Limit:
        """What the parser has seen decides how long the next byte may take."""
        if not (parser.has_first_token or parser.has_answer):
            return self.until_first_token()
        seconds = self._timeouts.silence_seconds
        if parser.has_answer:
            seconds = min(seconds, TRAILER_SECONDS)
        silent_at = self._clock() + seconds
        ends_at = self._asked_at + self._timeouts.overall_seconds
        if ends_at < silent_at:
            return Limit(ends_at, TimedOut, self._timeouts.overall_seconds)
        return Limit(silent_at, SilenceTimedOut, seconds)

    def count(self, event: StreamEvent) -> None:
        """:raises EndlessAnswer: when the answer has become longer than any may be."""
        if isinstance(event, TextDelta | ReasoningDelta):
            self._characters += len(event.text)
        most = self._timeouts.most_characters
        if self._characters > most:
            raise EndlessAnswer(f"The answer was cut off after {most:,} characters.")


async def read_answer(
    response: httpx.Response, patience: Patience
) -> AsyncGenerator[StreamEvent, None]:
    """The events of an answer that began with 200.

    :raises ProviderError: whatever goes wrong; nothing else.
    """
    served = served_by_headers(response.headers)
    if served != Served():
        # At once: a call that is stopped before its first event can still be looked up by it.
        yield served
    parser, deadline = StreamParser(served=served), Deadline()
    async with aclosing(_chunks_of(response)) as chunks:
        try:
            while not parser.is_done:
                chunk = await _next_chunk(chunks, parser, patience, deadline)
                for event in _joined(parser.close() if chunk is None else parser.feed(chunk)):
                    yield event
                    patience.count(event)
        finally:
            deadline.close()


def _joined(events: Iterator[StreamEvent]) -> Iterator[StreamEvent]:
    """The events, text that came together being one: where tokens pile up, each costs less."""
    texts: list[str] = []
    try:
        for event in events:
            if isinstance(event, TextDelta):
                texts.append(event.text)
                continue
            if texts:
                yield TextDelta("".join(texts))
                texts.clear()
            yield event
    except ProviderError:
        if texts:
            yield TextDelta("".join(texts))
        raise
    if texts:
        yield TextDelta("".join(texts))


def served_by_headers(headers: httpx.Headers) -> Served:
    """Who answers, before any of it: OpenRouter's generation, and what a name of LiteLLM's proxy
    stands for (docs.litellm.ai/docs/proxy/response_headers)."""
    return Served(
        provider=headers.get("x-litellm-model-name", ""),
        generation_id=headers.get("x-generation-id", ""),
    )


async def read_refusal(response: httpx.Response) -> bytes:
    """The body of an answer that is not a 200, as far as it comes soon. Never raises."""
    body = bytearray()
    # The status is known; its words are an extra.
    with suppress(*NETWORK_ERRORS):
        async with asyncio.timeout(REFUSAL_SECONDS), aclosing(_chunks_of(response)) as chunks:
            async for chunk in chunks:
                body += chunk
                if len(body) > MOST_REFUSAL_BYTES:
                    break
    return bytes(body)


def _chunks_of(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    # We ask for no compression; where there is none, there is one layer less to go through.
    is_plain = "content-encoding" not in response.headers and not response.is_stream_consumed
    chunks = response.aiter_raw() if is_plain else response.aiter_bytes()
    # httpx declares the iterator and returns the generator, which is what can be closed.
    return cast("AsyncGenerator[bytes, None]", chunks)


async def _next_chunk(
    chunks: AsyncIterator[bytes], parser: StreamParser, patience: Patience, deadline: Deadline
) -> bytes | None:
    """The next bytes; None at the end. A cut after the model's finish is only an end."""
    limit = patience.until_next_byte(parser)
    try:
        return await deadline.until(limit.moment, _read_one(chunks))
    except TimeoutError:
        failure = limit.error
    except ProviderError as error:
        failure = error
    if parser.has_answer and not isinstance(failure, UnreadableStream):
        return None
    raise failure


async def _read_one(chunks: AsyncIterator[bytes]) -> bytes | None:
    try:
        return await anext(chunks, None)
    except NETWORK_ERRORS as error:
        raise provider_error(error) from None
