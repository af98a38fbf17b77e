"""The websocket door: check access, join the run's hub, pass its frames on. Nothing else."""

import asyncio
import logging
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib import auth
from django.contrib.sessions.backends.db import SessionStore
from django.db import Error as DatabaseError
from django.http import HttpRequest
from django.utils import timezone

from panels.access import Access, find_access
from panels.live.hub import Hub, hub_of
from panels.live.sockets import Socket
from panels.observing import metrics

#: Close code after which the page comes back by itself (Daphne can't send 1011 or 1012).
COME_BACK = 4000
#: Close code after which it does not.
NOT_FOUND = 4404
#: How often an open page shows again that it may watch: its session may have ended.
RECHECK_SECONDS = 300.0
#: The same, after the database could not be asked.
UNREADABLE_SECONDS = 10.0
log = logging.getLogger(__name__)


class RunConsumer(AsyncWebsocketConsumer):
    #: No layer of that name: only hubs listen, so that no watcher costs a subscription of its own,
    #: and none is lost with the layer.
    channel_layer_alias = "none"
    hub: Hub | None = None
    socket: Socket
    sender: asyncio.Task[None] | None = None
    ending: asyncio.TimerHandle | None = None

    async def connect(self) -> None:
        self.run_id: UUID = self.scope["url_route"]["kwargs"]["run_id"]
        try:
            access = await self._find_access()
            if access is not None:
                await self._join(access)
                return
        except Exception as error:
            log.warning("A watcher of run %s could not be let in: %r", self.run_id, error)
        # Refused before the handshake: a stranger can't tell this from a run that isn't there, and
        # a page that is refused comes back, each time after a longer pause.
        await self.close()

    async def _join(self, access: Access) -> None:
        self.socket = Socket(close=self._send_away, check_access=self._check_access)
        hub = hub_of(str(self.run_id))
        await hub.join(self.socket, digest=self._digest())
        self.hub = hub
        metrics.WATCHERS.inc()
        await self.accept()
        self.sender = asyncio.create_task(self._send_frames())
        self._check_again_later(_seconds_until_check(access))

    async def disconnect(self, code: int) -> None:
        if self.sender is not None:
            self.sender.cancel()
        if self.ending is not None:
            self.ending.cancel()
        if self.hub is not None:
            metrics.WATCHERS.dec()
            await self.hub.leave(self.socket)

    async def receive(self, **_: Any) -> None:
        """Pages only listen; what people do goes by POST."""

    def _digest(self) -> str:
        query = self.scope["query_string"].decode(errors="replace")
        return query.removeprefix("digest=")

    async def _find_access(self) -> Access | None:
        key = self.scope["session"].session_key
        return await database_sync_to_async(_access_by_session)(key, self.run_id)

    def _check_again_later(self, seconds: float) -> None:
        if self.ending is not None:
            self.ending.cancel()
        self.ending = asyncio.get_running_loop().call_later(seconds, self._check_access)

    async def _send_frames(self) -> None:
        try:
            while True:
                await self.send(await self.socket.next_frame())
        except Exception:
            log.exception("A watcher of run %s could not be served", self.run_id)
            await self.close(code=COME_BACK)

    def _send_away(self) -> None:
        if self.sender is not None:
            self.sender.cancel()
        self._closing = asyncio.create_task(self.close(code=COME_BACK))

    def _check_access(self) -> None:
        self._checking = asyncio.create_task(self._close_if_refused())

    async def _close_if_refused(self) -> None:
        try:
            access = await self._find_access()
        except DatabaseError:
            self._check_again_later(UNREADABLE_SECONDS)
            return
        if access is None:
            await self.close(code=NOT_FOUND)
        else:
            self._check_again_later(_seconds_until_check(access))


def _access_by_session(session_key: str | None, run_id: UUID) -> Access | None:
    """As the session stands now: since it was opened, its person may have signed out."""
    request = HttpRequest()
    request.session = SessionStore(session_key)
    user = auth.get_user(request)
    return find_access(user, request.session, run_id, timezone.now())


def _seconds_until_check(access: Access) -> float:
    """A while, or until the link ends by which this page is open."""
    ends_at = access.share_link.expires_at if access.share_link else None
    if ends_at is None:
        return RECHECK_SECONDS
    return min(RECHECK_SECONDS, max((ends_at - timezone.now()).total_seconds(), 0.0))
