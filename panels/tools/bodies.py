"""A response's body, unpacked by ourselves: a few kilobytes of gzip can unpack to gigabytes, and
httpx unpacks each piece that it reads whole."""

import zlib

import httpx

from panels.tools.errors import NotReached, TooLarge, TypeRefused

_GZIP = 31
_PLAIN = frozenset({"", "identity"})
_PACKED = frozenset({"gzip", "x-gzip"})


async def read_body(response: httpx.Response, most_bytes: int) -> tuple[bytes, int]:
    """The unpacked body, and how many bytes came. Neither is ever more than `most_bytes`.

    :raises FetchRefused: TooLarge, TypeRefused, NotReached.
    """
    body = _Body(response.headers.get("content-encoding", ""), most_bytes)
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most_bytes:
        raise body.too_large()
    async for piece in response.aiter_raw():
        body.take(piece)
    return body.whole(), body.received


class _Body:
    def __init__(self, encoding: str, most_bytes: int) -> None:
        encoding = encoding.strip().lower()
        if encoding not in _PLAIN | _PACKED:
            # Also "gzip, gzip": bombs are packed twice.
            raise TypeRefused("This page is packed in a way that is not read here.")
        self._unpacker = zlib.decompressobj(_GZIP) if encoding in _PACKED else None
        self._most_bytes = most_bytes
        self._data = bytearray()
        self.received = 0

    def take(self, piece: bytes) -> None:
        self.received += len(piece)
        if self.received > self._most_bytes:
            raise self.too_large()
        self._data += self._unpacked(piece)
        if len(self._data) > self._most_bytes:
            raise self.too_large()

    def whole(self) -> bytes:
        if self._unpacker is not None and self.received and not self._unpacker.eof:
            raise NotReached("The page broke off.")
        return bytes(self._data)

    def too_large(self) -> TooLarge:
        return TooLarge(f"This page is larger than {self._most_bytes / 1_000_000:g} MB.")

    def _unpacked(self, piece: bytes) -> bytes:
        if self._unpacker is None:
            return piece
        room = self._most_bytes - len(self._data) + 1
        try:
            return self._unpacker.decompress(piece, room)
        except zlib.error:
            raise NotReached("The page is packed wrongly.") from None
