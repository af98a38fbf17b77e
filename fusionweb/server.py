"""Daphne as this site runs it: it says where it listens, takes no endless requests, and does not
outrun those who read its websockets.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from daphne import server as daphne_server
from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.server import Server
from django.conf import settings

from fusionweb.steady_socket import SteadySocket, SteadySocketFactory

#: Forms are small; only documents are not.
MOST_FORM_BYTES = 2_000_000
UPLOADS = b"/runs/new/"
#: How long a websocket may wait to be let in.
CONNECT_SECONDS = 30
_TOO_LARGE = b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class ReviewServer(Server):
    """Says in one sentence where it listens, or why it can't (`problem`)."""

    address = ""
    problem = ""
    say: Callable[[str], object]

    def run(self) -> None:
        # Daphne names its own classes. Our request bounds the body while it arrives, before
        # anything of it reaches memory or disk; our websocket waits for its reader.
        HTTPFactory.buildProtocol = _build_bounded_protocol
        daphne_server.WebSocketFactory = SteadySocketFactory
        # Five hundred who return at once are let in one after the other.
        self.websocket_connect_timeout = CONNECT_SECONDS
        super().run()

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        await super().handle_reply(protocol, message)
        if message["type"] == "websocket.send" and isinstance(protocol, SteadySocket):
            await protocol.wait_for_room()

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)
        self.say(f"Fusionweb is at {self.address} (Ctrl+C stops it)")

    def listen_error(self, failure: Any) -> None:
        self.problem = (
            f"Fusionweb can't listen at {self.address}: {failure.getErrorMessage()}. "
            "Is it running already? Another port: make run PORT=8001"
        )
        self.stop()


class BoundedRequest(WebRequest):
    _received_bytes = 0
    _is_refused = False

    def gotLength(self, length: int | None) -> None:
        if length is not None and length > self._most_bytes():
            self._refuse()
        else:
            super().gotLength(length)

    def handleContentChunk(self, data: bytes) -> None:
        self._received_bytes += len(data)
        if self._received_bytes > self._most_bytes():
            self._refuse()
        if not self._is_refused:
            super().handleContentChunk(data)

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:
        if not self._is_refused:
            super().requestReceived(command, path, version)

    def _most_bytes(self) -> int:
        if not self.channel._path.startswith(UPLOADS):
            return MOST_FORM_BYTES
        return settings.MOST_DOCUMENTS * settings.MOST_DOCUMENT_BYTES + MOST_FORM_BYTES

    def _refuse(self) -> None:
        if self._is_refused:
            return
        self._is_refused = True
        self.content = BytesIO()
        self.channel.transport.write(_TOO_LARGE)
        self.channel.loseConnection()


_build_protocol = HTTPFactory.buildProtocol


def _build_bounded_protocol(self: HTTPFactory, addr: Any) -> Any:
    protocol = _build_protocol(self, addr)
    protocol.requestFactory = BoundedRequest
    return protocol
