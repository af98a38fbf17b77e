"""llama.cpp's server (github.com/ggml-org/llama.cpp, tools/server/README.md).

Its list tells `meta.n_ctx`, a slot's share of the context, in newer builds only; older ones tell
what the model was trained for. `/props` has the share in both. A router of several models would
load each to answer, so it is not asked. It binds its output by a GBNF grammar.
"""

from panels.providers.server_kind import Ask, Row, ServerKind, is_owned_by, tokens_in


async def _context_lengths(ask: Ask, rows: list[Row]) -> dict[str, int]:
    if len(rows) != 1 or tokens_in(rows[0], "meta", "n_ctx"):
        return {}
    told = tokens_in(await ask("/props", None), "default_generation_settings", "n_ctx")
    return {rows[0]["id"]: told} if told else {}


KIND = ServerKind(
    name="llamacpp",
    wrote=lambda rows: is_owned_by(rows, "llamacpp"),
    context_lengths=_context_lengths,
    has_grammar=True,
)
