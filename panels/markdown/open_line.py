"""The line that is being written: plain words are added to its HTML without reading it again.

Nearly all that streams is words. A line that holds one can't become anything else by more of them:
no marker of a list, heading, rule or table has letters, no bracket, star or tick is closed by them.
So they belong where the line's HTML ends, before the tags that close it. Anything else, a new line
above all, is for the parser.
"""

import re

#: Words and what needs no escaping, neither in Markdown nor in HTML.
_WORDS = re.compile(r"(?:[^\W_]|[ ,.'?%])+")
_WORDS_AND_BRACKETS = re.compile(r"(?:[^\W_]|[ ,.'?%()])+")
#: The line is a paragraph's, a list item's, a quotation's or a heading's.
_CLOSING_TAGS = re.compile(r"(?:</(?:p|li|ul|ol|blockquote|h3)>\n?)+\Z")
_LETTER = re.compile(r"[^\W\d_]")


class OpenLine:
    """Made by `open_line`."""

    def __init__(self, begin: str, end: str, gap: str, words: re.Pattern[str]) -> None:
        self._begin = begin
        self._end = end
        #: Spaces at the end, which are shown once a word follows.
        self._gap = gap
        self._words = words

    @property
    def html(self) -> str:
        return self._begin + self._end

    def takes(self, text: str) -> bool:
        """Whether the text could be added, and was."""
        if self._words.fullmatch(text) is None:
            return False
        said = text.rstrip(" ")
        if said:
            self._begin += self._gap + said
            self._gap = text[len(said) :]
        else:
            self._gap += text
        return True


def open_line(text: str, html: str) -> OpenLine | None:
    """Of a text that ends in such a line, and its whole HTML; None where the parser must go on."""
    line = text[text.rfind("\n") + 1 :]
    said = line.rstrip(" ")
    if not _LETTER.search(line) or _WORDS.fullmatch(said[-1]) is None:
        return None
    closing = _CLOSING_TAGS.search(html)
    # Else the line is not what is shown last: it names the language of a code block.
    if closing is None or not html.endswith(said[-1], 0, closing.start()):
        return None
    # A round bracket may end a link.
    words = _WORDS if "[" in text else _WORDS_AND_BRACKETS
    return OpenLine(html[: closing.start()], closing[0], line[len(said) :], words)
