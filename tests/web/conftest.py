"""The pages with made-up providers, and an engine that only notes what it was asked to do."""

from collections.abc import AsyncIterator, Iterator
from uuid import UUID

import pytest
from django.contrib.auth.models import User

from panels.choices import Privacy
from panels.engine import dispatch, providers
from panels.engine.events import RunEvent
from panels.models import Run
from panels.providers.client import Provider
from panels.providers.errors import ProviderError, Unreachable
from panels.providers.registry import Registry
from panels.providers.requests import CompletionRequest, ModelInfo, WebAccess
from panels.providers.stream import StreamEvent
from tests.web.lanes import add_escalated, add_single

_PRIVACY = {"local": Privacy.THIS_MACHINE, "own": Privacy.OWN_NETWORK}


class ListedProvider:
    """A provider that has models, and is never asked anything."""

    def __init__(self, name: str, *models: ModelInfo, error: ProviderError | None = None) -> None:
        self.name = name
        self.is_free = name == "local"
        self.privacy = _PRIVACY.get(name, Privacy.THIRD_PARTY)
        self.can_refuse_data_collection = name == "openrouter"
        self._models = list(models)
        self._error = error

    def stream(self, request: CompletionRequest) -> AsyncIterator[StreamEvent]:
        raise AssertionError("The pages ask no model anything.")

    def serves_web(self, model: str, web: WebAccess) -> bool:
        return self.name == "openrouter"

    def lists_model(self, slug: str, listed: frozenset[str]) -> bool:
        return slug in listed

    async def list_models(self) -> list[ModelInfo]:
        if self._error:
            raise self._error
        return self._models

    async def close(self) -> None: ...


class NotingDispatcher:
    """Notes the runs that were launched."""

    def __init__(self) -> None:
        self.launched: list[UUID | str] = []

    def publish(self, event: RunEvent) -> None: ...

    async def launch(self, run_id: UUID | str) -> None:
        self.launched.append(run_id)

    async def stop_call(self, call_id: int) -> None: ...


def with_vendor() -> Registry:
    """A paid vendor, the local model, and one vendor whose key is missing."""
    listed: list[Provider] = [
        ListedProvider("openrouter", ModelInfo(slug="google/flash", name="Flash <b>3</b>")),
        ListedProvider("local", ModelInfo(slug="smollm2-135m", name="SmolLM2")),
        ListedProvider("own", error=Unreachable("no route")),
    ]
    return Registry(
        listed,
        unavailable={"openai": "Set OPENAI_API_KEY, then start the server again."},
        best_models=["openrouter:google/flash"],
    )


def with_local_model_only() -> Registry:
    return Registry([ListedProvider("local")])


@pytest.fixture(autouse=True)
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    use_registry(monkeypatch, with_vendor())
    yield
    providers.registry.cache_clear()


@pytest.fixture
def local_model_only(monkeypatch: pytest.MonkeyPatch) -> None:
    use_registry(monkeypatch, with_local_model_only())


def use_registry(monkeypatch: pytest.MonkeyPatch, registry: Registry) -> None:
    providers.registry.cache_clear()
    monkeypatch.setattr(providers, "registry_from_environment", lambda _: registry)


@pytest.fixture(autouse=True)
def engine() -> Iterator[NotingDispatcher]:
    noting = NotingDispatcher()
    dispatch.install(noting)
    yield noting
    dispatch._installed.clear()


@pytest.fixture
def single(owner: User) -> Run:
    return add_single(owner)


@pytest.fixture
def escalated(owner: User, single: Run) -> Run:
    return add_escalated(owner, single)
