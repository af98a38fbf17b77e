"""Byte streams as vendors send them, and what to read them with."""

import json
from collections.abc import Iterable
from typing import Any

from panels.providers.errors import ProviderError
from panels.providers.stream import Finished, ReasoningDelta, StreamEvent, TextDelta
from panels.providers.stream_parser import StreamParser

DONE = b"data: [DONE]\n\n"


def event(chunk: dict[str, Any] | str) -> bytes:
    return f"data: {chunk if isinstance(chunk, str) else json.dumps(chunk)}\n\n".encode()


def delta(finish: str | None = None, **fields: Any) -> bytes:
    """An event with one choice."""
    return event({"choices": [{"index": 0, "delta": fields, "finish_reason": finish}]})


def text(content: str) -> bytes:
    return delta(content=content)


def usage(tokens_in: int, tokens_out: int, **more: Any) -> bytes:
    counts = {"prompt_tokens": tokens_in, "completion_tokens": tokens_out, **more}
    return event({"choices": [], "usage": counts})


FINISH = delta(finish="stop")
HELLO = text("Hel") + text("lo") + FINISH + DONE
#: What a caller gets of `HELLO`.
SAID = [TextDelta("Hello"), Finished("stop")]


def read(
    *chunks: bytes, parser: StreamParser | None = None
) -> tuple[list[StreamEvent], ProviderError | None]:
    """What a caller gets of these chunks: merged events, and the error that ended them."""
    parser = parser or StreamParser()
    events: list[StreamEvent] = []
    try:
        for chunk in chunks:
            events.extend(parser.feed(chunk))
        events.extend(parser.close())
    except ProviderError as error:
        return merged(events), error
    return merged(events), None


def read_error(*chunks: bytes) -> ProviderError:
    _, error = read(*chunks)
    assert error is not None, "The stream was read without an error."
    return error


def merged(events: Iterable[StreamEvent]) -> list[StreamEvent]:
    """Neighbouring deltas of one kind as one."""
    result: list[StreamEvent] = []
    for each in events:
        last = result[-1] if result else None
        if isinstance(each, TextDelta | ReasoningDelta) and type(last) is type(each):
            result[-1] = type(each)(last.text + each.text)
        else:
            result.append(each)
    return result


def bytewise(stream: bytes) -> list[bytes]:
    return [stream[i : i + 1] for i in range(len(stream))]
