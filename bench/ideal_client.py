"""The ideal: asyncio and httpx over aiohttp, nothing else. `python -m bench.ideal_client URL RUNS`.

Makes the same requests as a standard run: eight seats at once, then the judge, then the writer;
with `panels` as a last word, the seats alone. Prints what that took, as JSON.
"""

import asyncio
import json
import resource
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from bench.loop_lag import LoopLag
from bench.stamps import age_ms, now_ms, stamps_in
from panels.panel import SEAT_LETTERS

MOST_CONNECTIONS = 2_000


@dataclass
class Taken:
    """What reading so many runs at once took. Lag is from the upstream's write to our parser."""

    run_seconds: list[float] = field(default_factory=list)
    panel_seconds: list[float] = field(default_factory=list)
    cpu_seconds: float = 0.0
    tokens: int = 0
    longest_pause_ms: float = 0.0
    ages_ms: list[int] = field(default_factory=list)


async def read_runs(base_url: str, runs: int, *, only_panels: bool) -> Taken:
    taken, began = Taken(), _cpu_seconds()
    async with client() as http, LoopLag() as lag:
        reading = (_read_run(http, base_url, n, taken, only_panels) for n in range(runs))
        await asyncio.gather(*reading)
    taken.longest_pause_ms = lag.longest_ms
    taken.cpu_seconds = _cpu_seconds() - began
    return taken


async def _read_run(
    http: httpx.AsyncClient,
    base_url: str,
    number: int,
    taken: Taken,
    only_panel: bool,  # noqa: FBT001  Nobody else calls it.
) -> None:
    began = time.monotonic()
    seats = [f"seat-{letter}" for letter in SEAT_LETTERS]
    await asyncio.gather(*(_read(http, base_url, slug, number, taken) for slug in seats))
    taken.panel_seconds.append(time.monotonic() - began)
    if only_panel:
        return
    await _read(http, base_url, "judge", number, taken)
    await _read(http, base_url, "writer", number, taken)
    taken.run_seconds.append(time.monotonic() - began)


async def _read(
    http: httpx.AsyncClient, base_url: str, slug: str, number: int, taken: Taken
) -> None:
    async for token in pieces_of(http, base_url, slug, f"ideal-{number}"):
        taken.tokens += 1
        taken.ages_ms += [age_ms(each, now_ms()) for each in stamps_in(token)]


async def pieces_of(
    http: httpx.AsyncClient, base_url: str, slug: str, run: str
) -> AsyncIterator[str]:
    """The tokens of one answer, as they come."""
    messages = [{"role": "user", "content": f"[run {run}] A question."}]
    body = {"model": slug, "stream": True, "messages": messages}
    rest = b""
    async with http.stream("POST", f"{base_url}/chat/completions", json=body) as response:
        async for piece in response.aiter_bytes():
            *events, rest = (rest + piece).split(b"\n\n")
            for event in events:
                if token := _token_of(event):
                    yield token


def _token_of(event: bytes) -> str:
    data = event.removeprefix(b"data: ")
    if data == b"[DONE]":
        return ""
    choices = json.loads(data)["choices"]
    return str(choices[0]["delta"].get("content", "")) if choices else ""


def client() -> httpx.AsyncClient:
    def session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=MOST_CONNECTIONS))

    limits = httpx.Limits(max_connections=MOST_CONNECTIONS)
    transport = AiohttpTransport(client=session, limits=limits)
    return httpx.AsyncClient(transport=transport, timeout=60.0)


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    url, count, *more = sys.argv[1:]
    found = asyncio.run(read_runs(url, int(count), only_panels=more == ["panels"]))
    sys.stdout.write(json.dumps(asdict(found)))
