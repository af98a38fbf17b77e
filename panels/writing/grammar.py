r"""A GBNF grammar (llama.cpp) that binds a tiny model's synthesis to its form.

    # Do not split checkout before the peak

    ## Decided

    - **Split checkout before the peak: yes or no?** Do not split checkout before the peak. [C1]
    …

Headings, titles and citations are given. What the model decides is which sentence stands for each
critique (`evidence.py` says why it gets no further), so every citation is honest, none is missing,
and the whole is one short call.
"""

from collections.abc import Iterator, Sequence

from panels.choices import CritiqueKind
from panels.prompting.gbnf import literal
from panels.prompting.sentences import first_words
from panels.snapshot import AcceptedCritique, CritiqueSnapshot, RunSnapshot
from panels.writing.evidence import plain, sayings

#: Enough for any text that the grammar allows; the default of a tiny model would cut it short.
MOST_TOKENS = 1400

_LONGEST_HEADING_WORDS = 16
_LONGEST_TITLE_WORDS = 14
_MOST_WORDS_TOGETHER = 500
_MOST_WORDS_PER_POINT = 40
_FEWEST_WORDS_PER_POINT = 10

_SECTIONS = (
    ("Decided", (CritiqueKind.CONTRADICTION,)),
    ("Agreed", (CritiqueKind.CONSENSUS,)),
    ("Worth keeping", (CritiqueKind.UNIQUE_INSIGHT, CritiqueKind.PARTIAL_COVERAGE)),
    ("Still to be dealt with", (CritiqueKind.BLIND_SPOT,)),
    ("Also accepted", (CritiqueKind.FRAMING, CritiqueKind.REMARK, "")),
)

Point = tuple[AcceptedCritique, CritiqueSnapshot | None]


def citation_grammar(accepted: Sequence[AcceptedCritique], run: RunSnapshot) -> str:
    return _Grammar(accepted, run).text()


class _Grammar:
    def __init__(self, accepted: Sequence[AcceptedCritique], run: RunSnapshot) -> None:
        self._run = run
        self._points = [(a, run.critique(a.number)) for a in accepted]
        share = _MOST_WORDS_TOGETHER // max(1, len(accepted))
        self._most_words = min(_MOST_WORDS_PER_POINT, max(_FEWEST_WORDS_PER_POINT, share))

    def text(self) -> str:
        parts = [literal(f"# {self._heading()}"), *self._sections()]
        rules = [f'root ::= {" ".join(parts)} "\\n"', *map(self._point_rule, self._points)]
        return "\n".join(rules) + "\n"

    def _heading(self) -> str:
        """What was decided first; else what was asked."""
        for accepted, critique in self._points:
            if accepted.side and critique and critique.is_contradiction:
                return first_words(
                    self._sayings((accepted, critique))[0].rstrip("."), _LONGEST_HEADING_WORDS
                )
        asked = plain(self._run.question or self._run.title)
        return first_words(asked, _LONGEST_HEADING_WORDS) or "Synthesis"

    def _sections(self) -> Iterator[str]:
        for name, kinds in _SECTIONS:
            labels = [f"p{a.number}" for a, critique in self._points if _kind(critique) in kinds]
            if labels:
                yield literal(f"\n\n## {name}\n\n")
                yield ' "\\n" '.join(labels)

    def _point_rule(self, point: Point) -> str:
        accepted, _ = point
        said = " | ".join(literal(self._line(accepted, text)) for text in self._sayings(point))
        return f"p{accepted.number} ::= ({said}) {literal(f' [{accepted.label}]')}"

    def _line(self, accepted: AcceptedCritique, said: str) -> str:
        """The title in bold, once: where a sentence begins with it, inside the sentence."""
        title = self._title(accepted)
        bare = title.rstrip("….:")
        if said.casefold().startswith(bare.casefold()):
            return f"- **{said[: len(bare)]}**{said[len(bare) :]}"
        mark = "" if title[-1] in "?!…." else "."
        return f"- **{title}{mark}** {said}"

    def _title(self, accepted: AcceptedCritique) -> str:
        return first_words(plain(accepted.title), _LONGEST_TITLE_WORDS) or (accepted.label)

    def _sayings(self, point: Point) -> tuple[str, ...]:
        return sayings(*point, most_words=self._most_words)


def _kind(critique: CritiqueSnapshot | None) -> str:
    return critique.kind if critique else ""
