"""HTTP clients for the life of the process, and what their failures mean.

httpx over aiohttp: with httpx's own transport 400 streams saturate a core; this one costs a
quarter. The limit is always given, since the transport's own default is 100, silently.
"""

import socket
import ssl
from collections.abc import Callable, Mapping
from urllib.request import getproxies

import aiohttp
import httpx
from aiohttp.abc import ResolveResult
from httpx_aiohttp import AiohttpTransport

from panels.providers.errors import (
    ConnectTimedOut,
    NotConfigured,
    ProviderError,
    SilenceTimedOut,
    StreamBroken,
    Unreachable,
    UnreadableStream,
)
from panels.providers.privacy import is_inside, outside_address

MOST_CONNECTIONS = 1000
KEEP_ALIVE_SECONDS = 15.0


def http_client(
    *, most_connections: int = MOST_CONNECTIONS, proxies: Mapping[str, str] | None = None
) -> httpx.AsyncClient:
    """The client for vendors. `proxies` as of `urllib.request.getproxies`, the default.

    aiohttp could find the proxy by itself, but would then read ~/.netrc at every request, and
    refuse to send our key beside what it found there.
    """
    context = httpx.create_ssl_context()

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=most_connections, keepalive_timeout=KEEP_ALIVE_SECONDS, ssl=context
        )
        return _session(connector)

    found = getproxies() if proxies is None else proxies
    return _client(session, context, most_connections, found)


def plain_client(*, most_connections: int = MOST_CONNECTIONS) -> httpx.AsyncClient:
    """The client for servers of one's own over plain HTTP: no proxy, and no connection used twice.

    llama.cpp's server breaks a connection that is used again after a stream; on a local network
    a new one costs next to nothing.
    """

    def session() -> aiohttp.ClientSession:
        return _session(aiohttp.TCPConnector(limit=most_connections, force_close=True))

    return _client(session, ssl.create_default_context(), most_connections, {})


def inside_client(*, most_connections: int = MOST_CONNECTIONS) -> httpx.AsyncClient:
    """The client for requests that may not leave: no proxy, and only to addresses inside.

    Connections and looked-up names are its own, so none that another request opened is used.
    """

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=most_connections, force_close=True, resolver=_InsideResolver()
        )
        return _session(connector)

    return _client(session, httpx.create_ssl_context(), most_connections, {})


class _InsideResolver(aiohttp.ThreadedResolver):
    """What it finds is what is connected to, so no name can change its address in between."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await super().resolve(host, port, family)
        # One address outside is enough: which one would be tried first is nobody's choice.
        if outside := [each["host"] for each in found if not is_inside(each["host"])]:
            raise outside_address(host, outside)
        return found


def provider_error(error: Exception) -> ProviderError:
    """What a failure below HTTP means.

    httpx-aiohttp 0.2 reports a refused connection, an unknown host and a reset alike as
    `httpx.ConnectTimeout`, and lets `aiohttp.ClientResponseError` through. So the aiohttp error
    decides, where there is one.
    """
    cause = error.__cause__ if isinstance(error.__cause__, aiohttp.ClientError) else error
    detail = str(cause) or type(cause).__name__
    for kinds, meaning in _MEANINGS:
        if isinstance(cause, kinds):
            return meaning(detail)
    return StreamBroken(detail)


#: What `send` and reading may raise: httpx's and aiohttp's own, and what slips through both (a
#: header that can't be encoded is a ValueError, a closed client a RuntimeError).
NETWORK_ERRORS = (
    httpx.HTTPError,
    httpx.InvalidURL,
    aiohttp.ClientError,
    OSError,
    ValueError,
    RuntimeError,
)

#: In order: the narrow classes before those they derive from.
_MEANINGS: tuple[tuple[tuple[type[Exception], ...], type[ProviderError]], ...] = (
    ((aiohttp.SocketTimeoutError, httpx.ReadTimeout, httpx.WriteTimeout), SilenceTimedOut),
    ((aiohttp.ServerTimeoutError, httpx.ConnectTimeout, httpx.PoolTimeout), ConnectTimedOut),
    ((aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError), NotConfigured),
    ((httpx.InvalidURL, httpx.UnsupportedProtocol), NotConfigured),
    ((aiohttp.ClientConnectorError, httpx.ConnectError, httpx.ProxyError), Unreachable),
    ((aiohttp.ClientHttpProxyError,), Unreachable),
    (
        (aiohttp.ClientResponseError, httpx.DecodingError, httpx.RemoteProtocolError),
        UnreadableStream,
    ),
    # A closed client, and a key that no header can hold.
    ((RuntimeError,), Unreachable),
    ((ValueError,), NotConfigured),
)


def _session(connector: aiohttp.BaseConnector) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())


def _client(
    session: Callable[[], aiohttp.ClientSession],
    context: ssl.SSLContext,
    most_connections: int,
    proxies: Mapping[str, str],
) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=most_connections)

    def transport(proxy: str | None = None) -> AiohttpTransport:
        through = httpx.Proxy(proxy) if proxy else None
        return AiohttpTransport(client=session, verify=context, limits=limits, proxy=through)

    mounts: dict[str, AiohttpTransport | None] = {}
    proxy = proxies.get("https") or proxies.get("all")
    if proxy and proxies.get("no") != "*":
        mounts = dict.fromkeys(_patterns_without_proxy(proxies.get("no", "")))
        mounts["https://"] = transport(proxy)
    # Each request says how long it waits; see `reading.Patience`.
    return httpx.AsyncClient(transport=transport(), mounts=mounts, timeout=None)  # noqa: S113


def _patterns_without_proxy(no_proxy: str) -> list[str]:
    """NO_PROXY's hosts as httpx's patterns: a name stands for its subdomains too."""
    hosts = (host.strip().lstrip(".") for host in no_proxy.split(","))
    return [f"all://*{host}" for host in hosts if host]
