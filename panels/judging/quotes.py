"""No quote, no point: finding a judge's quote in the text it claims to come from.

Exact, never fuzzy. What is forgiven is what a reader does not see: the kind of white space, of
quotation mark and of dash, invisible characters, Unicode's two ways to write é, and markup.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import combining, normalize

Span = tuple[int, int]

#: A quote shorter than either is too common to prove anything, unless it occurs exactly once.
FEWEST_WORDS = 3
FEWEST_CHARACTERS = 12
#: How much text an ellipsis may stand for.
LONGEST_GAP_CHARACTERS = 240
MOST_PARTS = 6

_SAME = {
    **dict.fromkeys("‘’‚‛′´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
    "…": "...",
    # `fencing.py` shows a run of these in its full-width form.
    "＜": "<",
    "＞": ">",
}
_MARKUP = frozenset("*_`|")
_LINE_MARKERS = ("#", ">", "-", "+", "•")
_ELLIPSES = ("[...]", "(...)", "...")
_PAIRS = ('""', "''")


@dataclass(frozen=True)
class _Folded:
    """A text as it is compared. `starts[i]` and `ends[i]` say where character i came from."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, length: int) -> Span:
        return self.starts[start], self.ends[start + length - 1]


def find_quote(quote: str, plain: str) -> Span | None:
    """Where `quote` stands in `plain`, as offsets into `plain` as given; None when it does not.

    A quote with an ellipsis is found when its parts follow one another closely; the span then runs
    from the first to the last, so that what was left out is shown as well.
    """
    as_given = _find(quote, plain, has_markup=True)
    return as_given or _find(_without_line_markers(quote), plain, has_markup=False)


def _find(quote: str, plain: str, *, has_markup: bool) -> Span | None:
    text = _fold(plain, has_markup=has_markup)
    wanted = _bare(_fold(quote, has_markup=has_markup).text)
    return _find_whole(wanted, text) or _find_parts(wanted, text)


def _find_whole(wanted: str, text: _Folded) -> Span | None:
    if not wanted:
        return None
    at = text.text.find(wanted)
    if at < 0:
        return None
    if _is_too_short(wanted) and text.text.find(wanted, at + 1) >= 0:
        return None
    return text.span(at, len(wanted))


def _find_parts(wanted: str, text: _Folded) -> Span | None:
    parts = _parts(wanted)
    if not parts or len(parts) > MOST_PARTS:
        return None
    if len(parts) == 1:
        # The ellipsis stood before or after the quote.
        return _find_whole(parts[0], text) if parts[0] != wanted else None
    if _is_too_short(" ".join(parts)):
        return None
    for first in _occurrences(parts[0], text.text):
        end = _follow(parts[1:], text.text, first + len(parts[0]))
        if end is not None:
            return text.span(first, end - first)
    return None


def _follow(parts: list[str], text: str, end: int) -> int | None:
    """The end of the last part, when each begins soon after the one before it."""
    for part in parts:
        at = text.find(part, end, end + LONGEST_GAP_CHARACTERS + len(part))
        if at < 0:
            return None
        end = at + len(part)
    return end


def _occurrences(part: str, text: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _parts(wanted: str) -> list[str]:
    for ellipsis in _ELLIPSES:
        wanted = wanted.replace(ellipsis, "\0")
    return [part.strip() for part in wanted.split("\0") if part.strip()]


def _is_too_short(text: str) -> bool:
    return len(text) < FEWEST_CHARACTERS or len(text.split()) < FEWEST_WORDS


def _bare(text: str) -> str:
    """Without the quotation marks that a judge puts around a quote."""
    text = text.strip()
    while len(text) > 2 and text[0] + text[-1] in _PAIRS:
        text = text[1:-1].strip()
    return text


def _without_line_markers(quote: str) -> str:
    return "\n".join(_without_marker(line) for line in quote.splitlines())


def _without_marker(line: str) -> str:
    line = line.strip()
    while line.startswith(_LINE_MARKERS):
        line = line[1:].lstrip()
    return line


@lru_cache(maxsize=64)
def _fold(text: str, *, has_markup: bool) -> _Folded:
    kept: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for at, character in enumerate(text):
        if kept and combining(character):
            composed = normalize("NFC", kept[-1] + character)
            if len(composed) == 1:
                kept[-1], ends[-1] = composed, at + 1
                continue
        for piece in " " if character.isspace() else _SAME.get(character, character):
            if not has_markup and piece in _MARKUP:
                continue
            if piece == " " and (not kept or kept[-1] == " "):
                continue
            kept.append(piece)
            starts.append(at)
            ends.append(at + 1)
    return _Folded("".join(kept), tuple(starts), tuple(ends))
