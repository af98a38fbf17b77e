"""LiteLLM's proxy (docs.litellm.ai/docs/proxy/model_management, "Get Model Information").

Its list has names, all of one date, and in newer versions `max_input_tokens`. `/v1/model/info`
tells what its own tables or its configuration know of every deployment; several may share a name,
and any of them may answer.
"""

from panels.providers.server_kind import Ask, Row, ServerKind, objects_in, tokens_in

#: `DEFAULT_MODEL_CREATED_AT_TIME` of litellm/constants.py.
CREATED = 1677610602


async def _context_lengths(ask: Ask, rows: list[Row]) -> dict[str, int]:
    lengths: dict[str, int] = {}
    for deployment in objects_in(await ask("/v1/model/info", None), "data"):
        name = str(deployment.get("model_name"))
        if length := tokens_in(deployment, "model_info", "max_input_tokens"):
            lengths[name] = min(length, lengths.get(name, length))
    return lengths


KIND = ServerKind(
    name="litellm",
    wrote=lambda rows: bool(rows) and all(row.get("created") == CREATED for row in rows),
    context_lengths=_context_lengths,
)
