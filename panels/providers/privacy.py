"""Who gets to read what a provider is sent: this machine, the own network, a third party. Pure.

The class comes from the endpoint's address, or from whoever set it up (`FUSIONWEB_PRIVACY`). A name
can lie, so a request that may not leave is sent through `http.inside_client`, which looks at what
the name resolves to.
"""

from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from panels.choices import Privacy
from panels.providers.errors import PrivacyRefused

_HERE = (
    IPv4Network("127.0.0.0/8"),
    IPv6Network("::1/128"),
    # As an address to connect to, "unspecified" is this machine.
    IPv4Network("0.0.0.0/32"),
    IPv6Network("::/128"),
)
#: Addresses that no router of the public internet knows; overlay networks use 100.64.0.0/10.
_OWN = (
    IPv4Network("10.0.0.0/8"),
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.168.0.0/16"),
    IPv4Network("100.64.0.0/10"),
    IPv6Network("fc00::/7"),
    IPv6Network("fe80::/10"),
)
#: Endings that the public name system does not have (RFC 6762, RFC 8375), or must not.
_OWN_ENDINGS = (".local", ".internal", ".home.arpa", ".lan")
_FARTHER = (Privacy.THIS_MACHINE, Privacy.OWN_NETWORK, Privacy.THIRD_PARTY)


def privacy_of_address(base_url: str) -> Privacy:
    """The class of an endpoint, by its host alone."""
    host = host_of(base_url)
    if known := _privacy_of_ip(host):
        return known
    if host == "localhost" or host.endswith(".localhost"):
        return Privacy.THIS_MACHINE
    if host and ("." not in host or host.endswith(_OWN_ENDINGS)):
        return Privacy.OWN_NETWORK
    return Privacy.THIRD_PARTY


def refuse_beyond(reach: Privacy, *, name: str, privacy: Privacy, base_url: str) -> None:
    """Stop a request that may go no farther than `reach`, before anything is opened.

    :raises PrivacyRefused:
    """
    if is_beyond(privacy, reach):
        raise PrivacyRefused(f"The provider “{name}” is {privacy.phrase}.")
    host = host_of(base_url)
    if reach != Privacy.THIRD_PARTY and _privacy_of_ip(host) == Privacy.THIRD_PARTY:
        raise outside_address(name, [host])


def is_beyond(privacy: Privacy, reach: Privacy) -> bool:
    return _FARTHER.index(privacy) > _FARTHER.index(reach)


def is_inside(address: str) -> bool:
    """Whether an IP address is this machine's or a private network's."""
    return _privacy_of_ip(address) in (Privacy.THIS_MACHINE, Privacy.OWN_NETWORK)


def outside_address(host: str, addresses: list[str]) -> PrivacyRefused:
    return PrivacyRefused(f"“{host}” leads to the public address {', '.join(addresses)}.")


def host_of(base_url: str) -> str:
    return (urlsplit(base_url).hostname or "").rstrip(".")


def _privacy_of_ip(text: str) -> Privacy | None:
    """None for what is no IP address in its usual spelling."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if any(address in network for network in _HERE):
        return Privacy.THIS_MACHINE
    if any(address in network for network in _OWN):
        return Privacy.OWN_NETWORK
    return Privacy.THIRD_PARTY
