"""OpenAI: `max_tokens` is deprecated, and refused by its reasoning models.

platform.openai.com/docs/api-reference/chat/create, `max_completion_tokens`.

In chat completions only its search models search the web (developers.openai.com/api/docs/guides/
tools-web-search): always, once, and without lists of domains. So they serve a preset that asks for
searching and has no such lists; any other gets our own tools.
"""

from typing import Any

from panels.providers.openai_compatible import OpenAICompatible
from panels.providers.requests import WebAccess


class OpenAI(OpenAICompatible):
    max_tokens_field = "max_completion_tokens"

    def serves_web(self, model: str, web: WebAccess) -> bool:
        is_search_model = "-search-api" in model or "-search-preview" in model
        has_lists = bool(web.allowed_domains or web.blocked_domains)
        return is_search_model and web.can_search and not has_lists

    def server_tools(self, web: WebAccess) -> dict[str, Any]:
        return {"web_search_options": {}}
