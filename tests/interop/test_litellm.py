"""The client's journeys through a real LiteLLM proxy, and what only a proxy can do wrong."""

from decimal import Decimal

import pytest

from panels.providers.errors import ModelNotFound, StreamBroken, TemporarilyRefused
from panels.providers.stream import TextDelta
from tests.interop.litellm_proxy import PRICE_IN_USD, PRICE_OUT_USD
from tests.providers.asking import ask, ask_error, request_for, text_of
from tests.providers.journeys import Journeys, served_by, usage_of


@pytest.fixture
def upstream(proxy):
    return proxy.upstream("small")


class TestThroughLiteLLM(Journeys):
    """Its list tells the context that its configuration says; see `litellm_proxy.deployment`."""


async def test_a_field_that_only_the_server_behind_knows_is_passed_on(upstream, found):
    grammar = {"grammar": 'root ::= "Answer: " ("yes" | "no") "."'}
    async with upstream.provider(extra_body=grammar) as own:
        events, error = await ask(own, upstream.slug, "Is water wet?")
    assert error is None
    assert text_of(events) in ("Answer: yes.", "Answer: no.")
    found("It passes fields on that it does not know (llama.cpp's `grammar`).")


async def test_the_cost_is_told_in_the_stream_where_the_proxy_is_set_so(upstream, found, proxy):
    async with upstream.provider() as own:
        events, _ = await ask(own, upstream.slug, "A prompt of its own 7351.", max_tokens=5)
    usage = usage_of(events)
    most = usage.tokens_in * Decimal(PRICE_IN_USD) + usage.tokens_out * Decimal(PRICE_OUT_USD)
    less = (usage.tokens_cached or 0) * Decimal(PRICE_IN_USD)
    assert usage.cost_usd in (most, most - less)
    found(f"LiteLLM {proxy.version} tells a stream's cost in its usage: {usage.cost_usd} USD.")
    if usage.cost_usd != most:
        found("It counts tokens from the server's cache as free where no price is set for them.")


async def test_a_fallback_inside_the_proxy_says_which_model_answered(proxy, found):
    upstream = proxy.upstream("replaced")
    async with upstream.provider() as own:
        events, error = await ask(own, upstream.slug, max_tokens=3)
    assert error is None
    assert served_by(events).model == "small"
    found("A fallback inside the proxy shows: asked “replaced”, served “small”.")


async def test_a_name_of_the_proxys_says_what_it_stands_for(upstream, found):
    async with upstream.provider() as own:
        events, _ = await ask(own, upstream.slug, max_tokens=3)
    assert served_by(events).provider == "openai/smollm2-135m"
    found("A header says which model a name of the proxy's stands for.")


async def test_an_unknown_model_is_not_found(upstream, found):
    async with upstream.provider() as own:
        error = await ask_error(own, "nowhere-to-be-found")
    assert type(error) is ModelNotFound
    found("An unknown model is a 400 without a code of its own; it is known by its words.")


async def test_a_server_that_is_not_there_may_be_asked_again(proxy, found):
    upstream = proxy.upstream("dead")
    async with upstream.provider() as own:
        error = await ask_error(own, upstream.slug)
    assert type(error) is TemporarilyRefused
    found("A server behind it that is not there is a 500.")


async def test_a_server_that_dies_behind_it_is_a_broken_stream(proxy, doomed_llama, found):
    upstream, texts = proxy.upstream("doomed"), []
    async with upstream.provider() as own:
        asked = request_for(upstream.slug, "Count for ever.", max_tokens=1500)
        with pytest.raises(StreamBroken) as raised:
            await _read_and_kill(own.stream(asked), texts, doomed_llama)
    assert "".join(texts)
    found(f"A server that dies behind it ends the stream so: “{raised.value.detail[:90]}…”.")


async def _read_and_kill(stream, texts, server) -> None:
    async for event in stream:
        if isinstance(event, TextDelta):
            texts.append(event.text)
            server.process.kill()
