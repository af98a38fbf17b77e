"""Everything real but the far ends: model, engine and site are servers on loopback."""

import json
from contextlib import AsyncExitStack

from panels.providers.http import http_client
from panels.providers.openai_compatible import OpenAICompatible
from panels.providers.scripted_server import serve_scripts
from panels.providers.scripts import Script, ScriptBook
from panels.providers.stream import Finished, TextDelta
from panels.tools.domains import DomainRules
from panels.tools.events import SourceFound, ToolStepEnded
from panels.tools.fetching import Fetcher
from panels.tools.tavily import Tavily
from panels.tools.toolbox import Toolbox
from tests.tools.asking import asks, of_kind, run, script
from tests.tools.names import Names
from tests.tools.web_server import Site, response

PAGE = (
    b"<html><head><title>Ledger</title></head><body><article><p>The ledger moves first. "
    b"<a href='http://inside.example/admin'>Next</a></p></article></body></html>"
)


async def played(stack: AsyncExitStack, site: Site, fetcher: Fetcher, *turns: Script):
    book = ScriptBook({"m": script(*turns)})
    client = http_client()
    stack.push_async_callback(client.aclose)
    base_url = await stack.enter_async_context(serve_scripts(book))
    provider = OpenAICompatible(name="vendor", base_url=base_url, client=client)
    engine = Tavily("k", client, base_url=f"http://127.0.0.1:{site.port}")
    box = Toolbox(engine=engine, fetcher=fetcher, rules=DomainRules())
    return await run(provider, box), book


async def test_a_model_searches_reads_a_page_and_is_kept_from_what_lies_inside(
    stack, site, fetcher_for, connections
):
    url = site.url("site.example", "/ledger")
    hits = {"results": [{"url": url, "title": "Ledger", "content": "An excerpt"}]}
    site.answers["/search"] = response(json.dumps(hits).encode(), "application/json")
    site.page("/ledger", PAGE)
    names = Names(site_example=["127.0.0.1"], inside_example=["10.0.0.9"])
    (events, error), book = await played(
        stack,
        site,
        fetcher_for(names, site.port),
        asks(("web_search", '{"query": "ledger"}')),
        asks(("web_fetch", json.dumps({"url": url}))),
        asks(("web_fetch", '{"url": "http://inside.example/admin"}')),
        Script(text="The ledger."),
    )
    assert error is None
    assert of_kind(events, TextDelta, Finished) == [TextDelta("The ledger."), Finished("stop")]
    assert [each.error_code for each in of_kind(events, ToolStepEnded)] == [
        "",
        "",
        "address_refused",
    ]
    assert of_kind(events, SourceFound) == [
        SourceFound(step=1, url=url, title="Ledger", is_fetched=False),
        SourceFound(step=2, url=url, title="Ledger", is_fetched=True),
    ]
    told = [message["content"] for message in book.requests[-1].body["messages"]]
    assert "An excerpt" in told[2]
    assert "The ledger moves first." in told[4]
    assert told[6] == "Error: The address 10.0.0.9 is private and is not fetched."
    assert {host for host, _ in connections} == {"127.0.0.1"}
