"""Writes down every connection that is tried, below whatever library tries it."""

import asyncio
import socket
from typing import Any

import pytest


def watch_sockets(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    tried: list[tuple[str, int]] = []
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    loop_connect = asyncio.selector_events.BaseSelectorEventLoop.sock_connect

    def note(address: Any) -> None:
        if isinstance(address, tuple) and (not tried or tried[-1] != address[:2]):
            tried.append(address[:2])

    def watched_connect(sock: socket.socket, address: Any) -> None:
        note(address)
        connect(sock, address)

    def watched_connect_ex(sock: socket.socket, address: Any) -> int:
        note(address)
        return connect_ex(sock, address)

    async def watched_loop_connect(loop: Any, sock: socket.socket, address: Any) -> None:
        note(address)
        await loop_connect(loop, sock, address)

    monkeypatch.setattr(socket.socket, "connect", watched_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", watched_connect_ex)
    monkeypatch.setattr(
        asyncio.selector_events.BaseSelectorEventLoop, "sock_connect", watched_loop_connect
    )
    return tried
