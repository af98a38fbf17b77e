"""`[C3]` and `[C1, C2]` in a synthesis: found in its tokens, so never inside code or links."""

import re
from collections.abc import Collection, Iterable, Iterator

from markdown_it.token import Token

_GROUP = re.compile(r"\[(C\d{1,6}(?:\s*[,;]\s*C\d{1,6})*)\]")


def link_citations(tokens: Iterable[Token], known: Collection[int]) -> None:
    """Replaces citations of known critiques in the inline tokens by links to their cards."""
    for token in tokens:
        if token.type == "inline" and token.children:
            token.children = list(_with_links(token.children, known))


def cited_numbers(tokens: Iterable[Token]) -> tuple[int, ...]:
    """The numbers cited, each once, in order of appearance."""
    found = (
        number
        for token in tokens
        if token.type == "inline"
        for child in outside_links(token.children or ())
        for group in _GROUP.finditer(child.content)
        for number in _numbers(group)
    )
    return tuple(dict.fromkeys(found))


def outside_links(children: Iterable[Token]) -> Iterator[Token]:
    """The text tokens that aren't part of a link."""
    depth = 0
    for child in children:
        if child.type in ("link_open", "link_close"):
            depth += child.nesting
        elif child.type == "text" and depth == 0:
            yield child


def _with_links(children: list[Token], known: Collection[int]) -> Iterator[Token]:
    linkable = {id(child) for child in outside_links(children)}
    for child in children:
        if id(child) in linkable:
            yield from _split(child, known)
        else:
            yield child


def _split(text: Token, known: Collection[int]) -> Iterator[Token]:
    end = 0
    for group in _GROUP.finditer(text.content):
        yield _text(_held_to_the_citation(text.content[end : group.start()]))
        yield from _citation(group, known)
        end = group.end()
    yield _text(text.content[end:])


def _held_to_the_citation(before: str) -> str:
    """A citation never stands alone at the start of a line."""
    return f"{before[:-1]}\u00a0" if before.endswith(" ") else before


def _citation(group: re.Match[str], known: Collection[int]) -> Iterator[Token]:
    numbers = _numbers(group)
    if not any(number in known for number in numbers):
        yield _text(group[0])
        return
    for position, number in enumerate(numbers):
        if position:
            yield _text(" ")
        if number in known:
            yield Token("citation", "a", 0, content=f"C{number}", meta={"number": number})
        else:
            yield _text(f"[C{number}]")


def _numbers(group: re.Match[str]) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", group[1])]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
