"""The free pre-flight, over real HTTP: models and keys, a few seconds at most, nothing paid."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from panels.engine.preflight import Finding, check_models
from panels.providers.http import plain_client
from panels.providers.openai_compatible import OpenAICompatible
from panels.providers.openrouter import OpenRouter
from panels.providers.registry import Registry
from tests.engine.paid_room import PATIENT
from tests.paid_vendor import PaidVendor, serve_vendor
from tests.providers.raw_servers import hangs, raw_server


@pytest.fixture
def vendor() -> PaidVendor:
    vendor = PaidVendor()
    vendor.scripts(good="x", better="y")
    return vendor


@pytest.fixture
async def registry(vendor: PaidVendor) -> AsyncIterator[Registry]:
    client = plain_client()
    async with serve_vendor(vendor) as base_url:
        settings = {"base_url": base_url, "client": client, "timeouts": PATIENT}
        yield Registry(
            [
                OpenRouter(name="openrouter", api_key="sk-test-0123456789", **settings),
                OpenAICompatible(name="own", **settings),
            ]
        )
    await client.aclose()


async def test_models_that_are_there_and_a_key_that_works_find_nothing(
    registry: Registry, vendor: PaidVendor
) -> None:
    assert await check_models(["openrouter:good", "own:better"], registry) == {}
    assert sorted(vendor.asked) == ["GET /key", "GET /models", "GET /models"]
    assert vendor.log == []


async def test_a_model_that_is_not_listed_is_a_problem(registry: Registry) -> None:
    found = await check_models(["openrouter:good", "own:gone"], registry)
    assert found == {"own:gone": Finding(is_problem=True)}


async def test_a_bad_key_is_a_problem_of_every_model_behind_it(
    registry: Registry, vendor: PaidVendor
) -> None:
    vendor.key_status = 401
    found = await check_models(["openrouter:good", "openrouter:better", "own:good"], registry)
    assert set(found) == {"openrouter:good", "openrouter:better"}
    assert {finding.error_code for finding in found.values()} == {"auth_failed"}
    assert all(finding.is_problem for finding in found.values())


async def test_a_used_up_key_is_a_problem(registry: Registry, vendor: PaidVendor) -> None:
    vendor.limit_remaining = 0
    found = await check_models(["openrouter:good"], registry)
    assert found["openrouter:good"].error_code == "payment_required"


async def test_a_list_that_fails_is_a_doubt(registry: Registry, vendor: PaidVendor) -> None:
    vendor.has_list = False
    found = await check_models(["own:good"], registry)
    assert found["own:good"].is_problem is False
    assert found["own:good"].error_code == "overloaded"


async def test_an_earlier_list_will_do_where_no_newer_one_comes(
    registry: Registry, vendor: PaidVendor
) -> None:
    await registry.list_models()
    vendor.has_list = False
    await registry.list_models_of(["own"], wait_seconds=5, fresh_seconds=0)
    found = await check_models(["own:good", "own:gone"], registry)
    assert found["own:gone"] == Finding(is_problem=True)
    assert found["own:good"].is_problem is False


async def test_a_key_check_that_fails_on_the_vendors_side_is_a_doubt(
    registry: Registry, vendor: PaidVendor
) -> None:
    vendor.key_status = 503
    found = await check_models(["openrouter:good"], registry)
    assert (found["openrouter:good"].is_problem, found["openrouter:good"].error_code) == (
        False,
        "overloaded",
    )


async def test_a_vendor_that_says_nothing_is_not_waited_for() -> None:
    client = plain_client()
    async with raw_server(hangs) as base_url:
        silent = OpenRouter(
            name="openrouter", base_url=base_url, client=client, timeouts=PATIENT, api_key="k" * 20
        )
        registry = Registry([silent])
        began = time.monotonic()
        found = await check_models(["openrouter:good"], registry, wait_seconds=0.1)
        assert time.monotonic() - began < 2
        assert found["openrouter:good"].is_problem is False
        await registry.close()
    await asyncio.sleep(0)
    await client.aclose()


async def test_what_is_free_or_not_configured_is_asked_nothing(
    registry: Registry, vendor: PaidVendor
) -> None:
    assert await check_models(["nowhere:x", "no-model"], registry) == {}
    assert vendor.asked == []
