"""The form that binds a small model's review to its document (a GBNF grammar).

    **Do not go ahead yet.**

    - “After step 5 no rollback is foreseen”: this assumes that …

Left alone, a model of this size leaves the subject within a sentence. So it *chooses*: a position,
one sentence of the document for each part that it was shown, and how its remark begins; then it has
a few words of its own. Every point is about something that the document really says.
"""

from collections.abc import Sequence

from panels.documents.passages import split_sentences
from panels.prompting.gbnf import literal, one_of

MOST_POINTS = 4
MOST_SENTENCES_PER_POINT = 5
#: What four points of quote and remark can need.
MOST_TOKENS = 420
_FEWEST_WORDS = 7
_MOST_WORDS = 34
#: A sentence with one of these speaks of the document, not of what it plans.
_ABOUT_ITSELF = ("reviewer", "this document", "this adr", "this rfc", "this proposal")

_POSITIONS = (
    "Go ahead, with the changes below.",
    "Do not go ahead yet.",
    "Go ahead in smaller steps only.",
)
_OPENINGS = (
    ("the risk is that ", "if this fails, "),
    ("it does not say ", "this assumes that "),
    ("what is missing here is ", "before this, "),
    ("it would be safer to ", "somebody must "),
)
_REMARK = r"""
remark ::= word (","? " " word){4,17} "."
word ::= [A-Za-z] [a-z]{0,18} | [a-z]{1,8} "-" [a-z]{2,8}
"""


def review_grammar(document: str) -> str:
    """A grammar for a review of this (fitted) text; "" when it has too few sentences to quote."""
    groups = _groups(quotable_sentences(document))
    if len(groups) < 2:
        return ""
    points = [
        f"point{i} ::= {one_of(map(_quoted, sentences))} {one_of(_openings(i))} remark"
        for i, sentences in enumerate(groups)
    ]
    order = ' "\\n" '.join(f"point{i}" for i in range(len(groups)))
    root = f'root ::= "**" {one_of(_POSITIONS)} {literal("**")} "\\n\\n" {order} "\\n"'
    return "\n".join([root, *points, _REMARK.strip()]) + "\n"


def quotable_sentences(document: str) -> list[str]:
    """Whole sentences of prose, each once, in the document's order."""
    found = [
        " ".join(sentence.split())
        for paragraph in document.split("\n\n")
        if not paragraph.lstrip().startswith(("#", "|", "```", "[…]"))
        for sentence in split_sentences(paragraph)
    ]
    return [s for s in dict.fromkeys(map(_without_bullet, found)) if _is_quotable(s)]


def _without_bullet(sentence: str) -> str:
    return sentence.lstrip("-*•+0123456789.) ").strip()


def _is_quotable(sentence: str) -> bool:
    words = len(sentence.split())
    return (
        _FEWEST_WORDS <= words <= _MOST_WORDS
        and sentence.endswith((".", "!", "?"))
        and not any(sign in sentence.casefold() for sign in _ABOUT_ITSELF)
    )


def _quoted(sentence: str) -> str:
    return f"- “{sentence.removesuffix('.')}”: "


def _groups(sentences: Sequence[str]) -> list[list[str]]:
    """The sentences in order, in as many parts as there will be points."""
    count = min(MOST_POINTS, len(sentences))
    size = -(-len(sentences) // count) if count else 0
    parts = [list(sentences[i * size : (i + 1) * size]) for i in range(count)]
    return [part[:MOST_SENTENCES_PER_POINT] for part in parts if part]


def _openings(point: int) -> tuple[str, ...]:
    return _OPENINGS[point % len(_OPENINGS)]
