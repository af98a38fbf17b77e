"""Which addresses may be fetched: what is written in a URL, and what a name resolves to. Pure.

Whoever can make a server fetch an address can make it talk to what stands behind it: the
machine itself, its network, the cloud's metadata. So only addresses of the public internet pass.
The networks are those of IANA's registries of special-purpose addresses (RFC 6890), and a few that
cloud providers use.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpx

from panels.tools.errors import (
    AddressRefused,
    BadAddress,
    CredentialsInAddress,
    OddSpelling,
    PortRefused,
    SchemeRefused,
)

IPAddress = IPv4Address | IPv6Address
#: What an address is, in a word or two, when it must not be fetched; "" when it may.
WhatItIs = Callable[[IPAddress], str]

MOST_URL_CHARACTERS = 2000
WEB_PORTS = frozenset({80, 443})
_DEFAULT_PORTS = {"http": 80, "https": 443}

#: In order: the narrow networks before those around them.
_IPV4 = tuple(
    (IPv4Network(network), what)
    for network, what in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by a provider's customers"),
        ("127.0.0.0/8", "this machine's own"),
        ("168.63.129.16/32", "a cloud's internal service"),  # Azure's, and public by its number
        ("169.254.169.254/32", "a cloud's metadata service"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "for documentation only"),
        ("192.88.99.0/24", "a 6to4 relay's"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "for benchmarks only"),
        ("198.51.100.0/24", "for documentation only"),
        ("203.0.113.0/24", "for documentation only"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_IPV6 = tuple(
    (IPv6Network(network), what)
    for network, what in (
        ("::/128", "unspecified"),
        ("::1/128", "this machine's own"),
        ("::ffff:0:0/96", "an IPv4 address inside IPv6"),
        ("::/96", "an IPv4 address inside IPv6"),
        ("64:ff9b::/96", "an IPv4 address inside IPv6 (NAT64)"),
        ("64:ff9b:1::/48", "an IPv4 address inside IPv6 (NAT64)"),
        ("2001::/32", "an IPv4 address inside IPv6 (Teredo)"),
        ("2001::/23", "reserved"),
        ("2001:db8::/32", "for documentation only"),
        ("2002::/16", "an IPv4 address inside IPv6 (6to4)"),
        ("3fff::/20", "for documentation only"),
        ("fd00:ec2::/32", "a cloud's metadata service"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "private"),
        ("ff00::/8", "multicast"),
    )
)
_PUBLIC_IPV6 = IPv6Network("2000::/3")
#: Names that stand for a place inside, whatever they resolve to.
_INSIDE_NAMES = ("localhost", "localdomain", "local", "internal", "intranet", "lan", "home.arpa")
#: A last label of digits, or a hexadecimal number, makes the host an IPv4 address for a browser.
_ENDS_IN_A_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9a-fA-F]*)\.?")
_NOT_IN_A_URL = re.compile(r"[\x00-\x20\x7f\\]")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")
_ODD_CHARACTERS = "This address has blanks, control characters or backslashes in it."
_USUAL_SPELLING = "IP addresses are fetched in their usual spelling only."


@dataclass(frozen=True)
class WebTarget:
    """A URL that may be asked for, once what its host resolves to has been checked too.

    `host` is in ASCII, without brackets; `address` is set where the URL names an IP address.
    """

    url: httpx.URL
    host: str
    port: int
    address: IPAddress | None = None

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        is_usual = self.port == _DEFAULT_PORTS[self.url.scheme]
        return host if is_usual else f"{host}:{self.port}"

    def url_at(self, address: IPAddress) -> httpx.URL:
        """The same URL with the address in place of the name, for connecting to exactly that."""
        return self.url.copy_with(host=str(address), port=self.port)


def target_of(url: str, ports: frozenset[int] = WEB_PORTS) -> WebTarget:
    """:raises FetchRefused: for whatever the URL itself shows to be wrong."""
    parsed = _parsed(url)
    if parsed.scheme not in _DEFAULT_PORTS:
        raise SchemeRefused("Only http and https addresses are fetched.")
    if parsed.userinfo or "@" in _authority(url):
        raise CredentialsInAddress("Addresses with a user or a password are not fetched.")
    host = parsed.raw_host.decode("ascii").lower().rstrip(".")
    address = _literal(host)
    if address is None:
        _check_name(host)
    port = parsed.port or _DEFAULT_PORTS[parsed.scheme]
    if port not in ports:
        raise PortRefused(f"Port {port} is not fetched from.")
    return WebTarget(parsed.copy_with(fragment=None), host, port, address)


def redirected(target: WebTarget, location: str) -> str:
    """The URL that a `Location` stands for, not yet checked.

    :raises BadAddress: when it can't be read.
    """
    if _NOT_IN_A_URL.search(location):
        raise BadAddress(_ODD_CHARACTERS)
    try:
        return str(target.url.join(location))
    except (httpx.InvalidURL, ValueError):
        raise BadAddress("The site redirects to an address that can't be read.") from None


def check_address(address: IPAddress, what_it_is: WhatItIs) -> None:
    """:raises AddressRefused:"""
    if what := what_it_is(address):
        raise AddressRefused(f"The address {address} is {what} and is not fetched.")


def what_is_not_public(address: IPAddress) -> str:
    """What keeps an address from being public; "" when nothing does."""
    if isinstance(address, IPv4Address):
        return next((what for network, what in _IPV4 if address in network), "")
    known = next((what for network, what in _IPV6 if address in network), "")
    return known or ("" if address in _PUBLIC_IPV6 else "reserved")


def _parsed(url: str) -> httpx.URL:
    if len(url) > MOST_URL_CHARACTERS:
        raise BadAddress(f"An address has at most {MOST_URL_CHARACTERS} characters.")
    if _NOT_IN_A_URL.search(url):
        raise BadAddress(_ODD_CHARACTERS)
    try:
        parsed = httpx.URL(url)
        host = parsed.host
    except (httpx.InvalidURL, ValueError):
        if _ENDS_IN_A_NUMBER.fullmatch(_authority(url).rpartition("@")[2].partition(":")[0]):
            raise OddSpelling(_USUAL_SPELLING) from None
        raise BadAddress("This address can't be read.") from None
    if parsed.scheme in _DEFAULT_PORTS and not host:
        raise BadAddress("This address names no host.")
    return parsed


def _authority(url: str) -> str:
    """What stands between the scheme and the path, as written."""
    return re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0]


def _literal(host: str) -> IPAddress | None:
    """The IP address that a host is, None for a name.

    :raises OddSpelling: for an address in decimal, octal, hexadecimal or with parts left out, and
        for one with a zone.
    """
    if ":" not in host and not _ENDS_IN_A_NUMBER.fullmatch(host):
        return None
    try:
        address = ip_address(host)
    except ValueError:
        raise OddSpelling(_USUAL_SPELLING) from None
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        raise OddSpelling("Addresses that name a network interface are not fetched.")
    return address


def _check_name(host: str) -> None:
    if not _HOST.fullmatch(host) or ".." in host or len(host) > 253:
        raise BadAddress("This address names a host that can't exist.")
    is_inside = any(host == name or host.endswith(f".{name}") for name in _INSIDE_NAMES)
    if is_inside or "." not in host:
        raise AddressRefused(f"The name {host} belongs to a private network and is not fetched.")
