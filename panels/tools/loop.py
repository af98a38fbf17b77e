"""A call whose model may use tools: ask, run what it asks for, ask again, until it answers.

To whoever reads the events it is one call: one text, one sum of usage, one finish.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from panels.choices import Privacy
from panels.providers.client import Provider
from panels.providers.errors import PrivacyRefused, ProviderError
from panels.providers.requests import CompletionRequest, Message
from panels.providers.stream import (
    Finished,
    ReasoningDelta,
    ReasoningKept,
    Served,
    StreamEvent,
    TextDelta,
    ToolCalled,
    UsageReported,
)
from panels.tools.errors import StepsUsedUp
from panels.tools.events import SourceFound, ToolEvent, ToolStepEnded, ToolStepStarted, TurnEnded
from panels.tools.toolbox import Toolbox, ToolResult, failed
from panels.tools.usage import sum_of_turns

MOST_STEPS = 16
_ANSWER_NOW = "\n\nAll tool steps are used up. Call no more tools; write your whole answer now."

LoopEvent = StreamEvent | ToolEvent


async def run_with_tools(
    provider: Provider,
    request: CompletionRequest,
    toolbox: Toolbox,
    *,
    most_steps: int,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncGenerator[LoopEvent, None]:
    """The events of the whole call, ending with `Finished`. A step is one use of a tool.

    `UsageReported` counts all turns so far; `TurnEnded` has each turn's own. Close it with
    `contextlib.aclosing`, which closes the connection to the vendor.

    :raises ProviderError: as `Provider.stream`; a tool's failure is a result for the model.
    :raises ValueError: for a number of steps outside 1 to 16.
    """
    if not 1 <= most_steps <= MOST_STEPS:
        raise ValueError(f"A call has 1 to {MOST_STEPS} tool steps, not {most_steps}.")
    if request.reach != Privacy.THIRD_PARTY:
        # What is searched for, and which pages are read, tells what the question is.
        raise PrivacyRefused("Searching and reading the web asks third parties.")
    for message in request.messages:
        toolbox.remember(message.content)
    loop = _Loop(provider, request, toolbox, most_steps, clock)
    async with aclosing(loop.events()) as events:
        async for event in events:
            yield event


@dataclass
class _Turn:
    number: int
    text: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    details_json: str = ""
    calls: list[ToolCalled] = field(default_factory=list)
    usage: UsageReported = field(default_factory=UsageReported)
    served: Served = field(default_factory=Served)
    finish: Finished = field(default_factory=lambda: Finished(""))

    @property
    def has_text(self) -> bool:
        return bool("".join(self.text).strip())

    def ended(self) -> TurnEnded:
        return TurnEnded(
            number=self.number,
            usage=self.usage,
            served=self.served,
            finish_reason=self.finish.reason,
        )


class _Loop:
    def __init__(
        self,
        provider: Provider,
        request: CompletionRequest,
        toolbox: Toolbox,
        most_steps: int,
        clock: Callable[[], float],
    ) -> None:
        self._provider = provider
        # llama.cpp refuses a grammar beside tools.
        self._request = replace(request, tools=toolbox.specs(), grammar="")
        self._bare = replace(request, tools=(), tool_choice="")
        self._toolbox = toolbox
        self._most_steps = most_steps
        self._clock = clock
        self._messages = list(request.messages)
        self._steps = 0
        self._turns: list[_Turn] = []

    async def events(self) -> AsyncGenerator[LoopEvent, None]:
        while self._steps < self._most_steps:
            async for event in self._turn(self._request):
                yield event
            if not self._turns[-1].calls:
                yield self._turns[-1].finish
                return
            async for event in self._use_tools(self._turns[-1]):
                yield event
        async for event in self._last_turn():
            yield event

    async def _last_turn(self) -> AsyncGenerator[LoopEvent, None]:
        """The answer without more tools.

        They stay in the request, since some servers refuse the results of tools that it does not
        list; a server that overlooks "none" is asked once more without them.
        """
        async for event in self._turn(replace(self._request, tool_choice="none")):
            yield event
        if self._turns[-1].calls and not self._turns[-1].has_text:
            async for event in self._turn(self._bare):
                yield event
        yield self._turns[-1].finish

    async def _turn(self, request: CompletionRequest) -> AsyncGenerator[LoopEvent, None]:
        """One request; everything of it but its calls, its kept thoughts and its finish."""
        turn = _Turn(len(self._turns) + 1)
        self._turns.append(turn)
        asked = replace(request, messages=tuple(self._messages))
        try:
            async with aclosing(self._provider.stream(asked)) as stream:
                async for event in stream:
                    for each in self._take(turn, event):
                        yield each
        except ProviderError:
            if turn.number > 1:
                # Without this turn's usage the sum is no longer known.
                yield self._usage()
            yield turn.ended()
            raise
        yield turn.ended()

    def _take(self, turn: _Turn, event: StreamEvent) -> list[LoopEvent]:
        match event:
            case TextDelta(text):
                parts = [*self._gap_before(turn), event]
                turn.text.append(text)
                return parts
            case ReasoningDelta(text):
                turn.reasoning.append(text)
            case UsageReported():
                turn.usage = event
                return [self._usage()]
            case Served():
                turn.served = event
            case ReasoningKept(details_json):
                turn.details_json = details_json
                return []
            case ToolCalled():
                turn.calls.append(event)
                return []
            case Finished():
                turn.finish = event
                return []
        return [event]

    def _usage(self) -> UsageReported:
        return sum_of_turns([turn.usage for turn in self._turns])

    def _gap_before(self, turn: _Turn) -> list[LoopEvent]:
        """A blank line between the texts of two turns."""
        has_earlier = any(each.has_text for each in self._turns if each is not turn)
        return [TextDelta("\n\n")] if has_earlier and not turn.text else []

    async def _use_tools(self, turn: _Turn) -> AsyncGenerator[LoopEvent, None]:
        """Run the turn's calls side by side, and put call and result into the conversation."""
        calls = self._with_new_ids(turn.calls)
        first = self._steps + 1
        running = calls[: self._most_steps - self._steps]
        self._steps += len(running)
        for step, call in enumerate(running, first):
            yield ToolStepStarted(step=step, tool=call.name, arguments_json=call.arguments_json)
        done = await asyncio.gather(*(self._timed(call) for call in running))
        for step, (call, (result, seconds)) in enumerate(zip(running, done, strict=True), first):
            for event in _events_of(step, call, result, seconds):
                yield event
        unused = [failed(StepsUsedUp("All tool steps are used up."))] * (len(calls) - len(running))
        self._go_on(turn, calls, [*(result for result, _ in done), *unused])

    async def _timed(self, call: ToolCalled) -> tuple[ToolResult, float]:
        started_at = self._clock()
        result = await self._toolbox.run(call)
        return result, self._clock() - started_at

    def _go_on(
        self, turn: _Turn, calls: Sequence[ToolCalled], results: Sequence[ToolResult]
    ) -> None:
        texts = [result.text for result in results]
        if self._steps >= self._most_steps:
            # In the result: some chat templates refuse a user's message behind one.
            texts[-1] += _ANSWER_NOW
        asked = Message(
            "assistant",
            "".join(turn.text),
            tool_calls=tuple(calls),
            reasoning="".join(turn.reasoning),
            reasoning_details_json=turn.details_json,
        )
        answers = [
            Message("tool", text, tool_call_id=call.id)
            for call, text in zip(calls, texts, strict=True)
        ]
        self._messages += [asked, *answers]

    def _with_new_ids(self, calls: Sequence[ToolCalled]) -> list[ToolCalled]:
        """Servers that number calls in each answer anew would have two results under one id."""
        taken = {call.id for message in self._messages for call in message.tool_calls}
        renewed = []
        for call in calls:
            number, new_id = 1, call.id
            while new_id in taken:
                number += 1
                new_id = f"{call.id}_{number}"
            taken.add(new_id)
            renewed.append(replace(call, id=new_id))
        return renewed


def _events_of(
    step: int, call: ToolCalled, result: ToolResult, seconds: float
) -> list[SourceFound | ToolStepEnded]:
    found = [
        SourceFound(step=step, url=source.url, title=source.title, is_fetched=source.is_fetched)
        for source in result.sources
    ]
    ended = ToolStepEnded(
        step=step,
        tool=call.name,
        seconds=seconds,
        characters=len(result.text),
        error_code=result.error_code,
        detail=result.detail,
    )
    return [*found, ended]
