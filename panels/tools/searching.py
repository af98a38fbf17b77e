"""Searching the web through a configured engine; what differs between engines is in their files.

What an engine says is hostile: titles and excerpts are made plain, addresses that are no web
addresses are left out, and the lists of domains are kept here, whatever the engine made of them.
"""

import asyncio
import html
import json
import re
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx

from panels.providers.http import NETWORK_ERRORS
from panels.tools.bodies import read_body
from panels.tools.domains import DomainRules
from panels.tools.errors import (
    FetchRefused,
    SearchFailed,
    SearchKeyRefused,
    SearchRateLimited,
    SearchRefused,
    SearchUnreachable,
    SearchUnreadable,
    SearchUsedUp,
)

MOST_RESULTS = 20
SEARCH_SECONDS = 15.0
MOST_ANSWER_BYTES = 4_000_000
MOST_EXCERPT_CHARACTERS = 1000
MOST_TITLE_CHARACTERS = 300
#: More operators than this, and engines give up on the query.
MOST_SITES_IN_QUERY = 6
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_STATUSES: dict[int, tuple[type[SearchFailed], str]] = {
    401: (SearchKeyRefused, "The search engine refuses the key that is configured."),
    402: (SearchUsedUp, "The search engine's quota is used up."),
    403: (SearchKeyRefused, "The search engine refuses the key that is configured."),
    429: (SearchRateLimited, "The search engine is asked too often at the moment."),
}


@dataclass(frozen=True)
class SearchHit:
    title: str
    url: str
    excerpt: str


class SearchEngine(Protocol):
    name: str

    async def search(self, query: str, max_results: int, rules: DomainRules) -> list[SearchHit]:
        """The best hits first, none of them against the rules.

        :raises SearchFailed: whatever goes wrong; nothing else.
        """
        ...


async def ask(
    client: httpx.AsyncClient, request: httpx.Request, more_statuses: dict[int, Any] | None = None
) -> dict[str, Any]:
    """The JSON object that an engine answers.

    `more_statuses` explains those that this engine means differently.

    :raises SearchFailed: never with the engine's own words, which may repeat the key.
    """
    try:
        async with asyncio.timeout(SEARCH_SECONDS):
            return await _answer(client, request, _STATUSES | (more_statuses or {}))
    except TimeoutError:
        sentence = f"The search engine did not answer within {SEARCH_SECONDS:g} seconds."
        raise SearchUnreachable(sentence) from None
    except NETWORK_ERRORS:
        raise SearchUnreachable("The search engine can't be reached.") from None


async def _answer(
    client: httpx.AsyncClient, request: httpx.Request, statuses: dict[int, Any]
) -> dict[str, Any]:
    request.headers.update({"Accept": "application/json", "Accept-Encoding": "identity"})
    response = await client.send(request, stream=True, follow_redirects=False)
    try:
        status = response.status_code
        if status != 200:
            kind, sentence = statuses.get(
                status, (SearchRefused, f"The search engine answered with the status {status}.")
            )
            raise kind(sentence)
        return _object(await _body(response))
    finally:
        await response.aclose()


async def _body(response: httpx.Response) -> bytes:
    try:
        body, _ = await read_body(response, MOST_ANSWER_BYTES)
    except FetchRefused as error:
        raise SearchUnreadable(f"The search engine's answer can't be read. {error}") from None
    return body


def _object(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise SearchUnreadable("The search engine answered something other than JSON.")
    return answer


def hits_of(
    rows: Any, rules: DomainRules, max_results: int, *, excerpt: str = "content"
) -> list[SearchHit]:
    """The rows that are hits and that the rules permit, each address once.

    :raises SearchUnreadable: when the rows are no list.
    """
    if not isinstance(rows, list):
        raise SearchUnreadable("The search engine's answer holds no list of results.")
    hits: dict[str, SearchHit] = {}
    for row in rows:
        url = row.get("url") if isinstance(row, dict) else None
        if isinstance(url, str) and url not in hits and _is_permitted(url, rules):
            title = plain(row.get("title"), MOST_TITLE_CHARACTERS)
            words = plain(row.get(excerpt), MOST_EXCERPT_CHARACTERS)
            hits[url] = SearchHit(title or url, url, words)
    return list(hits.values())[:max_results]


def plain(text: Any, most_characters: int) -> str:
    """An engine's text without markup and entities, on one line."""
    if not isinstance(text, str):
        return ""
    return " ".join(html.unescape(_TAG.sub("", text)).split())[:most_characters]


def with_sites(query: str, rules: DomainRules) -> str:
    """The query limited to the allowed domains, for engines that know no other way.

    With many of them only the answer is sifted.
    """
    sites = [f"site:{domain}" for domain in rules.allowed]
    if not sites or len(sites) > MOST_SITES_IN_QUERY:
        return query
    return f"{query} {sites[0]}" if len(sites) == 1 else f"{query} ({' OR '.join(sites)})"


def count_to_ask(max_results: int, rules: DomainRules, most: int = MOST_RESULTS) -> int:
    """Twice as many where some are going to be sifted out."""
    wanted = max_results * 2 if rules.allowed or rules.blocked else max_results
    return max(1, min(wanted, most))


def _is_permitted(url: str, rules: DomainRules) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and rules.permit(host)


def words_of(query: str, *, most_words: int, most_characters: int) -> str:
    """A query cut to what an engine takes, between two words."""
    words: list[str] = []
    for word in query.split()[:most_words]:
        if len(" ".join([*words, word])) > most_characters:
            break
        words.append(word)
    return " ".join(words) or query[:most_characters]
