"""The HTTP clients: how many connections, which are used again, and what failures mean."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import httpx
import pytest

from panels.providers.errors import ConnectTimedOut, SilenceTimedOut, StreamBroken, Unreachable
from panels.providers.http import http_client, plain_client, provider_error
from tests.conftest import RealNetworkCall
from tests.providers.raw_servers import CHUNKED, chunk, raw_server, says


async def connections_used(client: httpx.AsyncClient, requests: int) -> int:
    """How many connections that many requests in a row open."""
    opened = 0

    async def answer(reader, writer):
        nonlocal opened
        opened += 1
        while True:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            await reader.readuntil(b"\r\n\r\n")

    async with raw_server(answer) as base_url:
        for _ in range(requests):
            assert (await client.get(base_url)).text == "ok"
        await client.aclose()
    return opened


async def test_a_vendors_connection_is_used_again():
    assert await connections_used(http_client(), 3) == 1


async def test_a_connection_to_a_server_of_ones_own_never_is():
    assert await connections_used(plain_client(), 3) == 3


async def test_more_than_a_hundred_streams_run_at_once():
    """The transport's own limit is a hundred, and silent."""
    arrived = asyncio.Event()
    waiting = 0

    async def answer(_reader, writer):
        nonlocal waiting
        waiting += 1
        if waiting == 120:
            arrived.set()
        await arrived.wait()
        writer.write(CHUNKED + chunk(b"ok") + b"0\r\n\r\n")
        await writer.drain()

    client = http_client()
    async with raw_server(answer) as base_url, asyncio.timeout(20):
        answers = await asyncio.gather(*(client.get(base_url) for _ in range(120)))
    assert {answer.text for answer in answers} == {"ok"}
    await client.aclose()


async def test_the_limit_on_connections_is_kept():
    client = http_client(most_connections=2)
    running = most = 0

    async def answer(_reader, writer):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.02)
        running -= 1
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()

    async with raw_server(answer) as base_url:
        await asyncio.gather(*(client.get(base_url) for _ in range(6)))
    await client.aclose()
    assert most == 2


async def test_no_cookie_is_kept_between_calls():
    cookie = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"
    client = http_client()
    async with raw_server(says(cookie)) as base_url:
        await client.get(base_url)
    assert list(client._transport.client.cookie_jar) == []
    await client.aclose()


async def test_a_netrc_does_not_take_the_place_of_the_key(monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login ada password engine\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    heads = []

    async with head_keeper(heads) as base_url:
        client = http_client()
        await client.get(base_url, headers={"Authorization": "Bearer key"})
        await client.aclose()
    assert b"authorization: bearer key" in heads[0].lower()


@pytest.mark.parametrize(
    ("no_proxy", "asked"),
    [
        ("", True),
        ("other.invalid", True),
        ("vendor.invalid", False),
        (".vendor.invalid", False),
        ("a.example, invalid", False),
        ("*", False),
    ],
)
async def test_vendors_are_reached_through_the_proxy_of_the_environment(no_proxy, asked):
    heads = []
    async with head_keeper(heads) as base_url:
        client = http_client(proxies={"https": base_url, "no": no_proxy})
        with pytest.raises((httpx.HTTPError, RealNetworkCall)):
            await client.get("https://api.vendor.invalid/v1")
        await client.aclose()
    assert [head.split(b"\r\n")[0] for head in heads] == (
        [b"CONNECT api.vendor.invalid:443 HTTP/1.1"] if asked else []
    )


async def test_the_proxy_of_the_environment_is_found(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:3128")
    client = http_client()
    assert str(client._transport_for_url(httpx.URL("https://a.example")).proxy.url) == (
        "http://127.0.0.1:3128"
    )
    await client.aclose()


async def test_servers_of_ones_own_are_reached_without_a_proxy(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert await connections_used(plain_client(), 1) == 1


@asynccontextmanager
async def head_keeper(heads: list[bytes]) -> AsyncIterator[str]:
    """A server that keeps what it was asked and answers 502."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 502 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (httpx.ConnectError("no"), Unreachable),
        (httpx.ProxyError("no"), Unreachable),
        (httpx.ConnectTimeout("no"), ConnectTimedOut),
        (httpx.PoolTimeout("no"), ConnectTimedOut),
        (httpx.ReadTimeout("no"), SilenceTimedOut),
        (httpx.ReadError("no"), StreamBroken),
        (httpx.CloseError("no"), StreamBroken),
        (aiohttp.ServerDisconnectedError("no"), StreamBroken),
        (aiohttp.SocketTimeoutError("no"), SilenceTimedOut),
        (aiohttp.ConnectionTimeoutError("no"), ConnectTimedOut),
        (ConnectionResetError("no"), StreamBroken),
    ],
)
def test_a_failure_below_http_has_one_meaning(error, expected):
    translated = provider_error(error)
    assert type(translated) is expected
    assert translated.detail == "no"


def test_the_error_underneath_decides():
    """httpx-aiohttp calls a server that hangs up a time-out while connecting."""
    wrapped = httpx.ConnectTimeout("x")
    wrapped.__cause__ = aiohttp.ServerDisconnectedError("hung up")
    assert type(provider_error(wrapped)) is StreamBroken


def test_a_failure_without_words_is_named_by_its_class():
    assert provider_error(httpx.ReadError("")).detail == "ReadError"
