"""A worker's own port, over real sockets."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from panels.probing.port import address_of, open_port
from panels.probing.vitals import Vitals
from tests.providers.raw_servers import free_port


@pytest.fixture
async def port() -> AsyncIterator[int]:
    server = await open_port("127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def ask(port: int, request: str) -> tuple[str, dict[str, str], bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request.replace("\n", "\r\n").encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    status, *lines = head.decode().split("\r\n")
    return status, dict(line.split(": ", 1) for line in lines), body


async def test_it_says_that_it_is_alive(port: int) -> None:
    status, headers, body = await ask(port, "GET /health/ HTTP/1.1\nHost: worker-1:9100\n\n")
    assert status == "HTTP/1.1 200 OK"
    assert headers == {
        "Content-Type": "application/json",
        "Content-Length": "19",
        "Connection": "close",
    }
    assert json.loads(body) == {"status": "alive"}


@pytest.mark.django_db(transaction=True)
async def test_prometheus_reads_it(port: int) -> None:
    status, _, body = await ask(port, f"GET /metrics/ HTTP/1.1\nHost: localhost:{port}\n\n")
    assert status == "HTTP/1.1 200 OK"
    names = {family.name for family in text_string_to_metric_families(body.decode())}
    assert {"fusionweb_advancing_runs", "fusionweb_open_calls", "fusionweb_runs"} <= names


async def test_a_page_of_another_site_does_not_read_it(port: int) -> None:
    status, _, _ = await ask(port, "GET /metrics/ HTTP/1.1\nHost: evil.example\n\n")
    assert status == "HTTP/1.1 403 Forbidden"


@pytest.mark.parametrize(
    "request_line", ["GET / HTTP/1.1", "POST /health/ HTTP/1.1", "GET /runs/ HTTP/1.1", "nonsense"]
)
async def test_nothing_else_is_there(port: int, request_line: str) -> None:
    status, _, _ = await ask(port, f"{request_line}\n\n")
    assert status == "HTTP/1.1 404 Not Found"


async def test_what_is_no_request_is_sent_away(port: int) -> None:
    assert await ask(port, "x" * 100_000) == ("", {}, b"")
    status, _, _ = await ask(port, "GET /health/ HTTP/1.1\n\n")
    assert status == "HTTP/1.1 200 OK"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("", None),
        ("9100", ("127.0.0.1", 9100)),
        ("0.0.0.0:9100", ("0.0.0.0", 9100)),
        ("[::]:9100", ("::", 9100)),
    ],
)
def test_the_setting_is_a_port_or_an_address_with_one(text, address) -> None:
    assert address_of(text) == address


@pytest.mark.parametrize("text", ["metrics", "127.0.0.1:", "70000", "0"])
def test_a_wrong_setting_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="FUSIONWEB_WORKER_METRICS_PORT must be a port"):
        address_of(text)


async def test_a_port_that_is_taken_is_said_at_once() -> None:
    port = free_port()
    first, second = Vitals(("127.0.0.1", port)), Vitals(("127.0.0.1", port))
    await first.start()
    with pytest.raises(OSError, match="address already in use"):
        await second.start()
    await second.stop()
    await first.stop()
