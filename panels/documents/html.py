"""A web page as Markdown-like text: headings, lists, tables and code stay, everything else goes."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from bs4 import BeautifulSoup, CData, Tag
from bs4.element import NavigableString, PageElement
from bs4.exceptions import ParserRejectedMarkup

from panels.documents.errors import BrokenDocument

_DROPPED = [
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "canvas",
    "audio", "video", "form", "head", "img",
]  # fmt: skip
_INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "br", "button", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike",
    "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
}  # fmt: skip
#: Elements that end where the next of them begins, and the elements that keep them apart.
_CLOSED_BY_THE_NEXT = (
    (frozenset({"li"}), frozenset({"ul", "ol"})),
    (frozenset({"tr"}), frozenset({"table"})),
    (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    (frozenset({"p"}), frozenset({"div", "section", "article", "td", "th", "li", "blockquote"})),
)
_HEADING = re.compile(r"h([1-6])")


class _Page(BeautifulSoup):
    """Reads `<li>a<li>b` as two items: HTML lets end tags out, and bs4 would nest them."""

    def handle_starttag(self, name: str, *args: Any, **kwargs: Any) -> Tag | None:
        for names, boundaries in _CLOSED_BY_THE_NEXT:
            if name in names:
                self._close_open(names, boundaries)
        return super().handle_starttag(name, *args, **kwargs)

    def _close_open(self, names: frozenset[str], boundaries: frozenset[str]) -> None:
        for outer in reversed(self.tagStack):
            if outer.name in boundaries:
                return
            if outer.name in names:
                self.handle_endtag(outer.name)
                return


def read_html(text: str) -> str:
    try:
        soup = _Page(text, "html.parser")
        for element in soup(_DROPPED):
            element.decompose()
        return "\n\n".join(_blocks(soup))
    except RecursionError as error:
        raise BrokenDocument(
            "This page is nested too deeply to be read. Attach its text."
        ) from error
    except ParserRejectedMarkup as error:
        raise BrokenDocument("This page is damaged and can't be read. Attach its text.") from error


def _blocks(parent: Tag) -> Iterator[str]:
    """The blocks in an element; text that stands free between them is a block too."""
    inline: list[PageElement] = []
    for child in parent.children:
        if _is_inline(child):
            inline.append(child)
            continue
        yield from _paragraph(inline)
        inline = []
        if isinstance(child, Tag):
            yield from _block(child)
    yield from _paragraph(inline)


def _is_inline(node: PageElement) -> bool:
    if isinstance(node, Tag):
        return node.name in _INLINE and not _holds_block(node)
    return type(node) in (NavigableString, CData)


def _holds_block(inline: Tag) -> bool:
    return inline.find(lambda tag: tag.name not in _INLINE) is not None


def _block(element: Tag) -> Iterator[str]:
    heading = _HEADING.fullmatch(element.name)
    if heading:
        yield from (f"{'#' * int(heading[1])} {text}" for text in _one_line(element))
    elif element.name == "pre":
        yield f"```\n{element.get_text().strip(chr(10))}\n```"
    elif element.name in ("ul", "ol"):
        yield "\n".join(_items(element))
    elif element.name == "table":
        yield from _table(element)
    elif element.name == "blockquote":
        yield from (_indented(block, "> ", "> ") for block in _blocks(element))
    elif element.name == "hr":
        yield "---"
    else:
        yield from _blocks(element)


def _items(listing: Tag) -> Iterator[str]:
    for number, item in enumerate(listing.find_all("li", recursive=False), 1):
        marker = f"{number}. " if listing.name == "ol" else "- "
        yield _indented("\n".join(_blocks(item)), marker, " " * len(marker))


def _table(table: Tag) -> Iterator[str]:
    rows = [
        [_cell(cell) for cell in row.find_all(["td", "th"], recursive=False)]
        for row in table.find_all("tr")
        if row.find_parent("table") is table
    ]
    rows = [row for row in rows if any(row)]
    if rows:
        lines = [f"| {' | '.join(row)} |" for row in rows]
        yield "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def _cell(cell: Tag) -> str:
    return " ".join(" ".join(_blocks(cell)).split()).replace("|", "\\|")


def _paragraph(nodes: Iterable[PageElement]) -> Iterator[str]:
    text = "".join(_inline(node) for node in nodes)
    lines = (" ".join(line.split()) for line in text.split("\0"))
    paragraph = "\n".join(line for line in lines if line)
    if paragraph:
        yield paragraph


def _inline(node: PageElement) -> str:
    if not isinstance(node, Tag):
        return str(node).replace("\0", "") if _is_inline(node) else ""
    if node.name == "br":
        return "\0"  # Survives the folding of whitespace.
    if node.name == "code":
        return f"`{' '.join(node.get_text().split())}`"
    return "".join(_inline(child) for child in node.children)


def _one_line(element: Tag) -> Iterator[str]:
    text = " ".join(element.get_text(" ").split())
    if text:
        yield text


def _indented(text: str, first: str, following: str) -> str:
    return first + text.replace("\n", "\n" + following)
