"""Finds the objects of a streamed JSON list without parsing anything twice.

Every character is looked at once, so the cost grows with the reply's length and not with its
square. It knows brackets and strings, and leaves the rest to the JSON parser.
"""

_CLOSERS = {"{": "}", "[": "]"}
#: What may follow a bracket for it to open JSON, rather than to stand in a sentence.
_AFTER = {"{": '"}', "[": "{]"}
#: The reply's own object around the list, and a bare list.
_ITEM_DEPTHS = (["{", "["], ["["])
_MOST_BARE_ROOTS = 8


class ObjectScanner:
    """Yields the text of each object that stands in the reply's list, once it is complete."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._candidate = ""
        self._is_in_string = False
        self._is_escaped = False
        self._item_start: int | None = None
        self._items_in_root = 0
        self._text: list[str] = []
        #: Complete JSON-like texts that held no list of objects.
        self.bare_roots: list[str] = []

    def feed(self, text: str) -> list[str]:
        found = []
        for character in text:
            if self._open:
                self._text.append(character)
                if item := self._read(character):
                    found.append(item)
            else:
                self._seek(character)
        return found

    def tail(self) -> str:
        """The object that the end of the reply cut, or nothing."""
        if self._item_start is None:
            return ""
        return "".join(self._text[self._item_start :])

    def _seek(self, character: str) -> None:
        if self._candidate and character in _AFTER[self._candidate]:
            self._begin(self._candidate)
            self._text.append(character)
            self._read(character)
        elif character in _CLOSERS:
            self._candidate = character
        elif not character.isspace():
            self._candidate = ""

    def _begin(self, bracket: str) -> None:
        self._candidate = ""
        self._open = [bracket]
        self._text = [bracket]
        self._item_start = None
        self._items_in_root = 0

    def _read(self, character: str) -> str:
        if self._is_in_string:
            self._read_string(character)
        elif character == '"':
            self._is_in_string = True
        elif character in _CLOSERS:
            if character == "{" and self._open in _ITEM_DEPTHS:
                self._item_start = len(self._text) - 1
            self._open.append(character)
        elif character in "}]":
            return self._shut(character)
        return ""

    def _read_string(self, character: str) -> None:
        if self._is_escaped:
            self._is_escaped = False
        elif character == "\\":
            self._is_escaped = True
        elif character == '"':
            self._is_in_string = False

    def _shut(self, character: str) -> str:
        if _CLOSERS[self._open.pop()] != character:
            self._open = []  # Not JSON after all: look for the next beginning.
        if self._item_start is not None and self._open in _ITEM_DEPTHS:
            item = "".join(self._text[self._item_start :])
            self._item_start = None
            self._items_in_root += 1
            return item
        if not self._open:
            self._finish_root()
        return ""

    def _finish_root(self) -> None:
        if self._items_in_root == 0 and len(self.bare_roots) < _MOST_BARE_ROOTS:
            self.bare_roots.append("".join(self._text))
        self._item_start = None
        self._text = []
