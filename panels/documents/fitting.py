"""Documents cut down to what a model can take: the passages nearest to what it is asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from panels.documents.passages import (
    Heading,
    Passage,
    count_words,
    joiner,
    split_passages,
    split_sentences,
)

GAP = "[…]"

#: English text: a token is about three quarters of a word.
_WORDS_PER_TOKEN = 0.75
#: Passages are a fraction of the budget, so that several places of a document come in.
_PASSAGES_PER_BUDGET = 6
_SHORTEST_PASSAGE_WORDS = 20
_LONGEST_PASSAGE_WORDS = 120
#: What `GAP` counts for.
_GAP_WORDS = 1

Embed = Callable[[Sequence[str]], npt.NDArray[np.float32]]


@dataclass(frozen=True)
class FittedDocuments:
    """`words_shown` counts the documents' own words in `text`, of their `words_total`."""

    text: str
    words_shown: int
    words_total: int

    @property
    def is_whole(self) -> bool:
        return self.words_shown == self.words_total


@dataclass(frozen=True)
class _Place:
    """Where a passage stands: which document, and which passage of it."""

    document: int
    position: int
    passage: Passage
    is_cut: bool = False


def words_for_tokens(tokens: int) -> int:
    return int(tokens * _WORDS_PER_TOKEN)


def fit_documents(
    documents: Sequence[tuple[str, str]], *, query: str, budget_words: int, embed: Embed
) -> FittedDocuments:
    """Everything if it fits `budget_words`, else the passages nearest to `query`.

    `documents` are (name, text). Passages keep their order and their headings; `[…]` marks what
    was left out between them. The same input always gives the same text.
    """
    total = sum(count_words(text) for _, text in documents)
    if total <= budget_words:
        texts = [text for _, text in documents]
        return FittedDocuments(_under_names(documents, texts), total, total)
    places = _places(documents, budget_words)
    ranked = _nearest_first(places, query, embed)
    room = budget_words - _words_of_names(documents)
    chosen = _chosen(ranked, room) or _cut_to(ranked[:1], room)
    parts = [_part(chosen, places, number) for number in range(len(documents))]
    shown = sum(count_words(part) - part.split().count(GAP) for part in parts)
    return FittedDocuments(_under_names(documents, parts), shown, total)


def _places(documents: Sequence[tuple[str, str]], budget_words: int) -> list[_Place]:
    fraction = budget_words // _PASSAGES_PER_BUDGET
    size = min(max(fraction, _SHORTEST_PASSAGE_WORDS), _LONGEST_PASSAGE_WORDS)
    return [
        _Place(number, position, passage)
        for number, (_, text) in enumerate(documents)
        for position, passage in enumerate(split_passages(text, size))
    ]


def _nearest_first(places: list[_Place], query: str, embed: Embed) -> list[_Place]:
    """By cosine to the query; equally near ones in the order of the documents."""
    texts = [
        " ".join([*(heading.line for heading in place.passage.headings), place.passage.text])
        for place in places
    ]
    rows = embed([query, *texts])
    # Rounded, so that the last bits of a processor's arithmetic never decide.
    scores = np.round(rows[1:] @ rows[0], 5)
    return [places[index] for index in np.argsort(-scores, kind="stable")]


def _chosen(ranked: list[_Place], room: int) -> list[_Place]:
    """The nearest passages that fit, in the order of the documents."""
    chosen: list[_Place] = []
    headings: set[tuple[int, Heading]] = set()
    for place in ranked:
        new = {(place.document, heading) for heading in place.passage.headings} - headings
        # A gap may follow a passage, and one may stand before the first.
        cost = place.passage.words + 2 * _GAP_WORDS
        cost += sum(count_words(heading.line) for _, heading in new)
        if cost <= room:
            chosen.append(place)
            headings |= new
            room -= cost
    return sorted(chosen, key=lambda place: (place.document, place.position))


def _cut_to(nearest: list[_Place], room: int) -> list[_Place]:
    """The beginning of the nearest passage, where the budget is too small for any whole one."""
    return [
        replace(place, passage=Passage((), _beginning(place.passage.text, room - 2)), is_cut=True)
        for place in nearest
        if room > 2
    ]


def _beginning(text: str, most_words: int) -> str:
    """Whole sentences as far as they go; only a too long first one is cut."""
    kept: list[str] = []
    for sentence in split_sentences(text):
        if count_words(joiner(text).join([*kept, sentence])) > most_words:
            break
        kept.append(sentence)
    return joiner(text).join(kept) if kept else " ".join(text.split()[:most_words])


def _part(chosen: list[_Place], places: list[_Place], document: int) -> str:
    """What is shown of one document."""
    here = [place for place in chosen if place.document == document]
    last = max((p.position for p in places if p.document == document), default=-1)
    if not here:
        return ""
    blocks: list[str] = []
    before, shown = -1, set[Heading]()
    for place in here:
        if place.position != before + 1:
            blocks.append(GAP)
        blocks += [h.line for h in place.passage.headings if h not in shown]
        blocks.append(place.passage.text)
        before = place.position
        shown.update(place.passage.headings)
    is_complete = before == last and not here[-1].is_cut
    return "\n\n".join(blocks if is_complete else [*blocks, GAP])


def _under_names(documents: Sequence[tuple[str, str]], texts: Sequence[str]) -> str:
    """A single document stands for itself; several stand under their names."""
    if len(documents) == 1:
        return texts[0]
    return "\n\n".join(
        f"{_title(name)}\n\n{text}"
        for (name, _), text in zip(documents, texts, strict=True)
        if text
    )


def _words_of_names(documents: Sequence[tuple[str, str]]) -> int:
    if len(documents) == 1:
        return 0
    return sum(count_words(_title(name)) for name, _ in documents)


def _title(name: str) -> str:
    return f"=== {name} ==="
