"""Servers that break HTTP itself, and servers that are not there."""

import asyncio
import socket

import pytest

from panels.providers.errors import (
    ConnectTimedOut,
    NotConfigured,
    StreamBroken,
    Unreachable,
    UnreadableStream,
)
from panels.providers.requests import Timeouts
from panels.providers.scripts import Script
from tests.providers.asking import ask_error
from tests.providers.raw_servers import (
    CHUNKED,
    OK,
    free_port,
    hangs,
    raw_server,
    resets,
    says,
)


async def test_a_refused_connection_is_unreachable(vendor_at):
    error = await ask_error(vendor_at(f"http://127.0.0.1:{free_port()}/v1"), "m")
    assert type(error) is Unreachable


async def test_an_unknown_host_is_unreachable(vendor_at, monkeypatch):
    def unknown(*_args, **_options):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = await ask_error(vendor_at("http://nowhere.invalid/v1"), "m")
    assert type(error) is Unreachable


async def test_a_server_that_does_not_speak_tls_is_unreachable(vendor_at):
    async def junk(_reader, writer):
        writer.write(b"hello")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(junk, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        error = await ask_error(vendor_at(f"https://127.0.0.1:{port}/v1"), "m")
    assert type(error) is Unreachable


async def test_a_tls_handshake_that_hangs_times_out_while_connecting(vendor_at):
    timeouts = Timeouts(connect_seconds=0.2, first_token_seconds=5)
    async with raw_server(hangs) as base_url:
        vendor = vendor_at(base_url.replace("http:", "https:"), timeouts=timeouts)
        assert type(await ask_error(vendor, "m")) is ConnectTimedOut


@pytest.mark.parametrize(
    ("behave", "expected"),
    [
        (says(), StreamBroken),
        (resets, StreamBroken),
        (says(b"hello there\r\n\r\n"), UnreadableStream),
        (says(CHUNKED, then=resets), StreamBroken),
        (says(OK + b"Content-Length: 500\r\n\r\n"), StreamBroken),
        (says(CHUNKED, b"ZZ\r\n"), UnreadableStream),
        (says(OK + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"), UnreadableStream),
        (says(OK + b"Content-Length: 0\r\n\r\n"), StreamBroken),
        (says(OK + b"\r\n<html>Sign in</html>"), UnreadableStream),
    ],
)
async def test_broken_http_is_a_typed_error(vendor_at, behave, expected):
    async with raw_server(behave) as base_url:
        error = await ask_error(vendor_at(base_url), "m")
    assert type(error) is expected


@pytest.mark.parametrize("base_url", ["ftp://example.org/v1", "nowhere", ""])
async def test_an_address_that_is_none_is_not_configured(vendor_at, base_url):
    assert type(await ask_error(vendor_at(base_url), "m")) is NotConfigured


async def test_a_key_that_no_header_can_hold_is_a_typed_error(vendor_at):
    async with raw_server(says()) as base_url:
        error = await ask_error(vendor_at(base_url, api_key="schlüssel\n漢"), "m")
    assert type(error) is NotConfigured


async def test_a_closed_client_is_a_typed_error(scripted_vendor, stack):
    vendor, _ = await scripted_vendor({"m": Script(text="x")})
    await stack.aclose()
    assert type(await ask_error(vendor, "m")) is Unreachable
