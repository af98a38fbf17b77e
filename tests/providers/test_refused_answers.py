"""What an answer that is not a 200 says, over real HTTP, and that no key gets out with it."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from panels.providers.errors import (
    AuthFailed,
    Overloaded,
    RateLimited,
)
from tests.providers.asking import ask_error
from tests.providers.conftest import KEY
from tests.providers.raw_servers import (
    OK,
    hangs,
    raw_server,
    says,
)


def refusal(status: str, body: str, *headers: str):
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers])
    return says(f"{head}\r\n\r\n{body}".encode())


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("Retry-After: 7", 7),
        ("Retry-After: 0.5", 0.5),
        ("Retry-After-Ms: 1500", 1.5),
        ("Retry-After: soon", None),
        ("Retry-After: -3", None),
        ("Retry-After: nan", None),
        ("X-Other: 7", None),
    ],
)
async def test_the_time_to_wait_is_read_from_the_headers(vendor_at, header, seconds):
    async with raw_server(refusal("429 Slow", "{}", header)) as base_url:
        error = await ask_error(vendor_at(base_url), "m")
    assert type(error) is RateLimited
    assert error.retry_after_seconds == seconds


async def test_the_time_to_wait_may_be_a_date(vendor_at):
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    async with raw_server(refusal("503 Busy", "", f"Retry-After: {later}")) as base_url:
        error = await ask_error(vendor_at(base_url), "m")
    assert type(error) is Overloaded
    assert 50 < error.retry_after_seconds <= 60


async def test_the_key_is_nowhere_in_an_error(vendor_at):
    body = f'{{"error": {{"message": "Wrong key {KEY}, and sk-other-0123456789abc too"}}}}'
    async with raw_server(refusal("401 No", body)) as base_url:
        error = await ask_error(vendor_at(base_url), "m")
    assert error.detail == "Wrong key [key], and [key] too"
    assert KEY not in repr(error)
    assert error.__cause__ is None


async def test_the_key_is_nowhere_in_an_error_of_the_stream(vendor_at):
    answer = says(OK + b"\r\n" + f'data: {{"error": "no {KEY}"}}\n\n'.encode())
    async with raw_server(answer) as base_url:
        error = await ask_error(vendor_at(base_url), "m")
    assert error.detail == "no [key]"


async def test_a_long_detail_is_cut_after_the_key_was_taken_out(vendor_at):
    body = "x" * 490 + KEY + "y" * 1000
    async with raw_server(refusal("500 Oops", body)) as base_url:
        error = await ask_error(vendor_at(base_url), "m")
    assert len(error.detail) == 500
    assert error.detail == "x" * 490 + "[key]" + "y" * 5


async def test_a_refusal_whose_body_never_comes_is_known_by_its_status(vendor_at, monkeypatch):
    monkeypatch.setattr("panels.providers.reading.REFUSAL_SECONDS", 0.1)
    head = b"HTTP/1.1 401 No\r\nContent-Length: 500\r\n\r\nhalf of"
    async with raw_server(says(head, then=hangs)) as base_url:
        assert type(await ask_error(vendor_at(base_url), "m")) is AuthFailed
