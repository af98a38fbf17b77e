"""Splits an answer into claims: sentences and list items that assert something.

Every claim is a slice of the answer's plain text, so a quote made from one is exact by
construction. Headings, code and table rows are not claims, nor is what a weak model writes when it
has nothing to say: echoes, fillers and repetitions.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from panels.judging.words import content_words, words
from panels.markdown.parser import parse
from panels.markdown.plaintext import inline_text, plain_text

FEWEST_WORDS = 4
MOST_WORDS = 70
MOST_CLAIMS_PER_ANSWER = 150
#: Distinct words over words; ordinary sentences of twenty words stand above 0.7.
_LEAST_VARIETY = 0.6

_SENTENCE_END = re.compile(r"(?<![.!?])[.!?]++[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9`])")
_ABBREVIATIONS = (
    "e.g.",
    "i.e.",
    "etc.",
    "vs.",
    "cf.",
    "approx.",
    "no.",
    "fig.",
    "dr.",
    "mr.",
    "resp.",
)
_REPORT = re.compile(
    r"(?:the|this|their|its|current|proposed|\s)*"
    r"(?:design|proposal|plan|document|paper|text|author|authors|team|appendix|memo|rfc|adr)\s+"
    r"(?:currently\s+|also\s+)?(?:assumes?|says?|claims?|sets?|states?|lets?|proposes?|promises?"
    r"|wants?|suggests?|describes?|mentions?|counts?|expects?|relies|specifies|argues?)\b",
    re.IGNORECASE,
)
#: With the space after it.
_LONGEST_ABBREVIATION = 12
_FILLERS = (
    "in conclusion", "in summary", "to summarize", "to summarise", "overall,", "i hope",
    "let me know", "here is", "here are", "below is", "below are", "as an ai", "sure,",
    "certainly", "of course", "this review", "this document", "in this review",
    "in this section", "the following", "thank you", "please note", "it is great", "it's great",
    "it’s great", "i agree", "i'd be happy", "i’d be happy", "i would be happy",
    "i'd like to discuss", "i’d like to discuss", "feel free", "what are your", "great question",
    "the question is", "the answer is", "the document", "i am ", "i'm ", "i’m ",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Claim:
    """`start` and `end` are offsets into the plain text of the seat's answer."""

    seat: str
    text: str
    start: int
    end: int

    @property
    def is_report(self) -> bool:
        """It says what the document says, which need not be what the seat holds."""
        return bool(_REPORT.match(self.text))

    @property
    def is_question(self) -> bool:
        return self.text.endswith("?")


def claims_of(seat: str, markdown: str) -> list[Claim]:
    plain = plain_text(markdown)
    skipped = _lines_without_prose(markdown)
    seen: set[tuple[str, ...]] = set()
    found = []
    for start, end in _sentences(plain, skipped):
        text = plain[start:end]
        key = tuple(words(text))
        if key not in seen and _is_claim(text, key):
            found.append(Claim(seat=seat, text=text, start=start, end=end))
        seen.add(key)
    return found[:MOST_CLAIMS_PER_ANSWER]


def _is_claim(text: str, spoken: tuple[str, ...]) -> bool:
    if min(len(spoken), len(text.split())) < FEWEST_WORDS or text.endswith(":"):
        return False
    if text.casefold().startswith(_FILLERS):
        return False
    if len(spoken) > MOST_WORDS or len(content_words(text)) < 2:
        return False
    return len(set(spoken)) / len(spoken) >= _LEAST_VARIETY


def _sentences(plain: str, skipped: set[str]) -> Iterator[tuple[int, int]]:
    at = 0
    for line in plain.split("\n"):
        if line not in skipped:
            yield from _sentences_of_line(line, at)
        at += len(line) + 1


def _sentences_of_line(line: str, offset: int) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _SENTENCE_END.finditer(line):
        if _is_no_end(line, start, match.end()):
            continue
        yield from _trimmed(line, start, match.end(), offset)
        start = match.end()
    yield from _trimmed(line, start, len(line), offset)


def _is_no_end(line: str, start: int, end: int) -> bool:
    """After "e.g.", and after "3." where it is a list's number."""
    near = line[max(start, end - _LONGEST_ABBREVIATION) : end].strip()
    if end - start <= _LONGEST_ABBREVIATION and near.rstrip(".").isdigit():
        return True
    return near.rpartition(" ")[2].lstrip("(").casefold() in _ABBREVIATIONS


def _trimmed(line: str, start: int, end: int, offset: int) -> Iterator[tuple[int, int]]:
    while start < end and line[start].isspace():
        start += 1
    while end > start and line[end - 1].isspace():
        end -= 1
    if start < end:
        yield offset + start, offset + end


def _lines_without_prose(markdown: str) -> set[str]:
    """The plain text's lines that come from headings, code blocks and tables."""
    lines: set[str] = set()
    around = ""
    for token in parse(markdown):
        if token.type in ("heading_open", "tr_open"):
            around = token.type
            cells: list[str] = []
        elif token.type in ("fence", "code_block"):
            lines.update(token.content.split("\n"))
        elif token.type == "inline" and around:
            cells.append(inline_text(token.children or ()))
        elif token.type in ("heading_close", "tr_close"):
            lines.add(" ".join(cells))
            around = ""
    return lines
