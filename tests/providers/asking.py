"""Asks a provider and keeps what came of it."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

from panels.providers.client import Provider
from panels.providers.errors import ProviderError
from panels.providers.requests import CompletionRequest, Message
from panels.providers.stream import StreamEvent, TextDelta
from tests.providers.streams import merged


def request_for(model: str, prompt: str = "Why?", **changes: Any) -> CompletionRequest:
    return CompletionRequest(model=model, messages=(Message("user", prompt),), **changes)


async def ask(
    provider: Provider, model: str, prompt: str = "Why?", **changes: Any
) -> tuple[list[StreamEvent], ProviderError | None]:
    events: list[StreamEvent] = []
    try:
        async with aclosing(provider.stream(request_for(model, prompt, **changes))) as stream:
            async for event in stream:
                events.append(event)  # noqa: PERF401 (they must outlive the error)
    except ProviderError as error:
        return merged(events), error
    return merged(events), None


async def ask_error(provider: Provider, model: str, **changes: Any) -> ProviderError:
    _, error = await ask(provider, model, **changes)
    assert error is not None, "The answer came without an error."
    return error


def text_of(events: list[StreamEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)
