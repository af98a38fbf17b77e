"""What must work with every real server. A test class of it has a fixture `upstream`."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from panels.providers.errors import AuthFailed, ContextOverflow
from panels.providers.http import plain_client
from panels.providers.own_servers import OwnServer
from panels.providers.requests import Timeouts
from panels.providers.stream import Finished, Served, TextDelta, UsageReported
from tests.providers.asking import ask, ask_error, request_for, text_of

#: More at once than the server has slots.
SLOTS = 4
CONTEXT_TOKENS = 2048
SCHEMA = {
    "type": "object",
    "properties": {"agrees": {"type": "boolean"}},
    "required": ["agrees"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Upstream:
    """A server of one's own. `model_served` is what it says that it is."""

    base_url: str
    key: str
    slug: str
    model_served: str

    @asynccontextmanager
    async def provider(self, **changes: Any) -> AsyncIterator[OwnServer]:
        async with plain_client() as client:
            values = {"name": "own", "api_key": self.key, "timeouts": Timeouts(), **changes}
            yield OwnServer(base_url=self.base_url, client=client, **values)


class Journeys:
    async def test_an_answer_streams_and_says_who_gave_it_and_what_it_took(self, upstream):
        async with upstream.provider() as own:
            asked = request_for(upstream.slug, "Tell a story.", max_tokens=12, temperature=0.0)
            async with aclosing(own.stream(asked)) as stream:
                pieces = [event async for event in stream]
        texts = [each for each in pieces if isinstance(each, TextDelta)]
        assert len(texts) > 3
        assert served_by(pieces).model == upstream.model_served
        assert served_by(pieces).generation_id
        assert isinstance(pieces[0], Served)
        assert pieces[-1] == Finished("length")
        usage = usage_of(pieces)
        assert usage.tokens_out == 12
        assert usage.tokens_in > 5

    async def test_a_schema_binds_what_is_said(self, upstream):
        async with upstream.provider() as own:
            asked = {"json_schema": SCHEMA, "max_tokens": 60, "temperature": 0.0}
            events, error = await ask(own, upstream.slug, "Is water wet? Say so.", **asked)
        assert error is None
        assert set(json.loads(text_of(events))) == {"agrees"}

    async def test_a_prompt_beyond_its_context_is_refused_by_name(self, upstream):
        async with upstream.provider() as own:
            error = await ask_error(own, upstream.slug, prompt="word " * 3000)
        assert type(error) is ContextOverflow
        assert "context" in error.detail

    async def test_its_list_says_how_much_context_there_really_is(self, upstream):
        async with upstream.provider() as own:
            models = {model.slug: model.context_tokens for model in await own.list_models()}
        assert models[upstream.slug] == CONTEXT_TOKENS

    async def test_a_wrong_key_is_refused_by_name(self, upstream):
        async with upstream.provider(api_key="sk-wrong-0123456789") as own:
            assert type(await ask_error(own, upstream.slug)) is AuthFailed

    async def test_more_at_once_than_it_has_room_for_are_all_answered(self, upstream):
        async with upstream.provider() as own:
            prompts = [f"Name planet number {number}." for number in range(2 * SLOTS)]
            answers = await asyncio.gather(
                *(ask(own, upstream.slug, prompt, max_tokens=6) for prompt in prompts)
            )
        assert [error for _, error in answers] == [None] * len(prompts)
        assert all(usage_of(events).tokens_out <= 6 for events, _ in answers)
        assert len({served_by(events).generation_id for events, _ in answers}) == len(prompts)

    async def test_a_closed_stream_gives_its_room_back(self, upstream):
        """Every slot is taken by an answer without end and left; the next is answered soon."""
        async with upstream.provider() as own:
            for _ in range(SLOTS):
                asked = request_for(upstream.slug, "Count for ever.", max_tokens=1500)
                async with aclosing(own.stream(asked)) as stream:
                    async for event in stream:
                        if isinstance(event, TextDelta):
                            break
            async with asyncio.timeout(10):
                _, error = await ask(own, upstream.slug, max_tokens=3)
        assert error is None

    async def test_an_answer_in_any_script_arrives_whole(self, upstream):
        async with upstream.provider() as own:
            prompt = "Größe, 漢字, 🦊 — „zitiert“.\r\nZweite Zeile\x00\u2028."
            events, error = await ask(own, upstream.slug, prompt, max_tokens=8)
        assert error is None
        assert "\ufffd" not in text_of(events)


def usage_of(events) -> UsageReported:
    return next(each for each in reversed(events) if isinstance(each, UsageReported))


def served_by(events) -> Served:
    return next(each for each in reversed(events) if isinstance(each, Served))
