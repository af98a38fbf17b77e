"""The search engine that the environment configures."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from panels.tools.brave import Brave
from panels.tools.searching import SearchEngine
from panels.tools.searxng import SearXNG
from panels.tools.tavily import Tavily

SEARXNG_VARIABLE = "FUSIONWEB_SEARXNG_URL"
BRAVE_VARIABLE = "BRAVE_API_KEY"
TAVILY_VARIABLE = "TAVILY_API_KEY"


def engine_from(environ: Mapping[str, str], client: httpx.AsyncClient) -> SearchEngine | None:
    """The first configured one: one's own server before any that is paid for. None without any.

    The client belongs to whoever made it.

    :raises ValueError: when SearXNG's address is none.
    """
    if address := environ.get(SEARXNG_VARIABLE, "").strip():
        return SearXNG(_checked(address), client)
    if key := environ.get(BRAVE_VARIABLE, "").strip():
        return Brave(key, client)
    if key := environ.get(TAVILY_VARIABLE, "").strip():
        return Tavily(key, client)
    return None


def _checked(address: str) -> str:
    try:
        parts = urlsplit(address)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
        has_password = "@" in parts.netloc
    except ValueError:
        is_address = has_password = False
    if has_password:
        # Not repeated: it holds a password.
        raise ValueError(f"{SEARXNG_VARIABLE} must have no user and password in it.")
    if not is_address:
        raise ValueError(f"{SEARXNG_VARIABLE} must be an http or https address, not “{address}”.")
    return address
