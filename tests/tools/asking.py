"""Runs a call with tools to its end and keeps what came of it."""

from contextlib import aclosing
from typing import Any

from panels.providers.client import Provider
from panels.providers.errors import ProviderError
from panels.providers.requests import CompletionRequest, Message
from panels.providers.scripts import Script, ScriptedToolCall, ScriptedUsage
from panels.tools.loop import LoopEvent, run_with_tools
from panels.tools.toolbox import Toolbox
from tests.providers.streams import merged
from tests.tools.doubles import HITS, Engine, Pages

SEARCH = ("web_search", '{"query":"why"}')
FETCH = ("web_fetch", '{"url":"https://a.example/one"}')


def toolbox(**changes: object) -> Toolbox:
    values = {"engine": Engine(*HITS), "fetcher": Pages(one="Words."), "nonce": "n0", **changes}
    return Toolbox(**values)


def request_for(model: str, prompt: str = "Why?", **changes: Any) -> CompletionRequest:
    return CompletionRequest(model=model, messages=(Message("user", prompt),), **changes)


async def run(
    provider: Provider, toolbox: Toolbox, *, most_steps: int = 4, **request: Any
) -> tuple[list[LoopEvent], ProviderError | None]:
    events: list[LoopEvent] = []
    asked = request_for("m", **request)
    ticks = iter(range(1000))
    loop = run_with_tools(
        provider, asked, toolbox, most_steps=most_steps, clock=lambda: float(next(ticks))
    )
    try:
        async with aclosing(loop) as stream:
            async for event in stream:
                events.append(event)  # noqa: PERF401 (they must outlive the error)
    except ProviderError as error:
        return merged(events), error
    return merged(events), None


def script(*turns: Script) -> Script:
    """One script whose attempts are these turns."""
    chained: Script | None = None
    for turn in reversed(turns):
        values = {name: getattr(turn, name) for name in turn.__dataclass_fields__}
        chained = Script(**{**values, "then": chained})
    assert chained is not None
    return chained


def asks(*calls: tuple[str, str], **changes: Any) -> Script:
    """A turn that calls these tools, with one token in and one out."""
    tools = tuple(ScriptedToolCall(name=name, arguments_json=given) for name, given in calls)
    return Script(
        **{"tool_calls": tools, "usage": ScriptedUsage(tokens_in=1, tokens_out=1), **changes}
    )


def of_kind(events: list[Any], *kinds: type) -> list[Any]:
    return [event for event in events if isinstance(event, kinds)]
