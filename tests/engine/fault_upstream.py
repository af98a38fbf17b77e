"""An upstream that goes wrong in every way, over real HTTP, and a room that sends seats there."""

import socket
from collections.abc import AsyncIterator

import httpx
import pytest

from panels.engine.retrying import RetryPolicy
from panels.providers.http import http_client, plain_client
from panels.providers.openai_compatible import OpenAICompatible
from panels.providers.registry import Registry
from panels.providers.requests import Timeouts
from panels.providers.scripted_server import serve_scripts
from panels.providers.scripts import Script
from tests.engine.conftest import Room
from tests.providers.raw_servers import free_port

SHORT = Timeouts(
    connect_seconds=2.0,
    first_token_seconds=1.2,
    silence_seconds=0.8,
    overall_seconds=2.0,
    most_characters=20_000,
)
#: One retry for each model, without the waiting.
POLICY = RetryPolicy(
    most_retries_per_call=1,
    most_retries_per_run=100,
    first_wait_seconds=0.01,
    longest_wait_seconds=2.0,
)
#: The models that stand in, and what they say.
STANDING_IN = {
    "spare": Script(text="The spare one."),
    "long": Script(text="The long one."),
    "open": Script(text="The open one."),
}
FINE = Script(text="Do not split it yet.")


class FaultRoom(Room):
    """Models are `up:<slug>`; of `tls`, `dns` and `refused` nobody ever hears."""

    def __init__(self, base_url: str, clients: tuple[httpx.AsyncClient, httpx.AsyncClient]) -> None:
        self.base_url = base_url
        self.clients = clients
        super().__init__()
        self.retry(POLICY)

    def registry(self) -> Registry:
        plain, vendor = self.clients
        addresses = {
            "up": (self.base_url, plain),
            # Plain HTTP is spoken there.
            "tls": (self.base_url.replace("http:", "https:"), vendor),
            "dns": ("http://nowhere.invalid/v1", vendor),
            "refused": (f"http://127.0.0.1:{free_port()}/v1", plain),
        }
        return Registry(
            OpenAICompatible(name=name, base_url=base_url, client=client, timeouts=SHORT)
            for name, (base_url, client) in addresses.items()
        )


@pytest.fixture
async def faulty(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[FaultRoom]:
    monkeypatch.setattr(socket, "getaddrinfo", _without_invalid(socket.getaddrinfo))
    clients = (plain_client(), http_client())
    room = FaultRoom("http://127.0.0.1:1/v1", clients)
    async with serve_scripts(room.book) as base_url:
        room.base_url = base_url
        room.new_process()
        yield room
        await room.dispatcher.close()
        for client in clients:
            await client.aclose()


def _without_invalid(resolve):
    """A resolver that knows no name under `.invalid`, as the world's do not."""

    def resolved(host, *args, **options):
        if isinstance(host, str) and host.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, *args, **options)

    return resolved
