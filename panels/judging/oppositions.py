"""Do two sentences about the same point oppose each other? Word by word, without a model.

Three signs, each precise rather than complete: one denies the word that the other asserts ("do not
split" / "I would split"), they use opposites near a word that they share ("exactly-once" /
"at-least-once"), or they give different figures in the same dimension. A sentence that takes both
sides takes none.
"""

import re
from dataclasses import dataclass, replace

from panels.judging.antonyms import DIRECTIONS, NOUNS, PHRASES, SIDES, TECHNICAL
from panels.judging.quantities import quantities
from panels.judging.words import STOP_WORDS, stem, stems

#: Content words on either side of an opposite, among which a shared word must stand.
_WINDOW = 4
_FEWEST_SHARED_FOR_FIGURES = 2

_DENIERS = frozenset({"not", "never", "nobody", "cannot", "avoid", "rather_than", "instead_of"})
_ARTICLES = frozenset({"the", "a", "an", "this", "that", "its", "their", "our"})
_CLAUSE_ENDS = frozenset({"but", "unless", ","})
#: "Not only", "not because": nothing is denied.
_NO_DENIAL_BEFORE = frozenset({"only", "just", "because", "necessarily", "sure", "if", "whether"})
#: "That does not need": a property wished for, not a claim made.
_RELATIVES = frozenset({"that", "which", "who", "if", "whether", "why", "or"})
#: To deny these is to report a gap, and whoever asks to fill it agrees.
_GAP_VERBS = """
mention say state address specify define describe explain include cover provide discuss consider
account show clear decided measured tested documented know known understand exist need needed
enough have planned proven answer
"""
_GAP_WORDS = stems(_GAP_VERBS.split())
#: "Exactly-once delivery does not exist": the subject before is denied.
_SUBJECT_DENIALS = frozenset({"exist", "work", "hold", "help", "apply", "scale", "happen"})
_TOKEN = re.compile(r"[^\W\d_][^\W_]*(?:[-'’_./][^\W_]+)*|\d+(?:[.,]\d+)*|[,;:()—–]")


@dataclass(frozen=True, kw_only=True)
class Opposition:
    """`point` names what is disputed; the positions are in the sentences' own words."""

    point: str
    left: str
    right: str
    weight: float
    is_technical: bool = False


@dataclass(frozen=True)
class _Reading:
    """A sentence as it is compared. `order` holds its content words' stems; a stem in `denied` is
    denied there. `taken` maps a line of opposites, and for a direction its object, to (side, word,
    position in `order`)."""

    order: tuple[str, ...]
    asserted: dict[str, str]
    denied: dict[str, str]
    taken: dict[tuple[int, str], tuple[int, str, int]]


def oppose(left: str, right: str) -> Opposition | None:
    ours, theirs = _read(left), _read(right)
    return (
        _by_opposites(ours, theirs)
        or _by_denial(ours, theirs)
        or _flipped(_by_denial(theirs, ours))
        or _by_figures(left, right, ours, theirs)
    )


def _by_opposites(ours: _Reading, theirs: _Reading) -> Opposition | None:
    for (line, about), (side, word, at) in ours.taken.items():
        other = theirs.taken.get((line, about))
        if other is None or other[0] == side or other[1] == word:
            continue
        near = _near(ours, at) & _near(theirs, other[2])
        if near:
            return Opposition(
                point=f"opposites {line}",
                left=word,
                right=other[1],
                weight=0.15,
                is_technical=line in TECHNICAL,
            )
    return None


def _by_denial(denier: _Reading, asserter: _Reading) -> Opposition | None:
    for denied, word in denier.denied.items():
        if denied not in asserter.asserted or denied in asserter.denied:
            continue
        if (set(denier.order) & set(asserter.order)) - {denied}:
            return Opposition(
                point=f"denied {denied}",
                left=f"not {word}",
                right=asserter.asserted[denied],
                weight=0.1,
            )
    return None


def _flipped(opposition: Opposition | None) -> Opposition | None:
    if opposition is None:
        return None
    return replace(opposition, left=opposition.right, right=opposition.left)


def _by_figures(left: str, right: str, ours: _Reading, theirs: _Reading) -> Opposition | None:
    shared = set(ours.order) & set(theirs.order)
    if len(shared) < _FEWEST_SHARED_FOR_FIGURES:
        return None
    their_quantities = quantities(right)
    for dimension, quantity in quantities(left).items():
        other = their_quantities.get(dimension)
        if other is not None and other.size != quantity.size:
            return Opposition(
                point=f"figures {dimension}", left=quantity.text, right=other.text, weight=0.05
            )
    return None


def _near(reading: _Reading, at: int) -> set[str]:
    around = reading.order[max(0, at - _WINDOW) : at + _WINDOW + 1]
    return set(around) - {reading.order[at]}


def _read(text: str) -> _Reading:
    tokens = _tokens(text)
    denied_at = _denied_positions(tokens)
    telling = [at for at, token in enumerate(tokens) if token in SIDES or _is_content(token)]
    held = [at for at in telling if not _is_mention(tokens, at)]
    asserted = {stem(tokens[at]): tokens[at] for at in held if at not in denied_at}
    denied = {stem(tokens[at]): tokens[at] for at in held if at in denied_at}
    both = set(asserted) & set(denied)
    return _Reading(
        tuple(stem(tokens[at]) for at in telling),
        {s: word for s, word in asserted.items() if s not in both},
        {s: word for s, word in denied.items() if s not in both and s not in _GAP_WORDS},
        _sides_taken(tokens, telling, held, denied_at),
    )


def _is_mention(tokens: list[str], at: int) -> bool:
    """ "The split", "splitting": it is spoken of, neither asserted nor denied."""
    if tokens[at].endswith("ing"):
        return tokens[at] not in SIDES
    return tokens[at] in NOUNS and at > 0 and tokens[at - 1] in _ARTICLES


def _sides_taken(
    tokens: list[str], telling: list[int], held: list[int], denied_at: set[int]
) -> dict[tuple[int, str], tuple[int, str, int]]:
    votes: dict[tuple[int, str], list[tuple[int, str, int]]] = {}
    for at in held:
        is_denied = at in denied_at
        shown = f"not {tokens[at]}" if is_denied else tokens[at]
        for line, side in SIDES.get(tokens[at], ()):
            vote = (-side if is_denied else side, shown, telling.index(at))
            for about in _objects(tokens, at) if line in DIRECTIONS else ("",):
                votes.setdefault((line, about), []).append(vote)
    # Whoever says both takes no side.
    one_sided = {point: said for point, said in votes.items() if len({v[0] for v in said}) == 1}
    return {point: _plainest(said) for point, said in one_sided.items()}


def _plainest(said: list[tuple[int, str, int]]) -> tuple[int, str, int]:
    return min(said, key=lambda vote: vote[1].startswith("not "))


def _objects(tokens: list[str], at: int) -> list[str]:
    """The stems that follow, up to the clause's end: of "lower operational costs" the last two."""
    found: list[str] = []
    for token in tokens[at + 1 : at + 5]:
        if not token[0].isalnum() or token in _CLAUSE_ENDS:
            break
        if _is_content(token):
            found.append(stem(token))
    return found[:2]


def _tokens(text: str) -> list[str]:
    text = text.casefold().replace("’", "'")
    for phrase, word in PHRASES.items():
        text = text.replace(phrase, word)
    text = text.replace("n't", " not").replace("no one", "nobody").replace("no need to", "not")
    text = text.replace("rather than", "rather_than").replace("instead of", "instead_of")
    return [match[0] for match in _TOKEN.finditer(text)]


def _denied_positions(tokens: list[str]) -> set[int]:
    denied: set[int] = set()
    for at, token in enumerate(tokens):
        if token not in _DENIERS or _is_no_denial(tokens, at):
            continue
        first = _first_content(tokens, at + 1)
        if first is None:
            continue
        denied.add(first)
        if tokens[first] in _SUBJECT_DENIALS:
            denied |= _subject(tokens, at)
    return denied


def _is_no_denial(tokens: list[str], at: int) -> bool:
    before = set(tokens[max(0, at - 3) : at])
    return (
        bool(before & _RELATIVES)
        or tokens[at + 1 : at + 2] == ["to"]
        or (bool(tokens[at + 1 : at + 2]) and tokens[at + 1] in _NO_DENIAL_BEFORE)
    )


def _first_content(tokens: list[str], start: int) -> int | None:
    for at in range(start, min(start + 5, len(tokens))):
        if tokens[at] in _CLAUSE_ENDS or not tokens[at][0].isalnum():
            return None
        if _is_content(tokens[at]):
            return at
    return None


def _subject(tokens: list[str], at: int) -> set[int]:
    """The opposites among the words before."""
    return {before for before in range(max(0, at - 6), at) if tokens[before] in SIDES}


def _is_content(token: str) -> bool:
    return token[0].isalpha() and token not in STOP_WORDS and token not in _DENIERS
