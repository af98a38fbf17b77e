"""Thoughts in OpenRouter's form, put together so that they can be sent back. Pure.

openrouter.ai/docs, guides/best-practices/reasoning-tokens, "Preserving reasoning": in a tool loop
`reasoning_details` must come back unmodified and in order. In a stream they come in pieces; what
belongs to one detail has one type and index.
"""

from typing import Any

from panels.providers.tool_calls import as_json

#: What grows from piece to piece; the other fields are said once.
_GROWING = ("text", "summary", "data")


class ReasoningDetails:
    def __init__(self) -> None:
        self._details: list[dict[str, Any]] = []

    def feed(self, delta: dict[str, Any]) -> None:
        pieces = delta.get("reasoning_details")
        for piece in pieces if isinstance(pieces, list) else []:
            if isinstance(piece, dict):
                self._take(piece)

    def as_json(self) -> str:
        """ "" where there were none."""
        return as_json(self._details) if self._details else ""

    def _take(self, piece: dict[str, Any]) -> None:
        last = self._details[-1] if self._details else None
        if last is None or not _goes_on(last, piece):
            self._details.append(dict(piece))
            return
        for name, value in piece.items():
            known = last.get(name)
            if name in _GROWING and isinstance(known, str) and isinstance(value, str):
                last[name] = known + value
            elif value is not None:
                last[name] = value


def _goes_on(last: dict[str, Any], piece: dict[str, Any]) -> bool:
    """Encrypted details come whole, so two of them are two."""
    same = all(last.get(name) == piece.get(name) for name in ("type", "index"))
    return same and piece.get("type") != "reasoning.encrypted"
