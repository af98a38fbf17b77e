"""Model lists as vendors write them, and over real HTTP."""

import json

import pytest

from panels.providers import openai_compatible
from panels.providers.errors import (
    AuthFailed,
    FirstTokenTimedOut,
    ProviderError,
    StreamBroken,
    Unreachable,
    UnreadableStream,
)
from panels.providers.google import Google
from panels.providers.model_lists import model_from_row, rows_of
from panels.providers.openrouter import OpenRouter
from panels.providers.requests import ModelInfo, PriceConditions
from tests.providers.conftest import KEY
from tests.providers.raw_servers import free_port, hangs, raw_server, says


@pytest.mark.parametrize(
    ("row", "model"),
    [
        ({"id": "gpt", "object": "model"}, ModelInfo(slug="gpt")),
        (
            {
                "id": "a/b",
                "name": "A: B",
                "context_length": 200000,
                "pricing": {"prompt": "0.000003", "completion": "0.000015"},
            },
            ModelInfo(
                slug="a/b",
                name="A: B",
                context_tokens=200000,
                price_in_usd="0.000003",
                price_out_usd="0.000015",
            ),
        ),
        ({"id": "v", "max_model_len": 4096}, ModelInfo(slug="v", context_tokens=4096)),
        ({"id": "g", "context_window": 131072}, ModelInfo(slug="g", context_tokens=131072)),
        ({"id": "i", "max_input_tokens": 200000}, ModelInfo(slug="i", context_tokens=200000)),
        (
            {"id": "l", "meta": {"n_ctx": 2048, "n_ctx_train": 8192}},
            ModelInfo(slug="l", context_tokens=2048),
        ),
        ({"id": "l", "meta": {"n_ctx_train": 8192}}, ModelInfo(slug="l", context_tokens=8192)),
        ({"id": "c", "display_name": "Claude"}, ModelInfo(slug="c", name="Claude")),
        # A router's price varies, which is no price.
        ({"id": "r", "pricing": {"prompt": "-1", "completion": "-1"}}, ModelInfo(slug="r")),
        (
            {"id": "f", "pricing": {"prompt": "0", "completion": "0"}},
            ModelInfo(slug="f", price_in_usd="0", price_out_usd="0"),
        ),
        (
            {
                "id": "o",
                "pricing": {
                    "prompt": "0.00000125",
                    "completion": "0.00001",
                    "request": "0.01",
                    "input_cache_read": "0.000000125",
                    "internal_reasoning": "0.00001",
                    "overrides": [
                        {"min_prompt_tokens": 200000, "prompt": "0.0000025"},
                        {"utc_start": "1630", "utc_end": 30, "completion": "0.000005"},
                    ],
                },
            },
            ModelInfo(
                slug="o",
                price_in_usd="0.00000125",
                price_out_usd="0.00001",
                price_cached_in_usd="0.000000125",
                price_reasoning_usd="0.00001",
                price_request_usd="0.01",
                price_overrides=(
                    PriceConditions(min_prompt_tokens=200000, price_in_usd="0.0000025"),
                    PriceConditions(utc_start=990, utc_end=30, price_out_usd="0.000005"),
                ),
            ),
        ),
        (
            {"id": "q", "pricing": {"prompt": "0.1", "completion": "0.1", "request": "-1"}},
            ModelInfo(slug="q"),
        ),
        # A number may be per token or per million: nobody says.
        ({"id": "t", "pricing": {"prompt": 0.2, "completion": None}}, ModelInfo(slug="t")),
        ({"id": "n", "pricing": {"prompt": "NaN", "completion": "free"}}, ModelInfo(slug="n")),
        (
            {"id": "j", "pricing": "x", "meta": 7, "context_length": True, "name": 7},
            ModelInfo(slug="j"),
        ),
        ({"id": "z", "context_length": 0}, ModelInfo(slug="z")),
        ({"id": ""}, None),
        ({"id": 7}, None),
        ({}, None),
    ],
)
def test_a_row_is_read_whoever_wrote_it(row, model):
    assert model_from_row(row) == model


@pytest.mark.parametrize(
    "overrides",
    [
        "x",
        7,
        ["x"],
        [{"min_prompt_tokens": "many", "prompt": "0.1"}],
        [{"min_prompt_tokens": True, "prompt": "0.1"}],
        [{"min_prompt_tokens": -1, "prompt": "0.1"}],
        [{"prompt": "-1"}],
        [{"prompt": 0.1}],
        [{"utc_start": "1630", "prompt": "0.1"}],
        [{"utc_start": "noon", "utc_end": "2000", "prompt": "0.1"}],
        [{"utc_start": "2570", "utc_end": "2000", "prompt": "0.1"}],
        [{"utc_start": "12000", "utc_end": "2000", "prompt": "0.1"}],
    ],
)
def test_a_price_whose_conditions_can_not_be_read_is_no_price(overrides):
    pricing = {"prompt": "0.000001", "completion": "0.000002", "overrides": overrides}
    assert model_from_row({"id": "a", "pricing": pricing}) == ModelInfo(slug="a")


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        ('{"data": [{"id": "a"}]}', [{"id": "a"}]),
        ('[{"id": "a"}]', [{"id": "a"}]),
        ('{"data": [7, null, {"id": "a"}]}', [{"id": "a"}]),
        ('{"data": []}', []),
    ],
)
def test_a_list_is_found_in_its_body(body, rows):
    assert rows_of(body.encode()) == rows


@pytest.mark.parametrize("body", ["", "{}", '{"data": 7}', "7", "<html>", '{"models": []}'])
def test_a_body_without_a_list_is_refused(body):
    with pytest.raises(ValueError, match=r"."):
        rows_of(body.encode())


def answer(body: str, status: str = "200 OK"):
    return says(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())


async def test_the_list_comes_over_http(vendor_at):
    body = json.dumps({"data": [{"id": "a"}, {"id": ""}, {"id": "b"}]})
    async with raw_server(answer(body)) as base_url:
        models = await vendor_at(base_url).list_models()
    assert models == [ModelInfo(slug="a"), ModelInfo(slug="b")]


@pytest.mark.parametrize(
    ("behave", "expected"),
    [
        (answer("{}", "401 No"), AuthFailed),
        (answer("<html>"), UnreadableStream),
        (answer("{}"), UnreadableStream),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"), StreamBroken),
        (says(), StreamBroken),
    ],
)
async def test_a_list_that_can_not_be_had_is_a_typed_error(vendor_at, behave, expected):
    async with raw_server(behave) as base_url:
        assert type(await list_error(vendor_at(base_url))) is expected


async def test_a_list_of_a_server_that_is_not_there_is_unreachable(vendor_at):
    error = await list_error(vendor_at(f"http://127.0.0.1:{free_port()}/v1"))
    assert type(error) is Unreachable


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"])
async def test_a_list_that_does_not_come_is_given_up(vendor_at, monkeypatch, head):
    monkeypatch.setattr(openai_compatible, "MODEL_LIST_SECONDS", 0.2)
    async with raw_server(says(head, then=hangs)) as base_url:
        error = await list_error(vendor_at(base_url))
    assert type(error) is FirstTokenTimedOut
    assert error.detail == "No model list within 0.2 seconds."


async def test_the_key_is_nowhere_in_the_error_of_a_list(vendor_at):
    async with raw_server(answer(f"bad {KEY}", "403 No")) as base_url:
        assert (await list_error(vendor_at(base_url))).detail == "bad [key]"


async def test_a_router_lists_only_what_writes_text(vendor_at):
    rows = [
        {"id": "text", "architecture": {"output_modalities": ["text"]}},
        {"id": "painter", "architecture": {"output_modalities": ["image"]}},
        {"id": "unsaid"},
        {"id": "odd", "architecture": {"output_modalities": None}},
    ]
    async with raw_server(answer(json.dumps({"data": rows}))) as base_url:
        models = await vendor_at(base_url, OpenRouter).list_models()
    assert [model.slug for model in models] == ["text", "unsaid", "odd"]


async def test_googles_slugs_are_those_to_ask_for(vendor_at):
    rows = [{"id": "models/gemini-3.5-flash"}, {"id": "gemini-x"}, {}]
    async with raw_server(answer(json.dumps({"data": rows}))) as base_url:
        models = await vendor_at(base_url, Google).list_models()
    assert [model.slug for model in models] == ["gemini-3.5-flash", "gemini-x"]


async def list_error(vendor) -> ProviderError:
    with pytest.raises(ProviderError) as raised:
        await vendor.list_models()
    return raised.value
