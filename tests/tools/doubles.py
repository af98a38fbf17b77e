"""An engine and a fetcher that answer from memory, for what is not about the network."""

from panels.tools.domains import DomainRules
from panels.tools.errors import ToolFailed
from panels.tools.fetching import FetchedPage
from panels.tools.searching import SearchHit


class Engine:
    name = "memory"

    def __init__(self, *hits: SearchHit, error: ToolFailed | None = None) -> None:
        self._hits = list(hits)
        self._error = error
        self.asked: list[tuple[str, int, DomainRules]] = []

    async def search(self, query: str, max_results: int, rules: DomainRules) -> list[SearchHit]:
        self.asked.append((query, max_results, rules))
        if self._error:
            raise self._error
        return self._hits[:max_results]


class Pages:
    def __init__(self, error: ToolFailed | None = None, **texts: str) -> None:
        self._texts = texts
        self._error = error
        self.asked: list[str] = []

    async def fetch(self, url: str, rules: DomainRules | None = None) -> FetchedPage:
        self.asked.append(url)
        if self._error:
            raise self._error
        name = url.rpartition("/")[2]
        return FetchedPage(
            url=url,
            final_url=url,
            title=name.title(),
            text=self._texts[name],
            content_type="text/html",
            fetched_bytes=len(self._texts[name]),
        )


HITS = (
    SearchHit("One", "https://a.example/one", "First excerpt"),
    SearchHit("Two", "https://a.example/two", "Second excerpt"),
)
