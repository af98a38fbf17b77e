"""Server-sent events: bytes in, events out, whatever the size of the pieces. Pure.

After the WHATWG's rules (html.spec.whatwg.org/#event-stream-interpretation), with two additions
that servers need: an event that is still open when the stream ends is given out, and a bare
`error:` line is an event of its own (llama.cpp's server of 2025 sent its errors so).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from panels.providers.errors import UnreadableStream

#: A line longer than this is no answer of a language model.
MOST_LINE_BYTES = 16_000_000
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class ServerSentEvent:
    data: str
    name: str = ""


class EventReader:
    def __init__(self) -> None:
        self._buffer = bytearray()
        #: The last piece ended in CR: an LF at the start of the next belongs to it.
        self._after_carriage_return = False
        self._is_first_line = True
        self._data: list[str] = []
        self._name = ""
        #: The first line that is not of this protocol. The rules say to ignore such lines.
        self.strange_line = ""

    def feed(self, chunk: bytes) -> Iterator[ServerSentEvent]:
        """:raises UnreadableStream: when a line does not end."""
        searched = len(self._buffer)
        self._buffer += self._with_line_feeds(chunk)
        if self._buffer.find(b"\n", searched) < 0:
            if len(self._buffer) > MOST_LINE_BYTES:
                raise UnreadableStream("The stream holds a line without end.")
            return
        *lines, rest = bytes(self._buffer).split(b"\n")
        self._buffer = bytearray(rest)
        for line in lines:
            # The two kinds of which a stream is made; the first line may begin with a mark.
            if line.startswith(b"data: ") and not self._is_first_line:
                self._data.append(line[6:].decode(errors="replace"))
            elif line or self._is_first_line:
                yield from self._read_line(line)
            else:
                yield from self._dispatch()

    def close(self) -> Iterator[ServerSentEvent]:
        """The stream has ended: what is still open counts."""
        rest, self._buffer = bytes(self._buffer), bytearray()
        if rest:
            yield from self._read_line(rest)
        yield from self._dispatch()

    def _with_line_feeds(self, chunk: bytes) -> bytes:
        if self._after_carriage_return and chunk.startswith(b"\n"):
            chunk = chunk[1:]
            self._after_carriage_return = False
        if chunk:
            self._after_carriage_return = chunk.endswith(b"\r")
        if b"\r" in chunk:
            return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return chunk

    def _read_line(self, raw: bytes) -> Iterator[ServerSentEvent]:
        if self._is_first_line:
            raw = raw.removeprefix(BYTE_ORDER_MARK)
            self._is_first_line = False
        if not raw:
            yield from self._dispatch()
            return
        field, _, value = raw.decode(errors="replace").partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
        elif field == "event":
            self._name = value
        elif field == "error":
            yield ServerSentEvent(value, "error")
        elif field not in ("", "id", "retry") and not self.strange_line:
            self.strange_line = raw.decode(errors="replace")

    def _dispatch(self) -> Iterator[ServerSentEvent]:
        data, name = "\n".join(self._data), self._name
        self._data, self._name = [], ""
        if data:
            yield ServerSentEvent(data, name)
