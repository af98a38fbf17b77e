"""Answers that never end: fast, slow, or byte by byte. Each has its bound and keeps its text."""

import asyncio

import pytest

from panels.providers.environment import timeouts_from
from panels.providers.errors import EndlessAnswer, FirstTokenTimedOut, TimedOut
from panels.providers.requests import Timeouts
from panels.providers.scripted import ScriptedProvider
from panels.providers.scripted_server import serve_scripts
from panels.providers.scripts import Script, ScriptBook
from tests.providers.asking import ask, text_of


def provider_of(script: Script, **bounds: float) -> ScriptedProvider:
    return ScriptedProvider(ScriptBook({"a": script}), timeouts=Timeouts(**bounds))


ENDLESS = Script(text="one two", fault="endless", fault_after_tokens=1)


async def test_an_answer_without_end_is_cut_off_and_keeps_its_text():
    events, error = await ask(provider_of(ENDLESS, most_characters=5_000), "a")
    assert type(error) is EndlessAnswer
    assert error.detail == "The answer was cut off after 5,000 characters."
    assert text_of(events).startswith("one and so on and so on")
    assert 5_000 < len(text_of(events)) < 5_100


async def test_the_connection_is_closed_when_an_answer_is_cut_off(vendor_at):
    book = ScriptBook({"a": ENDLESS})
    async with serve_scripts(book) as base_url:
        await ask(vendor_at(base_url, timeouts=Timeouts(most_characters=2_000)), "a")
        async with asyncio.timeout(5):
            while not book.requests[0].was_closed_early:
                await asyncio.sleep(0.01)


async def test_thoughts_count_too():
    script = Script(reasoning="hm " * 100, text="Yes.")
    _, error = await ask(provider_of(script, most_characters=100), "a")
    assert type(error) is EndlessAnswer


async def test_an_answer_of_just_that_length_is_whole():
    events, error = await ask(provider_of(Script(text="x" * 100), most_characters=100), "a")
    assert (error, text_of(events)) == (None, "x" * 100)


async def test_single_bytes_are_no_sign_of_a_first_token():
    drip = Script(fault="drip", tokens_per_second=20)
    _, error = await ask(provider_of(drip, first_token_seconds=0.3, silence_seconds=0.3), "a")
    assert type(error) is FirstTokenTimedOut


async def test_single_bytes_after_a_beginning_end_with_the_whole_calls_time():
    drip = Script(text="one two", fault="drip", fault_after_tokens=1, tokens_per_second=50)
    bounds = {"first_token_seconds": 5, "silence_seconds": 5, "overall_seconds": 0.4}
    events, error = await ask(provider_of(drip, **bounds), "a")
    assert type(error) is TimedOut
    assert text_of(events) == "one "


def test_the_length_can_be_set():
    variable = "FUSIONWEB_MOST_ANSWER_CHARACTERS"
    assert timeouts_from({variable: " 5000 "}).most_characters == 5000
    assert timeouts_from({variable: ""}).most_characters == 1_000_000


@pytest.mark.parametrize("text", ["0", "-1", "1e6", "many", "²"])
def test_a_length_that_is_none_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match="must be a number of characters"):
        timeouts_from({"FUSIONWEB_MOST_ANSWER_CHARACTERS": text})
