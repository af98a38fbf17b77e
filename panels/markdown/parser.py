"""The one Markdown dialect of the product: CommonMark, tables and strikethrough.

HTML is text, and there are no reference definitions (`[x]: address`): a definition far below would
change blocks that a reader has already been shown, and could turn a citation `[C3]` into a link.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

#: The preset's 20 would drop the text of a list ten deep; each level makes open brackets slower.
_OPTIONS = {"html": False, "linkify": False, "typographer": False, "maxNesting": 40}

#: Nobody writes a paragraph, or a table's cell, of so many characters for its emphasis.
MOST_INLINE_CHARACTERS = 6_000
#: Every bracket that is open is a link that may still come, and is looked for to the end.
MOST_OPEN_BRACKETS = 10
_BRACKET = re.compile(r"[\[\]]")

MARKDOWN = (
    MarkdownIt("commonmark", _OPTIONS)
    .enable(["table", "strikethrough"])
    .disable(["reference", "html_block", "html_inline"])
)
#: The same dialect without inline parsing: enough to see where blocks begin and end.
BLOCKS = (
    MarkdownIt("commonmark", _OPTIONS)
    .enable(["table"])
    .disable(["reference", "html_block", "html_inline", "inline", "text_join"])
)


def _parse_inline(state: StateCore) -> None:
    """As markdown-it's own rule, other than for what would take long and is no prose: a line of ten
    thousand open brackets costs seconds, and whoever shares the process waits for it.
    """
    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = []
        if _is_too_much(token.content):
            token.children += _plain(token.content)
        else:
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def _is_too_much(text: str) -> bool:
    if len(text) > MOST_INLINE_CHARACTERS:
        return True
    if text.count("[") <= MOST_OPEN_BRACKETS:
        return False
    open_addresses = text.count("](") - text.count(")")
    return max(open_addresses, _most_open(text)) > MOST_OPEN_BRACKETS


def _most_open(text: str) -> int:
    """How many brackets are open at once, at the worst place."""
    most = still_open = 0
    for bracket in _BRACKET.findall(text):
        still_open = still_open + 1 if bracket == "[" else max(still_open - 1, 0)
        most = max(most, still_open)
    return most


def _plain(text: str) -> list[Token]:
    """The text as it stands, with its line ends."""
    children: list[Token] = []
    for number, line in enumerate(text.split("\n")):
        if number:
            children.append(Token("softbreak", "br", 0))
        children.append(Token("text", "", 0, content=line))
    return children


MARKDOWN.core.ruler.at("inline", _parse_inline)


def parse(text: str) -> list[Token]:
    return MARKDOWN.parse(text)


def parse_blocks(text: str) -> list[Token]:
    """The top-level tokens that open or are a block; `map` holds their first and next line."""
    return [token for token in BLOCKS.parse(text) if token.level == 0 and token.nesting >= 0]
