from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from panels.choices import CritiqueKind
from panels.judging.claim_space import FAINT, SAME, SAME_POINT, ClaimSpace
from panels.judging.oppositions import Opposition, oppose
from panels.judging.phrasing import capitalised, quoted, seats_named, topic
from panels.judging.schema import FoundCritique
from panels.judging.words import content_words, stems

#: Nearest pairs looked at: a bound on the work, never reached by ordinary reviews.
_MOST_PAIRS = 600


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    critique: FoundCritique
    claims: frozenset[int]


@dataclass(frozen=True)
class _Dispute:
    left: int
    right: int
    opposition: Opposition
    score: float


def find_contradictions(space: ClaimSpace, most: int) -> list[Contradiction]:
    """The clearest first, no claim in two of them."""
    found: list[Contradiction] = []
    used: set[int] = set()
    for dispute in _disputes(space):
        if len(found) == most:
            break
        if used & {dispute.left, dispute.right}:
            continue
        sides = _sides(space, dispute, used)
        claims = frozenset(i for side in sides for i in side)
        # What they dispute is settled; the same dispute in other sentences is no second card.
        used |= claims | _same_dispute(space, dispute)
        found.append(Contradiction(critique=_critique(space, dispute, sides), claims=claims))
    return found


def _disputes(space: ClaimSpace) -> list[_Dispute]:
    disputes = (_dispute(space, left, right) for left, right in _near_pairs(space))
    return sorted((d for d in disputes if d), key=lambda d: (-d.score, d.left, d.right))


def _near_pairs(space: ClaimSpace) -> list[tuple[int, int]]:
    seats = np.array([claim.seat for claim in space.claims])
    if not len(seats):
        return []
    lefts, rights = np.nonzero(np.triu(space.near >= FAINT) & (seats[:, None] != seats))
    nearest = np.argsort(-space.near[lefts, rights], kind="stable")[:_MOST_PAIRS]
    return [(int(lefts[k]), int(rights[k])) for k in nearest]


def _dispute(space: ClaimSpace, left: int, right: int) -> _Dispute | None:
    ours, theirs = space.claims[left], space.claims[right]
    if any(claim.is_question or claim.is_report for claim in (ours, theirs)):
        return None
    opposition = oppose(ours.text, theirs.text)
    if opposition is None or not _is_near_enough(space, left, right, opposition):
        return None
    salience = (space.salience[left] + space.salience[right]) / 2
    score = float(space.near[left, right] + opposition.weight + salience / 2)
    return _Dispute(left, right, opposition, round(score, 4))


def _is_near_enough(space: ClaimSpace, left: int, right: int, opposition: Opposition) -> bool:
    """Technical opposites are a sign by themselves; anything else needs more around it."""
    if opposition.is_technical:
        return True
    if opposition.point.startswith("opposites"):
        return bool(space.near[left, right] >= SAME_POINT)
    return space.is_same(left, right)


def _sides(space: ClaimSpace, dispute: _Dispute, used: set[int]) -> tuple[list[int], list[int]]:
    """The two sentences, each with those of other seats that stand on the same side."""
    lefts, rights = [dispute.left], [dispute.right]
    taken = {space.claims[dispute.left].seat, space.claims[dispute.right].seat}
    for seat in space.seats:
        if seat in taken:
            continue
        for i in _by_nearness(space, dispute, seat, used):
            against_left = _is_same_point(space, dispute.left, i, dispute.opposition)
            against_right = _is_same_point(space, dispute.right, i, dispute.opposition)
            if against_left != against_right:
                (rights if against_left else lefts).append(i)
                break
    return lefts, rights


def _by_nearness(space: ClaimSpace, dispute: _Dispute, seat: str, used: set[int]) -> Iterator[int]:
    nearness = np.maximum(space.near[dispute.left], space.near[dispute.right])
    least = SAME_POINT if dispute.opposition.is_technical else SAME
    near = [
        i
        for i in space.of_seat(seat)
        if nearness[i] >= least and i not in used and not space.claims[i].is_report
    ]
    yield from sorted(near, key=lambda i: (-nearness[i], i))


def _is_same_point(space: ClaimSpace, one: int, other: int, opposition: Opposition) -> bool:
    found = oppose(space.claims[one].text, space.claims[other].text)
    return found is not None and found.point == opposition.point


def _same_dispute(space: ClaimSpace, dispute: _Dispute) -> set[int]:
    ends = (dispute.left, dispute.right)
    shared = space.shared(*ends)
    return {
        i
        for i in range(len(space.claims))
        if any(space.is_same(i, end) for end in ends) and len(shared & space.stems[i]) >= 2
    }


def _critique(
    space: ClaimSpace, dispute: _Dispute, sides: tuple[Sequence[int], Sequence[int]]
) -> FoundCritique:
    positions = dispute.opposition.left, dispute.opposition.right
    stances = tuple(
        quoted(space.claims[i], capitalised(position))
        for side, position in zip(sides, positions, strict=True)
        for i in side
    )
    return FoundCritique(
        kind=CritiqueKind.CONTRADICTION.value,
        title=_title(space, dispute),
        body=_body(space, sides, positions),
        stances=stances,
    )


def _title(space: ClaimSpace, dispute: _Dispute) -> str:
    left, right = dispute.opposition.left, dispute.opposition.right
    shorter = min((dispute.left, dispute.right), key=lambda i: (len(space.claims[i].text), i))
    shared = space.shared(dispute.left, dispute.right)
    disputed = stems(content_words(f"{left} {right}"))
    if f"not {left}" == right or f"not {right}" == left:
        about = topic(space.claims[shorter].text, shared)
        return f"{capitalised(about)}: yes or no?"
    about = topic(space.claims[shorter].text, shared, disputed | {left, right})
    return (
        f"{capitalised(about)}: {left} or {right}?" if about else f"{capitalised(left)} or {right}?"
    )


def _body(
    space: ClaimSpace,
    sides: tuple[Sequence[int], Sequence[int]],
    positions: tuple[str, str],
) -> str:
    lefts, rights = (seats_named([space.claims[i].seat for i in side]) for side in sides)
    takes = "takes" if len(sides[0]) == 1 else "take"
    rights = rights[0].lower() + rights[1:]
    return (
        f"{lefts} {takes} “{positions[0]}”, {rights} “{positions[1]}”, on what reads as the same "
        "point; both can hardly be followed. Found by comparing words: read both quotes before you "
        "take a side."
    )
