"""What differs from vendor to vendor in a request."""

from typing import Any

import httpx
import pytest

from panels.providers.anthropic import Anthropic
from panels.providers.google import Google
from panels.providers.openai import OpenAI
from panels.providers.openai_compatible import OpenAICompatible
from panels.providers.openrouter import OpenRouter
from panels.providers.response_format import is_strict, response_format
from panels.providers.vendors import VENDORS
from tests.providers.asking import request_for

SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}


def body_of(kind: type[OpenAICompatible]) -> dict[str, Any]:
    vendor = kind(name="v", base_url="https://v.example/v1", client=httpx.AsyncClient())
    request = request_for(
        "m", max_tokens=9, reasoning_effort="low", json_schema=SCHEMA, grammar="root ::= x"
    )
    body = vendor.body_of(request)
    for field in ("model", "messages", "stream", "stream_options"):
        del body[field]
    return body


FORMAT = response_format(SCHEMA)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (OpenAICompatible, {"max_tokens": 9, "reasoning_effort": "low", "response_format": FORMAT}),
        (OpenRouter, {"max_tokens": 9, "reasoning": {"effort": "low"}, "response_format": FORMAT}),
        (
            OpenAI,
            {"max_completion_tokens": 9, "reasoning_effort": "low", "response_format": FORMAT},
        ),
        (Anthropic, {"max_tokens": 9}),
        (Google, {"max_tokens": 9, "reasoning_effort": "low", "response_format": FORMAT}),
    ],
)
def test_a_vendor_gets_the_fields_that_it_knows(kind, body):
    assert body_of(kind) == body


async def headers_of(kind: type[OpenAICompatible]) -> httpx.Headers:
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return httpx.Response(200, json={"data": []})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        vendor = kind(name="v", base_url="https://v.example/v1/", client=client, api_key="k1")
        await vendor.list_models()
    return seen[0]


@pytest.mark.parametrize("kind", [OpenAICompatible, OpenRouter, OpenAI, Anthropic, Google])
async def test_every_vendor_gets_the_key_and_sends_uncompressed(kind):
    headers = await headers_of(kind)
    assert headers["authorization"] == "Bearer k1"
    assert headers["accept-encoding"] == "identity"


async def test_openrouter_is_told_who_asks():
    assert (await headers_of(OpenRouter))["x-openrouter-title"] == "Fusionweb"


async def test_anthropics_own_list_gets_its_own_headers():
    headers = await headers_of(Anthropic)
    assert (headers["x-api-key"], headers["anthropic-version"]) == ("k1", "2023-06-01")


def test_no_two_vendors_share_a_name_or_a_key():
    assert len({vendor.name for vendor in VENDORS}) == len(VENDORS)
    assert len({vendor.key_variable for vendor in VENDORS}) == len(VENDORS)
    assert all(vendor.base_url.startswith("https://") for vendor in VENDORS)


CLOSED = {
    "type": "object",
    "properties": {"a": {}},
    "required": ["a"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (CLOSED, True),
        ({**CLOSED, "properties": {"a": CLOSED}}, True),
        ({**CLOSED, "properties": {"a": {"type": "array", "items": CLOSED}}}, True),
        ({**CLOSED, "properties": {"a": SCHEMA}}, False),
        ({**CLOSED, "properties": {"a": {"anyOf": [CLOSED, SCHEMA]}}}, False),
        ({**CLOSED, "$defs": {"x": SCHEMA}}, False),
        ({**CLOSED, "required": []}, False),
        ({**CLOSED, "additionalProperties": True}, False),
        (SCHEMA, False),
    ],
)
def test_a_schema_is_strict_when_every_object_is_closed_and_complete(schema, expected):
    assert is_strict(schema) is expected
    assert response_format(schema)["json_schema"]["strict"] is expected
