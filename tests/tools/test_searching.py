"""The search engines, played by a server on loopback over real connections."""

import asyncio
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from panels.providers.http import http_client
from panels.tools import searching
from panels.tools.brave import Brave
from panels.tools.domains import DomainRules, domain_rules
from panels.tools.errors import (
    SearchKeyRefused,
    SearchRateLimited,
    SearchRefused,
    SearchUnreachable,
    SearchUnreadable,
    SearchUsedUp,
)
from panels.tools.searching import SearchHit
from panels.tools.searxng import SearXNG
from panels.tools.tavily import Tavily
from tests.providers.raw_servers import free_port
from tests.tools.web_server import response

KEY = "key-0123456789"
ALL = DomainRules()
#: What each engine answers, as its documentation shows it, with the fields that are not read.
REPLIES = {
    "searxng": (
        "/search",
        {
            "query": "q",
            "number_of_results": 0,
            "results": [
                {
                    "url": "https://a.example/1",
                    "title": "One",
                    "content": "First excerpt",
                    "engine": "duckduckgo",
                    "parsed_url": ["https", "a.example", "/1", "", "", ""],
                    "score": 4.0,
                    "category": "general",
                },
                {"url": "https://b.example/2", "title": "Two", "content": "Second excerpt"},
            ],
            "answers": [],
            "suggestions": [],
            "unresponsive_engines": [["x", "timeout"]],
        },
    ),
    "brave": (
        "/res/v1/web/search",
        {
            "type": "search",
            "query": {"original": "q", "more_results_available": True},
            "web": {
                "type": "search",
                "results": [
                    {
                        "title": "One",
                        "url": "https://a.example/1",
                        "description": "First excerpt",
                        "profile": {"name": "A"},
                        "meta_url": {"hostname": "a.example"},
                    },
                    {
                        "title": "Two",
                        "url": "https://b.example/2",
                        "description": "Second excerpt",
                    },
                ],
            },
        },
    ),
    "tavily": (
        "/search",
        {
            "query": "q",
            "answer": None,
            "images": [],
            "results": [
                {
                    "title": "One",
                    "url": "https://a.example/1",
                    "content": "First excerpt",
                    "score": 0.9,
                    "raw_content": None,
                },
                {
                    "title": "Two",
                    "url": "https://b.example/2",
                    "content": "Second excerpt",
                    "score": 0.8,
                },
            ],
            "response_time": "1.2",
        },
    ),
}
HITS = [
    SearchHit("One", "https://a.example/1", "First excerpt"),
    SearchHit("Two", "https://b.example/2", "Second excerpt"),
]
ENGINES = list(REPLIES)


@pytest.fixture
async def engine_at(stack):
    def make(name: str, base_url: str):
        client = http_client()
        stack.push_async_callback(client.aclose)
        if name == "searxng":
            return SearXNG(f"{base_url}/", client)
        return {"brave": Brave, "tavily": Tavily}[name](KEY, client, base_url=base_url)

    return make


@pytest.fixture
def played(site, engine_at):
    """An engine, and the server that plays it with the reply of its documentation."""

    def make(name: str, reply=None, status: int = 200):
        path, usual = REPLIES[name]
        body = reply if isinstance(reply, bytes) else json.dumps(reply or usual).encode()
        site.answers[path] = response(body, "application/json", status)
        return engine_at(name, f"http://127.0.0.1:{site.port}")

    return make


@pytest.mark.parametrize("name", ENGINES)
async def test_every_engine_gives_hits(played, name):
    assert await played(name).search("q", 5, ALL) == HITS


@pytest.mark.parametrize("name", ENGINES)
async def test_no_engine_gives_more_than_was_asked_for(played, name):
    assert await played(name).search("q", 1, ALL) == HITS[:1]


@pytest.mark.parametrize("name", ENGINES)
async def test_the_lists_of_domains_hold_whatever_the_engine_answers(played, name):
    engine = played(name)
    assert await engine.search("q", 5, domain_rules(["b.example"])) == HITS[1:]
    assert await engine.search("q", 5, domain_rules(blocked=["b.example"])) == HITS[:1]


async def test_searxng_is_asked_for_json(played, site):
    await played("searxng").search("änderung & c++", 5, ALL)
    asked = site.asked[0]
    assert asked.method == "GET"
    assert fields_of(asked.path) == {"q": "änderung & c++", "format": "json"}


async def test_brave_is_asked_with_its_header_and_for_plain_text(played, site):
    await played("brave").search("why", 7, ALL)
    asked = site.asked[0]
    assert asked.headers["x-subscription-token"] == KEY
    assert fields_of(asked.path) == {
        "q": "why",
        "count": "7",
        "text_decorations": "false",
        "result_filter": "web",
    }


async def test_tavily_is_asked_with_a_bearer_and_the_lists_of_domains(played, site):
    await played("tavily").search("why", 3, domain_rules(["a.example"], ["b.example"]))
    asked = site.asked[0]
    assert asked.method == "POST"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert json.loads(asked.body) == {
        "query": "why",
        "max_results": 6,
        "search_depth": "basic",
        "include_domains": ["a.example"],
        "exclude_domains": ["b.example"],
    }


@pytest.mark.parametrize("name", ["searxng", "brave"])
async def test_engines_without_lists_are_given_allowed_domains_in_the_query(played, site, name):
    await played(name).search("why", 3, domain_rules(["a.example", "b.example"]))
    assert fields_of(site.asked[0].path)["q"] == "why (site:a.example OR site:b.example)"


async def test_brave_is_not_asked_for_more_than_it_takes(played, site):
    await played("brave").search("word " * 70, 30, domain_rules(["a.example"]))
    fields = fields_of(site.asked[0].path)
    assert fields["q"] == " ".join(["word"] * 50)
    assert fields["count"] == "20"


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, SearchRefused),
        (401, SearchKeyRefused),
        (402, SearchUsedUp),
        (404, SearchRefused),
        (422, SearchRefused),
        (429, SearchRateLimited),
        (500, SearchRefused),
        (503, SearchRefused),
    ],
)
async def test_a_refusal_is_told_apart_by_its_status_and_never_repeats_the_key(
    played, name, status, error
):
    engine = played(name, {"detail": {"error": f"bad key {KEY}"}}, status)
    with pytest.raises(error) as caught:
        await engine.search("q", 5, ALL)
    assert type(caught.value) is error
    assert KEY not in str(caught.value)


async def test_403_means_something_else_for_searxng(played):
    with pytest.raises(SearchRefused, match="Add “json” to search.formats"):  # noqa: RUF043
        await played("searxng", {}, 403).search("q", 5, ALL)
    with pytest.raises(SearchKeyRefused):
        await played("brave", {}, 403).search("q", 5, ALL)


@pytest.mark.parametrize("status", [432, 433])
async def test_tavilys_own_statuses_mean_that_the_plan_is_used_up(played, status):
    with pytest.raises(SearchUsedUp):
        await played("tavily", {}, status).search("q", 5, ALL)


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("reply", [b"<html>", b"[]", b"null", b"\xff", b'{"a":', b"[" * 100_000])
async def test_an_answer_that_is_no_json_object_is_named(played, name, reply):
    with pytest.raises(SearchUnreadable, match="something other than JSON"):
        await played(name, reply).search("q", 5, ALL)


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("rows", [{}, "x", 7, {"results": 1}])
async def test_an_answer_without_a_list_is_named(played, name, rows):
    reply = {"results": rows, "web": rows if isinstance(rows, dict) else {"results": rows}}
    with pytest.raises(SearchUnreadable, match="no list of results"):
        await played(name, reply).search("q", 5, ALL)


async def test_brave_leaves_the_web_out_where_it_found_nothing(played):
    assert await played("brave", {"type": "search"}).search("q", 5, ALL) == []


async def test_redirects_are_not_followed_with_a_key(site, played):
    engine = played("brave")
    site.redirect("/res/v1/web/search", f"http://127.0.0.1:{site.port}/elsewhere")
    with pytest.raises(SearchRefused, match="the status 302"):
        await engine.search("q", 5, ALL)
    assert len(site.asked) == 1


async def test_an_engine_that_is_down_or_silent_is_named(site, engine_at, monkeypatch):
    with pytest.raises(SearchUnreachable, match="can't be reached"):
        await engine_at("tavily", f"http://127.0.0.1:{free_port()}").search("q", 5, ALL)

    async def silent(writer):
        await asyncio.sleep(30)

    site.answers["/search"] = silent
    monkeypatch.setattr(searching, "SEARCH_SECONDS", 0.1)
    with pytest.raises(SearchUnreachable, match=r"within 0\.1 seconds"):
        await engine_at("tavily", f"http://127.0.0.1:{site.port}").search("q", 5, ALL)


async def test_an_answer_without_end_is_cut(played, monkeypatch):
    monkeypatch.setattr(searching, "MOST_ANSWER_BYTES", 1000)
    with pytest.raises(SearchUnreadable, match=r"larger than 0\.001 MB"):
        await played("searxng", {"results": [], "pad": "x" * 2000}).search("q", 5, ALL)


def fields_of(path: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
