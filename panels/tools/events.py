"""What happens in a call beside the model's own events: its tool steps, its sources, its turns."""

from dataclasses import dataclass

from panels.providers.stream import Served, UsageReported


@dataclass(frozen=True, kw_only=True)
class ToolStepStarted:
    """`step` counts from 1 within the call. The arguments are the model's, and may be anything."""

    step: int
    tool: str
    arguments_json: str


@dataclass(frozen=True, kw_only=True)
class ToolStepEnded:
    """`characters` is how much text the model was given; `error_code` "" means: it went well."""

    step: int
    tool: str
    seconds: float
    characters: int
    error_code: str = ""
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class SourceFound:
    """A page that the model was shown: as a search's hit, or (`is_fetched`) its text."""

    step: int
    url: str
    title: str
    is_fetched: bool


@dataclass(frozen=True, kw_only=True)
class TurnEnded:
    """One request to the model within the call, and what that request alone cost.

    Also comes before the error of a turn that broke; `finish_reason` is "" then.
    """

    number: int
    usage: UsageReported
    served: Served
    finish_reason: str = ""


ToolEvent = ToolStepStarted | ToolStepEnded | SourceFound | TurnEnded
