"""The client over real HTTP: what a vendor does, and what the engine is told."""

import asyncio
from contextlib import aclosing
from decimal import Decimal

import pytest

from panels.providers.errors import (
    AuthFailed,
    BadRequest,
    ContentRefused,
    ContextOverflow,
    EmptyAnswer,
    FirstTokenTimedOut,
    ModelNotFound,
    Overloaded,
    PaymentRequired,
    PermissionDenied,
    RateLimited,
    RequestRefused,
    SilenceTimedOut,
    StreamBroken,
    TemporarilyRefused,
    TimedOut,
    UnreadableStream,
)
from panels.providers.requests import Timeouts
from panels.providers.scripts import Script, ScriptedUsage
from panels.providers.stream import Finished, ReasoningDelta, Served, TextDelta, UsageReported
from tests.providers.asking import ask, ask_error, request_for, until
from tests.providers.raw_servers import (
    CHUNKED,
    chunk,
    hangs,
    raw_server,
    resets,
    says,
)
from tests.providers.streams import DONE, FINISH, HELLO, text

HASTY = Timeouts(connect_seconds=0.5, first_token_seconds=0.2, silence_seconds=0.2)


async def test_an_answer_comes_as_events_that_end_with_its_finish(scripted_vendor):
    script = Script(
        text="Split it later.",
        reasoning="Hm. ",
        served_model="vendor/model-2026",
        usage=ScriptedUsage(tokens_in=12, tokens_out=7, cost_usd=Decimal("0.0004")),
    )
    vendor, _ = await scripted_vendor({"model": script})
    events, error = await ask(vendor, "model")
    assert error is None
    assert events == [
        Served(generation_id="scripted-model-1"),
        Served(model="vendor/model-2026", generation_id="scripted-model-1"),
        ReasoningDelta("Hm. "),
        TextDelta("Split it later."),
        UsageReported(tokens_in=12, tokens_out=7, cost_usd=Decimal("0.0004")),
        Finished("stop"),
    ]


async def test_text_comes_while_the_model_still_writes(scripted_vendor):
    vendor, book = await scripted_vendor(
        {"slow": Script(text="one two", fault="hang_after", fault_after_tokens=1)}
    )
    async with aclosing(vendor.stream(request_for("slow"))) as events:
        assert isinstance(await anext(events), Served)
        assert isinstance(await anext(events), Served)
        assert await anext(events) == TextDelta("one ")
    await until(lambda: book.requests[0].was_closed_early)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, BadRequest),
        (401, AuthFailed),
        (402, PaymentRequired),
        (403, PermissionDenied),
        (404, ModelNotFound),
        (408, TemporarilyRefused),
        (409, TemporarilyRefused),
        (413, ContextOverflow),
        (422, BadRequest),
        (425, TemporarilyRefused),
        (429, RateLimited),
        (500, TemporarilyRefused),
        (502, TemporarilyRefused),
        (503, Overloaded),
        (504, TemporarilyRefused),
        (524, TemporarilyRefused),
        (529, Overloaded),
        (302, RequestRefused),
    ],
)
async def test_a_status_is_an_error_of_its_own(scripted_vendor, status, expected):
    vendor, _ = await scripted_vendor({"m": Script(status=status, error_message="Not so.")})
    error = await ask_error(vendor, "m")
    assert type(error) is expected
    assert error.detail == "Not so."


FAULTS = [
    ("cut", StreamBroken, "Hello "),
    ("malformed", UnreadableStream, "Hello "),
    ("error_chunk", StreamBroken, "Hello "),
    ("no_finish", StreamBroken, "Hello "),
    ("hang_after", SilenceTimedOut, "Hello "),
]


@pytest.mark.parametrize(("fault", "expected", "kept"), FAULTS)
async def test_a_fault_in_mid_stream_keeps_the_text_that_came(
    scripted_vendor, fault, expected, kept
):
    script = Script(text="Hello there", fault=fault, fault_after_tokens=1)
    timeouts = Timeouts(first_token_seconds=10, silence_seconds=0.2)
    vendor, _ = await scripted_vendor({"m": script}, timeouts=timeouts)
    events, error = await ask(vendor, "m")
    assert type(error) is expected
    assert TextDelta(kept) in events
    assert not any(isinstance(event, Finished) for event in events)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (Script(fault="empty"), EmptyAnswer),
        (Script(reasoning="Hm", fault="length", fault_after_tokens=1), EmptyAnswer),
        (Script(text="I won't.", fault="refusal"), ContentRefused),
        (Script(text="a", fault="error_chunk", status=429), RateLimited),
        (Script(text="a", fault="error_chunk", status=503), Overloaded),
        (Script(text="a", finish_reason="content_filter"), ContentRefused),
        (Script(text="a", finish_reason="abort"), StreamBroken),
    ],
)
async def test_an_answer_that_is_none_has_an_error_of_its_own(scripted_vendor, script, expected):
    vendor, _ = await scripted_vendor({"m": script})
    assert type(await ask_error(vendor, "m")) is expected


@pytest.mark.parametrize("fault", ["hang", "hang_after", "comments"])
async def test_without_a_first_token_in_time_the_call_ends(scripted_vendor, fault):
    """Comments say that the server lives; they are no token."""
    vendor, book = await scripted_vendor({"m": Script(text="x", fault=fault)}, timeouts=HASTY)
    error = await ask_error(vendor, "m")
    assert type(error) is FirstTokenTimedOut
    assert error.detail == "No first token within 0.2 seconds."
    await until(lambda: book.requests[0].was_closed_early)


async def test_comments_between_tokens_keep_a_stream_alive(vendor_at):
    async def comments(_reader, writer):
        for _ in range(8):
            await asyncio.sleep(0.05)
            writer.write(chunk(b": still working\n\n"))
        writer.write(chunk(text("lo") + FINISH + DONE) + b"0\r\n\r\n")

    timeouts = Timeouts(first_token_seconds=5, silence_seconds=0.25)
    async with raw_server(says(CHUNKED, chunk(text("Hel")), then=comments)) as base_url:
        events, error = await ask(vendor_at(base_url, timeouts=timeouts), "m")
    assert (events, error) == ([TextDelta("Hello"), Finished("stop")], None)


async def test_a_stream_that_never_ends_is_ended(scripted_vendor):
    timeouts = Timeouts(first_token_seconds=5, silence_seconds=5, overall_seconds=0.3)
    script = Script(text="Hello there", fault="comments", fault_after_tokens=1)
    vendor, _ = await scripted_vendor({"m": script}, timeouts=timeouts)
    events, error = await ask(vendor, "m")
    assert type(error) is TimedOut
    assert events[-1] == TextDelta("Hello ")


@pytest.mark.parametrize("then", [None, resets])
async def test_a_cut_after_the_finish_is_only_an_end(vendor_at, then):
    """The answer is whole; at worst its usage is missing."""
    async with raw_server(says(CHUNKED, chunk(text("Hello") + FINISH), then=then)) as base_url:
        events, error = await ask(vendor_at(base_url), "m")
    assert (events, error) == ([TextDelta("Hello"), Finished("stop")], None)


async def test_silence_after_the_finish_is_only_an_end(vendor_at):
    timeouts = Timeouts(first_token_seconds=5, silence_seconds=0.1)
    answer = says(CHUNKED, chunk(text("Hello") + FINISH), then=hangs)
    async with raw_server(answer) as base_url:
        events, error = await ask(vendor_at(base_url, timeouts=timeouts), "m")
    assert (events, error) == ([TextDelta("Hello"), Finished("stop")], None)


async def test_the_end_mark_ends_the_call_though_the_connection_stays_open(vendor_at):
    async with raw_server(says(CHUNKED, chunk(HELLO), then=hangs)) as base_url:
        events, error = await asyncio.wait_for(ask(vendor_at(base_url), "m"), 5)
    assert (events, error) == ([TextDelta("Hello"), Finished("stop")], None)


async def test_closing_the_stream_closes_the_connection(scripted_vendor):
    script = Script(text="word " * 500, tokens_per_second=50)
    vendor, book = await scripted_vendor({"m": script})
    stream = vendor.stream(request_for("m"))
    async for event in stream:
        if isinstance(event, TextDelta):
            break
    await stream.aclose()
    await until(lambda: book.requests[0].was_closed_early)
    assert not book.requests[0].is_complete


@pytest.mark.parametrize("fault", ["hang", "hang_after"])
async def test_cancelling_the_task_closes_the_connection(scripted_vendor, fault):
    vendor, book = await scripted_vendor({"m": Script(text="x", fault=fault)})
    task = asyncio.create_task(ask(vendor, "m"))
    await until(lambda: book.requests)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: book.requests[0].was_closed_early)


async def test_forty_streams_at_once_each_get_their_own_text(scripted_vendor):
    scripts = {f"m{i}": Script(text=f"answer {i} " * 5, tokens_per_second=100) for i in range(40)}
    vendor, _ = await scripted_vendor(scripts)
    answers = await asyncio.gather(*(ask(vendor, slug) for slug in scripts))
    for script, (events, error) in zip(scripts.values(), answers, strict=True):
        assert error is None
        assert TextDelta(script.text) in events
