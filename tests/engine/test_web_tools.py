"""Seats and judge on the web: what a call does there is in its row, step by step."""

import json
from contextlib import AsyncExitStack
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from panels.choices import CallState, CostSource, RunState
from panels.engine import records
from panels.models import Call
from panels.panel import Judge, Panel, WebTools
from panels.providers.http import http_client
from panels.providers.scripts import Script, ScriptedUsage
from panels.snapshot import Source
from panels.tools.errors import SearchUsedUp
from panels.tools.tavily import Tavily
from tests.engine.conftest import Room
from tests.engine.test_judging import blind_spot, reply
from tests.engine.web_room import (
    FETCH,
    ONE,
    SEARCH,
    TWO,
    call_of,
    played,
    told,
    web_panel,
    with_web,
)
from tests.factories import make_panel
from tests.tools.asking import asks, script
from tests.tools.conftest import fetcher_for, site, stack
from tests.tools.doubles import HITS, Engine, Pages
from tests.tools.names import Names
from tests.tools.web_server import Site, response

__all__ = ["fetcher_for", "site", "stack"]


async def test_a_seat_searches_reads_and_answers_and_its_row_says_what_it_did(room: Room) -> None:
    with_web(room, Engine(*HITS))
    run = await played(room, asks(SEARCH), asks(FETCH), Script(text="Split it."))
    call = call_of(run)
    assert (call.state, call.text, run.state) == (CallState.DONE, "Split it.", RunState.REVIEW)
    assert told(call) == [
        (1, "web_search", "why split", "2 results", ""),
        (2, "web_fetch", "https://a.example/one", call.tool_steps[1].outcome, ""),
    ]
    assert call.tool_steps[1].outcome.endswith(" characters read")
    assert call.sources == (ONE, TWO)
    for step in call.tool_steps:
        assert step.ended_at is not None
        assert call.asked_at <= step.began_at <= step.ended_at <= call.finished_at


async def test_a_page_that_was_read_comes_before_those_that_were_only_listed(room: Room) -> None:
    with_web(room, Engine(*HITS), Pages(two="The second page."))
    fetch = ("web_fetch", '{"url": "https://a.example/two"}')
    run = await played(room, asks(SEARCH), asks(SEARCH, fetch), Script(text="Split it."))
    assert call_of(run).sources == (TWO, ONE)
    assert [step.number for step in call_of(run).tool_steps] == [1, 2, 3]


async def test_usage_and_cost_are_those_of_all_turns(room: Room) -> None:
    with_web(room, Engine(*HITS))
    first, second = (
        ScriptedUsage(tokens_in=10, tokens_out=2, cost_usd=Decimal("0.001")),
        ScriptedUsage(tokens_in=50, tokens_out=7, cost_usd=Decimal("0.004")),
    )
    call = call_of(
        await played(room, asks(SEARCH, usage=first), Script(text="Split.", usage=second))
    )
    assert (call.tokens_in, call.tokens_out) == (60, 9)
    assert (call.cost_usd, call.cost_source) == (Decimal("0.005"), CostSource.REPORTED)


async def test_a_failing_tool_is_a_result_for_the_model_and_a_sentence_in_the_row(
    room: Room,
) -> None:
    with_web(room, Engine(error=SearchUsedUp("The search engine's quota is used up.")))
    call = call_of(await played(room, asks(SEARCH), Script(text="From memory: split.")))
    assert (call.state, call.sources) == (CallState.DONE, ())
    assert told(call) == [
        (1, "web_search", "why split", "The search engine's quota is used up.", "search_used_up")
    ]
    assert (
        "Error: The search engine's quota" in room.book.requests[-1].body["messages"][-1]["content"]
    )


async def test_the_panel_says_how_many_steps_there_are(room: Room) -> None:
    engine = Engine(*HITS)
    with_web(room, engine)
    turns = (asks(SEARCH, SEARCH), asks(SEARCH, SEARCH), Script(text="Enough."))
    call = call_of(await played(room, *turns, panel=web_panel(most_steps=3)))
    assert [step.number for step in call.tool_steps] == [1, 2, 3]
    assert (call.text, len(engine.asked), len(room.asked())) == ("Enough.", 3, 3)


@pytest.mark.parametrize(
    ("panel", "offered"),
    [
        (make_panel("A"), None),
        (web_panel(can_fetch=False), ["web_search"]),
        (web_panel(can_search=False), ["web_fetch"]),
        (web_panel(), ["web_search", "web_fetch"]),
    ],
)
async def test_a_model_is_offered_what_the_panel_allows(
    room: Room, panel: Panel, offered: list[str] | None
) -> None:
    with_web(room, Engine(*HITS))
    await played(room, Script(text="Yes."), panel=panel)
    tools = room.book.requests[0].body.get("tools")
    assert (tools and [tool["function"]["name"] for tool in tools]) == offered


async def test_without_a_search_engine_pages_are_read_only(room: Room) -> None:
    with_web(room)
    await played(room, Script(text="Yes."))
    names = [tool["function"]["name"] for tool in room.book.requests[0].body["tools"]]
    assert names == ["web_fetch"]


async def test_a_local_only_run_gets_no_tools_whatever_its_panel_says(room: Room) -> None:
    engine = Engine(*HITS)
    with_web(room, engine)
    panel = make_panel("A", is_local_only=True, web_tools=WebTools(can_search=True, can_fetch=True))
    run = await played(room, asks(SEARCH), Script(text="Yes."), panel=panel)
    assert "tools" not in room.book.requests[0].body
    assert (engine.asked, call_of(run).tool_steps) == ([], ())


async def test_the_writer_gets_no_tools(room: Room) -> None:
    from panels.engine.web_access import web_access

    assert web_access(web_panel(), "writer", None) is None
    assert web_access(web_panel(), "judge", None) is not None


async def test_the_judge_may_search_too(room: Room) -> None:
    with_web(room, Engine(*HITS))
    room.scripts(
        a="Split it now.",
        judge=script(asks(SEARCH), Script(text=reply(blind_spot("Nobody owns it")))),
    )
    panel = make_panel(
        "A", judge=Judge(model="scripted:judge"), web_tools=WebTools(can_search=True)
    )
    run = await room.finish(await room.start(panel))
    assert [critique.title for critique in run.critiques] == ["Nobody owns it"]
    assert run.judge_call is not None
    assert [step.argument for step in run.judge_call.tool_steps] == ["why split"]
    assert (run.judge_reason, run.judge_call.sources) == ("", (ONE, TWO))


async def test_engine_and_site_are_real_servers(
    room: Room, stack: AsyncExitStack, site: Site, fetcher_for: Any
) -> None:
    client = http_client()
    stack.push_async_callback(client.aclose)
    url = site.url("site.example", "/ledger")
    found = {"results": [{"url": url, "title": "Ledger", "content": "An excerpt"}]}
    site.answers["/search"] = response(json.dumps(found).encode(), "application/json")
    site.page("/ledger", b"<html><title>Ledger</title><p>The ledger moves first.</p></html>")
    names = Names(site_example=["127.0.0.1"], inside_example=["10.0.0.9"])
    engine = Tavily("k", client, base_url=f"http://127.0.0.1:{site.port}")
    with_web(room, engine, fetcher_for(names, site.port))
    inside = ("web_fetch", '{"url": "http://inside.example/"}')
    run = await played(
        room,
        asks(SEARCH),
        asks(("web_fetch", json.dumps({"url": url}))),
        asks(inside),
        Script(text="The ledger."),
        panel=web_panel(allowed_domains=("site.example", "inside.example")),
    )
    steps = call_of(run).tool_steps
    assert [step.error_code for step in steps] == ["", "", "address_refused"]
    assert steps[2].outcome == "The address 10.0.0.9 is private and is not fetched."
    assert call_of(run).sources == (Source(url=url, title="Ledger"),)


@pytest.mark.django_db
def test_a_step_of_a_call_that_has_ended_is_left_as_it_is() -> None:
    run = records.Run.objects.create(
        owner=_somebody(), title="", question="", created_at=timezone.now()
    )
    now = timezone.now()
    call = Call.objects.create(run=run, role="seat", seat="A", model_asked="a:b", created_at=now)
    records.begin_tool_step(call.pk, 1, tool="web_search", argument="why", now=now)
    fate = records.CallFate(state=CallState.STOPPED, error_code="stopped_by_person")
    records.finish_call(call.pk, fate, now=now)
    records.end_tool_step(
        call.pk, 1, outcome="2 results", error_code="", sources=[{"url": "u", "title": ""}], now=now
    )
    step = call.tool_steps.get()
    call.refresh_from_db()
    assert (step.outcome, step.error_code, call.sources) == ("", "stopped_by_person", [])


def _somebody() -> Any:
    from django.contrib.auth.models import User

    return User.objects.create_user("ada")
