"""Takes out of an answer who wrote it.

Decided so, because "Google Cloud" in an architecture review is subject matter and must stay
readable, while a judge that recognises a family favours it:

1. What names this run's own panel goes everywhere: its model references, their slugs and spellings,
   the vendors and families behind them, its persona names. If a Gemini sits on the panel, "Google
   Cloud" loses its first word; being blind matters more.
2. Any other known vendor or family goes only where an answer speaks of itself: in a sentence with
   "I am", "as an AI", "trained by" and the like, or on a line of its own, as in a signature.

The question and the documents are the person's and stay as they are.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from panels.panel import Panel
from panels.prompting.known_names import FAMILIES, Family

NAME_REMOVED = "[name]"

#: Shorter slugs, such as `o3` aside, are ordinary letters.
_FEWEST_SLUG_LETTERS = 4
_NUMBER = r"[a-z]?\d\w*(?:\.\d\w*)*"
_VERSION = rf"(?:[-\s]?{_NUMBER})?"
_TIER = (
    rf"(?:[-\s](?:pro|flash|lite|mini|nano|turbo|opus|sonnet|haiku|instruct|preview|thinking|coder"
    rf"|small|medium|large|max|ultra|chat|reasoner|scout|maverick|{_NUMBER}))*"
)
_SELF = re.compile(
    r"\b(?:I\s+am|I['’]m|I\s+was|my\s+(?:name|training|creators?|developers?|knowledge)"
    r"|as\s+an?\s+(?:AI|assistant|(?:large\s+)?language\s+model)"
    r"|as\s+[^,\n]{1,40},\s+(?:I|my)\b|this\s+is\s+(?-i:[A-Z])"
    r"|(?:trained|developed|created|made|built|powered|written|generated|provided)\s+by"
    r"|language\s+model|AI\s+(?:model|assistant))",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?](?!\s|$)[^.!?\n]*)*(?:[.!?]+|\n|$)")


@dataclass(frozen=True)
class Names:
    """A pattern of names, and what stands in a text wherever one of them does.

    The pattern holds hundreds of spellings and is tried at every letter; to look first whether any
    of its words is there at all takes a hundredth of that, and mostly none is.
    """

    pattern: re.Pattern[str]
    #: For each name its parts, all of which must be there; as `_folded`.
    parts: frozenset[tuple[str, ...]]

    def may_be_in(self, text: str) -> bool:
        folded = _folded(text)
        return any(all(part in folded for part in parts) for parts in self.parts)

    def removed_from(self, text: str) -> str:
        return self.pattern.sub(NAME_REMOVED, text) if self.may_be_in(text) else text


@dataclass(frozen=True)
class Blinder:
    """`everywhere` are the panel's own names, `known` every name there is."""

    everywhere: Names
    known: Names

    def blind(self, text: str) -> str:
        text = self.everywhere.removed_from(text)
        if not self.known.may_be_in(text):
            return text
        return _SENTENCE.sub(self._without_self_mention, text)

    def _without_self_mention(self, sentence: re.Match[str]) -> str:
        text = sentence[0]
        if not self.known.may_be_in(text):
            return text
        is_about_itself = _SELF.search(text) or not self.known.pattern.sub("", text).strip(
            " \n-–—:.,*_"
        )
        return self.known.removed_from(text) if is_about_itself else text


@lru_cache(maxsize=16)
def blinder_for(panel: Panel) -> Blinder:
    return Blinder(_names_of(_panel_names(panel), _panel_families(panel)), _known_names())


@lru_cache(maxsize=1)
def _known_names() -> Names:
    return _names_of([], FAMILIES)


def _names_of(names: Iterable[str], families: Iterable[Family]) -> Names:
    names, families = tuple(names), tuple(families)
    patterns = [*map(_spellings, names), *_family_patterns(families)]
    parts = [
        *(tuple(_words(_folded(name))) for name in names),
        *((_folded(name),) for family in families for name in family.names),
    ]
    # Without any name: what is nowhere.
    return Names(re.compile("|".join(patterns) or r"(?!)"), frozenset(parts))


def _folded(text: str) -> str:
    """Equal for letters that the patterns take for equal: they know two i's more than Unicode."""
    return text.casefold().replace("i\u0307", "i").replace("ı", "i")


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"[-_\s]+", name) if word]


def _panel_names(panel: Panel) -> list[str]:
    """Longest first, so that a reference goes before the slug inside it."""
    names = {seat.persona_name for seat in panel.seats}
    for model in panel.models:
        slug = model.partition(":")[2] or model
        names |= {model, *(n for n in (slug, slug.rpartition("/")[2]) if _is_telling(n))}
    return sorted((name for name in names if name.strip()), key=lambda name: (-len(name), name))


def _is_telling(slug: str) -> bool:
    return len(slug) >= _FEWEST_SLUG_LETTERS or any(c.isdigit() for c in slug)


def _panel_families(panel: Panel) -> list[Family]:
    models = " ".join(panel.models)
    return [family for family in FAMILIES if family.is_in(models)]


def _spellings(name: str) -> str:
    """`gemini-3-flash` is also Gemini 3 Flash."""
    words = map(re.escape, _words(name))
    between = r"[-_\s]*"
    return rf"(?i:(?<!\w){between.join(words)}(?!\w))"


def _family_patterns(families: Iterable[Family]) -> list[str]:
    patterns = []
    for family in families:
        for name in sorted(family.names, key=len, reverse=True):
            flags = "" if name in family.as_written else "i"
            patterns.append(rf"(?{flags}:(?<!\w){re.escape(name)}{_VERSION}{_TIER}(?!\w))")
    return patterns
