"""Many watchers of one run, as a process of their own: `python -m bench.crowd ADDRESS RUN SESSION
COUNT [STUCK]`.

Bare websockets, since five hundred that get 25 frames a second must leave most of a core to who
serves them. The last STUCK of them stop reading after their first frame. Writes a line when all are
in, reads a line when it may end, and writes what it saw as JSON.
"""

import asyncio
import json
import socket
import sys
import time
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from functools import partial
from urllib.parse import urlsplit
from zlib import crc32

from bench.spread import Spread
from bench.stamps import age_ms, newest_first, now_ms, stamps_in

JOIN_SECONDS = 60
CATCH_UP_SECONDS = 30
#: Reading every stamp of every frame for each of them would be the load itself.
STAMP_READERS = 5
#: A joiner's page comes in as many frames as it has parts.
MOST_PAGE_FRAMES = 20
_SMALLEST_BUFFER = 4096
_TEXT = 1
_CLOSE = 8


@dataclass
class Seen:
    """What the watchers saw. Times in milliseconds."""

    join_seconds: float
    frames: int
    #: Watchers that lost, doubled or swapped a frame.
    wrong: int
    #: Of the first of them: how many frames it got, and how many of those at its end are right.
    first_wrong: str
    #: Watchers that were sent away, other than those who had stopped reading.
    sent_away: int
    #: How old tokens were when they came.
    ages: list[int] = field(default_factory=list)
    #: How long after the first watcher the others got the same frame.
    behind_p50: float = 0.0
    behind_p99: float = 0.0
    #: The most that one watcher received.
    most_bytes: int = 0
    #: Of those who stopped reading.
    stuck_sent_away: int = 0
    stuck_bytes: int = 0


class Reader(asyncio.Protocol):
    transport: asyncio.Transport

    def __init__(self, request: bytes, *, notes_stamps: bool, gets_stuck: bool) -> None:
        self._request = request
        self._notes_stamps = notes_stamps
        self.gets_stuck = gets_stuck
        self._received = bytearray()
        self._is_open = False
        self._newest: dict[str, int] = {}
        self.is_in = asyncio.Event()
        self.is_over = asyncio.Event()
        self.sums: list[int] = []
        self.times: list[float] = []
        self.ages: list[int] = []
        self.bytes_received = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self.bytes_received += len(data)
        self._received += data
        if not self._is_open:
            head, blank, rest = bytes(self._received).partition(b"\r\n\r\n")
            if not blank:
                return
            assert b" 101 " in head.split(b"\r\n")[0], head
            self._is_open, self._received = True, bytearray(rest)
        self._take_frames()

    def connection_lost(self, _: Exception | None) -> None:
        self.is_over.set()

    def _take_frames(self) -> None:
        while (found := _frame_in(self._received)) is not None:
            kind, payload, length = found
            del self._received[:length]
            if kind == _TEXT:
                self._take(payload)
            elif kind == _CLOSE:
                self.transport.close()

    def _take(self, payload: bytes) -> None:
        self.sums.append(crc32(payload))
        self.times.append(time.monotonic())
        if self._notes_stamps:
            self._note_ages(payload.decode())
        self.is_in.set()
        if self.gets_stuck:
            self.gets_stuck = False
            self.transport.pause_reading()

    def _note_ages(self, frame: str) -> None:
        now = now_ms()
        for part in json.loads(frame)["content"].split('<hx-partial hx-target="#seat-'):
            newest = self._newest.get(part[:1], -1)
            for stamped in stamps_in(part):
                # What stood on the page before it was joined has no age.
                if newest >= 0 and newest_first(newest, stamped):
                    self.ages.append(age_ms(stamped, now))
            self._newest[part[:1]] = max([newest, *stamps_in(part)])


def _frame_in(data: bytearray) -> tuple[int, bytes, int] | None:
    """The kind, the payload and the whole length of the first frame; None until it is complete."""
    if len(data) < 2:
        return None
    start, length = 2, data[1] & 127
    extended = {126: 2, 127: 8}.get(length, 0)
    if extended:
        start += extended
        length = int.from_bytes(data[2:start])
    if len(data) < start + length:
        return None
    return data[0] & 15, bytes(data[start : start + length]), start + length


async def watch(address: str, run_id: str, session: str, count: int, stuck: int) -> Seen:
    began = time.monotonic()
    readers = [
        Reader(
            _request(address, run_id, session),
            notes_stamps=number < STAMP_READERS,
            gets_stuck=number >= count - stuck,
        )
        for number in range(count)
    ]
    loop = asyncio.get_running_loop()
    host = urlsplit(address)
    for reader in readers:
        line = socket.create_connection((host.hostname or "", host.port or 80))
        if reader.gets_stuck:
            # So that little of what it does not read is kept by the system for it.
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALLEST_BUFFER)
        await loop.create_connection(partial(_same, reader), sock=line)
    async with asyncio.timeout(JOIN_SECONDS):
        await asyncio.gather(*(reader.is_in.wait() for reader in readers))
    joined = time.monotonic() - began
    for reader in readers:
        # How old text is while others come in is their coming's price, told as `join_seconds`.
        reader.ages.clear()
    say("in")
    await asyncio.to_thread(sys.stdin.readline)
    return await _look_back(readers[: count - stuck], readers[count - stuck :], joined)


def _same(reader: Reader) -> Reader:
    return reader


async def _look_back(healthy: list[Reader], stuck: list[Reader], joined: float) -> Seen:
    await _until_all_have_the_last(healthy)
    first = max(healthy, key=lambda reader: len(reader.sums))
    behind = Spread(_behind(healthy) or [0.0])
    for reader in stuck:
        reader.transport.resume_reading()
    await asyncio.sleep(1)
    wrong = [reader for reader in healthy if not _is_end_of(reader.sums, first.sums)]
    return Seen(
        join_seconds=joined,
        frames=len(first.sums),
        wrong=len(wrong),
        first_wrong=_what_is_wrong(wrong[0].sums, first.sums) if wrong else "",
        sent_away=sum(reader.is_over.is_set() for reader in healthy),
        ages=[age for reader in healthy for age in reader.ages],
        behind_p50=behind.median,
        behind_p99=behind.at(0.99),
        most_bytes=max(reader.bytes_received for reader in healthy),
        stuck_sent_away=sum(reader.is_over.is_set() for reader in stuck),
        stuck_bytes=max((reader.bytes_received for reader in stuck), default=0),
    )


async def _until_all_have_the_last(readers: list[Reader]) -> None:
    """What was sent may still be on its way, on a machine with much to do."""
    ends_at = time.monotonic() + CATCH_UP_SECONDS
    while len({reader.sums[-1] for reader in readers}) > 1 and time.monotonic() < ends_at:
        await asyncio.sleep(0.2)


def _is_end_of(sums: list[int], whole: list[int]) -> bool:
    """Each joined at its own moment, with a page of that moment, and got all that followed."""
    return any(
        sums[page:] == whole[len(whole) - len(sums) + page :]
        for page in range(min(MOST_PAGE_FRAMES, len(sums)))
    )


def _what_is_wrong(sums: list[int], whole: list[int]) -> str:
    pairs = enumerate(zip(reversed(sums), reversed(whole), strict=False))
    right = next((number for number, (one, other) in pairs if one != other), len(sums))
    return f"{len(sums)} frames of {len(whole)}, {right} right at the end"


def _behind(readers: list[Reader]) -> list[float]:
    came: dict[int, list[float]] = defaultdict(list)
    for reader in readers:
        for key, moment in zip(reader.sums, reader.times, strict=True):
            came[key].append(moment)
    of_all = [moments for moments in came.values() if len(moments) == len(readers)]
    return [(moment - min(moments)) * 1000 for moments in of_all for moment in moments]


def _request(address: str, run_id: str, session: str) -> bytes:
    return (
        f"GET /ws/runs/{run_id}/?digest= HTTP/1.1\r\n"
        f"Host: {urlsplit(address).netloc}\r\nOrigin: {address}\r\n"
        f"Cookie: sessionid={session}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {'a' * 22}==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    address, run_id, session, count, *stuck = sys.argv[1:]
    seen = asyncio.run(watch(address, run_id, session, int(count), int(stuck[0]) if stuck else 0))
    say(json.dumps(asdict(seen)))


if __name__ == "__main__":
    main()
