"""The panel: independent, in parallel, and no seat's bad luck is another's."""

import asyncio
import time

import pytest
from asgiref.sync import sync_to_async
from django.db import IntegrityError

from panels.choices import CallState, CostSource, RunState
from panels.engine.cancel_run import stop_run, stop_seat
from panels.engine.events import CallChanged, TextArrived
from panels.models import Call, TextPiece
from panels.panel import Seat, Writer
from panels.providers.scripts import Script, ScriptedUsage
from tests.engine.conftest import Room
from tests.factories import make_panel, make_seat

SLOW = Script(text="word " * 200, tokens_per_second=50, first_token_seconds=0.01)


async def test_every_seat_answers_and_the_run_reaches_review(room: Room) -> None:
    room.scripts(a="Split it.", b="Do not split it.")
    run = await room.finish(await room.start())
    assert [answer.call.text for answer in run.answers] == ["Split it.", "Do not split it."]
    assert run.state == RunState.REVIEW
    assert sorted(room.asked()) == ["a", "b"]


async def test_seats_are_asked_at_the_same_time(room: Room) -> None:
    quarter = Script(text="x", first_token_seconds=0.25)
    room.scripts(a=quarter, b=quarter, c=quarter, d=quarter)
    began = time.monotonic()
    await room.finish(await room.start(make_panel("ABCD")))
    assert time.monotonic() - began < 0.9


async def test_no_seat_sees_anothers_text_or_persona(room: Room) -> None:
    room.scripts(a="ALPHA-TEXT", b="BETA-TEXT")
    seats = (
        make_seat("A", persona="You look at cost."),
        make_seat("B", persona="You look at safety."),
    )
    await room.finish(await room.start(make_panel("AB", seats=seats)))
    prompt_of_b = str(room.book.requests_to("b")[0].body["messages"])
    assert "You look at safety." in prompt_of_b
    assert "ALPHA-TEXT" not in prompt_of_b
    assert "You look at cost." not in prompt_of_b


async def test_a_seats_parameters_reach_the_vendor(room: Room) -> None:
    room.scripts(a="x")
    seat = make_seat("A", temperature=0.4, max_tokens=77)
    await room.finish(await room.start(make_panel("A", seats=(seat,))))
    body = room.book.requests[0].body
    assert (body["model"], body["temperature"], body["max_tokens"]) == ("a", 0.4, 77)


async def test_the_ledger_keeps_what_the_vendor_reported(room: Room) -> None:
    usage = ScriptedUsage(tokens_in=11, tokens_out=22, cost_usd="0.0031")
    room.scripts(a=Script(text="x", usage=usage, served_model="a-turbo"))
    run = await room.finish(await room.start(make_panel("A")))
    call = run.calls[0]
    assert (call.tokens_in, call.tokens_out, call.model_served) == (11, 22, "a-turbo")
    assert (str(call.cost_usd), call.cost_source) == ("0.00310000", CostSource.REPORTED)
    assert call.asked_at <= call.first_token_at <= call.finished_at


@pytest.mark.parametrize(
    ("script", "code", "kept"),
    [
        (Script(status=401, error_message="bad key"), "auth_failed", ""),
        (Script(status=429, error_message="slow down"), "rate_limited", ""),
        (Script(fault="hang"), "first_token_timed_out", ""),
        (
            Script(text="one two three four", fault="hang_after", fault_after_tokens=2),
            "silence_timed_out",
            "one two ",
        ),
        (
            Script(text="one two three four", fault="cut", fault_after_tokens=2),
            "stream_broken",
            "one two ",
        ),
        (
            Script(text="one two three four", fault="malformed", fault_after_tokens=3),
            "unreadable_stream",
            "one two three ",
        ),
        (Script(text="one two", fault="empty"), "empty_answer", ""),
    ],
)
async def test_a_failing_seat_says_why_keeps_its_text_and_stops_nobody(
    room: Room, script: Script, code: str, kept: str
) -> None:
    room.scripts(a=script, b="Fine.")
    run = await room.finish(await room.start())
    failed, fine = run.answers[0].call, run.answers[1].call
    assert (failed.state, failed.error_code, failed.text) == (CallState.FAILED, code, kept)
    assert (fine.state, fine.text) == (CallState.DONE, "Fine.")
    assert run.state == RunState.REVIEW


async def test_a_seat_whose_provider_is_not_configured_fails_without_a_request(room: Room) -> None:
    room.scripts(b="Fine.")
    seats = (Seat(letter="A", model="nowhere:x"), make_seat("B"))
    run = await room.finish(await room.start(make_panel("AB", seats=seats)))
    assert run.answers[0].call.error_code == "not_configured"
    assert "nowhere" in run.answers[0].call.error_detail
    assert room.asked() == ["b"]


async def test_a_run_without_any_answer_fails_with_its_reason(room: Room) -> None:
    room.scripts(a=Script(status=500), b=Script(status=500))
    run = await room.finish(await room.start())
    assert (run.state, run.reason) == (RunState.FAILED, "all_seats_failed")


async def test_text_events_carry_offsets_that_add_up_to_the_answer(room: Room) -> None:
    room.scripts(a=Script(text="one two three", reasoning="hm hm", tokens_per_second=500))
    run = await room.finish(await room.start(make_panel("A")))
    texts = [e for e in room.events if isinstance(e, TextArrived) and not e.is_reasoning]
    joined = ""
    for event in texts:
        assert event.offset == len(joined)
        joined += event.text
    assert joined == run.calls[0].text == "one two three"
    assert run.calls[0].reasoning == "hm hm"
    changes = [e for e in room.events if isinstance(e, CallChanged)]
    assert len(changes) == 3, "asked, streaming, done"


async def test_stopping_a_seat_keeps_its_text_and_lets_the_others_finish(room: Room) -> None:
    room.scripts(a=SLOW, b="Fine.")
    run = await room.start()
    await asyncio.sleep(0.3)
    await stop_seat(run, "A", now=run.created_at)
    assert room.book.requests_to("a")[0].was_closed_early
    after = await room.finish(run)
    stopped = after.answers[0].call
    assert (stopped.state, stopped.error_code) == (CallState.STOPPED, "stopped_by_person")
    assert stopped.text.startswith("word word ")
    assert len(stopped.text) < len(SLOW.text)
    assert after.state == RunState.REVIEW
    assert [a.letter for a in after.readable_answers] == ["A", "B"]


async def test_stopping_all_cancels_the_run_closes_the_streams_and_keeps_the_text(
    room: Room,
) -> None:
    room.scripts(a=SLOW, b=SLOW)
    run = await room.start()
    await asyncio.sleep(0.3)
    await stop_run(run, now=run.created_at)
    after = await room.finish(run)
    assert (after.state, after.reason) == (RunState.CANCELLED, "stopped_by_person")
    assert [request.was_closed_early for request in room.book.requests] == [True, True]
    assert all(answer.call.text.startswith("word ") for answer in after.answers)


async def test_a_queued_call_that_is_stopped_is_never_asked(room: Room) -> None:
    room.scripts(a="x", b="y")
    run = await sync_to_async(room._start)(make_panel("AB"), "", {})
    await stop_run(run, now=run.created_at)
    await room.dispatcher.launch(run.pk)
    after = await room.finish(run)
    assert [call.state for call in after.calls] == [CallState.STOPPED] * 2
    assert room.asked() == []


async def test_streaming_text_is_in_the_database_while_it_streams(room: Room) -> None:
    room.scripts(a=SLOW)
    run = await room.start(make_panel("A"))
    await asyncio.sleep(0.6)
    streaming = (await room.snapshot(run)).calls[0]
    assert streaming.state == CallState.STREAMING
    assert streaming.text.startswith("word word ")
    await stop_run(run, now=run.created_at)
    assert await TextPiece.objects.acount() == 0


async def test_a_model_of_unknown_context_gets_the_whole_document(room: Room) -> None:
    room.scripts(a="x")
    document = "# Plan\n\n" + "\n\n".join(f"Paragraph {n} about checkout." for n in range(300))
    run = await room.finish(await room.start(make_panel("A"), document=document))
    call = run.calls[0]
    assert (call.is_fitted, call.words_total) == (False, 1202)
    assert document in room.book.requests[0].body["messages"][1]["content"]


async def test_the_database_refuses_a_second_open_call_for_a_seat(room: Room) -> None:
    room.scripts(a=SLOW)
    run = await room.start(make_panel("A"))
    await asyncio.sleep(0.05)
    with pytest.raises(IntegrityError):
        await Call.objects.acreate(
            run=run, role="seat", seat="A", model_asked="scripted:a", created_at=run.created_at
        )
    await stop_run(run, now=run.created_at)


async def test_the_same_model_may_sit_in_several_seats(room: Room) -> None:
    room.scripts(same=Script(text="one", then=Script(text="two", then=Script(text="three"))))
    seats = tuple(make_seat(letter, model="scripted:same") for letter in "ABC")
    panel = make_panel("ABC", seats=seats, writer=Writer(model="scripted:same"))
    run = await room.finish(await room.start(panel))
    assert sorted(answer.call.text for answer in run.answers) == ["one", "three", "two"]
