"""A seat that searches the web, as a person sees it: announced, under way, and afterwards."""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.search_server import SearchServer
from tests.browser.starting import enter_room, make_preset

INSIDE = "http://127.0.0.1/inside"
EVIL = "\"'><img src=x onerror=\"window.pwned='title'\">"
HITS = [
    {"url": f"https://a.example/{n}", "title": f"Page {n} {EVIL}", "content": "An excerpt"}
    for n in range(9)
]
HITS += [{"url": "javascript:alert(1)", "title": "Bad"}, {"url": INSIDE, "title": "Inside"}]


def uses(tool: str, then: dict, **arguments: str | int) -> dict:
    call = {"name": tool, "arguments_json": json.dumps(arguments)}
    return {"tool_calls": [call], "then": then}


ANSWER = {"text": "**Split** checkout out."}
READING = uses("web_fetch", ANSWER, url=INSIDE)
SCRIPTS = {
    "a": uses("web_search", READING, query="split checkout", max_results=10),
    "writer": {"text": "Split it."},
}


@pytest.fixture
def search_server() -> Iterator[SearchServer]:
    server = SearchServer(HITS, seconds=1.5)
    yield server
    server.close()


def test_a_seat_searches_before_everybodys_eyes(
    make_site: Callable[..., Site], open_page: Callable[..., Page], search_server: SearchServer
) -> None:
    site = make_site(SCRIPTS, FUSIONWEB_SEARXNG_URL=search_server.address)
    page = open_page(site)
    web = {"can_search": "on", "can_fetch": "on", "most_steps": "3"}
    make_preset(page, site, "With the web", [{"model": "scripted:a"}], more=web)

    page.goto(f"{site.address}/runs/new/")
    page.locator(".choice").filter(has=page.get_by_text("With the web", exact=True)).click()
    announced = page.locator(".calls .seat-A .call-web")
    expect(announced).to_have_text("up to 3 tool steps: search by SearXNG, fetch by us")
    page.locator("#id_question").fill("Should checkout leave?")
    page.locator("#start").click()
    enter_room(page)

    expect(page.locator("#seat-A .answer-activity")).to_have_text("searching: split checkout")
    expect(page.locator("#seat-A-blocks")).to_have_text("Split checkout out.", timeout=15_000)
    expect(page.locator("#seat-A .answer-activity")).to_have_count(0)
    links = page.locator("#seat-A-sources > ol a")
    expect(links).to_have_count(10)
    expect(links.first).to_have_attribute("href", "https://a.example/0")

    page.goto(f"{page.url.partition('#')[0]}#ledger")
    steps = page.locator("#ledger .ledger-step")
    expect(steps).to_have_count(2)
    expect(steps.nth(0)).to_contain_text("10 results")
    expect(steps.nth(1)).to_contain_text("failed: The address 127.0.0.1 is this machine's own")
    assert search_server.asked == ["split checkout"]
    assert page.evaluate("window.pwned") is None
    assert "Traceback" not in site.log()
