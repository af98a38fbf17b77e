"""What a synthesis really used: its citations, read by code and compared with what was asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from panels.markdown.citations import cited_numbers
from panels.markdown.parser import parse
from panels.snapshot import AcceptedCritique


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Critique numbers, each once. `used` is in the text's order, `missing` in the list's."""

    used: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()
    rejected_cited: tuple[int, ...] = ()
    unknown_cited: tuple[int, ...] = ()

    @property
    def is_clean(self) -> bool:
        return not (self.missing or self.rejected_cited or self.unknown_cited)


def read_receipt(
    text: str, accepted: Sequence[AcceptedCritique], rejected: Sequence[int]
) -> Receipt:
    """Citations inside code and links do not count: a reader does not see them as citations."""
    cited = cited_numbers(parse(text))
    asked = {critique.number for critique in accepted}
    return Receipt(
        used=tuple(n for n in cited if n in asked),
        missing=tuple(c.number for c in accepted if c.number not in cited),
        rejected_cited=tuple(n for n in cited if n in rejected and n not in asked),
        unknown_cited=tuple(n for n in cited if n not in asked and n not in rejected),
    )
