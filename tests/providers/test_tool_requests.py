"""What a request carries for tools: ours, a provider's own, and what vendors want back."""

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from panels.providers.anthropic import Anthropic
from panels.providers.deepseek import DeepSeek
from panels.providers.errors import NotConfigured
from panels.providers.google import Google
from panels.providers.openai import OpenAI
from panels.providers.openai_compatible import OpenAICompatible
from panels.providers.openrouter import OpenRouter
from panels.providers.requests import Message, ToolSpec, WebAccess
from panels.providers.scripts import Script
from panels.providers.stream import Finished, ToolCalled
from panels.providers.tool_calls import message_json
from panels.providers.vendors import VENDOR_BY_NAME
from tests.providers.asking import ask, ask_error, request_for

SPEC = ToolSpec("web_search", "Search the web.", {"type": "object", "properties": {}})
SPEC_JSON = {
    "type": "function",
    "function": {
        "name": "web_search",
        "description": "Search the web.",
        "parameters": {"type": "object", "properties": {}},
    },
}
CALL = ToolCalled("call_a", "web_search", '{"query":"why"}')
CALL_JSON = {
    "id": "call_a",
    "type": "function",
    "function": {"name": "web_search", "arguments": '{"query":"why"}'},
}


def vendor(kind: type[OpenAICompatible] = OpenAICompatible) -> OpenAICompatible:
    return kind(name="v", base_url="https://v.example/v1", client=httpx.AsyncClient())


def body_of(kind: type[OpenAICompatible] = OpenAICompatible, **changes: Any) -> dict[str, Any]:
    return vendor(kind).body_of(request_for("m", **changes))


def message_of(kind: type[OpenAICompatible], message: Message) -> dict[str, Any]:
    request = replace(request_for("m"), messages=(message,))
    return vendor(kind).body_of(request)["messages"][0]


def test_tools_are_listed_in_the_protocols_form():
    body = body_of(tools=(SPEC,))
    assert body["tools"] == [SPEC_JSON]
    assert "tool_choice" not in body


def test_a_choice_without_tools_is_not_sent():
    assert not {"tools", "tool_choice"} & set(body_of(tool_choice="none"))


def test_a_choice_is_sent_beside_its_tools():
    assert body_of(tools=(SPEC,), tool_choice="none")["tool_choice"] == "none"


async def test_a_server_that_refuses_a_choice_is_asked_without_it(scripted_vendor):
    script = Script(status=400, error_message="tool_choice is not known", then=Script(text="x"))
    model, book = await scripted_vendor({"m": script})
    events, error = await ask(model, "m", tools=(SPEC,), tool_choice="none")
    assert (events[-1], error) == (Finished("stop"), None)
    assert ["tool_choice" in request.body for request in book.requests] == [True, False]
    assert book.requests[1].body["tools"] == [SPEC_JSON]


@pytest.mark.parametrize(
    ("message", "sent"),
    [
        (Message("user", "Why?"), {"role": "user", "content": "Why?"}),
        (
            Message("assistant", "", tool_calls=(CALL,)),
            {"role": "assistant", "content": None, "tool_calls": [CALL_JSON]},
        ),
        (
            Message("assistant", "Let me look.", tool_calls=(CALL,), reasoning="Hm."),
            {"role": "assistant", "content": "Let me look.", "tool_calls": [CALL_JSON]},
        ),
        (
            Message("tool", "Nothing.", tool_call_id="call_a"),
            {"role": "tool", "content": "Nothing.", "tool_call_id": "call_a"},
        ),
    ],
)
def test_calls_and_results_are_repeated_in_the_protocols_form(message, sent):
    assert message_of(OpenAICompatible, message) == sent


THOUGHTFUL = Message(
    "assistant",
    "",
    tool_calls=(CALL,),
    reasoning="Hm.",
    reasoning_details_json='[{"type": "reasoning.text", "text": "Hm."}]',
)


@pytest.mark.parametrize(
    ("kind", "returned"),
    [
        (OpenAICompatible, {}),
        (OpenAI, {}),
        (Anthropic, {}),
        (Google, {}),
        (DeepSeek, {"reasoning_content": "Hm."}),
        (OpenRouter, {"reasoning_details": [{"type": "reasoning.text", "text": "Hm."}]}),
    ],
)
def test_thoughts_go_back_to_the_vendors_that_want_them(kind, returned):
    sent = message_of(kind, THOUGHTFUL)
    assert {name: sent[name] for name in sent if name.startswith("reasoning")} == returned


def test_thoughts_go_back_only_beside_calls_and_only_where_there_were_some():
    assert message_of(DeepSeek, Message("assistant", "So.", reasoning="Hm.")) == {
        "role": "assistant",
        "content": "So.",
    }
    plain = replace(THOUGHTFUL, reasoning_details_json="")
    assert "reasoning_details" not in message_of(OpenRouter, plain)


def test_deepseek_is_a_vendor_of_its_own():
    assert VENDOR_BY_NAME["deepseek"].provider is DeepSeek


def test_openrouter_searches_and_fetches_itself():
    assert body_of(OpenRouter, web=WebAccess(most_steps=4, most_results=3))["tools"] == [
        {"type": "openrouter:web_search", "parameters": {"max_results": 3, "max_uses": 4}},
        {"type": "openrouter:web_fetch", "parameters": {"max_uses": 4}},
    ]


def test_openrouters_two_tools_name_the_blocked_domains_differently():
    web = WebAccess(most_steps=1, allowed_domains=("a.com",), blocked_domains=("b.a.com",))
    search, fetch = (tool["parameters"] for tool in vendor(OpenRouter).server_tools(web)["tools"])
    assert search == {
        "max_results": 5,
        "max_uses": 1,
        "allowed_domains": ["a.com"],
        "excluded_domains": ["b.a.com"],
        "engine": "exa",
    }
    assert fetch == {
        "max_uses": 1,
        "allowed_domains": ["a.com"],
        "blocked_domains": ["b.a.com"],
        "engine": "exa",
    }


@pytest.mark.parametrize(
    ("web", "types"),
    [
        (WebAccess(can_fetch=False), ["openrouter:web_search"]),
        (WebAccess(can_search=False), ["openrouter:web_fetch"]),
        (WebAccess(can_search=False, can_fetch=False), []),
    ],
)
def test_only_what_is_allowed_is_asked_for(web, types):
    assert [tool["type"] for tool in body_of(OpenRouter, web=web).get("tools", [])] == types


def test_openrouter_takes_at_most_25_results():
    (search, _) = vendor(OpenRouter).server_tools(WebAccess(most_results=99))["tools"]
    assert search["parameters"]["max_results"] == 25


def test_a_providers_tools_stand_beside_ours():
    tools = body_of(OpenRouter, tools=(SPEC,), web=WebAccess(can_fetch=False))["tools"]
    assert [tool["type"] for tool in tools] == ["function", "openrouter:web_search"]


def test_openais_search_models_are_asked_by_a_field():
    body = body_of(OpenAI, web=WebAccess())
    assert body["web_search_options"] == {}
    assert "tools" not in body


@pytest.mark.parametrize(
    ("kind", "model", "web", "serves"),
    [
        (OpenRouter, "google/gemini-3-flash", WebAccess(), True),
        (OpenRouter, "x", WebAccess(allowed_domains=("a.com",)), True),
        (OpenAI, "gpt-5-search-api", WebAccess(), True),
        (OpenAI, "gpt-4o-search-preview", WebAccess(), True),
        (OpenAI, "gpt-5.5", WebAccess(), False),
        (OpenAI, "gpt-5-search-api", WebAccess(allowed_domains=("a.com",)), False),
        (OpenAI, "gpt-5-search-api", WebAccess(blocked_domains=("a.com",)), False),
        (OpenAI, "gpt-5-search-api", WebAccess(can_search=False), False),
        (OpenAICompatible, "m", WebAccess(), False),
        (Anthropic, "claude", WebAccess(), False),
        (Google, "gemini", WebAccess(), False),
        (DeepSeek, "deepseek", WebAccess(), False),
    ],
)
def test_who_searches_the_web_itself(kind, model, web, serves):
    assert vendor(kind).serves_web(model, web) is serves


async def test_a_provider_without_web_tools_says_so_before_it_is_asked(scripted_vendor):
    model, book = await scripted_vendor({"m": Script(text="x")})
    error = await ask_error(model, "m", web=WebAccess())
    assert type(error) is NotConfigured
    assert error.detail == "The provider “vendor” has no web tools of its own."
    assert book.requests == []


def test_requests_without_tools_are_what_they_were():
    assert json.dumps(body_of(), sort_keys=True) == json.dumps(
        {
            "model": "m",
            "messages": [{"role": "user", "content": "Why?"}],
            "stream": True,
            "stream_options": {"include_usage": True},
        },
        sort_keys=True,
    )


def test_half_a_surrogate_pair_of_a_page_breaks_no_request():
    asked = Message("assistant", "", tool_calls=(ToolCalled("1", "web\ud800", "{}"),))
    result = Message("tool", "A title\ud83d, cut", tool_call_id="1")
    sent = [message_json(message, lambda _: {}) for message in (asked, result)]
    assert sent[0]["tool_calls"][0]["function"]["name"] == "web?"
    assert sent[1]["content"] == "A title?, cut"
