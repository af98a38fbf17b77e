"""Model lists in the background: how old they are, and that nobody waits for a slow vendor."""

import asyncio
from typing import Any

from panels.providers.errors import FirstTokenTimedOut, Unreachable
from panels.providers.known_lists import LIST_SECONDS, KnownLists
from panels.providers.requests import ModelInfo
from tests.providers.test_registry_lists import Clock, FakeProvider


class SlowProvider(FakeProvider):
    """Lists only once it is let."""

    def __init__(self, name: str, *slugs: str) -> None:
        super().__init__(name, *slugs)
        self.may_answer = asyncio.Event()

    async def list_models(self) -> list[ModelInfo]:
        await self.may_answer.wait()
        return await super().list_models()


def lists_of(*providers: Any, clock: Clock | None = None) -> KnownLists:
    return KnownLists({provider.name: provider for provider in providers}, clock or Clock())


async def test_a_slow_vendor_is_not_waited_for_and_its_list_comes_all_the_same() -> None:
    slow, quick = SlowProvider("slow", "s"), FakeProvider("quick", "q")
    lists = lists_of(slow, quick)
    found = await lists.fetch(["slow", "quick"], wait_seconds=0.02)
    assert isinstance(found["slow"], FirstTokenTimedOut)
    assert [model.slug for model in found["quick"]] == ["q"]
    slow.may_answer.set()
    found = await lists.fetch(["slow"], wait_seconds=5)
    assert ([model.slug for model in found["slow"]], slow.listed) == (["s"], 1)


async def test_two_that_need_the_same_list_ask_once() -> None:
    slow = SlowProvider("slow", "s")
    lists = lists_of(slow)
    asking = [asyncio.create_task(lists.fetch(["slow"], wait_seconds=5)) for _ in range(2)]
    await asyncio.sleep(0)
    slow.may_answer.set()
    await asyncio.gather(*asking)
    assert slow.listed == 1


async def test_a_list_has_an_age() -> None:
    clock = Clock()
    lists = lists_of(FakeProvider("a", "m"), FakeProvider("b", error=Unreachable()), clock=clock)
    assert lists.age_seconds("a") is None
    await lists.fetch(["a", "b"], wait_seconds=1)
    clock.now += 90
    assert (lists.age_seconds("a"), lists.age_seconds("b")) == (90, None)


async def test_a_failed_refresh_is_told_and_the_old_list_stays_known() -> None:
    clock, provider = Clock(), FakeProvider("a", "m")
    lists = lists_of(provider, clock=clock)
    await lists.fetch(["a"], wait_seconds=1)
    provider.error = Unreachable("gone")
    clock.now += LIST_SECONDS + 1
    found = await lists.fetch(["a"], wait_seconds=1)
    assert found["a"] is provider.error
    assert [model.slug for model in lists.models("a")] == ["m"]
    assert lists.find("a", "m") == ModelInfo(slug="m", context_tokens=100)
    assert lists.age_seconds("a") == LIST_SECONDS + 1


async def test_who_wants_a_newer_list_gets_one() -> None:
    clock, provider = Clock(), FakeProvider("a", "m")
    lists = lists_of(provider, clock=clock)
    await lists.fetch(["a"], wait_seconds=1)
    clock.now += 50
    await lists.fetch(["a"], wait_seconds=1, fresh_seconds=60)
    assert provider.listed == 1
    await lists.fetch(["a"], wait_seconds=1, fresh_seconds=40)
    assert provider.listed == 2


async def test_a_server_keeps_its_lists_fresh_without_being_asked() -> None:
    provider = FakeProvider("a", "m")
    lists = lists_of(provider)
    keeping = asyncio.create_task(lists.keep_fresh())
    while lists.models("a") is None:
        await asyncio.sleep(0)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert provider.listed == 1


async def test_closing_ends_a_fetch_that_is_under_way() -> None:
    lists = lists_of(SlowProvider("slow"))
    await lists.fetch(["slow"], wait_seconds=0)
    await lists.close()
    assert lists.models("slow") is None
