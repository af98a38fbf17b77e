"""What a tiny writer may say of an accepted critique: whole sentences that somebody said.

A model of 135 million parameters that writes freely under a citation writes nonsense, and the
citation then lies: asked why not to split, it answered "Yes of course". So it only chooses.
"""

from panels.choices import CritiqueKind
from panels.prompting.sentences import first_words, standing_alone
from panels.snapshot import AcceptedCritique, CritiqueSnapshot

MOST_CHOICES = 4
#: Signs that Markdown, a citation or a fence could be read from.
_NO_SIGNS = dict.fromkeys(map(ord, "[]*_`<>#|\\~"), " ")


def sayings(
    accepted: AcceptedCritique,
    critique: CritiqueSnapshot | None,
    *,
    most_words: int,
) -> tuple[str, ...]:
    """At least one sentence to choose from, the first one the best."""
    found = _sayings(accepted, critique) if critique else []
    shown = [_sentence(text, most_words) for text in found]
    shown = [text for text in dict.fromkeys(shown) if text][:MOST_CHOICES]
    return tuple(shown) or (_sentence(accepted.title, most_words) or accepted.label,)


def _sayings(accepted: AcceptedCritique, critique: CritiqueSnapshot) -> list[str]:
    """The reviewers' note, else verified quotes of the side taken, else why it matters."""
    if accepted.note.strip():
        return [accepted.note]
    if critique.is_contradiction and not accepted.side:
        # To quote one of them would be to take its side.
        return [_undecided(critique)]
    side = [s for s in critique.stances if not accepted.side or s.seat == accepted.side]
    quotes = [s.quote for s in side if s.is_verified and s.quote]
    if critique.kind == CritiqueKind.BLIND_SPOT or not quotes:
        return [critique.body or critique.title, *quotes]
    return sorted(quotes, key=lambda quote: -len(quote))


def _undecided(critique: CritiqueSnapshot) -> str:
    positions = dict.fromkeys(s.position or s.quote for s in critique.stances)
    either = " or ".join(f"“{position}”" for position in positions if position)
    return f"This stays open between {either}." if either else critique.body or critique.title


def plain(text: str) -> str:
    return " ".join(text.translate(_NO_SIGNS).split())


def _sentence(text: str, most_words: int) -> str:
    text = first_words(standing_alone(plain(text)), most_words).rstrip(" ;:,")
    return text if not text or text[-1] in ".!?…”\"'" else f"{text}."
