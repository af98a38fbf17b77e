"""Which rubric items the answers come near: none (blind spot), or only some (partial coverage)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from panels.choices import CritiqueKind
from panels.embedding import cosines, embed
from panels.judging.claim_space import ClaimSpace
from panels.judging.phrasing import blind_spot_title, capitalised, quoted, rubric_topic, seats_named
from panels.judging.schema import FoundCritique
from panels.judging.words import content_words, stem, stems

#: No claim nearer than this: nobody deals with the item.
FAR = 0.30
#: A claim at least this near deals with the item.
NEAR = 0.40
#: Words of any question about a system, which bring every claim near.
_COMMON_WORDS = "plan proposal design service system change answer review point case issue way"
#: An item of nothing else asks about the answer as a text, which nearness can't tell.
_ABOUT_TEXT = stems(["question", "asked", "answer", "review", "document", "clear", "complete"])
_COMMON = stems(_COMMON_WORDS.split())


@dataclass(frozen=True, kw_only=True)
class ItemCoverage:
    """`best[seat]` is the seat's nearest claim and its nearness."""

    item: str
    best: dict[str, tuple[int, float]]

    @property
    def nearest(self) -> float:
        return max((nearness for _, nearness in self.best.values()), default=0.0)


def cover_rubric(space: ClaimSpace, rubric: Sequence[str], question: str) -> list[ItemCoverage]:
    items = [
        item for item in dict.fromkeys(rubric) if not stems(content_words(item)) <= _ABOUT_TEXT
    ]
    asked = _COMMON | stems(content_words(question))
    topics = [_telling_words(item, asked) for item in items]
    near = cosines(embed([" ".join(words) for words in topics]), space.vectors)
    return [
        ItemCoverage(item=item, best=_best(space, near[k], stems(topics[k])))
        for k, item in enumerate(items)
    ]


def _telling_words(item: str, asked: set[str]) -> list[str]:
    """What the item asks for beyond the question: "accessibility" of "the checkout page"."""
    words = content_words(rubric_topic(item)) or content_words(item)
    return [word for word in words if stem(word) not in asked] or words


def _best(space: ClaimSpace, near: np.ndarray, topic: set[str]) -> dict[str, tuple[int, float]]:
    best = {}
    for seat in space.seats:
        scored = [(_nearness(space, i, near[i], topic), -i) for i in space.of_seat(seat)]
        if scored:
            nearness, i = max(scored)
            best[seat] = (-i, nearness)
    return best


def _nearness(space: ClaimSpace, i: int, cosine: float, topic: set[str]) -> float:
    """More than half of the item's words in one claim are near, whatever the vectors say."""
    share = len(topic & space.stems[i]) / len(topic) if topic else 0.0
    return max(float(cosine), NEAR if share > 0.5 else 0.0)


def find_blind_spots(
    space: ClaimSpace, coverage: Sequence[ItemCoverage], most: int
) -> list[FoundCritique]:
    spots = sorted((c for c in coverage if c.nearest < FAR), key=lambda c: c.nearest)
    return [_blind_spot(space, spot) for spot in spots[:most]]


def _blind_spot(space: ClaimSpace, spot: ItemCoverage) -> FoundCritique:
    count = len(space.seats)
    nobody = "The answer does not come" if count == 1 else f"None of the {count} answers comes"
    return FoundCritique(
        kind=CritiqueKind.BLIND_SPOT.value,
        title=blind_spot_title(spot.item),
        body=f"{nobody} near this item of the rubric: “{spot.item.strip()}”",
    )


def find_partly_covered(
    space: ClaimSpace, coverage: Sequence[ItemCoverage], most: int
) -> list[tuple[FoundCritique, frozenset[int]]]:
    """With the claims that they quote. Only for three answers or more."""
    if len(space.seats) < 3:
        return []
    found = []
    for item in sorted(coverage, key=lambda c: -c.nearest):
        having = {seat: i for seat, (i, near) in item.best.items() if near >= NEAR}
        lacking = [s for s in space.seats if item.best.get(s, (0, 0.0))[1] < FAR]
        if having and lacking and len(having) + len(lacking) == len(space.seats):
            found.append((_partly(space, item, having, lacking), frozenset(having.values())))
    return found[:most]


def _partly(
    space: ClaimSpace, item: ItemCoverage, having: dict[str, int], lacking: Sequence[str]
) -> FoundCritique:
    deals = "deals" if len(having) == 1 else "deal"
    does = "does" if len(lacking) == 1 else "do"
    about = capitalised(rubric_topic(item.item))
    return FoundCritique(
        kind=CritiqueKind.PARTIAL_COVERAGE.value,
        title=f"{about}: only {seats_named(list(having), capital=False)}",
        body=(
            f"{seats_named(list(having))} {deals} with this item of the rubric, "
            f"{seats_named(lacking, capital=False)} {does} not: “{item.item.strip()}”"
        ),
        stances=tuple(quoted(space.claims[i]) for i in having.values()),
    )
