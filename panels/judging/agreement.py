"""Groups of claims that say the same, and claims that nobody else makes."""

from collections.abc import Collection, Sequence

import numpy as np

from panels.choices import CritiqueKind
from panels.judging.claim_space import FEWEST_SHARED, SAME, SAME_POINT, ClaimSpace
from panels.judging.phrasing import agreement_note, headline, quoted, seats_named
from panels.judging.schema import FoundCritique

Group = tuple[int, ...]

_MOST_PAIRS = 4000
_MOST_UNIQUE_PER_SEAT = 2
_LEAST_UNIQUE_WORDS = 7


def find_groups(space: ClaimSpace, used: Collection[int]) -> list[Group]:
    """Claims of at least two seats that say the same, one claim per seat, the firmest group first.

    Pairs join from the nearest on, and a group only grows while all its claims are on one point.
    """
    group_of: dict[int, list[int]] = {}
    for left, right in _same_pairs(space, used):
        ours, theirs = group_of.get(left, [left]), group_of.get(right, [right])
        if ours is not theirs and _can_join(space, ours, theirs):
            joined = ours + theirs
            group_of.update(dict.fromkeys(joined, joined))
    groups = {id(group): tuple(sorted(group)) for group in group_of.values()}
    return sorted(groups.values(), key=lambda group: _rank(space, group))


def _same_pairs(space: ClaimSpace, used: Collection[int]) -> list[tuple[int, int]]:
    lefts, rights = np.nonzero(np.triu(space.near >= SAME, k=1))
    order = np.argsort(-space.near[lefts, rights], kind="stable")[:_MOST_PAIRS]
    pairs = ((int(lefts[k]), int(rights[k])) for k in order)
    return [
        (i, j)
        for i, j in pairs
        if i not in used
        and j not in used
        and space.claims[i].seat != space.claims[j].seat
        and space.is_same(i, j)
    ]


def _can_join(space: ClaimSpace, ours: Sequence[int], theirs: Sequence[int]) -> bool:
    seats = {space.claims[i].seat for i in ours} & {space.claims[i].seat for i in theirs}
    return not seats and all(space.near[i, j] >= SAME_POINT for i in ours for j in theirs)


def _rank(space: ClaimSpace, group: Group) -> tuple[float, ...]:
    mean = float(np.mean([space.salience[i] for i in group]))
    return (-len(group), -round(mean, 4), group[0])


def find_partial_groups(space: ClaimSpace, groups: Sequence[Group]) -> list[Group]:
    """Groups on a point on which at least one other seat is silent. Only for three answers."""
    if len(space.seats) < 3:
        return []
    return [group for group in groups if _silent_seats(space, group)]


def _silent_seats(space: ClaimSpace, group: Group) -> list[str]:
    speaking = {space.claims[i].seat for i in group}
    return [
        seat
        for seat in space.seats
        if seat not in speaking
        and not any(_is_on_point(space, i, group) for i in space.of_seat(seat))
    ]


def _is_on_point(space: ClaimSpace, i: int, group: Group) -> bool:
    return any(
        space.near[i, j] >= SAME_POINT or len(space.shared(i, j)) > FEWEST_SHARED for j in group
    )


def partial_critique(space: ClaimSpace, group: Group) -> FoundCritique:
    seats = [space.claims[i].seat for i in group]
    silent = _silent_seats(space, group)
    say = "says" if len(silent) == 1 else "say"
    return FoundCritique(
        kind=CritiqueKind.PARTIAL_COVERAGE.value,
        title=_title(space, group),
        body=(
            f"{seats_named(seats)} raise this; {seats_named(silent, capital=False)} {say} nothing "
            "that comes near it."
        ),
        stances=tuple(quoted(space.claims[i]) for i in group),
    )


def consensus_critique(space: ClaimSpace, group: Group) -> FoundCritique:
    return FoundCritique(
        kind=CritiqueKind.CONSENSUS.value,
        title=_title(space, group),
        body=agreement_note(space, len(group)),
        stances=tuple(quoted(space.claims[i]) for i in group),
    )


def _title(space: ClaimSpace, group: Group) -> str:
    """The claim in the middle of the group; of equal ones the shorter."""
    middle = min(
        group,
        key=lambda i: (
            -round(float(sum(space.near[i, j] for j in group)), 2),
            len(space.claims[i].text),
        ),
    )
    return headline(space.claims[middle].text)


def find_unique(space: ClaimSpace, used: Collection[int], most: int) -> list[int]:
    """Claims that no other seat comes near, the most telling first, at most two per seat."""
    found: list[int] = []
    for i in sorted(
        range(len(space.claims)), key=lambda i: (-round(float(space.salience[i]), 4), i)
    ):
        if i in used or not _is_unique(space, i) or any(space.is_same(i, j) for j in found):
            continue
        seat = space.claims[i].seat
        if sum(space.claims[j].seat == seat for j in found) < _MOST_UNIQUE_PER_SEAT:
            found.append(i)
        if len(found) == most:
            break
    return found


def _is_unique(space: ClaimSpace, i: int) -> bool:
    claim = space.claims[i]
    if len(claim.text.split()) < _LEAST_UNIQUE_WORDS:
        return False
    others = [j for j, other in enumerate(space.claims) if other.seat != claim.seat]
    return not others or float(max(space.near[i, others])) < SAME_POINT


def unique_critique(space: ClaimSpace, i: int) -> FoundCritique:
    claim = space.claims[i]
    return FoundCritique(
        kind=CritiqueKind.UNIQUE_INSIGHT.value,
        title=headline(claim.text),
        body=f"Only seat {claim.seat} says this; nothing in the other answers comes near it.",
        stances=(quoted(claim),),
    )
