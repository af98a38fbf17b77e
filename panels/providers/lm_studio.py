"""LM Studio, by its own documentation (lmstudio.ai/docs/developer/rest/list).

Its `/v1/models` has names only. The native list tells what a loaded model has: `/api/v1` since
0.4.0, `/api/v0` before. One that is not loaded is loaded on demand, with a length from settings
that no list tells, often 4,096 tokens; no more than that is counted on.
"""

from typing import Any

from panels.providers.server_kind import (
    Ask,
    Row,
    ServerKind,
    is_owned_by,
    objects_in,
    tokens_in,
)

LEAST_DEFAULT_TOKENS = 4096


async def _context_lengths(ask: Ask, rows: list[Row]) -> dict[str, int]:
    told = lengths_of_v1(await ask("/api/v1/models", None))
    if not told:
        told = lengths_of_v0(await ask("/api/v0/models", None))
    return {slug: told[slug] for row in rows if (slug := row["id"]) in told}


def lengths_of_v1(answer: Any) -> dict[str, int]:
    """An instance has its own id; its model's name means the smallest of them."""
    lengths: dict[str, int] = {}
    for model in objects_in(answer, "models"):
        loaded = {
            instance.get("id"): length
            for instance in objects_in(model, "loaded_instances")
            if (length := tokens_in(instance, "config", "context_length"))
        }
        lengths |= {str(instance): length for instance, length in loaded.items()}
        unloaded = min(tokens_in(model, "max_context_length") or 0, LEAST_DEFAULT_TOKENS)
        if length := min(loaded.values(), default=unloaded):
            lengths[str(model.get("key"))] = length
    return lengths


def lengths_of_v0(answer: Any) -> dict[str, int]:
    lengths: dict[str, int] = {}
    for model in objects_in(answer, "data"):
        unloaded = min(tokens_in(model, "max_context_length") or 0, LEAST_DEFAULT_TOKENS)
        if length := tokens_in(model, "loaded_context_length") or unloaded:
            lengths[str(model.get("id"))] = length
    return lengths


KIND = ServerKind(
    name="lmstudio",
    wrote=lambda rows: is_owned_by(rows, "organization_owner", "organization-owner"),
    context_lengths=_context_lengths,
)
