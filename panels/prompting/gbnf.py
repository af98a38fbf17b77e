"""GBNF, llama.cpp's grammar notation."""

import json
from collections.abc import Iterable


def literal(text: str) -> str:
    """JSON's escapes are GBNF's, but for characters beyond U+FFFF."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in quoted)


def one_of(texts: Iterable[str]) -> str:
    return f"({' | '.join(literal(text) for text in texts)})"
