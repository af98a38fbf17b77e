"""Which blocks of a growing text are final, so that a page can append them once and for all.

Markdown is decided line by line, and a later line only ever changes the last top-level block. Two
things make that exact: the line that is still growing is never looked at, and the dialect has no
reference definitions (`parser.py`).
"""

from markdown_it.token import Token

from panels.markdown.parser import parse_blocks

#: These go on after a blank line.
_OPEN_AFTER_BLANK = frozenset({"bullet_list_open", "ordered_list_open", "code_block"})
#: These are over with their own last line.
_CLOSED_AT_ONCE = frozenset({"heading_open", "hr"})


def split_settled(text: str) -> tuple[list[str], str]:
    """The source of every block that can't change however the text goes on, and the rest.

    Joined, they are the text again, with its line ends as `\\n`.
    """
    text = normalized(text)
    complete = text[: text.rfind("\n") + 1]
    lines = complete.split("\n")[:-1]
    blocks, start = [], 0
    for end in _settled_ends(parse_blocks(complete), lines):
        blocks.append("".join(line + "\n" for line in lines[start:end]))
        start = end
    return blocks, text[sum(len(block) for block in blocks) :]


def normalized(text: str) -> str:
    r"""Line ends as markdown-it reads them. A last `\r` may be half of one and stays."""
    if text.endswith("\r"):
        return normalized(text[:-1]) + "\r"
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")


def _settled_ends(tokens: list[Token], lines: list[str]) -> list[int]:
    """For every settled block, the number of the line after it."""
    ends = [token.map[1] for token in tokens if token.map]
    if ends and not _is_closed(tokens[-1], lines):
        ends.pop()
    return ends


def _is_closed(last: Token, lines: list[str]) -> bool:
    if last.type in _CLOSED_AT_ONCE:
        return True
    if last.type in _OPEN_AFTER_BLANK or last.map is None:
        return False
    # An open fence reaches to the end of the text, so a blank line after a block is outside it.
    return len(lines) > last.map[1] and not lines[last.map[1]].strip(" \t")
