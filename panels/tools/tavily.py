"""Tavily (docs.tavily.com/api-reference/endpoint/search, help.tavily.com, "Errors Code").

POST /search with the key as a bearer; at most 20 results; lists of domains of its own. 432 and 433
mean that a limit of the plan is reached. A "basic" search costs one credit.
"""

import httpx

from panels.tools.domains import DomainRules
from panels.tools.errors import SearchUsedUp
from panels.tools.searching import SearchHit, ask, count_to_ask, hits_of

BASE_URL = "https://api.tavily.com"
_USED_UP = (SearchUsedUp, "The search engine's quota is used up.")
_STATUSES = {432: _USED_UP, 433: _USED_UP}


class Tavily:
    name = "tavily"

    def __init__(
        self, api_key: str, client: httpx.AsyncClient, *, base_url: str = BASE_URL
    ) -> None:
        self._api_key = api_key
        self._client = client
        self._url = f"{base_url}/search"

    async def search(self, query: str, max_results: int, rules: DomainRules) -> list[SearchHit]:
        fields = {
            "query": query,
            "max_results": count_to_ask(max_results, rules),
            "search_depth": "basic",
            "include_domains": list(rules.allowed),
            "exclude_domains": list(rules.blocked),
        }
        headers = {"Authorization": f"Bearer {self._api_key}"}
        request = self._client.build_request("POST", self._url, json=fields, headers=headers)
        answer = await ask(self._client, request, _STATUSES)
        return hits_of(answer.get("results"), rules, max_results)
