"""Brave Search (api-dashboard.search.brave.com/api-reference/web/search/get).

`X-Subscription-Token` holds the key; `count` is at most 20, a query at most 400 characters and 50
words. `text_decorations` would put markup into the excerpts. Results are `web.results`, with the
excerpt in `description`; without results `web` is not there.
"""

import httpx

from panels.tools.domains import DomainRules
from panels.tools.searching import SearchHit, ask, count_to_ask, hits_of, with_sites, words_of

BASE_URL = "https://api.search.brave.com"
MOST_WORDS = 50
MOST_CHARACTERS = 400


class Brave:
    name = "brave"

    def __init__(
        self, api_key: str, client: httpx.AsyncClient, *, base_url: str = BASE_URL
    ) -> None:
        self._api_key = api_key
        self._client = client
        self._url = f"{base_url}/res/v1/web/search"

    async def search(self, query: str, max_results: int, rules: DomainRules) -> list[SearchHit]:
        fields: dict[str, str | int] = {
            "q": _fitted(query, rules),
            "count": count_to_ask(max_results, rules),
            "text_decorations": "false",
            "result_filter": "web",
        }
        headers = {"X-Subscription-Token": self._api_key}
        request = self._client.build_request("GET", self._url, params=fields, headers=headers)
        answer = await ask(self._client, request)
        web = answer.get("web", {"results": []})
        rows = web.get("results") if isinstance(web, dict) else None
        return hits_of(rows, rules, max_results, excerpt="description")


def _fitted(query: str, rules: DomainRules) -> str:
    """With the allowed domains where they fit; the answer is sifted in any case."""
    query = words_of(query, most_words=MOST_WORDS, most_characters=MOST_CHARACTERS)
    limited = with_sites(query, rules)
    is_short = len(limited) <= MOST_CHARACTERS and len(limited.split()) <= MOST_WORDS
    return limited if is_short else query
