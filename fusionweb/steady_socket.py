"""Websockets that wait for their reader, and cost little when many read the same.

Daphne takes whatever it is given and lets Twisted keep it until it can be sent: a reader who stops
reading costs memory without bound, and nobody hears of it. Here `send` returns when there is room
again, as the ASGI specification allows, so that what waits stays where it is counted.
"""

import asyncio
import contextlib
from functools import lru_cache
from typing import Any

from autobahn.websocket.protocol import PreparedMessage
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol

#: A reader who takes nothing for so long is gone, though the line may look open for hours.
STUCK_SECONDS = 20.0
#: Frames that are kept ready for the next of their readers.
_FRAMES_KEPT = 64


class Room:
    """Whether the transport has room. It says so itself, at 64 KiB that wait and at none: this is a
    push producer, in Twisted's words.
    """

    def __init__(self) -> None:
        self._has_room = asyncio.Event()
        self._has_room.set()

    @property
    def is_full(self) -> bool:
        return not self._has_room.is_set()

    async def wait(self, seconds: float) -> bool:
        """False when there was none all the while."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._has_room.wait(), seconds)
        return not self.is_full

    def pauseProducing(self) -> None:
        self._has_room.clear()

    def resumeProducing(self) -> None:
        self._has_room.set()

    def stopProducing(self) -> None:
        self._has_room.set()


class SteadySocket(WebSocketProtocol):
    def connectionMade(self) -> None:
        super().connectionMade()
        self.room = Room()
        # The HTTP channel that this connection began as still answers for the transport.
        self.transport.unregisterProducer()
        self.transport.registerProducer(self.room, streaming=True)

    async def wait_for_room(self) -> None:
        if self.room.is_full and not await self.room.wait(STUCK_SECONDS):
            self.transport.abortConnection()

    def handle_reply(self, message: dict[str, Any]) -> None:
        """As the base class does, with the frame made once for all who get this text."""
        if message["type"] != "websocket.send" or not message.get("text"):
            super().handle_reply(message)
        elif self.state == self.STATE_OPEN:
            self.transport.write(_frame(message["text"]))


@lru_cache(maxsize=_FRAMES_KEPT)
def _frame(text: str) -> bytes:
    """The bytes on the wire. What a server sends is not masked, so they are the same for all."""
    message = PreparedMessage(text.encode(), isBinary=False, applyMask=False, doNotCompress=True)
    return bytes(message.payloadHybi)


class SteadySocketFactory(WebSocketFactory):
    protocol = SteadySocket
