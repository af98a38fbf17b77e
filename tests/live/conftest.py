"""The live room with everything real: engine, channel layer, hub, websocket."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import channel_layers
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.auth.models import User
from django.template.loader import render_to_string
from django.test import Client

from fusionweb.asgi import application
from panels import cards
from panels.live.publisher import LivePublisher
from panels.models import Run
from tests.engine.patient_room import PatientRoom
from tests.live.page import Page

#: A machine with other things to do takes its time.
CONNECT_SECONDS = 20
MOST_LOOKS = 100


class LiveRoom(PatientRoom):
    """A room whose engine publishes to the channel layer, with watchers."""

    def __init__(self) -> None:
        self.publisher = LivePublisher()
        super().__init__()

    def publish(self, event: Any) -> None:
        super().publish(event)
        self.publisher.publish(event)

    async def watch(self, run: Run, *, user: User | None = None) -> "Watcher":
        watcher = Watcher(run, await sync_to_async(self._page)(run), user)
        await watcher.connect()
        return watcher

    def _page(self, run: Run) -> Page:
        from panels.queries import load_run_snapshot

        snapshot = load_run_snapshot(run.pk)
        context = cards.run_page_context(snapshot, can_review=True, is_owner=True)
        context["socket_url"] = "/ws/"
        return Page(render_to_string("panels/pages/run.html", context))


class Watcher:
    """A page and its socket. `drop` makes it lose a frame, as a broken relay would."""

    def __init__(self, run: Run, page: Page, user: User | None) -> None:
        self.run = run
        self.page = page
        self.user = user
        self.frames: list[str] = []

    async def connect(self, *, digest: str = "") -> bool:
        user = self.user or await User.objects.aget(pk=self.run.owner_id)
        headers = await sync_to_async(_session_headers)(user)
        path = f"/ws/runs/{self.run.pk}/?digest={digest}"
        self.socket = WebsocketCommunicator(application, path, headers=headers)
        self.is_connected, self.close_code = await self.socket.connect(timeout=CONNECT_SECONDS)
        return self.is_connected

    async def read(self, *, seconds: float = 0.15) -> list[str]:
        """Apply what came until nothing comes for a while; the new frames."""
        new: list[str] = []
        while not await self.socket.receive_nothing(timeout=seconds, interval=0.01):
            frame = await self.socket.receive_from()
            new.append(frame)
            self.page.apply(frame)
        self.frames += new
        return new

    async def read_to_the_end(self, room: LiveRoom) -> list[str]:
        """Apply every frame until no run can go on without a person, and the page says so; the new
        frames.
        """
        end = asyncio.create_task(room.dispatcher.drain())
        new: list[str] = []
        while not end.done():
            new += await self.read(seconds=0.05)
        for _ in range(MOST_LOOKS):
            new += await self.read(seconds=0.3)
            if not self.page.is_under_way:
                break
        return new

    async def until(self, is_so: Callable[[], bool], *, settles: bool = True) -> None:
        """Apply frame by frame until the page is so, and what comes with it: until it `settles`."""
        quiet = 0
        while not is_so():
            assert quiet < MOST_LOOKS, "The page did not become true."
            if await self.socket.receive_nothing(timeout=0.1, interval=0.01):
                quiet += 1
                continue
            frame = await self.socket.receive_from()
            self.frames.append(frame)
            self.page.apply(frame)
        if settles:
            await self.read(seconds=0.3)

    async def leave(self) -> None:
        await self.socket.disconnect()


def _session_headers(user: User) -> list[tuple[bytes, bytes]]:
    client = Client()
    client.force_login(user)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"
    return [(b"cookie", cookie.encode()), (b"host", b"localhost"), (b"origin", b"http://localhost")]


@pytest.fixture
async def room(transactional_db: None) -> AsyncIterator[LiveRoom]:
    # The in-memory layer belongs to the loop that it was made on.
    channel_layers.backends.clear()
    room = LiveRoom()
    yield room
    await room.dispatcher.close()
