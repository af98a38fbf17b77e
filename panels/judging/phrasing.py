"""How the local judge puts what it found. Plain, short, and honest about what it rests on."""

import re
from collections.abc import Collection, Sequence

from panels.judging.claim_space import ClaimSpace
from panels.judging.claims import Claim
from panels.judging.schema import FoundStance
from panels.judging.words import STOP_WORDS, stem
from panels.prompting.sentences import first_words, standing_alone

_LONGEST_TITLE_WORDS = 14
_LONGEST_TOPIC_WORDS = 6
_TOKEN = re.compile(r"[A-Za-z0-9%$€][\w%'’./-]*[\w%]|[A-Za-z0-9%$€]")
_CLAUSE_END = re.compile(
    r"[;:]\s|\s[–—-]\s|,\s(?=(?:but|so|which|because|and|or|who|where|when)\b)"
)
_THERE_IS = re.compile(r"^(?:is|are)\s+there\s+(?:an?\s+|any\s+)?", re.IGNORECASE)
_RUBRIC_OPENING = re.compile(
    r"^(?:(?:does|do|is|are|has|have|can|will)\s+)?(?:there\s+)?"
    r"(?:(?:the|each|every|an?)\s+(?:answers?|plan|proposal|design|review|document|reviewer)|it|they)?"
    r"\s*(?:(?:clearly|explicitly|also)\s+)?"
    r"(?:(?:say|says|name|names|cover|covers|estimate|estimates|treat|treats|deal|deals|address"
    r"|addresses|mention|mentions|consider|considers|state|states|describe|describes|discuss|define"
    r"|identify|explain|explains|give|gives|include|includes|specify|account|contain|propose|show"
    r"|list|justify|check|question|weigh|compare)"
    r"(?:\s+(?:with|for|about))?)?\s+",
    re.IGNORECASE,
)


def quoted(claim: Claim, position: str = "") -> FoundStance:
    return FoundStance(
        seat=claim.seat, position=position, quote=claim.text, start=claim.start, end=claim.end
    )


def headline(text: str) -> str:
    """A claim's first clause as a title: no ordinals, no full stop, at most fourteen words."""
    text = standing_alone(text)
    clause = _CLAUSE_END.split(text, maxsplit=1)[0]
    if len(clause.split()) < 5:
        clause = text
    return first_words(clause.rstrip(" .;:,!"), _LONGEST_TITLE_WORDS)


def topic(text: str, shared: Collection[str], without: Collection[str] = ()) -> str:
    """The stretch of `text` that holds most of the shared stems and ends on them at both sides.

    :param without: stems that may not be part of it.
    """
    tokens = [(match[0], match.start(), match.end()) for match in _TOKEN.finditer(text)]
    kinds = [_kind(token, shared, without) for token, _, _ in tokens]
    best: tuple[int, int, int] | None = None
    for first in range(len(tokens)):
        for last in range(first, min(len(tokens), first + _LONGEST_TOPIC_WORDS)):
            inside = kinds[first : last + 1]
            if "barred" in inside:
                break
            if inside[0] != "shared" or inside[-1] != "shared":
                continue
            rank = (inside.count("shared"), first - last, -first)
            if best is None or rank > (best[0], best[1] - best[2], -best[1]):
                best = (rank[0], first, last)
    if best is None:
        return ""
    return text[tokens[best[1]][1] : tokens[best[2]][2]]


def _kind(token: str, shared: Collection[str], without: Collection[str]) -> str:
    root = stem(token.casefold())
    if root in without or token.casefold() in without:
        return "barred"
    is_shared = root in shared and token.casefold() not in STOP_WORDS
    return "shared" if is_shared else "other"


def rubric_topic(item: str) -> str:
    """ "Does the answer say how to roll back?" → "how to roll back"."""
    bare = " ".join(item.split()).rstrip(" ?.!")
    said = _RUBRIC_OPENING.sub("", _THERE_IS.sub("", bare, count=1), count=1)
    return said if len(said.split()) >= 2 else bare


def blind_spot_title(item: str) -> str:
    about = rubric_topic(item)
    is_question = item.strip().endswith("?") and about == " ".join(item.split()).rstrip(" ?.!")
    return f"Unanswered: {about}?" if is_question else f"Not dealt with: {about}"


def seats_named(seats: Sequence[str], *, capital: bool = True) -> str:
    """ "Seat A", "seats A and C", "seats A, B and C"."""
    ordered = sorted(seats)
    word = "seat" if len(ordered) == 1 else "seats"
    names = ordered[0] if len(ordered) == 1 else f"{', '.join(ordered[:-1])} and {ordered[-1]}"
    return f"{capitalised(word) if capital else word} {names}"


def agreement_note(space: ClaimSpace, count: int) -> str:
    said = f"{count} of {len(space.seats)} seats"
    if space.model_count == 1:
        return f"{said} make this point, but all are the same model: agreement is not proof."
    return f"{said} make this point. Models tend to err alike, so agreement is not proof."


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
