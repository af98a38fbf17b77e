"""From a judge's object to a critique: what is kept, cut, mended and dropped.

- A stance on an unknown answer, or without a quote, is dropped: no quote, no point.
- A quote that the answer does not hold is kept, unverified.
- A critique about agreement or disagreement needs two seats. With one it is that seat's unique
  insight, because that is all its evidence shows; with none it is dropped. Only a blind spot, which
  is about what nobody said, may stand without a stance.
"""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from panels.choices import CritiqueKind
from panels.judging.quotes import find_quote
from panels.judging.schema import FoundCritique, FoundStance, JudgeCritique, JudgeStance
from panels.prompting.blinding import NAME_REMOVED

LONGEST_TITLE = 300
LONGEST_BODY = 2000
LONGEST_QUOTE = 1000
LONGEST_POSITION = 500
MOST_STANCES = 16

_NEEDS_TWO_SEATS = (CritiqueKind.CONTRADICTION, CritiqueKind.CONSENSUS)


class Settler:
    def __init__(self, labels: Mapping[str, str], answers: Mapping[str, str]) -> None:
        self._seats = {label.casefold(): seat for label, seat in labels.items()}
        self._answers = answers
        names = "|".join(re.escape(label) for label in labels)
        self._label = re.compile(rf"\b(?:answer\s+)?({names})\b", re.IGNORECASE) if names else None

    def settle(self, data: Any, *, is_cut: bool = False) -> FoundCritique | None:
        """The critique, or None when it is malformed or has nothing to show.

        One that the end of the reply cut must stand as it was meant, or not at all.
        """
        try:
            reply = JudgeCritique.model_validate(data)
        except ValidationError:
            return None
        stances = tuple(s for s in map(self._stance, reply.stances) if s)[:MOST_STANCES]
        title = _one_line(self._with_seats(reply.title), LONGEST_TITLE)
        kind = _kind_shown(reply.kind, stances)
        if not title or kind is None or (is_cut and kind != reply.kind):
            return None
        body = _cut(self._with_seats(reply.why).strip(), LONGEST_BODY)
        return FoundCritique(kind=kind, title=title, body=body, stances=stances)

    def _stance(self, data: Any) -> FoundStance | None:
        try:
            stance = JudgeStance.model_validate(data)
        except ValidationError:
            return None
        seat = self._seat(stance.answer)
        quote = stance.quote.strip()
        if seat is None or not quote:
            return None
        # Where the judge read a removed name, the answer still has it.
        found = find_quote(quote.replace(NAME_REMOVED, "…"), self._answers.get(seat, ""))
        start, end = found or (None, None)
        return FoundStance(
            seat=seat,
            position=_one_line(self._with_seats(stance.position), LONGEST_POSITION),
            quote=_cut(quote, LONGEST_QUOTE),
            start=start,
            end=end,
        )

    def _seat(self, label: str) -> str | None:
        words = label.casefold().split()
        return self._seats.get(words[-1].strip("\"'[]()<>")) if words else None

    def _with_seats(self, text: str) -> str:
        """The labels mean nothing outside the prompt: people know seats by their letters."""
        if self._label is None:
            return text
        return self._label.sub(lambda match: f"seat {self._seats[match[1].casefold()]}", text)


def _kind_shown(kind: str, stances: tuple[FoundStance, ...]) -> str | None:
    seats = {stance.seat for stance in stances}
    if kind == CritiqueKind.BLIND_SPOT:
        return kind
    if not seats:
        return None
    if kind in _NEEDS_TWO_SEATS and len(seats) < 2:
        return CritiqueKind.UNIQUE_INSIGHT.value
    return kind


def _one_line(text: str, most: int) -> str:
    return _cut(" ".join(text.split()), most)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
