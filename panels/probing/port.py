"""A port of a worker's own for its probes: it serves nobody else. On the worker's event loop."""

import asyncio
from http import HTTPStatus

from panels.probing.answers import PATHS, Answer, answer

HERE = "127.0.0.1"
_LOOPBACK = frozenset({HERE, "::1"})
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
#: A prober that says nothing for this long is sent away.
READ_SECONDS = 5.0


def address_of(text: str) -> tuple[str, int] | None:
    """`9100`, `0.0.0.0:9100` or nothing → where to listen.

    :raises ValueError: when it is none of them.
    """
    if not text:
        return None
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError(
            "FUSIONWEB_WORKER_METRICS_PORT must be a port, such as 9100, or an address with one, "
            f"such as 0.0.0.0:9100, not “{text}”."
        )
    return host.strip("[]") or HERE, int(port)


async def open_port(host: str, port: int) -> asyncio.Server:
    return await asyncio.start_server(_serve, host, port)


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), READ_SECONDS)
        peer = writer.get_extra_info("peername")[0]
        writer.write(_as_http(await _answer(head.decode("latin-1"), peer)))
        await writer.drain()
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, OSError):
        pass  # Whoever asked has gone, or does not speak HTTP.
    finally:
        writer.close()


async def _answer(head: str, peer: str) -> Answer:
    request_line, *lines = head.rstrip().split("\r\n")
    method, path, *_ = [*request_line.split(" "), "", ""]
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    if method != "GET" or path.partition("?")[0] not in PATHS:
        return Answer(404, b'{"error": "Only /health/, /ready/ and /metrics/ are here."}')
    return await answer(
        path.partition("?")[0],
        is_local=peer in _LOOPBACK and _host_of(headers.get("host", "")) in _LOOPBACK_NAMES,
        authorization=headers.get("authorization", ""),
    )


def _host_of(text: str) -> str:
    name, _, port = text.lower().rpartition(":")
    return name if port.isdecimal() else text.lower()


def _as_http(found: Answer) -> bytes:
    headers = {
        "Content-Type": found.content_type,
        "Content-Length": str(len(found.body)),
        "Connection": "close",
        **found.headers,
    }
    lines = [f"HTTP/1.1 {found.status} {HTTPStatus(found.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + found.body
