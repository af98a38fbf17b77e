"""A growing text as HTML: final blocks once, and the live tail again and again.

The work is linear in the text. A block that stays open for long is parsed again only each time it
has grown by an eighth; what came since is drawn by itself; and only the end of a very long one is
shown until it is final.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from panels.markdown.highlighting import plain_code_block
from panels.markdown.html import render
from panels.markdown.open_line import OpenLine, open_line
from panels.markdown.parser import parse_blocks
from panels.markdown.settled import normalized, split_settled

#: Up to this many characters the tail is drawn anew each time.
EAGER_CHARACTERS = 2_000
#: Of a longer tail only this much of its end is sent, since it is sent at every flush.
SHOWN_CHARACTERS = 16_000
_GROWTH = 8


class LiveMarkdown:
    def __init__(self, render_block: Callable[[str], str] = render) -> None:
        self._render = render_block
        self._tail = ""
        self._fence: _OpenFence | None = None
        self._drawn_characters = 0
        self._drawn_html = ""
        self._line: OpenLine | None = None
        self.tail_html = ""

    @property
    def open_characters(self) -> int:
        """Of the tail: what the next piece of text may have drawn again."""
        return len(self._tail)

    def append(self, text: str) -> tuple[list[str], str]:
        """The HTML of the blocks that are final now, in order, and that of the whole tail."""
        is_eager = len(self._tail) + len(text) <= EAGER_CHARACTERS
        if is_eager and self._line is not None and self._line.takes(text):
            self._tail += text
            self.tail_html = self._line.html
            return [], self.tail_html
        self._tail = normalized(self._tail + text)
        blocks = self._settle() if self._is_due() else []
        self.tail_html = self._drawn_tail()
        self._line = open_line(self._tail, self.tail_html) if is_eager else None
        return blocks, self.tail_html

    def finish(self) -> list[str]:
        """The HTML of the blocks that were left, when no more text will come."""
        html = self._render(self._tail)
        self._tail, self.tail_html, self._line = "", "", None
        self._settle()
        return [html] if html.strip() else []

    def _drawn_tail(self) -> str:
        if self._fence:
            return self._fence.html(self._tail)
        late = self._tail[self._drawn_characters :]
        if len(late) <= EAGER_CHARACTERS:
            return self._drawn_html + self._render(late)
        return f"{self._drawn_html}<p>{escape(late[-SHOWN_CHARACTERS:])}</p>"

    def _is_due(self) -> bool:
        if self._fence:
            return self._fence.is_closed_in(self._tail)
        late = len(self._tail) - self._drawn_characters
        return len(self._tail) <= EAGER_CHARACTERS or late * _GROWTH >= len(self._tail)

    def _settle(self) -> list[str]:
        blocks, self._tail = split_settled(self._tail)
        self._fence = _open_fence(self._tail)
        self._draw()
        return [self._render(block) for block in blocks]

    def _draw(self) -> None:
        """Keeps the HTML of the complete lines of a long tail."""
        is_long = len(self._tail) > EAGER_CHARACTERS and not self._fence
        self._drawn_characters = self._tail.rfind("\n") + 1 if is_long else 0
        self._drawn_html = self._render(_shown_end(self._tail[: self._drawn_characters]))


@dataclass
class _OpenFence:
    """A code block at the start of the tail whose closing line hasn't come."""

    code_start: int
    closing: re.Pattern[str]
    scanned: int

    def is_closed_in(self, tail: str) -> bool:
        found = self.closing.search(tail, self.scanned)
        self.scanned = tail.rfind("\n") + 1
        return found is not None

    def html(self, tail: str) -> str:
        code, newline, last_line = tail[self.code_start :].rpartition("\n")
        if last_line.strip("`~ "):  # Else it may become the closing line.
            code += newline + last_line
        return plain_code_block(_shown_end(code))


def _open_fence(tail: str) -> _OpenFence | None:
    complete = tail[: tail.rfind("\n") + 1]
    first = next(iter(parse_blocks(complete)), None)
    if first is None or first.type != "fence" or first.map is None:
        return None
    opening_lines = complete.split("\n")[: first.map[0] + 1]
    start = sum(len(line) + 1 for line in opening_lines)
    mark, length = re.escape(first.markup[0]), len(first.markup)
    closing = re.compile(rf"^ {{0,3}}{mark}{{{length},}}[ \t]*$\n", re.MULTILINE)
    fence = _OpenFence(code_start=start, closing=closing, scanned=start)
    return None if fence.is_closed_in(tail) else fence


def _shown_end(text: str) -> str:
    """The end of a very long text, from the start of a line."""
    if len(text) <= SHOWN_CHARACTERS:
        return text
    cut = text.find("\n", len(text) - SHOWN_CHARACTERS)
    return "…\n" + text[cut + 1 if cut >= 0 else len(text) - SHOWN_CHARACTERS :]
