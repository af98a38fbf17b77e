"""Fetches a web page for a model: public addresses only, little of it, and not for long.

A model's wish is hostile input. Its name is resolved here, every address is checked, and the
connection goes to the very address that was checked; each redirect begins again from the start.
No proxy, no cookies, no credentials, no connection used twice.
"""

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from panels.documents.limits import ReadingLimits
from panels.tools.addresses import (
    WEB_PORTS,
    IPAddress,
    WebTarget,
    WhatItIs,
    redirected,
    target_of,
    what_is_not_public,
)
from panels.tools.bodies import read_body
from panels.tools.domains import DomainRules
from panels.tools.errors import NotReached, StatusRefused, TooManyRedirects, TooSlow
from panels.tools.page_apart import page_text_apart
from panels.tools.page_text import PageText, check_type
from panels.tools.resolving import Resolve, ask_system, checked_addresses

REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: A host has an address of each family, and big sites several.
MOST_ADDRESSES_TRIED = 3
#: Reading pages is work for the processor; more at once would only starve the rest.
READERS = 2
HEADERS = {
    "User-Agent": "Fusionweb/0.1 (a review room fetching a page for a model)",
    "Accept": "text/html,application/xhtml+xml,text/*;q=0.9,application/json;q=0.9,application/pdf",
    "Accept-Encoding": "gzip",
    "Connection": "close",
}


@dataclass(frozen=True, kw_only=True)
class FetchLimits:
    """`most_bytes` counts what came as well as what it unpacked to."""

    total_seconds: float = 20.0
    connect_seconds: float = 5.0
    most_bytes: int = 5_000_000
    most_redirects: int = 5
    most_pages: int = 200
    most_characters: int = 500_000
    ports: frozenset[int] = WEB_PORTS

    def reading(self) -> ReadingLimits:
        return ReadingLimits(
            most_bytes=self.most_bytes,
            most_pages=self.most_pages,
            most_unpacked_bytes=4 * self.most_bytes,
            most_characters=self.most_characters,
        )


@dataclass(frozen=True, kw_only=True)
class FetchedPage:
    """`title` "" where it has none. Title and text are hostile."""

    url: str
    final_url: str
    title: str
    text: str
    content_type: str
    fetched_bytes: int


@dataclass(frozen=True)
class _Body:
    data: bytes
    content_type: str
    fetched_bytes: int


class Fetcher:
    def __init__(
        self,
        limits: FetchLimits | None = None,
        *,
        resolve: Resolve = ask_system,
        what_it_is: WhatItIs = what_is_not_public,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`what_it_is` is for tests, whose only servers are on loopback. No setting leads to it."""
        self.limits = limits or FetchLimits()
        self._resolve = resolve
        self._what_it_is = what_it_is
        self._tls = tls or httpx.create_ssl_context()
        self._readers = asyncio.Semaphore(READERS)

    async def fetch(self, url: str, rules: DomainRules | None = None) -> FetchedPage:
        """:raises FetchRefused: whatever goes wrong; nothing else."""
        try:
            async with asyncio.timeout(self.limits.total_seconds):
                return await self._fetch(url.strip(), rules or DomainRules())
        except TimeoutError:
            seconds = self.limits.total_seconds
            raise TooSlow(f"The page did not come within {seconds:g} seconds.") from None

    async def _fetch(self, url: str, rules: DomainRules) -> FetchedPage:
        target, body = await self._follow(url, rules)
        page = await self._read(body, str(target.url))
        return FetchedPage(
            url=url,
            final_url=str(target.url),
            title=page.title,
            text=page.text,
            content_type=check_type(body.content_type),
            fetched_bytes=body.fetched_bytes,
        )

    async def _follow(self, url: str, rules: DomainRules) -> tuple[WebTarget, _Body]:
        """The target that answered in the end. Each one on the way there is checked alike."""
        for _ in range(self.limits.most_redirects + 1):
            target = target_of(url, self.limits.ports)
            rules.check(target.host)
            addresses = await checked_addresses(target, self._resolve, self._what_it_is)
            answer = await self._ask(target, addresses)
            if isinstance(answer, _Body):
                return target, answer
            url = answer
        raise TooManyRedirects(f"More than {self.limits.most_redirects} redirects led nowhere.")

    async def _ask(self, target: WebTarget, addresses: Sequence[IPAddress]) -> _Body | str:
        """The body, or where the answer redirects to."""
        for address in addresses[:MOST_ADDRESSES_TRIED]:
            try:
                return await self._ask_at(target, address)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
            except (httpx.HTTPError, httpx.InvalidURL, OSError):
                raise NotReached(f"{target.host} broke off or answered wrongly.") from None
        raise NotReached(f"{target.host} can't be reached.")

    async def _ask_at(self, target: WebTarget, address: IPAddress) -> _Body | str:
        timeout = httpx.Timeout(self.limits.total_seconds, connect=self.limits.connect_seconds)
        request = httpx.Request(
            "GET",
            target.url_at(address),
            headers={**HEADERS, "Host": target.host_header},
            # The certificate must be for the name, whatever address is connected to.
            extensions={"sni_hostname": target.host, "timeout": timeout.as_dict()},
        )
        # One transport per request: nothing is kept between two hosts that share an address. No
        # client above it, which would keep cookies and look into redirects.
        async with httpx.AsyncHTTPTransport(verify=self._tls, trust_env=False) as transport:
            response = await transport.handle_async_request(request)
            try:
                if response.status_code in REDIRECTS:
                    return _redirect_of(target, response)
                return await self._body_of(response)
            finally:
                await response.aclose()

    async def _body_of(self, response: httpx.Response) -> _Body:
        if response.status_code != 200:
            raise StatusRefused(f"The site answered with the status {response.status_code}.")
        content_type = response.headers.get("content-type", "")
        check_type(content_type)
        data, fetched_bytes = await read_body(response, self.limits.most_bytes)
        return _Body(data, content_type, fetched_bytes)

    async def _read(self, body: _Body, url: str) -> PageText:
        async with self._readers:
            return await page_text_apart(body.data, body.content_type, url, self.limits.reading())


def _redirect_of(target: WebTarget, response: httpx.Response) -> str:
    location = response.headers.get("location", "").strip()
    if not location:
        raise StatusRefused("The site redirects without saying where to.")
    return redirected(target, location)
