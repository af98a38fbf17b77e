from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from panels.providers.http import http_client
from panels.providers.openai_compatible import OpenAICompatible
from panels.providers.requests import Timeouts
from panels.providers.scripted_server import serve_scripts
from panels.providers.scripts import Script, ScriptBook

#: Long enough for a busy machine where nothing is meant to time out.
PATIENT = Timeouts(connect_seconds=5, first_token_seconds=10, silence_seconds=10)
KEY = "sk-test-0123456789abcdef"


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as exits:
        yield exits


@pytest.fixture
def vendor_at(stack: AsyncExitStack) -> Callable[..., OpenAICompatible]:
    """A provider that talks real HTTP to an address."""

    def make(base_url: str, kind: type[OpenAICompatible] = OpenAICompatible, **changes: Any):
        client = http_client()
        stack.push_async_callback(client.aclose)
        values: dict[str, Any] = {"name": "vendor", "api_key": KEY, "timeouts": PATIENT, **changes}
        return kind(base_url=base_url, client=client, **values)

    return make


@pytest.fixture
def scripted_vendor(
    stack: AsyncExitStack, vendor_at: Callable[..., OpenAICompatible]
) -> Callable[..., Awaitable[tuple[OpenAICompatible, ScriptBook]]]:
    """A provider that talks real HTTP to a server that plays scripts."""

    async def make(scripts: dict[str, Script], **changes: Any):
        book = ScriptBook(scripts)
        base_url = await stack.enter_async_context(serve_scripts(book))
        return vendor_at(base_url, **changes), book

    return make
