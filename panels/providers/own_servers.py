"""Servers of one's own: which software one is, and how much context it really gives.

Their model lists leave that out, or tell what a model was trained for. So each is asked in its own
way, once per list; a question that fails leaves the list as it is. vLLM needs none: its list has
`max_model_len`.
"""

import asyncio
import json
from typing import Any

import httpx

from panels.choices import Privacy
from panels.providers import litellm, llamacpp, lm_studio, ollama
from panels.providers.errors import PrivacyRefused, ProviderError
from panels.providers.openai_compatible import OpenAICompatible
from panels.providers.server_kind import Row, ServerKind

QUESTION_SECONDS = 4.0
KINDS = (llamacpp.KIND, ollama.KIND, lm_studio.KIND, litellm.KIND)


def kind_of(name: str, rows: list[Row]) -> ServerKind | None:
    """By the rows of its model list, or by the endpoint's name: `ollama`, `ollama-big`."""
    wrote = next((kind for kind in KINDS if kind.wrote(rows)), None)
    return wrote or next((kind for kind in KINDS if name.startswith(kind.name)), None)


class OwnServer(OpenAICompatible):
    async def _model_rows(self) -> list[Row]:
        rows = await super()._model_rows()
        kind = kind_of(self.name, rows)
        if kind is None:
            return rows
        self.has_grammar = kind.has_grammar
        named = [row for row in rows if isinstance(row.get("id"), str)]
        lengths = await kind.context_lengths(self._told, named)
        return [_with_length(row, lengths.get(row["id"])) for row in named]

    async def _request(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        reach: Privacy = Privacy.THIRD_PARTY,
    ) -> httpx.Response:
        """A server inside may still pass a model's questions on to the outside."""
        slug = (body or {}).get("model", "")
        if reach != Privacy.THIRD_PARTY and ollama.is_in_cloud(slug):
            raise PrivacyRefused(f"“{slug}” runs in Ollama's cloud, not on this server.")
        return await super()._request(method, path, body, reach=reach)

    async def _told(self, path: str, body: dict[str, Any] | None) -> Any:
        root = self.base_url.removesuffix("/v1")
        try:
            async with asyncio.timeout(QUESTION_SECONDS):
                return json.loads(await self._body_at(root + path, body))
        except (ProviderError, ValueError, RecursionError, TimeoutError):
            return None


def _with_length(row: Row, tokens: int | None) -> Row:
    return row if tokens is None else {**row, "context_length": tokens}
