"""All claims of a run with their distances, worked out once.

Thresholds are cosines of WordLlama's vectors over content words, tried on realistic reviews:
sentences that say the same stand at 0.5 to 0.8, and so do opposite ones on the same point;
unrelated ones stay below 0.35 (median 0.08).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from panels.embedding import Vectors, cosines, embed
from panels.judging.claims import Claim, claims_of
from panels.judging.words import content_words, stems, words
from panels.snapshot import RunSnapshot

#: Says the same, with at least `FEWEST_SHARED` words in common.
SAME = 0.52
#: Says the same, whatever the words.
SURELY_SAME = 0.68
#: On the same point: the range in which opposites are looked for.
SAME_POINT = 0.40
#: Perhaps on the same point: enough for technical opposites, which are rare words.
FAINT = 0.30
FEWEST_SHARED = 2


@dataclass(frozen=True, eq=False)
class ClaimSpace:
    """`near[i, j]` is the cosine of claims i and j, `salience[i]` how much a reader gains by i."""

    seats: tuple[str, ...]
    model_count: int
    claims: tuple[Claim, ...]
    stems: tuple[frozenset[str], ...]
    vectors: Vectors
    near: Vectors
    salience: Vectors

    def of_seat(self, seat: str) -> list[int]:
        return [i for i, claim in enumerate(self.claims) if claim.seat == seat]

    def shared(self, left: int, right: int) -> frozenset[str]:
        return self.stems[left] & self.stems[right]

    def is_same(self, left: int, right: int) -> bool:
        nearness = self.near[left, right]
        if nearness >= SURELY_SAME:
            return True
        return bool(nearness >= SAME and len(self.shared(left, right)) >= FEWEST_SHARED)


def build_claim_space(run: RunSnapshot) -> ClaimSpace:
    answers = [(a.letter, a.call.text) for a in run.readable_answers if a.call is not None]
    question = set(words(run.question))
    claims = tuple(
        claim
        for seat, text in answers
        for claim in claims_of(seat, text)
        if not _is_echo(claim, question)
    )
    vectors = embed_content([claim.text for claim in claims])
    to_question = cosines(vectors, embed_content([run.question]))[:, 0]
    return ClaimSpace(
        seats=tuple(seat for seat, _ in answers),
        model_count=run.model_family_count,
        claims=claims,
        stems=tuple(frozenset(stems(content_words(claim.text))) for claim in claims),
        vectors=vectors,
        near=cosines(vectors, vectors),
        salience=_salience(claims, to_question, run),
    )


def embed_content(texts: Sequence[str]) -> Vectors:
    """Without function words, which pull unrelated sentences together."""
    return embed([" ".join(content_words(text)) for text in texts])


def _is_echo(claim: Claim, question: set[str]) -> bool:
    """It says nothing that the question does not say."""
    said = set(content_words(claim.text))
    return claim.is_question and len(said & question) >= 0.8 * len(said)


_TELLING_WORDS = """
must should need needs never risk risks fail fails break breaks lose loses because unless before
without instead cost costs cannot requires require avoid only
"""
_TELLING = frozenset(_TELLING_WORDS.split())
_TO_QUESTION, _FIGURE, _REASON, _LENGTH, _COPIED = 0.5, 0.15, 0.1, 0.15, -0.4
_GOOD_LENGTH = range(9, 36)


def _salience(claims: Sequence[Claim], to_question: Vectors, run: RunSnapshot) -> Vectors:
    """Near the question, specific and reasoned; what merely repeats the documents comes last."""
    sources = _folded(" ".join([run.question, *(d.text for d in run.documents)]))
    scores = np.clip(to_question, 0, 1) * _TO_QUESTION
    for i, claim in enumerate(claims):
        said = words(claim.text)
        scores[i] += _FIGURE * any(word[0].isdigit() for word in said)
        scores[i] += _REASON * bool(_TELLING.intersection(said))
        scores[i] += _LENGTH * (len(said) in _GOOD_LENGTH)
        scores[i] += _COPIED * (_folded(claim.text) in sources)
    return scores


def _folded(text: str) -> str:
    return " ".join(words(text))
