"""Whatever is written in a URL: it is refused, or it means one place only."""

import time
from ipaddress import IPv4Address, IPv6Address

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panels.tools.addresses import redirected, target_of, what_is_not_public
from panels.tools.errors import BadAddress, FetchRefused, OddSpelling
from panels.tools.found_addresses import FoundAddresses

ANY_IPV4 = st.integers(0, 2**32 - 1).map(IPv4Address)
PARTS = st.sampled_from(
    ["http://", "https:", "//", "/", "\\", "@", ":", "#", "?", "%2e", "%00", "[", "]", "::1", ".",
     "127.0.0.1", "a.example", "localhost", "0x7f", "１", "。", "é", "xn--", "80", " ", "\t", "-"]
)  # fmt: skip
ANY_URL = st.one_of(
    st.text(max_size=40),
    st.lists(PARTS, max_size=8).map("".join),
    st.lists(PARTS, max_size=8).map(lambda parts: "http://" + "".join(parts)),
)


def spellings(address: IPv4Address) -> list[str]:
    """Those that some resolver or browser reads as this address, and that are not the usual one."""
    number, (a, b, c, d) = int(address), address.packed
    return [
        f"{number}",
        f"{number:#x}",
        f"0{number:o}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"{a:#x}.{b:#x}.{c:#x}.{d:#x}",
        f"{a}.{number & 0xFFFFFF}",
        f"{a}.{b}.{number & 0xFFFF}",
        f"{a:#x}.{b}.{c}.{d}",
        f"{a}.{b}.{c}.{d:#x}",
        f"00{a}.{b}.{c}.{d}",
    ]


@given(address=ANY_IPV4)
def test_no_address_can_be_spelled_so_as_to_hide_it(address):
    for host in spellings(address):
        with pytest.raises(OddSpelling):
            target_of(f"http://{host}/")


@given(address=ANY_IPV4)
def test_no_ipv4_address_hides_in_an_ipv6_address(address):
    number = int(address)
    for inside in (
        number,
        (0xFFFF << 32) | number,
        (0x64FF9B << 96) | number,
        (0x2002 << 112) | (number << 80),
        (0x20010000 << 96) | (number ^ 0xFFFFFFFF),
    ):
        assert what_is_not_public(IPv6Address(inside)) != ""


@settings(max_examples=500, deadline=None)
@given(url=ANY_URL)
def test_any_text_is_refused_or_means_one_host(url):
    try:
        target = target_of(url)
    except FetchRefused:
        return
    assert target.url.userinfo == b""
    assert target.url.raw_host.decode().rstrip(".").lower() == target.host
    assert target.port in (80, 443)
    if target.address is None:
        assert "." in target.host
        assert not target.host.replace(".", "").isdigit()
    pinned = target.url_at(IPv4Address("8.8.8.8"))
    assert pinned.host == "8.8.8.8"
    assert pinned.raw_path == target.url.raw_path


@settings(max_examples=300, deadline=None)
@given(location=ANY_URL)
def test_any_redirect_can_be_read_or_is_refused(location):
    try:
        url = redirected(target_of("http://a.example/b/c"), location)
    except BadAddress:
        return
    assert isinstance(url, str)


@settings(max_examples=300, deadline=None)
@given(text=ANY_URL)
def test_any_text_can_be_remembered(text):
    found = FoundAddresses()
    found.remember(text)
    assert found.has(text) in (True, False)


@pytest.mark.parametrize("text", ["a." * 100_000, "a" * 200_000, "http://" * 30_000, "(" * 100_000])
def test_hostile_text_is_remembered_in_no_time(text):
    found, began = FoundAddresses(), time.monotonic()
    found.remember(text)
    assert time.monotonic() - began < 5


def test_what_is_checked_is_what_httpx_connects_to():
    """The host comes from the parsed URL, never from a second reading of the text."""
    target = target_of("http://a.example:443/x")
    assert httpx.Request("GET", target.url_at(IPv4Address("8.8.8.8"))).url.netloc == b"8.8.8.8:443"
