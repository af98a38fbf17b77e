"""Anthropic's OpenAI-compatible endpoint.

docs.anthropic.com/en/api/openai-sdk: `response_format` and `reasoning_effort` are ignored, a
temperature over 1 counts as 1. The model list is the native one, which wants its own headers
(docs.anthropic.com/en/api/models-list).
"""

from typing import Any

from panels.providers.openai_compatible import OpenAICompatible


class Anthropic(OpenAICompatible):
    has_json_schema = False

    def reasoning_fields(self, effort: str) -> dict[str, Any]:
        return {}

    def vendor_headers(self) -> dict[str, str]:
        return {"x-api-key": self.api_key, "anthropic-version": "2023-06-01"}
