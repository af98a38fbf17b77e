"""OpenRouter, by its own documentation (openrouter.ai/docs).

Usage and cost come in the last chunk without being asked for. Reasoning is asked for by an object
(guides/best-practices/reasoning-tokens). Applications are told apart by headers
(api-reference/overview, "Headers").

It searches and fetches for every model that can call tools (guides/features/server-tools). Its two
tools name the domains to keep away from differently. Native engines don't all honour domain
lists, so these pin an engine that does.

What a call cost that broke or was stopped stands in its generation record
(api-reference/get-a-generation), some time after its end. A key is looked at for nothing
(api-reference/limits).
"""

import json
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from panels.providers.completion_chunks import recorded_usage
from panels.providers.errors import ModelNotFound, PaymentRequired, UnreadableStream
from panels.providers.openai_compatible import OpenAICompatible
from panels.providers.requests import Message, ModelInfo, WebAccess
from panels.providers.stream import UsageReported

#: Most results per search, by its documentation.
MOST_RESULTS = 25
#: Honours both lists of domains, for searching and for fetching.
STRICT_ENGINE = "exa"
RECORD_SECONDS = 10.0
KEY_SECONDS = 10.0


class OpenRouter(OpenAICompatible):
    can_refuse_data_collection = True

    def data_fields(self) -> dict[str, Any]:
        """Only vendors that do not collect; an error where a model has none of them
        (features/provider-routing, `data_collection`)."""
        return {"provider": {"data_collection": "deny"}}

    def reasoning_fields(self, effort: str) -> dict[str, Any]:
        return {"reasoning": {"effort": effort}}

    def returned_reasoning(self, message: Message) -> dict[str, Any]:
        if not message.reasoning_details_json:
            return {}
        return {"reasoning_details": json.loads(message.reasoning_details_json)}

    def serves_web(self, model: str, web: WebAccess) -> bool:
        return True

    def server_tools(self, web: WebAccess) -> dict[str, Any]:
        tools = []
        if web.can_search:
            search = {
                "max_results": min(web.most_results, MOST_RESULTS),
                "max_uses": web.most_steps,
            }
            tools.append(_server_tool("web_search", search, web, blocked="excluded_domains"))
        if web.can_fetch:
            fetch = {"max_uses": web.most_steps}
            tools.append(_server_tool("web_fetch", fetch, web, blocked="blocked_domains"))
        return {"tools": tools} if tools else {}

    def vendor_headers(self) -> dict[str, str]:
        return {"X-OpenRouter-Title": "Fusionweb"}

    def model_of(self, row: dict[str, Any]) -> ModelInfo | None:
        """Models that don't write text are left out."""
        architecture = row.get("architecture")
        if isinstance(architecture, dict):
            outputs = architecture.get("output_modalities")
            if isinstance(outputs, list) and "text" not in outputs:
                return None
        return super().model_of(row)

    async def usage_of(self, generation_id: str) -> UsageReported | None:
        """The generation record's tokens and cost; None before there is one."""
        path = f"/generation?id={quote(generation_id, safe='')}"
        try:
            record = await self.within(RECORD_SECONDS, "generation record", self._data_at(path))
        except ModelNotFound:  # What a 404 means everywhere else.
            return None
        return recorded_usage(record)

    async def check_key(self) -> None:
        key = await self.within(KEY_SECONDS, "answer about the key", self._data_at("/key"))
        remaining = key.get("limit_remaining")
        if isinstance(remaining, int | Decimal) and remaining <= 0:
            raise PaymentRequired("The key has used up its credit limit at OpenRouter.")

    def lists_model(self, slug: str, listed: frozenset[str]) -> bool:
        """A model may carry variants (`:nitro`); an alias (`~…`) and a router stand in no list."""
        is_alias = slug.startswith(("~", "openrouter/", "@"))
        return is_alias or slug in listed or slug.partition(":")[0] in listed

    async def _data_at(self, path: str) -> dict[str, Any]:
        try:
            body = json.loads(await self._body_at(path), parse_float=Decimal)
            data = body["data"]
        except (ValueError, TypeError, KeyError):
            raise UnreadableStream("OpenRouter's answer has no “data”.") from None
        return data if isinstance(data, dict) else {}


def _server_tool(
    name: str, parameters: dict[str, Any], web: WebAccess, *, blocked: str
) -> dict[str, Any]:
    if web.allowed_domains:
        parameters["allowed_domains"] = list(web.allowed_domains)
    if web.blocked_domains:
        parameters[blocked] = list(web.blocked_domains)
    if web.allowed_domains or web.blocked_domains:
        parameters["engine"] = STRICT_ENGINE
    return {"type": f"openrouter:{name}", "parameters": parameters}
