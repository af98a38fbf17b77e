"""Who may watch. A stranger can't tell a run that they may not see from one that isn't there."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone

from fusionweb.asgi import application
from panels.engine.events import AccessChanged
from panels.live import consumers
from panels.live.consumers import NOT_FOUND
from panels.models import Run, ShareLink
from tests.live.conftest import LiveRoom, Watcher, _session_headers


async def finished_run(room: LiveRoom) -> Run:
    room.scripts(a="Yes.", b="No.")
    run = await room.start()
    await room.finish(run)
    return run


async def test_the_owner_may_watch(room: LiveRoom) -> None:
    watcher = await room.watch(await finished_run(room))
    assert watcher.is_connected
    await watcher.leave()


async def test_a_signed_in_stranger_may_not_and_gets_the_same_as_for_no_run(
    room: LiveRoom,
) -> None:
    run = await finished_run(room)
    stranger = await User.objects.acreate(username="stranger")
    watcher = await room.watch(run, user=stranger)
    headers = await sync_to_async(_session_headers)(stranger)
    nothing = WebsocketCommunicator(application, f"/ws/runs/{uuid4()}/", headers=headers)
    assert (watcher.is_connected, watcher.close_code) == await nothing.connect()
    assert not watcher.is_connected


async def test_somebody_without_a_session_may_not_watch(room: LiveRoom) -> None:
    run = await finished_run(room)
    socket = WebsocketCommunicator(
        application,
        f"/ws/runs/{run.pk}/",
        headers=[(b"host", b"localhost"), (b"origin", b"http://localhost")],
    )
    assert (await socket.connect(timeout=20))[0] is False


@pytest.mark.parametrize(
    "origin",
    [
        b"https://evil.example",
        b"http://localhost:3000",
        b"http://127.0.0.1",
        b"http://localhost@evil.example",
        b"null",
        b"",
    ],
)
async def test_a_page_of_another_site_may_not_open_a_socket(room: LiveRoom, origin: bytes) -> None:
    run = await finished_run(room)
    headers = await sync_to_async(_session_headers)(await User.objects.aget(pk=run.owner_id))
    elsewhere = [*headers[:-1], (b"origin", origin)]
    socket = WebsocketCommunicator(application, f"/ws/runs/{run.pk}/", headers=elsewhere)
    assert (await socket.connect(timeout=20))[0] is False


async def test_a_revoked_link_closes_the_socket_for_good(room: LiveRoom) -> None:
    run = await finished_run(room)
    guest = await User.objects.acreate(username="guest")
    link = await run.share_links.acreate(token_hash="hash", scope="view", created_at=timezone.now())
    watcher = Watcher(run, await sync_to_async(room._page)(run), guest)
    headers = await sync_to_async(_guest_headers)(guest, run, link.pk)
    watcher.socket = WebsocketCommunicator(application, f"/ws/runs/{run.pk}/", headers=headers)
    assert (await watcher.socket.connect())[0]
    await watcher.read()
    await sync_to_async(link.revoke)(timezone.now())
    room.publisher.publish(AccessChanged(run_id=str(run.pk)))
    closed = await watcher.socket.receive_output(timeout=20)
    assert (closed["type"], closed["code"]) == ("websocket.close", NOT_FOUND)
    await watcher.leave()


def _guest_headers(guest: User, run: Run, link_id: int) -> list[tuple[bytes, bytes]]:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(guest)
    session = client.session
    session["share_links"] = {str(run.pk): link_id}
    session.save()
    cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
    return [(b"cookie", cookie.encode()), (b"host", b"localhost"), (b"origin", b"http://localhost")]


async def test_signing_out_closes_the_open_page_at_the_next_check(
    room: LiveRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "RECHECK_SECONDS", 0.2)
    run = await finished_run(room)
    watcher = await room.watch(run)
    await watcher.read(seconds=0.4)
    await sync_to_async(Session.objects.all().delete)()
    closed = await closing_of(watcher.socket)
    assert closed["code"] == NOT_FOUND
    await watcher.leave()


async def test_a_link_that_ends_closes_the_page_that_it_opened(room: LiveRoom) -> None:
    run = await finished_run(room)
    ends_at = timezone.now() + timedelta(seconds=0.4)
    socket, _ = await watch_by_link(run, expires_at=ends_at)
    closed = await closing_of(socket)
    assert closed["code"] == NOT_FOUND
    await socket.disconnect()


async def watch_by_link(run: Run, **link: Any) -> tuple[WebsocketCommunicator, ShareLink]:
    guest = await User.objects.acreate(username="guest")
    made = await run.share_links.acreate(
        token_hash="hash", scope="view", created_at=timezone.now(), **link
    )
    headers = await sync_to_async(_guest_headers)(guest, run, made.pk)
    socket = WebsocketCommunicator(application, f"/ws/runs/{run.pk}/", headers=headers)
    assert (await socket.connect(timeout=20))[0]
    return socket, made


async def closing_of(socket: WebsocketCommunicator) -> dict[str, object]:
    """The message that closes the socket; frames before it are passed over."""
    while (message := await socket.receive_output(timeout=20))["type"] != "websocket.close":
        pass
    return message
