"""The panels that the bench asks. Each seat has its own slug, so that the log can tell them."""

from panels.panel import SEAT_LETTERS, Judge, Panel, Seat, Writer


def _panel(*slugs: str, judge: str = "judge", writer: str = "writer") -> Panel:
    return Panel(
        seats=tuple(
            Seat(letter=letter, model=f"bench:{slug}-{letter}", persona="A sceptical engineer.")
            for letter, slug in zip(SEAT_LETTERS, slugs, strict=True)
        ),
        judge=Judge(model=f"bench:{judge}", rubric=("It names an owner", "It can be undone")),
        writer=Writer(model=f"bench:{writer}"),
    )


EIGHT = len(SEAT_LETTERS)
PANELS = {
    "standard": _panel(*["seat"] * EIGHT),
    "long": _panel(*["long"] * EIGHT),
    "brief": _panel(*["brief"] * EIGHT),
    "mixed": _panel(*["brief"] * (EIGHT // 2), *["seat"] * (EIGHT // 2)),
    "endless": _panel(*["endless"] * EIGHT),
    "hanging": _panel(*["seat"] * (EIGHT - 1), "hanging"),
    "torrents": _panel(*["torrent"] * EIGHT),
    "essays": _panel(*["essay"] * EIGHT),
}
