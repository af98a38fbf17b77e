"""A real llama.cpp server as an endpoint of one's own, without the help that `local` has."""

import asyncio

import pytest

from panels.providers.errors import StreamBroken
from panels.providers.stream import TextDelta
from tests.providers.asking import ask, request_for, text_of
from tests.providers.journeys import Journeys, served_by, usage_of
from tests.providers.llama_servers import llama_server


@pytest.fixture(scope="module")
def llama():
    with llama_server() as server:
        yield server


@pytest.fixture
def upstream(llama):
    return llama.upstream()


class TestLlamaCpp(Journeys):
    async def test_a_grammar_binds_what_is_said_once_the_server_is_known(self, upstream):
        async with upstream.provider() as own:
            await own.list_models()
            grammar = 'root ::= "Answer: " ("yes" | "no") "."'
            events, error = await ask(own, upstream.slug, "Is water wet?", grammar=grammar)
        assert error is None
        assert text_of(events) in ("Answer: yes.", "Answer: no.")

    async def test_it_says_nothing_of_money(self, upstream):
        async with upstream.provider() as own:
            events, _ = await ask(own, upstream.slug, max_tokens=3)
        assert usage_of(events).cost_usd is None

    async def test_it_answers_whatever_model_was_asked_for_and_says_which_it_is(self, upstream):
        async with upstream.provider() as own:
            events, error = await ask(own, "another-model", max_tokens=3)
        assert error is None
        assert served_by(events).model == upstream.model_served


def test_a_server_that_dies_in_mid_stream_is_a_broken_stream_that_keeps_the_text():
    with llama_server() as server:
        asyncio.run(_read_until_it_dies(server))


async def _read_until_it_dies(server) -> None:
    upstream, texts = server.upstream(), []
    async with upstream.provider() as own:
        stream = own.stream(request_for(upstream.slug, "Count for ever.", max_tokens=1500))
        with pytest.raises(StreamBroken):
            await _read_and_kill(stream, texts, server)
    assert "".join(texts)


async def _read_and_kill(stream, texts, server) -> None:
    async for event in stream:
        if isinstance(event, TextDelta):
            texts.append(event.text)
            server.process.kill()
