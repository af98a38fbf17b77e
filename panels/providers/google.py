"""Gemini's OpenAI-compatible endpoint (ai.google.dev/gemini-api/docs/openai).

Its model list says `models/gemini-…`, where a completion is asked for as `gemini-…`.
"""

from dataclasses import replace
from typing import Any

from panels.providers.openai_compatible import OpenAICompatible
from panels.providers.requests import ModelInfo


class Google(OpenAICompatible):
    def model_of(self, row: dict[str, Any]) -> ModelInfo | None:
        model = super().model_of(row)
        return model and replace(model, slug=model.slug.removeprefix("models/"))
