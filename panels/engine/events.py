"""What the engine tells the world. Values that travel as JSON; whoever watches decides what to do.

A `TextArrived` says at which character of the call's text (or reasoning) it starts, so that a
receiver can drop what it has and notice what it missed. The other events only say what changed:
the facts are in the database by then.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class TextArrived:
    run_id: str
    call_id: int
    offset: int
    text: str
    is_reasoning: bool = False


@dataclass(frozen=True, kw_only=True)
class CallChanged:
    run_id: str
    call_id: int


@dataclass(frozen=True, kw_only=True)
class CritiquesFound:
    run_id: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class CritiquesGone:
    """A judge's next attempt took their place."""

    run_id: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class CritiqueChanged:
    """Somebody decided, or took a decision back."""

    run_id: str
    number: int


@dataclass(frozen=True, kw_only=True)
class AnswerChosen:
    """Somebody said which of a seat's answers counts."""

    run_id: str
    seat: str


@dataclass(frozen=True, kw_only=True)
class RunChanged:
    run_id: str


@dataclass(frozen=True, kw_only=True)
class AccessChanged:
    """A share link was revoked: whoever watches must show again that they may."""

    run_id: str


RunEvent = (
    TextArrived
    | CallChanged
    | CritiquesFound
    | CritiquesGone
    | CritiqueChanged
    | AnswerChosen
    | RunChanged
    | AccessChanged
)

_KINDS: tuple[type[RunEvent], ...] = (
    TextArrived,
    CallChanged,
    CritiquesFound,
    CritiquesGone,
    CritiqueChanged,
    AnswerChosen,
    RunChanged,
    AccessChanged,
)
_BY_NAME: dict[str, type[RunEvent]] = {kind.__name__: kind for kind in _KINDS}


def event_to_json(event: RunEvent) -> dict[str, Any]:
    return {"event": type(event).__name__, **vars(event)}


def event_from_json(data: dict[str, Any]) -> RunEvent:
    values = dict(data)
    return _BY_NAME[values.pop("event")](**values)
