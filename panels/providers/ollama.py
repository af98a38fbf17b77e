"""Ollama, by its own documentation (docs.ollama.com/context-length, /api/ps, /api/show).

A prompt longer than the context is cut without a word, and `/v1` can't ask for more. So a model
that is loaded has what `/api/ps` says. Any other will get the `num_ctx` of its Modelfile, or else
the server's default, which is 4,096 tokens unless graphics memory or `OLLAMA_CONTEXT_LENGTH` say
more; nothing tells that default, so the least is taken. A model in Ollama's cloud has all that it
was made for; what it is asked leaves this machine (docs.ollama.com/cloud).
"""

import asyncio
import re
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
#: Models beyond this many are not asked about one by one.
MOST_SHOWN = 60
SHOWN_AT_ONCE = 8
_CLOUD_ENDINGS = ("-cloud", ":cloud")
_NUM_CTX = re.compile(r"^num_ctx\s+(\d{1,9})\s*$", re.MULTILINE)


def is_in_cloud(slug: str) -> bool:
    return slug.endswith(_CLOUD_ENDINGS)


async def _context_lengths(ask: Ask, rows: list[Row]) -> dict[str, int]:
    running = objects_in(await ask("/api/ps", None), "models")
    loaded = {model.get("model"): tokens_in(model, "context_length") for model in running}
    slugs = [row["id"] for row in rows]
    lengths = {slug: loaded.get(slug) or LEAST_DEFAULT_TOKENS for slug in slugs}
    unloaded = [slug for slug in slugs if not loaded.get(slug)][:MOST_SHOWN]
    turns = asyncio.Semaphore(SHOWN_AT_ONCE)

    async def show(slug: str) -> None:
        async with turns:
            lengths[slug] = length_when_loaded(await ask("/api/show", {"model": slug}))

    await asyncio.gather(*(show(slug) for slug in unloaded))
    return lengths


def length_when_loaded(shown: Any) -> int:
    """The least context that a model will have, by the answer of `/api/show`."""
    shown = shown if isinstance(shown, dict) else {}
    trained = _trained_for(shown.get("model_info"))
    if trained and shown.get("remote_model"):
        return trained
    parameters = shown.get("parameters")
    own = _NUM_CTX.search(parameters) if isinstance(parameters, str) else None
    asked = int(own[1]) if own else 0
    return min(asked or LEAST_DEFAULT_TOKENS, trained or LEAST_DEFAULT_TOKENS)


def _trained_for(info: Any) -> int | None:
    """Its key begins with the model's architecture."""
    keys = info if isinstance(info, dict) else {}
    sizes = (tokens_in(info, key) for key in keys if key.endswith(".context_length"))
    return next((size for size in sizes if size), None)


KIND = ServerKind(
    name="ollama",
    # Its own library's namespace; a server with other people's models only is known by its name.
    wrote=lambda rows: is_owned_by(rows, "library"),
    context_lengths=_context_lengths,
)
