"""A page as a browser holds it, for drills with dozens of them: `tests/live/page.py`, but quick."""

import json
from collections.abc import Iterator

from lxml import html
from lxml.html import HtmlElement


class UnknownTarget(AssertionError):
    """A frame spoke of an element that the page does not have."""


class QuickPage:
    def __init__(self, text: str) -> None:
        self._root = html.document_fromstring(text)

    def apply(self, frame: str) -> None:
        """:raises UnknownTarget: after all else was applied."""
        unknown: list[str] = []
        for partial in _partials(json.loads(frame)["content"]):
            target = partial.get("hx-target").removeprefix("#")
            if self.has(target):
                _swap(self[target], partial)
            else:
                unknown.append(target)
        if unknown:
            raise UnknownTarget(f"has no {', '.join(unknown)}")

    def text(self, element_id: str) -> str:
        return " ".join(" ".join(self[element_id].itertext()).split())

    def has(self, element_id: str) -> bool:
        return len(self._found(element_id)) == 1

    def ids(self, prefix: str) -> list[str]:
        return self._root.xpath("//*[starts-with(@id, $prefix)]/@id", prefix=prefix)

    def __getitem__(self, element_id: str) -> HtmlElement:
        found = self._found(element_id)
        if len(found) != 1:
            raise UnknownTarget(f"{len(found)} elements have the id {element_id}")
        return found[0]

    def _found(self, element_id: str) -> list[HtmlElement]:
        return self._root.xpath("//*[@id=$id]", id=element_id)


def _partials(content: str) -> Iterator[HtmlElement]:
    # In a body of its own, so that no fragment is taken for a whole document.
    yield from html.document_fromstring(f"<body>{content}</body>").iter("hx-partial")


def _swap(target: HtmlElement, partial: HtmlElement) -> None:
    match partial.get("hx-swap"):
        case "beforeend":
            _append(target, partial)
        case "innerHTML":
            kept = dict(target.attrib)
            tail = target.tail
            target.clear()
            target.attrib.update(kept)
            target.tail = tail
            _append(target, partial)
        case "outerMorph":
            (new,) = list(partial)
            new.tail = target.tail
            target.getparent().replace(target, new)
        case swap:
            raise AssertionError(f"The page does not know the swap {swap}")


def _append(target: HtmlElement, partial: HtmlElement) -> None:
    """The partial's content to the target's end; lxml keeps text beside elements, not as nodes."""
    if partial.text:
        if len(target):
            target[-1].tail = (target[-1].tail or "") + partial.text
        else:
            target.text = (target.text or "") + partial.text
    target.extend(list(partial))
