"""A judge's reply, read while it streams.

    parser = JudgeReplyParser(labels, answers)
    found = parser.feed(text)      # the critiques that became complete
    found = parser.close()         # what is left; raises UnreadableReply

Prose and code fences around the JSON are passed over. What is kept of a critique that is not quite
one is decided in `settling.py`.
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic_core import from_json

from panels.judging.objects import ObjectScanner
from panels.judging.schema import FoundCritique
from panels.judging.settling import Settler

Reason = Literal["judge_empty_reply", "judge_not_json", "judge_schema_mismatch"]

MOST_CRITIQUES = 40


class UnreadableReply(Exception):
    """No critique could be read. `reason` is what the run stores."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class JudgeReplyParser:
    """`labels` maps the prompt's blind labels to seats, `answers` seats to their plain text."""

    def __init__(self, labels: Mapping[str, str], answers: Mapping[str, str]) -> None:
        self._settler = Settler(labels, answers)
        self._scanner = ObjectScanner()
        self._seen: set[tuple[str, str]] = set()
        self._has_text = False
        self._has_json = False
        self._found_count = 0
        #: Critiques that were malformed, or said nothing that code could hold on to.
        self.dropped = 0

    def feed(self, text: str) -> list[FoundCritique]:
        self._has_text = self._has_text or bool(text.strip())
        return self._settled(self._scanner.feed(text))

    def close(self) -> list[FoundCritique]:
        """The critique that the reply was cut in, as far as it can be used.

        :raises UnreadableReply: when the whole reply held no critique.
        """
        found = self._settled([tail] if (tail := self._scanner.tail()) else [], is_cut=True)
        if self._found_count == 0:
            raise UnreadableReply(self._failure())
        return found

    def _failure(self) -> Reason:
        if not self._has_text:
            return "judge_empty_reply"
        if self._has_json or any(_loaded(root) is not None for root in self._scanner.bare_roots):
            return "judge_schema_mismatch"
        return "judge_not_json"

    def _settled(self, objects: list[str], *, is_cut: bool = False) -> list[FoundCritique]:
        found = []
        for text in objects:
            data = _loaded(text, is_cut=is_cut)
            self._has_json = self._has_json or (data is not None and not is_cut)
            critique = self._settler.settle(data, is_cut=is_cut)
            if critique is None:
                self.dropped += 1
            elif self._is_new(critique) and self._found_count < MOST_CRITIQUES:
                self._found_count += 1
                found.append(critique)
        return found

    def _is_new(self, critique: FoundCritique) -> bool:
        """A reply that thinks aloud may hold a draft of the same critiques."""
        key = critique.kind, critique.title.casefold()
        is_new = key not in self._seen
        self._seen.add(key)
        return is_new


def _loaded(text: str, *, is_cut: bool = False) -> Any:
    try:
        return from_json(text, allow_partial=is_cut)
    except ValueError:
        return None
