"""What a request carries, and what is left out once a server has refused it."""

import pytest

from panels.providers.errors import (
    BadRequest,
)
from panels.providers.scripts import Script
from panels.providers.stream import Finished
from tests.providers.asking import ask, ask_error


async def test_a_request_carries_what_was_asked_and_no_more(scripted_vendor):
    vendor, book = await scripted_vendor({"m": Script(text="x")})
    await ask(vendor, "m", "Why?")
    assert book.requests[0].body == {
        "model": "m",
        "messages": [{"role": "user", "content": "Why?"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


async def test_every_parameter_has_its_field(scripted_vendor):
    vendor, book = await scripted_vendor({"m": Script(text="x")}, extra_body={"top_p": 0.5})
    schema = {"type": "object", "properties": {}, "additionalProperties": False}
    await ask(
        vendor,
        "m",
        temperature=0.0,
        max_tokens=100,
        reasoning_effort="low",
        json_schema=schema,
        grammar="root ::= x",
    )
    body = book.requests[0].body
    assert body["temperature"] == 0.0
    assert body["max_tokens"] == 100
    assert body["reasoning_effort"] == "low"
    assert body["top_p"] == 0.5
    assert body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "answer", "strict": True, "schema": schema},
    }
    assert "grammar" not in body


async def test_a_default_of_the_endpoint_gives_way_to_the_request(scripted_vendor):
    vendor, book = await scripted_vendor({"m": Script(text="x")}, extra_body={"temperature": 0.3})
    await ask(vendor, "m")
    await ask(vendor, "m", temperature=1.0)
    assert [request.body["temperature"] for request in book.requests] == [0.3, 1.0]


@pytest.mark.parametrize("field", ["stream_options", "temperature"])
async def test_a_field_that_a_server_refuses_is_left_out_from_then_on(scripted_vendor, field):
    script = Script(
        status=400, error_message=f"Unknown parameter: {field}.", then=Script(text="Hello")
    )
    vendor, book = await scripted_vendor({"m": script})
    events, error = await ask(vendor, "m", temperature=0.5)
    assert error is None
    assert events[-1] == Finished("stop")
    await ask(vendor, "m", temperature=0.5)
    assert [field in request.body for request in book.requests] == [True, False, False]


async def test_a_limit_that_a_server_wants_under_its_newer_name_gets_it(scripted_vendor):
    message = (
        "Unsupported parameter: 'max_tokens' is not supported with this model. "
        "Use 'max_completion_tokens' instead."
    )
    script = Script(status=400, error_message=message, then=Script(text="Hello"))
    vendor, book = await scripted_vendor({"m": script})
    for _ in range(2):
        _, error = await ask(vendor, "m", max_tokens=9)
        assert error is None
    limits = [(body.get("max_tokens"), body.get("max_completion_tokens")) for body in bodies(book)]
    assert limits == [(9, None), (None, 9), (None, 9)]


async def test_a_limit_that_is_too_large_is_an_error_whatever_its_name(scripted_vendor):
    message = "'max_tokens' or 'max_completion_tokens' is too large: 9."
    vendor, book = await scripted_vendor({"m": Script(status=400, error_message=message)})
    assert type(await ask_error(vendor, "m", max_tokens=9)) is BadRequest
    assert len(book.requests) == 1


async def test_a_server_without_json_schemas_is_asked_without(scripted_vendor):
    message = "This response_format type is unavailable now"
    script = Script(status=400, error_message=message, then=Script(text="Hello"))
    vendor, book = await scripted_vendor({"m": script})
    _, error = await ask(vendor, "m", json_schema={"type": "object"})
    assert error is None
    assert ["response_format" in body for body in bodies(book)] == [True, False]


def bodies(book) -> list[dict]:
    return [request.body for request in book.requests]


async def test_another_model_of_the_server_is_still_asked_with_the_field(scripted_vendor):
    refused = Script(status=400, error_message="temperature", then=Script(text="x"))
    vendor, book = await scripted_vendor({"a": refused, "b": Script(text="x")})
    await ask(vendor, "a", temperature=0.5)
    await ask(vendor, "b", temperature=0.5)
    assert "temperature" in book.requests_to("b")[0].body


async def test_a_400_that_names_nothing_dispensable_is_asked_once(scripted_vendor):
    vendor, book = await scripted_vendor({"m": Script(status=400, error_message="No.")})
    assert type(await ask_error(vendor, "m", temperature=0.5)) is BadRequest
    assert len(book.requests) == 1


async def test_a_400_that_names_the_same_field_again_is_an_error(scripted_vendor):
    vendor, book = await scripted_vendor({"m": Script(status=400, error_message="stream_options")})
    assert type(await ask_error(vendor, "m")) is BadRequest
    assert len(book.requests) == 2
