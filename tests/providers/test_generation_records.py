"""OpenRouter over real HTTP: what a broken call cost, and whether the key works, for nothing."""

from contextlib import AsyncExitStack
from decimal import Decimal
from typing import Any

import pytest

from panels.providers.client import ChecksKey, KeepsRecords
from panels.providers.completion_chunks import recorded_usage
from panels.providers.errors import AuthFailed, PaymentRequired, UnreadableStream
from panels.providers.openai_compatible import OpenAICompatible
from panels.providers.openrouter import OpenRouter
from panels.providers.scripts import Script
from panels.providers.stream import UsageReported
from tests.paid_vendor import PaidVendor, serve_vendor
from tests.providers.asking import ask
from tests.providers.conftest import KEY
from tests.providers.raw_servers import OK, raw_server, says


@pytest.fixture
def vendor() -> PaidVendor:
    return PaidVendor()


@pytest.fixture
async def router(vendor: PaidVendor, stack: AsyncExitStack, vendor_at: Any) -> OpenRouter:
    return vendor_at(await stack.enter_async_context(serve_vendor(vendor)), OpenRouter)


async def test_the_record_of_a_cut_stream_has_its_tokens_and_its_cost(
    vendor: PaidVendor, router: OpenRouter
) -> None:
    vendor.scripts(m=Script(text="one two three four", fault="cut", fault_after_tokens=3))
    await ask(router, "m", "Why so?")
    charge = vendor.log[0]
    assert await router.usage_of(charge.generation_id) == UsageReported(
        tokens_in=2, tokens_out=3, cost_usd=charge.cost_usd
    )


async def test_no_record_and_no_record_yet_are_none(vendor: PaidVendor, router: OpenRouter) -> None:
    vendor.scripts(m="Yes.")
    vendor.lag = 1
    await ask(router, "m")
    generation_id = vendor.log[0].generation_id
    assert await router.usage_of("gen-other") is None
    assert await router.usage_of(generation_id) is None
    assert (await router.usage_of(generation_id)).tokens_out == 1


async def test_an_id_can_not_leave_its_parameter(vendor: PaidVendor, router: OpenRouter) -> None:
    assert await router.usage_of("x&admin=1#/../key") is None
    assert vendor.asked == ["GET /generation"]


async def test_with_a_key_of_ones_own_the_fee_and_the_vendors_price_add_up() -> None:
    record = {"total_cost": Decimal("0.01"), "is_byok": True}
    with_price = record | {"upstream_inference_cost": Decimal("0.2")}
    assert recorded_usage(record).cost_usd is None
    assert recorded_usage(with_price).cost_usd == Decimal("0.21")


async def test_a_key_that_works_is_silent_and_asks_nothing_else(
    vendor: PaidVendor, router: OpenRouter
) -> None:
    vendor.limit_remaining = 4.5
    assert await router.check_key() is None
    assert vendor.asked == ["GET /key"]


async def test_a_bad_key_and_a_used_up_one_are_told_without_the_key(
    vendor: PaidVendor, router: OpenRouter
) -> None:
    vendor.key_status = 401
    with pytest.raises(AuthFailed) as refused:
        await router.check_key()
    assert KEY not in str(refused.value)
    vendor.key_status, vendor.limit_remaining = 200, 0
    with pytest.raises(PaymentRequired):
        await router.check_key()


async def test_an_answer_without_data_is_an_error_with_a_name(vendor_at: Any) -> None:
    for body in (b"[]", b"nonsense", b'{"no": 1}'):
        head = OK + b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n"
        async with raw_server(says(head + body)) as base_url:
            with pytest.raises(UnreadableStream):
                await vendor_at(base_url, OpenRouter).check_key()


def test_both_are_optional(vendor_at: Any) -> None:
    plain, router = vendor_at("http://127.0.0.1/v1"), vendor_at("http://127.0.0.1/v1", OpenRouter)
    assert isinstance(router, KeepsRecords)
    assert isinstance(router, ChecksKey)
    assert not isinstance(plain, KeepsRecords | ChecksKey)


@pytest.mark.parametrize(
    ("slug", "is_listed"),
    [
        ("google/flash", True),
        ("google/flash:nitro", True),
        ("~google/flash-latest", True),
        ("openrouter/auto", True),
        ("google/flesh", False),
    ],
)
def test_variants_aliases_and_routers_count_as_listed(
    vendor_at: Any, slug: str, is_listed: bool
) -> None:
    router = vendor_at("http://127.0.0.1/v1", OpenRouter)
    assert router.lists_model(slug, frozenset({"google/flash"})) is is_listed


def test_elsewhere_a_slug_must_be_in_the_list(vendor_at: Any) -> None:
    plain: OpenAICompatible = vendor_at("http://127.0.0.1/v1")
    listed = frozenset({"qwen3:latest", "team/*"})
    known = [plain.lists_model(slug, listed) for slug in ("qwen3", "qwen3:latest", "team/a", "q")]
    assert known == [True, True, True, False]
