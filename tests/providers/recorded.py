"""The streams of `streams/<server>/*.sse`, and what each of them says by its `.json`."""

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from panels.providers.errors import ProviderError
from panels.providers.stream import (
    Cited,
    Finished,
    ReasoningDelta,
    ReasoningKept,
    Served,
    StreamEvent,
    TextDelta,
    ToolCalled,
    UsageReported,
)

STREAMS_DIR = Path(__file__).parent / "streams"
#: About the recording, not about its content.
_ABOUT = ("shows", "sources")


@dataclass(frozen=True)
class Recording:
    path: Path

    @property
    def server(self) -> str:
        return self.path.parent.name

    @cached_property
    def stream(self) -> bytes:
        return self.path.read_bytes()

    @cached_property
    def _description(self) -> dict[str, Any]:
        return json.loads(self.path.with_suffix(".json").read_text())

    @property
    def about(self) -> dict[str, Any]:
        return {name: self._description[name] for name in _ABOUT}

    @property
    def expected(self) -> dict[str, Any]:
        return {name: value for name, value in self._description.items() if name not in _ABOUT}


RECORDINGS = [Recording(path) for path in sorted(STREAMS_DIR.glob("*/*.sse"))]
NAMES = [f"{each.server}/{each.path.stem}" for each in RECORDINGS]


def summary_of(events: list[StreamEvent], error: ProviderError | None) -> dict[str, Any]:
    """What an expectation holds, without what is empty."""
    summary = {
        "served": _filled([each for each in events if isinstance(each, Served)]),
        "reasoning": "".join(each.text for each in events if isinstance(each, ReasoningDelta)),
        "text": "".join(each.text for each in events if isinstance(each, TextDelta)),
        "calls": [_call(each) for each in events if isinstance(each, ToolCalled)],
        "kept": [
            detail
            for each in events
            if isinstance(each, ReasoningKept)
            for detail in json.loads(each.details_json)
        ],
        "cited": [[each.url, each.title] for each in events if isinstance(each, Cited)],
        "usage": _filled([each for each in events if isinstance(each, UsageReported)]),
        "finish": next(
            ([each.reason, each.native_reason] for each in events if isinstance(each, Finished)), []
        ),
        "error": [error.error_code, error.detail] if error is not None else [],
    }
    return {name: value for name, value in summary.items() if value}


def _filled(events: list[Any]) -> dict[str, Any]:
    """The last of its kind: each completes the one before."""
    fields = asdict(events[-1]) if events else {}
    said = {name: value for name, value in fields.items() if value not in (None, "")}
    return said | ({"cost_usd": str(said["cost_usd"])} if "cost_usd" in said else {})


def _call(call: ToolCalled) -> list[Any]:
    extra = [json.loads(call.extra_json)] if call.extra_json else []
    return [call.id, call.name, call.arguments_json, *extra]
