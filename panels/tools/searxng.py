"""SearXNG, a search engine of one's own (docs.searxng.org/dev/search_api).

GET /search with `q` and `format=json`; a server whose settings don't list that format answers 403.
It has no key, no limit on results and no lists of domains.
"""

import httpx

from panels.tools.domains import DomainRules
from panels.tools.errors import SearchRefused
from panels.tools.searching import SearchHit, ask, hits_of, with_sites

_STATUSES = {
    403: (
        SearchRefused,
        "The SearXNG server gives no JSON. Add “json” to search.formats in its settings.yml.",
    )
}


class SearXNG:
    name = "searxng"

    def __init__(self, base_url: str, client: httpx.AsyncClient) -> None:
        self._url = f"{base_url.rstrip('/')}/search"
        self._client = client

    async def search(self, query: str, max_results: int, rules: DomainRules) -> list[SearchHit]:
        fields = {"q": with_sites(query, rules), "format": "json"}
        request = self._client.build_request("GET", self._url, params=fields)
        answer = await ask(self._client, request, _STATUSES)
        return hits_of(answer.get("results"), rules, max_results)
