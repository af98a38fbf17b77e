"""Hands the events of an open call on, and remembers what its row will need."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from panels.choices import CallState, CostSource
from panels.engine import records
from panels.engine.events import CallChanged, TextArrived
from panels.engine.tools import Tools
from panels.engine.web_notes import WebNotes
from panels.providers.errors import ProviderError
from panels.providers.stream import (
    Cited,
    Finished,
    ReasoningDelta,
    Served,
    TextDelta,
    UsageReported,
)
from panels.tools.events import SourceFound, ToolStepEnded, ToolStepStarted, TurnEnded
from panels.tools.loop import LoopEvent

#: Called with each new piece of the call's text, while it streams.
OnText = Callable[[str], Awaitable[None]]


class Relay:
    """Hands a call's events on, and remembers what its row will need."""

    def __init__(self, run_id: str, call_id: int, tools: Tools, on_text: OnText | None) -> None:
        self.run_id = run_id
        self.call_id = call_id
        self.tools = tools
        self._on_text = on_text
        self._parts: dict[bool, list[str]] = {False: [], True: []}
        self._lengths = {False: 0, True: 0}
        self.fate = records.CallFate(state=CallState.DONE)
        #: The provider tells afterwards what a call cost, if one knows its generation id.
        self.keeps_records = False
        self.first_token_at: datetime | None = None
        self.web = WebNotes(
            call_id, tools.now, lambda: tools.publish(CallChanged(run_id=run_id, call_id=call_id))
        )

    async def take(self, event: LoopEvent) -> None:
        match event:
            case TextDelta(text):
                await self._take_text(text, is_reasoning=False)
                if self._on_text:
                    await self._on_text(text)
            case ReasoningDelta(text):
                await self._take_text(text, is_reasoning=True)
            case UsageReported():
                self._take_usage(event)
            case Served():
                await self._take_served(event)
            case Finished():
                self.fate = replace(
                    self.fate,
                    finish_reason=event.reason[:40],
                    native_finish_reason=event.native_reason[:40],
                )
            case ToolStepStarted() | ToolStepEnded() | SourceFound() | TurnEnded() | Cited():
                await self.web.take(event)

    async def _take_served(self, served: Served) -> None:
        is_new = bool(served.generation_id) and not self.fate.generation_id
        self.fate = replace(
            self.fate,
            model_served=served.model[:200] or self.fate.model_served,
            provider_served=served.provider[:100] or self.fate.provider_served,
            generation_id=served.generation_id[:200] or self.fate.generation_id,
        )
        if is_new and self.keeps_records:
            # Now, so that even a killed process leaves it behind.
            await records.in_database(records.note_generation)(
                self.call_id, self.fate.generation_id
            )

    async def _take_text(self, text: str, *, is_reasoning: bool) -> None:
        is_first = not any(self._lengths.values())
        self.tools.publish(
            TextArrived(
                run_id=self.run_id,
                call_id=self.call_id,
                offset=self._lengths[is_reasoning],
                text=text,
                is_reasoning=is_reasoning,
            )
        )
        self._parts[is_reasoning].append(text)
        self._lengths[is_reasoning] += len(text)
        self.tools.texts.append(self.call_id, text, is_reasoning=is_reasoning)
        if is_first:
            now = self.first_token_at = self.tools.now()
            await records.in_database(records.mark_streaming)(self.call_id, now=now)
            self.tools.publish(CallChanged(run_id=self.run_id, call_id=self.call_id))

    def _take_usage(self, usage: UsageReported) -> None:
        self.fate = replace(
            self.fate,
            tokens_in=usage.tokens_in,
            tokens_out=usage.tokens_out,
            tokens_reasoning=usage.tokens_reasoning,
            tokens_cached=usage.tokens_cached,
            cost_usd=usage.cost_usd,
            cost_source=CostSource.UNKNOWN if usage.cost_usd is None else CostSource.REPORTED,
        )

    def failed(self, error: ProviderError) -> records.CallFate:
        fate = self.ended(CallState.FAILED, code=error.error_code, detail=error.detail)
        return replace(fate, retry_after_seconds=error.retry_after_seconds)

    def ended(self, state: CallState, *, code: str = "", detail: str = "") -> records.CallFate:
        if self.web.is_in_later_turn:
            self._take_usage(UsageReported())
        return replace(
            self.fate,
            state=state,
            error_code=code,
            error_detail=detail,
            text="".join(self._parts[False]),
            reasoning="".join(self._parts[True]),
            sources=self.web.sources,
        )
