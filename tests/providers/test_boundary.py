"""What may not leave does not: no socket is opened, whatever the provider says it is."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from panels.choices import Privacy
from panels.providers.errors import PrivacyRefused, ProviderError, Unreachable
from panels.providers.http import http_client, inside_client
from panels.providers.openai_compatible import OpenAICompatible
from panels.providers.openrouter import OpenRouter
from panels.providers.scripted import ScriptedProvider
from panels.providers.scripted_server import serve_scripts
from panels.providers.scripts import Script, ScriptBook
from tests.providers.asking import ask, ask_error, request_for, text_of
from tests.providers.conftest import PATIENT
from tests.tools.watching import watch_sockets

LOCAL_ONLY = Privacy.OWN_NETWORK
Provide = Callable[..., OpenAICompatible]


@pytest.fixture
async def provide() -> AsyncIterator[Provide]:
    """A provider with both of its connections, as the registry makes it."""
    async with AsyncExitStack() as exits:

        def make(base_url: str, *, proxies: dict[str, str] | None = None, **changes: Any):
            clients = http_client(proxies=proxies or {}), inside_client()
            for client in clients:
                exits.push_async_callback(client.aclose)
            values = {"name": "vendor", "api_key": "k", "timeouts": PATIENT, **changes}
            return OpenAICompatible(
                base_url=base_url, client=clients[0], inside_client=clients[1], **values
            )

        yield make


@pytest.fixture
async def vendor() -> AsyncIterator[tuple[str, ScriptBook]]:
    book = ScriptBook({"m": Script(text="Inside.")})
    async with serve_scripts(book) as base_url:
        yield base_url, book


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """A name server: name → addresses, a different list for each time that it is asked."""
    known: dict[str, list[str]] = {}

    def resolve(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        if host not in known:
            raise socket.gaierror(f"no such name: {host}")
        first, _, later = known[host][0].partition(" then ")
        if later:
            known[host] = [later]
        addresses = first.split(",")
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (address, port, 0, 0) if ":" in address else (address, port),
            )
            for address in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return known


async def refused(provider: OpenAICompatible, reach: Privacy = LOCAL_ONLY) -> ProviderError:
    error = await ask_error(provider, "m", reach=reach)
    assert isinstance(error, PrivacyRefused), error
    return error


@pytest.mark.parametrize(
    "base_url",
    ["https://api.example.com/v1", "http://api.example.com/v1", "https://8.8.8.8/v1"],
)
async def test_a_third_party_is_refused_before_a_name_is_looked_up(
    provide: Provide, base_url: str, monkeypatch: pytest.MonkeyPatch
):
    tried = watch_sockets(monkeypatch)
    error = await refused(provide(base_url))
    assert error.detail == "The provider “vendor” is a third party."
    assert tried == []


async def test_the_own_network_is_refused_where_only_this_machine_may_read(provide: Provide):
    error = await refused(provide("http://gpu:8000/v1"), Privacy.THIS_MACHINE)
    assert error.detail == "The provider “vendor” is on your own network."


async def test_a_model_on_this_machine_answers(provide: Provide, vendor):
    base_url, book = vendor
    events, error = await ask(provide(base_url), "m", reach=LOCAL_ONLY)
    assert (text_of(events), error) == ("Inside.", None)
    assert [request.slug for request in book.requests] == ["m"]


async def test_a_host_of_the_own_network_is_asked_where_its_name_leads_inside(
    provide: Provide, vendor, names: dict[str, list[str]]
):
    base_url, book = vendor
    names["gpu.local"] = ["127.0.0.1"]
    provider = provide(base_url.replace("127.0.0.1", "gpu.local"))
    events, error = await ask(provider, "m", reach=LOCAL_ONLY)
    assert (text_of(events), error) == ("Inside.", None)
    assert len(book.requests) == 1


@pytest.mark.parametrize(
    "addresses",
    ["93.184.215.14", "127.0.0.1,93.184.215.14", "2606:4700::1111", "169.254.169.254"],
)
@pytest.mark.parametrize("host", ["gpu", "gpu.local"])
async def test_a_name_that_leads_outside_is_refused_without_a_connection(
    provide: Provide,
    names: dict[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    addresses: str,
):
    names[host] = [addresses]
    tried = watch_sockets(monkeypatch)
    error = await refused(provide(f"http://{host}:8000/v1"))
    public = [address for address in addresses.split(",") if address != "127.0.0.1"]
    assert error.detail == f"“{host}” leads to the public address {', '.join(public)}."
    assert tried == []


@pytest.mark.parametrize("host", ["1572395042", "0x5db8d70e", "93.12113678"])
async def test_an_address_in_an_odd_spelling_is_not_connected_to(
    provide: Provide,
    names: dict[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
    host: str,
):
    names[host] = ["93.184.215.14"]
    tried = watch_sockets(monkeypatch)
    assert await ask_error(provide(f"http://{host}:8000/v1"), "m", reach=LOCAL_ONLY)
    assert tried == []


async def test_a_name_that_changes_its_address_is_refused_at_the_second_call(
    provide: Provide, vendor, names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
):
    base_url, _ = vendor
    names["gpu"] = ["127.0.0.1 then 93.184.215.14"]
    first = provide(base_url.replace("127.0.0.1", "gpu"))
    assert (await ask(first, "m", reach=LOCAL_ONLY))[1] is None
    tried = watch_sockets(monkeypatch)
    await refused(provide(base_url.replace("127.0.0.1", "gpu")))
    assert tried == []


async def test_what_another_call_looked_up_is_not_used(
    provide: Provide, names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
):
    """The open connection knows the name's public address by then; the guarded one asks anew."""
    names["gpu"] = ["93.184.215.14"]
    provider = provide("http://gpu:8000/v1")
    tried = watch_sockets(monkeypatch)
    # The suite's own guard stops the open one at its socket.
    with pytest.raises(AssertionError):
        await ask(provider, "m")
    tried.clear()
    await refused(provider)
    assert tried == []


async def test_many_calls_at_once_are_refused_alike(
    provide: Provide, names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
):
    names["gpu"] = ["93.184.215.14"]
    tried = watch_sockets(monkeypatch)
    provider = provide("http://gpu:8000/v1")
    await asyncio.gather(*(refused(provider) for _ in range(8)))
    assert tried == []


async def test_no_proxy_carries_what_may_not_leave(
    provide: Provide, names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
):
    names["gpu"] = ["127.0.0.1"]
    provider = provide("https://gpu:1/v1", proxies={"https": "http://127.0.0.1:2"})
    tried = watch_sockets(monkeypatch)
    error = await ask_error(provider, "m", reach=LOCAL_ONLY)
    assert isinstance(error, Unreachable)
    assert [port for _, port in tried] == [1]


async def test_a_redirect_is_not_followed(provide: Provide, monkeypatch: pytest.MonkeyPatch):
    async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b"HTTP/1.1 307 Temporary Redirect\r\nLocation: https://api.example.com/v1/chat/"
            b"completions\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
        writer.close()

    server = await asyncio.start_server(redirect, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    tried = watch_sockets(monkeypatch)
    async with server:
        error = await ask_error(provide(f"http://127.0.0.1:{port}/v1"), "m", reach=LOCAL_ONLY)
    assert isinstance(error, ProviderError)
    assert {address for address, _ in tried} == {"127.0.0.1"}


async def test_a_name_that_is_not_there_is_unreachable_and_not_private(
    provide: Provide, names: dict[str, list[str]]
):
    error = await ask_error(provide("http://gpu:8000/v1"), "m", reach=LOCAL_ONLY)
    assert isinstance(error, Unreachable)


async def test_without_a_guarded_connection_nothing_is_sent():
    client = httpx.AsyncClient()
    provider = OpenAICompatible(name="v", base_url="http://127.0.0.1:1/v1", client=client)
    error = await refused(provider)
    assert error.detail == "The provider “v” has no guarded connection."
    await client.aclose()


async def test_scripts_play_on_this_machine():
    provider = ScriptedProvider(ScriptBook({"m": Script(text="Played.")}))
    events, error = await ask(provider, "m", reach=Privacy.THIS_MACHINE)
    assert (text_of(events), error) == ("Played.", None)
    await provider.close()


# The wish that data is not collected


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (OpenRouter, {"provider": {"data_collection": "deny"}}),
        (OpenAICompatible, {}),
    ],
)
def test_the_wish_is_passed_on_where_the_provider_takes_one(
    kind: type[OpenAICompatible], fields: dict[str, Any]
):
    provider = kind(name="v", base_url="https://v.example/v1", client=httpx.AsyncClient())
    plain = provider.body_of(request_for("m"))
    assert "provider" not in plain
    assert provider.body_of(request_for("m", refuses_data_collection=True)) == plain | fields
    assert provider.can_refuse_data_collection == bool(fields)
