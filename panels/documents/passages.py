"""A document in passages: runs of whole sentences that stand under one heading."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_HEADING = re.compile(r"(#{1,6})\s+\S")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_LINE_BY_LINE = re.compile(r"\s*(?:[-*+•]\s|\d{1,3}[.)]\s|\||```|~~~)")
_SENTENCE_END = re.compile(r"[.!?…][\"')\]”’*_]*\s+(?=[\"'(\[“‘*_`]*[A-ZÀ-Þ0-9])")
#: A paragraph is kept whole as long as it is not longer than this many passages.
_TOLERANCE = 1.5


@dataclass(frozen=True)
class Heading:
    """`number` counts a document's headings: two sections may be called the same."""

    number: int
    line: str

    @property
    def level(self) -> int:
        return len(self.line) - len(self.line.lstrip("#"))


@dataclass(frozen=True)
class Passage:
    """`headings` are those it stands under, outermost first."""

    headings: tuple[Heading, ...]
    text: str

    @property
    def words(self) -> int:
        return count_words(self.text)


def count_words(text: str) -> int:
    return len(text.split())


def split_passages(text: str, most_words: int) -> list[Passage]:
    """Passages of about `most_words`, in order. Only a longer sentence makes a longer passage."""
    return [
        Passage(headings, passage)
        for headings, paragraphs in _sections(text)
        for passage in _grouped(paragraphs, most_words, "\n\n")
    ]


def split_sentences(text: str) -> list[str]:
    """The sentences of a paragraph; a list, a table or code splits at its lines."""
    if _LINE_BY_LINE.match(text):
        return text.split("\n")
    ends = [0, *(found.end() for found in _SENTENCE_END.finditer(text)), len(text)]
    return [text[start:end].rstrip() for start, end in pairwise(ends)]


def joiner(paragraph: str) -> str:
    return "\n" if _LINE_BY_LINE.match(paragraph) else " "


def _sections(text: str) -> Iterator[tuple[tuple[Heading, ...], list[str]]]:
    headings: list[Heading] = []
    paragraphs: list[str] = []
    for number, paragraph in enumerate(_paragraphs(text)):
        if not _HEADING.match(paragraph):
            paragraphs.append(paragraph)
            continue
        yield tuple(headings), paragraphs
        heading = Heading(number, paragraph)
        headings = [*(outer for outer in headings if outer.level < heading.level), heading]
        paragraphs = []
    yield tuple(headings), paragraphs


def _paragraphs(text: str) -> Iterator[str]:
    """Blocks between blank lines; a heading is one by itself, and fenced code is never split."""
    block: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if mark and fence in ("", mark[1]):
            fence = "" if fence else mark[1]
        is_heading = not fence and _HEADING.match(line) is not None
        if block and (is_heading or (not fence and not line.strip())):
            yield "\n".join(block)
            block = []
        if is_heading:
            yield line.strip()
        elif line.strip() or fence:
            block.append(line.rstrip())
    if block:
        yield "\n".join(block)


def _grouped(pieces: list[str], most_words: int, between: str) -> Iterator[str]:
    """Neighbours together as long as they fit; a piece that doesn't is split at its sentences."""
    group: list[str] = []
    words = 0
    for piece in pieces:
        size = count_words(piece)
        if group and words + size > most_words:
            yield between.join(group)
            group, words = [], 0
        if between == "\n\n" and size > most_words * _TOLERANCE:
            yield from _grouped(split_sentences(piece), most_words, joiner(piece))
        else:
            group.append(piece)
            words += size
    if group:
        yield between.join(group)
