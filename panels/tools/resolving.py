"""A host's name → its addresses. Asked once per request: what was checked is what is connected to,
so a name server that answers differently the second time (DNS rebinding) is never asked again.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import ip_address

from panels.tools.addresses import IPAddress, WebTarget, WhatItIs, check_address
from panels.tools.errors import NameNotFound

#: (host, port) → addresses in the order in which to try them. Raises OSError for an unknown name.
Resolve = Callable[[str, int], Awaitable[list[str]]]


async def ask_system(host: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


async def checked_addresses(
    target: WebTarget, resolve: Resolve, what_it_is: WhatItIs
) -> list[IPAddress]:
    """Every address of the target's host, none of them refused.

    One address that is not public is enough to refuse the name: nobody's public site has one.

    :raises FetchRefused: NameNotFound, AddressRefused.
    """
    addresses = [target.address] if target.address else await _resolved(target, resolve)
    for address in addresses:
        check_address(address, what_it_is)
    return addresses


async def _resolved(target: WebTarget, resolve: Resolve) -> list[IPAddress]:
    try:
        found = await resolve(target.host, target.port)
        addresses = [ip_address(text) for text in dict.fromkeys(found)]
    except (OSError, ValueError):
        addresses = []
    if not addresses:
        raise NameNotFound(f"There is no host {target.host}.")
    return addresses
