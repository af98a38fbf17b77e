"""A page as a browser would hold it: frames are applied to a real parse tree, swap by swap."""

import json

from bs4 import BeautifulSoup, Tag


class UnknownTarget(AssertionError):
    """A frame spoke of an element that the page does not have."""


class Page:
    def __init__(self, html: str) -> None:
        self._soup = BeautifulSoup(html, "html.parser")

    def apply(self, frame: str) -> None:
        content = json.loads(frame)["content"]
        for partial in BeautifulSoup(content, "html.parser").find_all("hx-partial"):
            self._swap(partial)

    def text(self, element_id: str) -> str:
        return " ".join(self[element_id].get_text(" ").split())

    def has(self, element_id: str) -> bool:
        return self._soup.find(id=element_id) is not None

    def ids(self, prefix: str) -> list[str]:
        return [
            tag["id"] for tag in self._soup.find_all(id=lambda i: bool(i) and i.startswith(prefix))
        ]

    @property
    def is_under_way(self) -> bool:
        """A seat's card says that more will come."""
        return self._soup.find(class_=["answer-waiting", "answer-activity"]) is not None

    def __getitem__(self, element_id: str) -> Tag:
        found = self._soup.find_all(id=element_id)
        if len(found) != 1:
            raise UnknownTarget(f"{len(found)} elements have the id {element_id}")
        return found[0]

    def _swap(self, partial: Tag) -> None:
        target = self[partial["hx-target"].removeprefix("#")]
        children = list(partial.children)
        match partial["hx-swap"]:
            case "beforeend":
                target.extend(children)
            case "innerHTML":
                target.clear()
                target.extend(children)
            case "outerMorph":
                target.replace_with(*children)
            case swap:
                raise AssertionError(f"The page does not know the swap {swap}")
