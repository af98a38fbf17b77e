"""The guided tour: a review that plays from a script, so that a newcomer sees a whole run at once.

What the models say is in `providers/scripts/tour.json`; the page says that it is scripted.
"""

from dataclasses import replace
from pathlib import Path

from panels.builtin_presets import BUILTIN_PRESETS
from panels.panel import Panel, Writer

TOUR_TITLE = "ADR-014: split checkout out of the monolith?"
TOUR_QUESTION = (
    "Should we split checkout out of the monolith as ADR-014 proposes? What would go wrong, "
    "and what should we do instead or first?"
)
TOUR_DOCUMENT = (Path(__file__).parent / "adr-014.md").read_text(encoding="utf-8")

_SCRIPTS = {"A": "scripted:tour-sre", "B": "scripted:tour-data", "C": "scripted:tour-sceptic"}


def _tour_panel() -> Panel:
    """The architecture review, with scripts in place of models."""
    panel = BUILTIN_PRESETS[0].panel
    return replace(
        panel,
        seats=tuple(replace(seat, model=_SCRIPTS[seat.letter]) for seat in panel.seats),
        judge=replace(panel.judge, model="scripted:tour-judge"),
        writer=Writer(model="scripted:tour-writer"),
    )


TOUR_PANEL = _tour_panel()
