from collections.abc import Iterable

from markdown_it.token import Token

from panels.markdown.parser import parse


def plain_text(text: str) -> str:
    """What a reader reads: one line per paragraph, list item or table row, code as it stands."""
    return "\n".join(line for line in _lines(parse(text)) if line.strip())


def _lines(tokens: Iterable[Token]) -> Iterable[str]:
    cells: list[str] | None = None
    for token in tokens:
        if token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            yield " ".join(cells or ())
            cells = None
        elif token.type in ("fence", "code_block"):
            yield token.content.rstrip("\n")
        elif token.type == "inline":
            read = inline_text(token.children or ())
            if cells is None:
                yield read
            else:
                cells.append(read)


def inline_text(children: Iterable[Token]) -> str:
    return "".join(_piece(child) for child in children)


def _piece(child: Token) -> str:
    if child.type == "softbreak":
        return " "
    if child.type == "hardbreak":
        return "\n"
    if child.type == "image":
        return inline_text(child.children or ())
    return child.content
