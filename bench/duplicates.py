"""Calls that were asked again although an answer was complete: money paid twice."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Duplicates:
    asked: int = 0
    found: list[str] = field(default_factory=list)

    def take(self, log: list[dict[str, Any]]) -> None:
        """`log`: the upstream's, in the order of asking. What the ideal asked is left out."""
        finished: set[tuple[str, str]] = set()
        for asked in log:
            if "ideal" in asked["run"]:
                continue
            self.asked += 1
            place = asked["run"], asked["slug"]
            if place in finished:
                self.found.append(f"{asked['slug']} of run {asked['run']}")
            if asked["finished_at"] is not None:
                finished.add(place)
