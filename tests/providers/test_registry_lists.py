"""What is known of the models, and how long that counts."""

from panels.providers.errors import Unreachable
from panels.providers.known_lists import FAILED_LIST_SECONDS, LIST_SECONDS
from panels.providers.registry import LOCAL_MODEL, Registry
from panels.providers.requests import ModelInfo


class FakeProvider:
    """Lists models, or fails to, and counts how often it was asked."""

    is_free = False

    def __init__(self, name: str, *slugs: str, error: Exception | None = None) -> None:
        self.name = name
        self.slugs = slugs
        self.error = error
        self.listed = 0
        self.is_closed = False

    async def list_models(self) -> list[ModelInfo]:
        self.listed += 1
        if self.error:
            raise self.error
        return [ModelInfo(slug=slug, context_tokens=100) for slug in self.slugs]

    async def close(self) -> None:
        self.is_closed = True


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_an_endpoint_without_a_model_offers_its_first_once_the_list_is_known():
    registry = Registry([FakeProvider("scripted", "s"), FakeProvider("mine", "m1", "m2")])
    assert registry.best_model() == LOCAL_MODEL
    await registry.list_models()
    assert registry.best_model() == "mine:m1"


async def test_lists_are_by_provider_and_an_error_is_one_of_them():
    error = Unreachable("gone")
    registry = Registry([FakeProvider("a", "m"), FakeProvider("b", error=error)])
    lists = await registry.list_models()
    assert lists == {"a": [ModelInfo(slug="m", context_tokens=100)], "b": error}
    assert list(lists) == ["a", "b"]


async def test_a_list_is_asked_for_again_only_when_it_is_old():
    clock, good, bad = Clock(), FakeProvider("a", "m"), FakeProvider("b", error=Unreachable())
    registry = Registry([good, bad], clock=clock)
    counts = []
    for seconds in (0, FAILED_LIST_SECONDS - 1, 2, LIST_SECONDS):
        clock.now += seconds
        await registry.list_models()
        counts.append((good.listed, bad.listed))
    assert counts == [(1, 1), (1, 1), (1, 2), (2, 3)]


async def test_info_is_what_the_last_list_said_and_never_asks():
    provider = FakeProvider("a", "m")
    registry = Registry([provider, FakeProvider("b", error=Unreachable())])
    assert registry.info("a:m") is None
    assert provider.listed == 0
    await registry.list_models()
    assert registry.info("a:m") == ModelInfo(slug="m", context_tokens=100)
    assert registry.info("a:other") is None
    assert registry.info("b:m") is None
    assert registry.info("nobody:m") is None


async def test_closing_closes_every_provider():
    providers = [FakeProvider("a"), FakeProvider("b")]
    await Registry(providers).close()
    assert all(provider.is_closed for provider in providers)
