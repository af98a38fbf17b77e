"""Whether a request comes from this very machine, with nothing in between."""

from ipaddress import IPv6Address, ip_address

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
#: Any of these means that a proxy spoke, and that the address is the proxy's.
_PROXY_HEADERS = (
    "Forwarded",
    "Via",
    "X-Real-IP",
    "X-Client-IP",
    "True-Client-IP",
    "CF-Connecting-IP",
)
_PROXY_PREFIX = "X-Forwarded-"


def is_loopback(request: HttpRequest) -> bool:
    return (
        _is_loopback_address(request.META.get("REMOTE_ADDR", ""))
        and _has_loopback_host(request)
        and not _has_proxy_header(request)
        and not _is_old_protocol(request)
    )


def _has_proxy_header(request: HttpRequest) -> bool:
    return any(header in request.headers for header in _PROXY_HEADERS) or any(
        name.title().startswith(_PROXY_PREFIX) for name in request.headers
    )


def _is_old_protocol(request: HttpRequest) -> bool:
    """HTTP/1.0 is what no browser speaks, and what nginx does where nobody told it otherwise.

    By default it also puts the address that it connects to in place of the host, and adds no
    header: the whole world would look like this machine.
    """
    return getattr(request, "scope", {}).get("http_version") == "1.0"


def _is_loopback_address(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback


def _has_loopback_host(request: HttpRequest) -> bool:
    """A name that another site points at 127.0.0.1 is still that site's."""
    try:
        host = request.get_host().lower()
    except DisallowedHost:
        return False
    name, _, port = host.rpartition(":")
    return (name if port.isdigit() else host) in _LOOPBACK_NAMES
