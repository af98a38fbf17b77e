"""A provider whose next answer is broken on purpose (`drills.py`), at the boundary to the vendor.

Faults in the middle ask the real model and close its stream after the first words; all others send
nothing, so they cost nothing.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from panels.providers.client import Provider
from panels.providers.errors import (
    ContentRefused,
    ContextOverflow,
    EmptyAnswer,
    FirstTokenTimedOut,
    ProviderError,
    SilenceTimedOut,
    StreamBroken,
    Unreachable,
    UnreadableStream,
)
from panels.providers.refusals import ErrorReport, error_of_answer
from panels.providers.requests import CompletionRequest, ModelInfo, Timeouts, WebAccess
from panels.providers.stream import StreamEvent, TextDelta

WORDS = "A drill: FUSIONWEB_DRILL breaks this call on purpose."
#: Pieces of text that come before a fault in the middle.
PIECES_BEFORE = 3
_IN_THE_MIDDLE = {"cut": StreamBroken, "silence": SilenceTimedOut}
_AT_ONCE: dict[str, type[ProviderError]] = {
    "empty": EmptyAnswer,
    "hang": FirstTokenTimedOut,
    "overflow": ContextOverflow,
    "refusal": ContentRefused,
    "unreachable": Unreachable,
    "unreadable": UnreadableStream,
}


class BrokenOnPurpose:
    def __init__(self, provider: Provider, fault: str, *, timeouts: Timeouts) -> None:
        """`fault`: a key of `drills.FAULTS`, or a status."""
        self.name = provider.name
        self.privacy = provider.privacy
        self.can_refuse_data_collection = provider.can_refuse_data_collection
        self.is_free = provider.is_free or fault not in _IN_THE_MIDDLE
        self._provider = provider
        self._fault = fault
        self._timeouts = timeouts

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[StreamEvent, None]:
        if self._fault in _IN_THE_MIDDLE:
            async with aclosing(self._beginning(request)) as events:
                async for event in events:
                    yield event
        if self._fault == "silence":
            await asyncio.sleep(self._timeouts.silence_seconds)
        if self._fault == "hang":
            await asyncio.sleep(self._timeouts.first_token_seconds)
        raise self._error()

    async def _beginning(self, request: CompletionRequest) -> AsyncGenerator[StreamEvent, None]:
        pieces = 0
        async with aclosing(self._provider.stream(request)) as events:
            async for event in events:
                yield event
                pieces += isinstance(event, TextDelta)
                if pieces == PIECES_BEFORE:
                    return

    def _error(self) -> ProviderError:
        error = _IN_THE_MIDDLE.get(self._fault) or _AT_ONCE.get(self._fault)
        if error is not None:
            return error(WORDS)
        return error_of_answer(int(self._fault), ErrorReport(message=WORDS))

    # As the provider itself

    def serves_web(self, model: str, web: WebAccess) -> bool:
        return self._provider.serves_web(model, web)

    async def list_models(self) -> list[ModelInfo]:
        return await self._provider.list_models()

    def lists_model(self, slug: str, listed: frozenset[str]) -> bool:
        return self._provider.lists_model(slug, listed)

    async def close(self) -> None:
        await self._provider.close()
