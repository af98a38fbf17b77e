"""Scripted models: what they say, how they fail, and what they remember."""

import asyncio
import time
from contextlib import aclosing
from decimal import Decimal

import pytest

from panels.providers.errors import (
    ContentRefused,
    EmptyAnswer,
    FirstTokenTimedOut,
    ModelNotFound,
    RateLimited,
    SilenceTimedOut,
    StreamBroken,
    UnreadableStream,
)
from panels.providers.requests import ModelInfo, Timeouts
from panels.providers.scripted import ScriptedProvider
from panels.providers.scripted_answer import stream_bytes, tokens_of
from panels.providers.scripts import Script, ScriptBook, ScriptedRequest, ScriptedUsage
from panels.providers.stream import Finished, ReasoningDelta, Served, TextDelta, UsageReported
from tests.providers.asking import ask, ask_error, request_for, text_of

HASTY = Timeouts(first_token_seconds=0.1, silence_seconds=0.1)


def provider_of(timeouts: Timeouts | None = None, **scripts: Script) -> ScriptedProvider:
    return ScriptedProvider(ScriptBook(scripts), timeouts=timeouts)


async def test_a_script_is_said_word_for_word_through_the_real_parser():
    provider = provider_of(a=Script(text="Split it.\n\nThen measure. ", reasoning="Hm, well."))
    events, error = await ask(provider, "a", "Should we split?")
    assert error is None
    assert events == [
        Served(generation_id="scripted-a-1"),
        Served(model="a", generation_id="scripted-a-1"),
        ReasoningDelta("Hm, well."),
        TextDelta("Split it.\n\nThen measure. "),
        UsageReported(tokens_in=3, tokens_out=6),
        Finished("stop"),
    ]
    await provider.close()


async def test_a_token_is_one_event_where_the_script_has_a_speed():
    provider = provider_of(a=Script(text="one two three", tokens_per_second=1000))
    async with aclosing(provider.stream(request_for("a"))) as stream:
        said = [event.text async for event in stream if isinstance(event, TextDelta)]
    assert said == ["one ", "two ", "three"]


@pytest.mark.parametrize("text", ["", "a", " a  b\n", "\n\n", "Größe 漢字\t🦊 "])
def test_the_tokens_of_a_text_are_the_text(text):
    assert "".join(tokens_of(text)) == text


async def test_the_time_of_a_script_is_kept():
    script = Script(text="word " * 20, first_token_seconds=0.1, tokens_per_second=100)
    started = time.monotonic()
    _, error = await ask(provider_of(a=script), "a")
    assert error is None
    # 0.1 s, and 19 gaps of 0.01 s.
    assert 0.28 <= time.monotonic() - started < 2


async def test_a_late_reader_does_not_make_the_script_later():
    """Tokens are due by the clock: what was missed comes at once."""
    script = Script(text="word " * 10, tokens_per_second=50)
    request = ScriptedRequest(slug="a", body={}, attempt=1)
    started = time.monotonic()
    async with aclosing(stream_bytes(script, request)) as pieces:
        await anext(pieces)
        await asyncio.sleep(0.2)
        async for _ in pieces:
            pass
    assert time.monotonic() - started < 0.35


@pytest.mark.parametrize(
    ("script", "expected", "text"),
    [
        (Script(text="a b", fault="hang"), FirstTokenTimedOut, ""),
        (Script(text="a b", fault="hang_after"), FirstTokenTimedOut, ""),
        (Script(text="a b", fault="hang_after", fault_after_tokens=1), SilenceTimedOut, "a "),
        (Script(text="a b", fault="comments"), FirstTokenTimedOut, ""),
        (Script(text="a b", fault="cut"), StreamBroken, ""),
        (Script(text="a b", fault="cut", fault_after_tokens=1), StreamBroken, "a "),
        (Script(text="a b", fault="malformed", fault_after_tokens=1), UnreadableStream, "a "),
        (Script(text="a b", fault="error_chunk", fault_after_tokens=1), StreamBroken, "a "),
        (Script(text="a b", fault="error_chunk", status=429), RateLimited, ""),
        (Script(text="a b", fault="no_finish", fault_after_tokens=1), StreamBroken, "a "),
        (Script(text="a b", fault="empty"), EmptyAnswer, ""),
        (Script(text="I won't.", fault="refusal"), ContentRefused, ""),
        (Script(text="a b", fault="length"), EmptyAnswer, ""),
        (Script(status=429, retry_after_seconds=7), RateLimited, ""),
        (Script(text="", finish_reason="stop"), EmptyAnswer, ""),
    ],
)
async def test_each_fault_is_the_error_that_it_plays(script, expected, text):
    events, error = await ask(provider_of(HASTY, a=script), "a")
    assert type(error) is expected
    assert text_of(events) == text


async def test_tokens_that_run_out_after_some_text_are_an_answer():
    script = Script(text="one two three", fault="length", fault_after_tokens=2)
    events, error = await ask(provider_of(a=script), "a")
    assert error is None
    assert (text_of(events), events[-1]) == ("one two ", Finished("length"))


async def test_a_refused_script_says_how_long_to_wait():
    script = Script(status=429, retry_after_seconds=7, error_message="Slow down")
    error = await ask_error(provider_of(a=script), "a")
    assert (error.detail, error.retry_after_seconds) == ("Slow down", 7)


async def test_usage_of_the_script_is_reported_to_the_last_digit():
    usage = ScriptedUsage(tokens_in=1, tokens_out=2, cost_usd=Decimal("0.123456789012345678"))
    events, _ = await ask(provider_of(a=Script(text="x", usage=usage)), "a")
    reported = UsageReported(tokens_in=1, tokens_out=2, cost_usd=Decimal("0.123456789012345678"))
    assert reported in events


async def test_a_slug_without_a_script_is_no_model():
    error = await ask_error(provider_of(a=Script()), "b")
    assert type(error) is ModelNotFound
    assert error.detail == "There is no script “b”."


async def test_following_attempts_get_the_following_scripts():
    last = Script(text="third")
    provider = provider_of(a=Script(status=503, then=Script(fault="cut", then=last)))
    outcomes = [await ask(provider, "a") for _ in range(4)]
    errors = [type(error).error_code if error else "" for _, error in outcomes]
    assert errors == ["overloaded", "stream_broken", "", ""]
    assert text_of(outcomes[3][0]) == "third"
    assert [request.attempt for request in provider.book.requests] == [1, 2, 3, 4]


async def test_the_models_are_the_scripts():
    models = await provider_of(b=Script(), a=Script()).list_models()
    assert models == [ModelInfo(slug="a"), ModelInfo(slug="b")]


def test_scripted_calls_cost_nothing():
    assert provider_of().is_free


async def test_the_book_keeps_what_was_asked():
    provider = provider_of(a=Script(text="x"), b=Script(text="y"))
    await ask(provider, "a", "First?")
    await ask(provider, "b", "Second?", temperature=0.5)
    assert [request.slug for request in provider.book.requests] == ["a", "b"]
    [second] = provider.book.requests_to("b")
    assert second.body["messages"] == [{"role": "user", "content": "Second?"}]
    assert second.body["temperature"] == 0.5
    assert (second.is_complete, second.was_closed_early) == (True, False)


async def test_the_book_forgets_the_oldest(monkeypatch):
    monkeypatch.setattr("panels.providers.scripts.MOST_REQUESTS", 2)
    provider = provider_of(a=Script(text="x"))
    for prompt in "123":
        await ask(provider, "a", prompt)
    prompts = [request.body["messages"][0]["content"] for request in provider.book.requests]
    assert prompts == ["2", "3"]


async def test_a_stream_that_the_client_closes_is_remembered():
    provider = provider_of(a=Script(text="a b c", tokens_per_second=20))
    async with aclosing(provider.stream(request_for("a"))) as stream:
        async for event in stream:
            if isinstance(event, TextDelta):
                break
    [request] = provider.book.requests
    assert (request.was_closed_early, request.is_complete) == (True, False)


@pytest.mark.parametrize("fault", ["hang", "hang_after", "comments"])
async def test_a_cancelled_call_is_remembered(fault):
    provider = provider_of(a=Script(text="x", fault=fault))
    task = asyncio.create_task(ask(provider, "a"))
    while not provider.book.requests:
        await asyncio.sleep(0)
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert provider.book.requests[0].was_closed_early


async def test_a_cut_is_the_servers_doing_and_not_the_clients():
    provider = provider_of(a=Script(text="x y", fault="cut", fault_after_tokens=1))
    await ask(provider, "a")
    assert not provider.book.requests[0].was_closed_early
