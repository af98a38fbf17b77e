"""The judge that needs no model call: sentence vectors, and a few word lists.

Answers are split into claims (`claims.py`), claims are compared (`claim_space.py`); claims on the
same point that oppose each other are candidates for a contradiction (`oppositions.py`), rubric
items that no claim comes near are blind spots (`rubric_coverage.py`), groups are agreement and
loners unique insights (`agreement.py`). The same run always gives the same critiques, and every
quote is a slice of the answer's plain text.
"""

from collections.abc import Iterator

from panels.judging.agreement import (
    consensus_critique,
    find_groups,
    find_partial_groups,
    find_unique,
    partial_critique,
    unique_critique,
)
from panels.judging.claim_space import ClaimSpace, build_claim_space
from panels.judging.contradictions import find_contradictions
from panels.judging.rubric_coverage import cover_rubric, find_blind_spots, find_partly_covered
from panels.judging.schema import FoundCritique
from panels.snapshot import RunSnapshot

MOST_CONTRADICTIONS = 4
MOST_BLIND_SPOTS = 5
MOST_PARTIAL = 3
MOST_UNIQUE = 5
MOST_CONSENSUS = 5


def judge_locally(run: RunSnapshot) -> list[FoundCritique]:
    """Contradictions first, then blind spots, partial coverage, unique insights, consensus."""
    if not run.readable_answers:
        return []
    return list(_found(build_claim_space(run), run))


def _found(space: ClaimSpace, run: RunSnapshot) -> Iterator[FoundCritique]:
    used: set[int] = set()
    for contradiction in find_contradictions(space, MOST_CONTRADICTIONS):
        used |= contradiction.claims
        yield contradiction.critique
    coverage = cover_rubric(space, run.panel.judge.rubric, run.question)
    yield from find_blind_spots(space, coverage, MOST_BLIND_SPOTS)
    partly = find_partly_covered(space, coverage, MOST_PARTIAL)
    for critique, quoted in partly:
        used |= quoted
        yield critique
    yield from _agreements(space, used, MOST_PARTIAL - len(partly))


def _agreements(space: ClaimSpace, used: set[int], most_partial: int) -> Iterator[FoundCritique]:
    groups = find_groups(space, used)
    partial = find_partial_groups(space, groups)[:most_partial]
    yield from (partial_critique(space, group) for group in partial)
    grouped = {i for group in groups for i in group}
    if len(space.seats) > 1:
        for i in find_unique(space, used | grouped, MOST_UNIQUE):
            yield unique_critique(space, i)
    shared = [group for group in groups if group not in partial]
    yield from (consensus_critique(space, group) for group in shared[:MOST_CONSENSUS])
