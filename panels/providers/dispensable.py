"""What a request can do without, or say in newer words, when a server's 400 names it. Pure.

Nothing was generated then, so asking again costs nothing.
"""

from typing import Any

#: Prompts ask for their format in words too, and what comes back is read leniently.
DISPENSABLE = ("stream_options", "temperature", "tool_choice", "response_format")
#: OpenAI's newer models refuse `max_tokens` and name this instead, also behind a gateway.
NEWER_LIMIT = "max_completion_tokens"


def dispensable_field(status: int, refusal: bytes, body: dict[str, Any]) -> str | None:
    """The field that a 400 names and the request can do without."""
    if status != 400:
        return None
    if "max_tokens" in body and NEWER_LIMIT.encode() in refusal and b"instead" in refusal:
        return "max_tokens"
    named = (field for field in DISPENSABLE if field in body and field.encode() in refusal)
    return next(named, None)
