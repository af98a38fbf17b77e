"""What the engine needs of a provider."""

from collections.abc import AsyncGenerator
from typing import Protocol, runtime_checkable

from panels.choices import Privacy
from panels.providers.requests import CompletionRequest, ModelInfo, WebAccess
from panels.providers.stream import StreamEvent, UsageReported


class Provider(Protocol):
    name: str
    #: Calls cost nothing, because they run on this machine.
    is_free: bool
    #: Who gets to read what it is sent.
    privacy: Privacy
    #: It takes the wish that what it is sent is neither kept nor trained on.
    can_refuse_data_collection: bool

    def stream(self, request: CompletionRequest) -> AsyncGenerator[StreamEvent, None]:
        """Yield the events of one attempt, ending with `Finished`.

        Closing it (`contextlib.aclosing`) closes the connection to the vendor.

        :raises ProviderError: whatever goes wrong; nothing else.
        """
        ...

    def serves_web(self, model: str, web: WebAccess) -> bool:
        """Whether the provider itself searches and fetches for that model, within these limits.

        If so, `CompletionRequest.web` asks for it; if not, `panels.tools.loop` does it here.
        """
        ...

    async def list_models(self) -> list[ModelInfo]:
        """:raises ProviderError: when the list can't be had."""
        ...

    def lists_model(self, slug: str, listed: frozenset[str]) -> bool:
        """Whether a model list with these slugs means that this one is there."""
        ...

    async def close(self) -> None: ...


@runtime_checkable
class KeepsRecords(Protocol):
    """A provider that tells afterwards what a call used and cost, by its generation id."""

    async def usage_of(self, generation_id: str) -> UsageReported | None:
        """None where there is no record, or not yet.

        :raises ProviderError: when it can't be asked.
        """
        ...


@runtime_checkable
class ChecksKey(Protocol):
    """A provider that says for nothing whether its key works; of others the model list tells."""

    async def check_key(self) -> None:
        """:raises ProviderError: when it does not work, or nobody answers."""
        ...
