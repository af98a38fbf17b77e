"""The web tools of this process, and the one door to a call that may use them."""

import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace

import httpx

from panels.providers.client import Provider
from panels.providers.errors import NotConfigured
from panels.providers.requests import CompletionRequest, WebAccess
from panels.tools.addresses import WEB_PORTS
from panels.tools.domains import domain_rules
from panels.tools.engines import engine_from
from panels.tools.fetching import Fetcher, FetchLimits
from panels.tools.loop import LoopEvent, run_with_tools
from panels.tools.searching import SearchEngine
from panels.tools.toolbox import MOST_CHARACTERS, Toolbox

PORTS_VARIABLE = "FUSIONWEB_FETCH_PORTS"
BYTES_VARIABLE = "FUSIONWEB_FETCH_BYTES"


class WebTools:
    """Made by `web_tools_from`. `close` closes the client, where there is one."""

    def __init__(
        self,
        engine: SearchEngine | None,
        fetcher: Fetcher,
        client: httpx.AsyncClient | None = None,
    ) -> None:
        self._engine = engine
        self._fetcher = fetcher
        self._client = client

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    @property
    def engine_name(self) -> str:
        """ "" where none is configured: models can fetch then, and not search."""
        return self._engine.name if self._engine is not None else ""

    def check(self, web: WebAccess) -> None:
        """:raises NotConfigured: when nothing of what a call may do can be done here."""
        if not web.can_fetch and not (web.can_search and self._engine is not None):
            raise NotConfigured(
                "No search engine is configured. Set FUSIONWEB_SEARXNG_URL, BRAVE_API_KEY or "
                "TAVILY_API_KEY, or turn the web tools off."
            )

    def toolbox(self, web: WebAccess, *, most_characters: int = MOST_CHARACTERS) -> Toolbox:
        """For one call.

        :raises NotConfigured: when nothing of what the call may do can be done here.
        """
        self.check(web)
        engine = self._engine if web.can_search else None
        fetcher = self._fetcher if web.can_fetch else None
        rules = domain_rules(web.allowed_domains, web.blocked_domains)
        return Toolbox(engine=engine, fetcher=fetcher, rules=rules, most_characters=most_characters)


async def stream_with_web(
    provider: Provider,
    request: CompletionRequest,
    web: WebAccess,
    tools: WebTools,
    *,
    most_characters: int = MOST_CHARACTERS,
) -> AsyncGenerator[LoopEvent, None]:
    """A call that may use the web: by the provider's own tools where it serves them, else by ours.

    :raises ProviderError: whatever goes wrong; nothing else.
    """
    if provider.serves_web(request.model, web):
        events: AsyncGenerator[LoopEvent, None] = _as_loop_events(
            provider, replace(request, web=web)
        )
    else:
        toolbox = tools.toolbox(web, most_characters=most_characters)
        events = run_with_tools(provider, request, toolbox, most_steps=web.most_steps)
    async with aclosing(events) as stream:
        async for event in stream:
            yield event


def web_tools_from(environ: Mapping[str, str], client: httpx.AsyncClient) -> WebTools:
    """The client is the tools' own from now on.

    :raises ValueError: with a sentence that says which variable is wrong."""
    return WebTools(engine_from(environ, client), Fetcher(limits_from(environ)), client)


def limits_from(environ: Mapping[str, str]) -> FetchLimits:
    """:raises ValueError: when a port or the number of bytes is none."""
    ports = re.split(r"[\s,;]+", environ.get(PORTS_VARIABLE, "").strip(" ,;"))
    most_bytes = environ.get(BYTES_VARIABLE, "").strip()
    return FetchLimits(
        ports=frozenset(_port(text) for text in ports) if ports != [""] else WEB_PORTS,
        most_bytes=_bytes(most_bytes) if most_bytes else FetchLimits.most_bytes,
    )


async def _as_loop_events(
    provider: Provider, request: CompletionRequest
) -> AsyncGenerator[LoopEvent, None]:
    async with aclosing(provider.stream(request)) as stream:
        async for event in stream:
            yield event


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise ValueError(f"{PORTS_VARIABLE} must be port numbers, such as 80,443, not “{text}”.")
    return int(text)


def _bytes(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise ValueError(f"{BYTES_VARIABLE} must be a number of bytes, not “{text}”.")
    return int(text)
