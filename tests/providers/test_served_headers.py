"""Who answers, as far as the headers tell it."""

import pytest

from panels.providers.stream import Served
from tests.providers.asking import ask
from tests.providers.raw_servers import OK, raw_server, says
from tests.providers.streams import HELLO, SAID, event

BODY = event({"id": "chatcmpl-1", "model": "m", "provider": "Body", "choices": []}) + HELLO


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        (
            b"X-Generation-Id: gen-9",
            Served(generation_id="gen-9"),
            Served(model="m", provider="Body", generation_id="gen-9"),
        ),
        (
            b"x-litellm-model-name: openai/gpt-5.5",
            Served(provider="openai/gpt-5.5"),
            Served(model="m", provider="openai/gpt-5.5", generation_id="chatcmpl-1"),
        ),
    ],
)
async def test_what_a_header_says_is_known_before_the_answer_and_stays(
    vendor_at, header, first, last
):
    async with raw_server(says(OK + header + b"\r\n\r\n" + BODY)) as base_url:
        events, error = await ask(vendor_at(base_url), "m")
    assert error is None
    assert events == [first, last, *SAID]


async def test_without_such_a_header_the_body_says_it(vendor_at):
    async with raw_server(says(OK + b"\r\n" + BODY)) as base_url:
        events, _ = await ask(vendor_at(base_url), "m")
    assert events == [Served(model="m", provider="Body", generation_id="chatcmpl-1"), *SAID]
