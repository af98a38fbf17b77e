"""Calls that are broken on purpose, to see what a room does then. Pure.

`FUSIONWEB_DRILL` holds `place=fault [xN]`, separated by `;`, for instance

    seat:B=429 x1; judge=cut; writer=hang

A place is `seat` (all of them), `seat:A` … `seat:H`, `judge` or `writer`; a seat's own entry wins.
A fault is an HTTP status from 400 to 599, or one of `FAULTS`. `xN` breaks the first N attempts
only; without it every attempt is broken, those of fallbacks too.
"""

import re
from dataclasses import dataclass

VARIABLE = "FUSIONWEB_DRILL"
#: Fault → what it does, in words.
FAULTS = {
    "cut": "cut in the middle",
    "empty": "without a word",
    "hang": "without an answer in time",
    "overflow": "too long for the model",
    "refusal": "refused by the model",
    "silence": "silent in the middle",
    "unreachable": "not reached",
    "unreadable": "unreadable",
}
_PLACE = re.compile(r"seat(?::[A-H])?|judge|writer")
_STATUS = re.compile(r"[45][0-9][0-9]")
_TIMES = re.compile(r"x[1-9][0-9]?")


@dataclass(frozen=True, kw_only=True)
class Drill:
    """`fault` is a key of `FAULTS` or a status; `attempts` None means all."""

    role: str
    seat: str
    fault: str
    attempts: int | None = None

    @property
    def place(self) -> str:
        return f"{self.role}:{self.seat}" if self.seat else self.role

    @property
    def words(self) -> str:
        """`seat B: status 429, first attempt`."""
        place = {"seat": "every seat"}.get(self.place, self.place.replace(":", " "))
        what = FAULTS.get(self.fault, f"status {self.fault}")
        return f"{place}: {what}{_attempts_in_words(self.attempts)}"


@dataclass(frozen=True)
class Drills:
    drills: tuple[Drill, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.drills)

    def fault_of(self, role: str, seat: str, attempt: int) -> str:
        """How this attempt is broken; "" when it is not."""
        fitting = [d for d in self.drills if d.role == role and d.seat in ("", seat)]
        closest = max(fitting, key=lambda drill: drill.seat, default=None)
        if closest is None or (closest.attempts is not None and attempt > closest.attempts):
            return ""
        return closest.fault

    @property
    def words(self) -> str:
        return "; ".join(drill.words for drill in self.drills)


def drills_from(text: str) -> Drills:
    """:raises ValueError: with a sentence that says which entry is wrong, and how."""
    drills = tuple(_drill(entry.strip()) for entry in text.split(";") if entry.strip())
    places = [drill.place for drill in drills]
    for place in places:
        if places.count(place) > 1:
            raise ValueError(f"{VARIABLE} breaks “{place}” twice.")
    return Drills(drills)


def _drill(entry: str) -> Drill:
    place, equals, rest = (part.strip() for part in entry.partition("="))
    fault, *times = rest.split() or [""]
    if not equals or len(times) > 1:
        raise _wrong(entry, "it should read: place=fault [xN]")
    if not _PLACE.fullmatch(place):
        raise _wrong(
            entry, f"“{place}” is no place; there are seat, seat:A to seat:H, judge, writer"
        )
    if fault not in FAULTS and not _STATUS.fullmatch(fault):
        known = ", ".join(FAULTS)
        raise _wrong(entry, f"“{fault}” is no fault; there are 400 to 599, {known}")
    if times and not _TIMES.fullmatch(times[0]):
        raise _wrong(entry, f"“{times[0]}” should read x1 to x99")
    role, _, seat = place.partition(":")
    return Drill(role=role, seat=seat, fault=fault, attempts=int(times[0][1:]) if times else None)


def _wrong(entry: str, why: str) -> ValueError:
    return ValueError(f"{VARIABLE} has a wrong entry, “{entry}”: {why}.")


def _attempts_in_words(attempts: int | None) -> str:
    if attempts is None:
        return ""
    return ", first attempt" if attempts == 1 else f", first {attempts} attempts"
