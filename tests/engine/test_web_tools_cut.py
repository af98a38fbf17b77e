"""Calls with web tools that are stopped, cut or refused on the way: what stays, what it cost."""

import json
from decimal import Decimal

from django.utils import timezone

from panels.choices import CallState, CostSource
from panels.engine.cancel_run import stop_seat
from panels.engine.events import CallChanged
from panels.models import Call
from panels.providers.scripts import Script, ScriptedUsage
from panels.snapshot import Source
from panels.tools.searching import SearchHit
from tests.engine.conftest import Room
from tests.engine.web_room import (
    FETCH,
    ONE,
    SEARCH,
    TWO,
    SlowPages,
    call_of,
    played,
    told,
    until,
    web_panel,
    with_web,
)
from tests.tools.asking import asks, script
from tests.tools.doubles import HITS, Engine


async def test_stopping_a_seat_stops_its_running_step(room: Room) -> None:
    pages = SlowPages()
    with_web(room, Engine(*HITS), pages)
    room.scripts(a=script(asks(SEARCH), asks(FETCH)), b="No.")
    run = await room.start(web_panel("AB"))
    await until(lambda: pages.asked)
    await stop_seat(run, "A", now=timezone.now())
    call = call_of(await room.finish(run))
    assert (call.state, pages.was_cancelled) == (CallState.STOPPED, True)
    assert told(call)[1:] == [(2, "web_fetch", FETCH[1][9:-2], "", "stopped_by_person")]
    assert call.tool_steps[1].ended_at is not None
    assert call.sources == (ONE, TWO)


async def test_after_a_crash_the_new_attempt_begins_anew_and_the_old_rows_stay(
    room: Room,
) -> None:
    pages = SlowPages()
    with_web(room, Engine(*HITS), pages)
    again = Script(text="The second attempt.")
    room.scripts(a=script(asks(SEARCH), asks(FETCH), asks(SEARCH), again))
    run = await room.start(web_panel())
    await until(lambda: pages.asked)
    await room.dispatcher.close()
    with_web(room, Engine(*HITS))
    await room.dispatcher.resume_unfinished()
    cut, after = (await room.finish(run)).answers[0].attempts
    assert (cut.state, cut.sources) == (CallState.INTERRUPTED, (ONE, TWO))
    assert told(cut) == [
        (1, "web_search", "why split", "2 results", ""),
        (2, "web_fetch", "https://a.example/one", "", "interrupted"),
    ]
    assert (after.text, [step.number for step in after.tool_steps]) == ("The second attempt.", [1])


async def test_a_turn_that_breaks_keeps_what_was_found_before(room: Room) -> None:
    with_web(room, Engine(*HITS))
    call = call_of(await played(room, asks(SEARCH), Script(status=500)))
    assert (call.state, call.error_code) == (CallState.FAILED, "server_error")
    assert (call.sources, len(call.tool_steps)) == ((ONE, TWO), 1)


COSTLY = ScriptedUsage(tokens_in=10, tokens_out=2, cost_usd=Decimal("0.001"))


async def test_a_turn_that_was_stopped_leaves_the_cost_unknown(room: Room) -> None:
    """The first turn's cost alone would be less than what was spent."""
    with_web(room, Engine(*HITS))
    slow = Script(text="word " * 100, tokens_per_second=50)
    room.scripts(a=script(asks(SEARCH, usage=COSTLY), slow), b="No.")
    run = await room.start(web_panel("AB"))
    await until(lambda: Call.objects.filter(seat="A", state=CallState.STREAMING).exists())
    await stop_seat(run, "A", now=timezone.now())
    call = call_of(await room.finish(run))
    assert (call.state, call.tokens_in, call.tokens_out) == (CallState.STOPPED, None, None)
    assert call.cost_source != CostSource.REPORTED


async def test_a_step_that_was_stopped_leaves_the_cost_of_the_turns_before(room: Room) -> None:
    pages = SlowPages()
    with_web(room, Engine(*HITS), pages)
    room.scripts(a=script(asks(FETCH, usage=COSTLY)), b="No.")
    panel = web_panel("AB", allowed_domains=("a.example",))
    run = await room.start(panel)
    await until(lambda: pages.asked)
    await stop_seat(run, "A", now=timezone.now())
    call = call_of(await room.finish(run))
    assert (call.cost_usd, call.cost_source) == (Decimal("0.001"), CostSource.REPORTED)


async def test_a_second_turn_that_is_refused_does_not_make_the_first_one_free(room: Room) -> None:
    with_web(room, Engine(*HITS))
    call = call_of(await played(room, asks(SEARCH, usage=COSTLY), Script(status=429)))
    assert (call.error_code, call.tokens_in) == ("rate_limited", None)
    assert call.cost_source != CostSource.REFUSED


async def test_steps_are_told_at_once_but_not_many_times_a_second(room: Room) -> None:
    with_web(room, Engine(*HITS))
    room.events.clear()
    call = call_of(await played(room, *[asks(SEARCH)] * 4, Script(text="So.")))
    changes = [e for e in room.events if isinstance(e, CallChanged) and e.call_id == call.id]
    assert len(call.tool_steps) == 4
    # Taken, the first step, the first text, the end; a few more on a slow machine.
    assert 4 <= len(changes) <= 8


async def test_hostile_arguments_titles_and_addresses_can_be_stored(room: Room) -> None:
    odd = "\ud800\u202e\x00"
    hits = (
        SearchHit(f"A{odd}<b>", "https://a.example/<script>", ""),
        SearchHit("B", f"https://a.example/{odd}", ""),
    )
    with_web(room, Engine(*hits))
    calls = [
        ("web_search", json.dumps({"query": f"why\u202e<img>{'x' * 380}"})),
        ("web_search", "[[["),
        (f"web{odd}_{'y' * 100}", '{"query": 7}'),
    ]
    call = call_of(await played(room, asks(*calls), Script(text="So.")))
    assert call.state == CallState.DONE
    assert [(s.tool[:10], s.argument[:9], s.error_code) for s in call.tool_steps] == [
        ("web_search", "why <img>", ""),
        ("web_search", "[[[", "wrong_arguments"),
        ("web _yyyyy", '{"query":', "unknown_tool"),
    ]
    assert call.sources == (Source(url="https://a.example/<script>", title="A <b>"),)
