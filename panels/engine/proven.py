"""A provider that is asked only while this process can show that the run is its own.

A call with web tools sends several requests, each of which costs money.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from panels.engine.leases import Lease
from panels.providers.client import Provider
from panels.providers.requests import CompletionRequest, ModelInfo, WebAccess
from panels.providers.stream import StreamEvent


class Proven:
    def __init__(self, provider: Provider, lease: Lease) -> None:
        self.name = provider.name
        self.is_free = provider.is_free
        self.privacy = provider.privacy
        self.can_refuse_data_collection = provider.can_refuse_data_collection
        self._provider = provider
        self._lease = lease

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[StreamEvent, None]:
        """:raises LeaseLost: before anything is sent."""
        await self._lease.prove()
        async with aclosing(self._provider.stream(request)) as events:
            async for event in events:
                yield event

    # As the provider itself

    def serves_web(self, model: str, web: WebAccess) -> bool:
        return self._provider.serves_web(model, web)

    async def list_models(self) -> list[ModelInfo]:
        return await self._provider.list_models()

    def lists_model(self, slug: str, listed: frozenset[str]) -> bool:
        return self._provider.lists_model(slug, listed)

    async def close(self) -> None:
        await self._provider.close()
