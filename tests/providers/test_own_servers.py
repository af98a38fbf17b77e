"""How much context a server of one's own really gives, asked in its own way."""

import json
from typing import Any

import httpx
import pytest

from panels.choices import Privacy
from panels.providers import ollama
from panels.providers.errors import ModelNotFound, PrivacyRefused
from panels.providers.openai import OpenAI
from panels.providers.own_servers import OwnServer
from panels.providers.registry import registry_from_environment
from panels.providers.requests import ModelInfo
from tests.providers.asking import ask_error, request_for


class Server:
    """Answers by path, 404 where it has nothing, and keeps what it was asked."""

    def __init__(self, rows: list[dict[str, Any]], answers: dict[str, Any]) -> None:
        self.answers = {"/v1/models": {"object": "list", "data": rows}, **answers}
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content) if request.content else {}
        path = f"{request.url.path} {body['model']}" if "model" in body else request.url.path
        self.asked.append(path)
        answer = self.answers.get(path)
        if answer is None:
            return httpx.Response(404, json={"error": "404 page not found"})
        return httpx.Response(
            200, content=answer if isinstance(answer, str) else json.dumps(answer)
        )


async def lengths_of(server: Server, name: str = "mine") -> dict[str, int | None]:
    return {model.slug: model.context_tokens for model in await list_of(server, name)}


async def list_of(server: Server, name: str = "mine") -> list[ModelInfo]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(server)) as client:
        own = OwnServer(name=name, base_url="http://127.0.0.1:9/v1", client=client)
        return await own.list_models()


# Ollama


def ollama_row(slug: str, owner: str = "library") -> dict[str, Any]:
    return {"id": slug, "object": "model", "created": 1763625600, "owned_by": owner}


def shown(trained: int | None = 131072, parameters: str = "", **more: Any) -> dict[str, Any]:
    info = {"general.architecture": "llama", "llama.context_length": trained}
    return {"model_info": info, "parameters": parameters, **more}


async def test_a_model_that_ollama_has_loaded_has_what_it_was_loaded_with():
    server = Server(
        [ollama_row("big:latest")],
        {"/api/ps": {"models": [{"model": "big:latest", "context_length": 32768}]}},
    )
    assert await lengths_of(server) == {"big:latest": 32768}
    assert server.asked == ["/v1/models", "/api/ps"]


@pytest.mark.parametrize(
    ("answer", "tokens"),
    [
        # Trained for 131,072, and cut at the server's default all the same.
        (shown(), 4096),
        (shown(parameters="temperature 0.7\nnum_ctx                        16384"), 16384),
        (shown(parameters="num_ctx 16384", trained=8192), 8192),
        (shown(trained=2048), 2048),
        (shown(remote_model="kimi-k2:1t", remote_host="https://ollama.com:443"), 131072),
        (shown(parameters="num_ctx many"), 4096),
        (shown(parameters="num_ctx 0"), 4096),
        ({"model_info": None, "parameters": 7}, 4096),
        ([], 4096),
        ("<html>", 4096),
        (None, 4096),
    ],
)
async def test_a_model_that_ollama_has_yet_to_load_is_trusted_with_the_least(answer, tokens):
    server = Server([ollama_row("m:1b")], {"/api/show m:1b": answer})
    assert await lengths_of(server) == {"m:1b": tokens}


async def test_an_ollama_of_other_peoples_models_is_known_by_the_endpoints_name():
    server = Server([ollama_row("hf.co/them/m:q4", owner="them")], {})
    assert await lengths_of(server, "ollama-big") == {"hf.co/them/m:q4": 4096}
    assert await lengths_of(server) == {"hf.co/them/m:q4": None}


async def test_ollama_is_not_asked_about_models_without_end(monkeypatch):
    monkeypatch.setattr(ollama, "MOST_SHOWN", 3)
    server = Server([ollama_row(f"m{i}:1b") for i in range(9)], {})
    assert set((await lengths_of(server)).values()) == {4096}
    assert len(server.asked) == 2 + 3


@pytest.mark.parametrize("slug", ["gpt-oss:120b-cloud", "glm-4.6:cloud"])
@pytest.mark.parametrize("reach", [Privacy.THIS_MACHINE, Privacy.OWN_NETWORK])
async def test_a_model_in_ollamas_cloud_is_not_asked_what_may_not_leave(slug, reach):
    server = Server([], {})
    async with httpx.AsyncClient(transport=httpx.MockTransport(server)) as client:
        own = OwnServer(
            name="ollama", base_url="http://127.0.0.1:9/v1", client=client, inside_client=client
        )
        refused = await ask_error(own, slug, reach=reach)
        assert server.asked == []
        asked = await ask_error(own, "gpt-oss:120b", reach=reach)
    assert type(refused) is PrivacyRefused
    assert type(asked) is ModelNotFound
    assert len(server.asked) == 1


# llama.cpp


def llama_row(meta: dict[str, Any] | None) -> dict[str, Any]:
    return {"id": "m", "object": "model", "owned_by": "llamacpp", "meta": meta}


PROPS = {"default_generation_settings": {"n_ctx": 2048}, "total_slots": 4}


async def test_a_slots_share_in_llamacpps_own_list_is_enough():
    server = Server([llama_row({"n_ctx": 2048, "n_ctx_train": 8192})], {"/props": PROPS})
    assert await lengths_of(server) == {"m": 2048}
    assert server.asked == ["/v1/models"]


async def test_an_older_llamacpp_tells_a_slots_share_elsewhere():
    server = Server([llama_row({"n_ctx_train": 8192})], {"/props": PROPS})
    assert await lengths_of(server) == {"m": 2048}


@pytest.mark.parametrize(
    "props", [None, {}, [], "x", {"default_generation_settings": {"n_ctx": 0}}]
)
async def test_a_llamacpp_that_tells_nothing_more_has_what_its_list_says(props):
    server = Server([llama_row({"n_ctx_train": 8192})], {"/props": props})
    assert await lengths_of(server) == {"m": 8192}


async def test_a_router_of_llamacpp_is_not_made_to_load_its_models():
    rows = [{**llama_row(None), "id": slug} for slug in "ab"]
    server = Server(rows, {"/props": PROPS})
    assert await lengths_of(server) == {"a": None, "b": None}
    assert server.asked == ["/v1/models"]


async def test_llamacpp_is_given_grammars_once_it_is_known():
    server = Server([llama_row({"n_ctx": 2048})], {})
    async with httpx.AsyncClient(transport=httpx.MockTransport(server)) as client:
        own = OwnServer(name="mine", base_url="http://127.0.0.1:9/v1", client=client)
        asked = request_for("m", grammar="root ::= x")
        assert "grammar" not in own.body_of(asked)
        await own.list_models()
        assert own.body_of(asked)["grammar"] == "root ::= x"


# LM Studio


def studio_row(slug: str) -> dict[str, Any]:
    return {"id": slug, "object": "model", "owned_by": "organization_owner"}


async def test_lm_studios_native_list_tells_what_is_loaded():
    native = {
        "models": [
            {
                "key": "qwen/qwen3-4b",
                "max_context_length": 262144,
                "loaded_instances": [
                    {"id": "qwen/qwen3-4b", "config": {"context_length": 32768}},
                    {"id": "qwen/qwen3-4b:2", "config": {"context_length": 8192}},
                ],
            },
            {"key": "idle", "max_context_length": 131072, "loaded_instances": []},
            {"key": "tiny", "max_context_length": 2048, "loaded_instances": []},
            {"key": "odd", "max_context_length": "x", "loaded_instances": [7, {"id": "odd"}]},
        ]
    }
    slugs = ["qwen/qwen3-4b", "qwen/qwen3-4b:2", "idle", "tiny", "odd"]
    server = Server([studio_row(slug) for slug in slugs], {"/api/v1/models": native})
    assert await lengths_of(server) == {
        "qwen/qwen3-4b": 8192,
        "qwen/qwen3-4b:2": 8192,
        "idle": 4096,
        "tiny": 2048,
        "odd": None,
    }


async def test_lm_studio_before_its_fourth_version_has_another_list():
    native = {
        "data": [
            {"id": "a", "max_context_length": 32768, "loaded_context_length": 16384},
            {"id": "b", "max_context_length": 32768, "state": "not-loaded"},
        ]
    }
    server = Server([studio_row("a"), studio_row("b")], {"/api/v0/models": native})
    assert await lengths_of(server) == {"a": 16384, "b": 4096}


# LiteLLM, vLLM, and whoever else


async def test_litellm_tells_the_smallest_of_those_that_may_answer():
    rows = [{"id": slug, "created": 1677610602, "owned_by": "openai"} for slug in ("a", "b")]
    info = [
        {"model_name": "a", "model_info": {"max_input_tokens": 200000}},
        {"model_name": "a", "model_info": {"max_input_tokens": 128000}},
        {"model_name": "b", "model_info": {"max_input_tokens": None}},
    ]
    server = Server(rows, {"/v1/model/info": {"data": info}})
    assert await lengths_of(server) == {"a": 128000, "b": None}


async def test_vllms_list_says_it_all():
    row = {"id": "Qwen/Qwen3-8B", "owned_by": "vllm", "max_model_len": 40960}
    server = Server([row], {})
    assert await lengths_of(server) == {"Qwen/Qwen3-8B": 40960}
    assert server.asked == ["/v1/models"]


async def test_an_unknown_server_is_asked_nothing_more():
    server = Server([{"id": "m", "owned_by": "me"}, {"id": 7}, {}], {})
    assert await lengths_of(server) == {"m": None}
    assert server.asked == ["/v1/models"]


async def test_every_endpoint_that_is_no_known_vendors_is_a_server_of_ones_own():
    endpoints = "mine http://127.0.0.1:9/v1; openai http://127.0.0.1:9/v1"
    registry = registry_from_environment({"FUSIONWEB_ENDPOINTS": endpoints})
    assert type(registry.provider_of("mine:m")[0]) is OwnServer
    assert type(registry.provider_of("openai:m")[0]) is OpenAI
    await registry.close()


async def test_a_row_without_a_name_is_no_model():
    server = Server([ollama_row("m:1b"), {"owned_by": "library"}, {"id": 7}], {})
    assert await lengths_of(server) == {"m:1b": 4096}
