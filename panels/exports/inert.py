"""Text of others in a Markdown file of ours: it can be read, and it can't act or forge structure.

Long text is fenced, with a fence longer than any inside. Short text is escaped, so that it can't
become a heading, a link, an image, HTML or a table cell of its own.
"""

import re

#: Escaped only where they could begin something: the text stays pleasant to read.
_LINE_START = re.compile(r"^(\s*)([#>+\-=~]|\d{1,9}(?=[.)](?:\s|$)))")
_INLINE = re.compile(r"[\\`*_\[\]<>|~&]")
_BARE_ADDRESS = re.compile(r"(?i)\b(https?|ftp|mailto|javascript|data|vbscript)(:)|\b(www)(\.)|(@)")


def one_line(text: str) -> str:
    """Escaped text on one line, for titles, names and table cells."""
    folded = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    escaped = _INLINE.sub(lambda found: f"\\{found[0]}", folded)
    escaped = _LINE_START.sub(_escaped_start, escaped)
    return _BARE_ADDRESS.sub(_broken_address, escaped)


def fenced(text: str) -> str:
    """Text in a code block, exactly as it is, but for the line ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def quoted(text: str) -> str:
    """Escaped paragraphs in a blockquote, for what people wrote."""
    return "\n".join(f"> {one_line(line)}".rstrip() for line in text.splitlines() or [""])


def _escaped_start(found: re.Match[str]) -> str:
    if found[2].isdigit():
        return found[0] + "\\"
    return f"{found[1]}\\{found[2]}"


def _broken_address(found: re.Match[str]) -> str:
    """Many renderers link bare addresses; an escaped colon, dot or at sign stops them."""
    return "".join(
        f"\\{part}" if part in (":", ".", "@") else part for part in found.groups() if part
    )
