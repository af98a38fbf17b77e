"""Which URLs and which addresses pass, without any network."""

from ipaddress import ip_address

import pytest

from panels.tools.addresses import check_address, target_of, what_is_not_public
from panels.tools.errors import AddressRefused, BadAddress, FetchRefused, PortRefused


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("0.0.0.0", "unspecified"),
        ("0.1.2.3", "unspecified"),
        ("10.0.0.1", "private"),
        ("10.255.255.255", "private"),
        ("100.64.0.1", "shared by a provider's customers"),
        ("100.100.100.200", "shared by a provider's customers"),
        ("100.127.255.255", "shared by a provider's customers"),
        ("127.0.0.1", "this machine's own"),
        ("127.255.255.254", "this machine's own"),
        ("168.63.129.16", "a cloud's internal service"),
        ("169.254.169.254", "a cloud's metadata service"),
        ("169.254.170.2", "link-local"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.0.0.192", "reserved"),
        ("192.0.2.1", "for documentation only"),
        ("192.88.99.1", "a 6to4 relay's"),
        ("192.168.1.1", "private"),
        ("198.19.255.255", "for benchmarks only"),
        ("198.51.100.7", "for documentation only"),
        ("203.0.113.7", "for documentation only"),
        ("224.0.0.1", "multicast"),
        ("239.255.255.250", "multicast"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "reserved"),
        ("::", "unspecified"),
        ("::1", "this machine's own"),
        ("::ffff:127.0.0.1", "an IPv4 address inside IPv6"),
        ("::ffff:8.8.8.8", "an IPv4 address inside IPv6"),
        ("::127.0.0.1", "an IPv4 address inside IPv6"),
        ("64:ff9b::7f00:1", "an IPv4 address inside IPv6 (NAT64)"),
        ("64:ff9b:1::1", "an IPv4 address inside IPv6 (NAT64)"),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "an IPv4 address inside IPv6 (Teredo)"),
        ("2001:2::1", "reserved"),
        ("2001:10::1", "reserved"),
        ("2001:db8::1", "for documentation only"),
        ("2002:7f00:1::", "an IPv4 address inside IPv6 (6to4)"),
        ("3fff::1", "for documentation only"),
        ("4000::1", "reserved"),
        ("100::1", "reserved"),
        ("fc00::1", "private"),
        ("fd00:ec2::254", "a cloud's metadata service"),
        ("fd12:3456:789a::1", "private"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("fec0::1", "private"),
        ("ff02::1", "multicast"),
        ("8.8.8.8", ""),
        ("9.255.255.255", ""),
        ("11.0.0.0", ""),
        ("100.63.255.255", ""),
        ("100.128.0.0", ""),
        ("172.15.255.255", ""),
        ("172.32.0.0", ""),
        ("223.255.255.255", ""),
        ("2001:200::1", ""),
        ("2606:4700:4700::1111", ""),
        ("2a00:1450:4001:81b::200e", ""),
    ],
)
def test_only_addresses_of_the_public_internet_pass(address, what):
    assert what_is_not_public(ip_address(address)) == what


def test_a_refused_address_is_named_with_what_it_is():
    with pytest.raises(AddressRefused, match=r"The address 10\.0\.0\.1 is private and is not"):
        check_address(ip_address("10.0.0.1"), what_is_not_public)
    check_address(ip_address("8.8.8.8"), what_is_not_public)


@pytest.mark.parametrize(
    ("url", "host", "port", "host_header"),
    [
        ("http://example.com", "example.com", 80, "example.com"),
        ("https://example.com/a?b=c#d", "example.com", 443, "example.com"),
        ("HTTPS://EXAMPLE.com/", "example.com", 443, "example.com"),
        ("http://example.com:443/", "example.com", 443, "example.com:443"),
        ("http://example.com:80/", "example.com", 80, "example.com"),
        ("http://example.com./", "example.com", 80, "example.com"),
        ("http://bücher.example/", "xn--bcher-kva.example", 80, "xn--bcher-kva.example"),
        ("http://a_b.example.com/", "a_b.example.com", 80, "a_b.example.com"),
        ("http://8.8.8.8/", "8.8.8.8", 80, "8.8.8.8"),
        ("https://[2606:4700::1111]/", "2606:4700::1111", 443, "[2606:4700::1111]"),
        ("http://[2606:4700::1111]:443/", "2606:4700::1111", 443, "[2606:4700::1111]:443"),
        ("http://1.example.com/", "1.example.com", 80, "1.example.com"),
        ("http://0xcafe.example/", "0xcafe.example", 80, "0xcafe.example"),
        ("http://example.com/user@host", "example.com", 80, "example.com"),
        ("http://example.com?q=a@b", "example.com", 80, "example.com"),
    ],
)
def test_a_url_is_read_once_and_what_was_read_is_what_is_used(url, host, port, host_header):
    target = target_of(url)
    assert (target.host, target.port, target.host_header) == (host, port, host_header)
    assert target.url.fragment == ""


@pytest.mark.parametrize(
    ("url", "address", "connected_to"),
    [
        ("http://example.com/a%20b?q=%2F", "8.8.8.8", "http://8.8.8.8/a%20b?q=%2F"),
        ("https://example.com/", "2606:4700::1111", "https://[2606:4700::1111]/"),
        ("http://example.com:443/x", "8.8.8.8", "http://8.8.8.8:443/x"),
    ],
)
def test_the_checked_address_takes_the_names_place_and_nothing_else_changes(
    url, address, connected_to
):
    assert str(target_of(url).url_at(ip_address(address))) == connected_to


def test_ports_are_a_setting():
    with pytest.raises(PortRefused, match=r"Port 8080 is not fetched from."):
        target_of("http://example.com:8080/")
    assert target_of("http://example.com:8080/", frozenset({8080})).port == 8080


def test_a_url_has_an_end():
    with pytest.raises(BadAddress, match="at most 2000 characters"):
        target_of("http://example.com/" + "a" * 2000)


def test_whatever_is_refused_says_so_in_a_sentence():
    for url in ("", "x", "file:///etc/passwd", "http://a@b.com", "http://127.1", "http://a b"):
        with pytest.raises(FetchRefused, match=r"^[A-Z].*\.$"):
            target_of(url)
