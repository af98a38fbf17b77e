from collections.abc import Collection, MutableMapping, Sequence
from html import escape
from typing import Any

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from panels.markdown.citations import cited_numbers, link_citations
from panels.markdown.highlighting import code_block
from panels.markdown.parser import MARKDOWN, parse
from panels.markdown.plaintext import inline_text
from panels.markdown.sanitizing import LINK_REL, is_external_link, sanitize

#: An answer stands inside a page whose own headings are h1 and h2. Its own all share one tag, since
#: models skip levels and a page's outline may not; the level is kept for the eye.
_HEADING = "h3"
_ALIGNMENTS = {"text-align:right": "align-right", "text-align:center": "align-center"}


def render(text: str) -> str:
    """Safe HTML for text that nobody has to trust: a model's answer, a document, a note."""
    return _render(parse(text))


def render_synthesis(text: str, known: Collection[int]) -> str:
    """As `render`, with citations of the critiques numbered `known` linked to their cards."""
    tokens = parse(text)
    link_citations(tokens, known)
    return _render(tokens)


def cited(text: str) -> tuple[int, ...]:
    """The critiques that a synthesis cites, each once, in order of appearance."""
    return cited_numbers(parse(text))


def _render(tokens: list[Token]) -> str:
    for token in tokens:
        _adapt_block(token)
        if token.children:
            token.children = _adapt_links(token.children)
    return sanitize(_RENDERER.render(tokens, MARKDOWN.options, {}))


def _adapt_block(token: Token) -> None:
    if token.type == "heading_open":
        token.attrs["class"] = f"level-{token.tag[1]}"
    if "heading" in token.type:
        token.tag = _HEADING
    if token.type in ("th_open", "td_open"):
        style = token.attrs.pop("style", None)
        if style in _ALIGNMENTS:
            token.attrs["class"] = _ALIGNMENTS[style]


def _adapt_links(children: Sequence[Token]) -> list[Token]:
    """Links that leave the page safely, and images as links: our pages fetch nothing outside."""
    adapted: list[Token] = []
    open_links: list[bool] = []
    for child in children:
        if child.type == "link_open":
            open_links.append(is_external_link(str(child.attrGet("href") or "")))
            if open_links[-1]:
                adapted.append(_outward(child))
        elif child.type == "link_close":
            if open_links.pop():
                adapted.append(child)
        elif child.type == "image":
            adapted.extend(_image_as_link(child, is_inside_link=any(open_links)))
        else:
            adapted.append(child)
    return adapted


def _image_as_link(image: Token, *, is_inside_link: bool) -> list[Token]:
    alt = Token("text", "", 0, content=inline_text(image.children or ()) or "image")
    address = str(image.attrGet("src") or "")
    if is_inside_link or not is_external_link(address):
        return [alt]
    opening = _outward(Token("link_open", "a", 1, attrs={"href": address}))
    return [opening, alt, Token("link_close", "a", -1)]


def _outward(link: Token) -> Token:
    link.attrs |= {"rel": LINK_REL, "target": "_blank"}
    return link


class _Renderer(RendererHTML):
    """Method names are the token types that markdown-it looks up."""

    def fence(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: Any) -> str:
        return code_block(tokens[idx].content, tokens[idx].info.strip().partition(" ")[0])

    def code_block(
        self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: Any
    ) -> str:
        return code_block(tokens[idx].content)

    def table_open(self, *_: Any) -> str:
        return '<div class="table-wrap" tabindex="0"><table>\n'

    def table_close(self, *_: Any) -> str:
        return "</table></div>\n"

    def citation(
        self,
        tokens: Sequence[Token],
        idx: int,
        _options: OptionsDict,
        _env: MutableMapping[str, Any],
    ) -> str:
        number = int(tokens[idx].meta["number"])
        label = escape(tokens[idx].content)
        return f'<a class="cite" href="#critique-{number}" data-critique="{number}">{label}</a>'


_RENDERER = _Renderer()
