"""Opens sockets for pages of this very site only.

Cookies know no ports: a page of another server on this machine would send ours along. Forms are
held to the same rule by Django's CSRF check, which sockets don't pass.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from channels.security.websocket import WebsocketDenier
from django.conf import settings

Application = Callable[[dict[str, Any], Any, Any], Awaitable[Any]]


class SameOriginOnly:
    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        is_ours = is_same_origin(headers.get(b"origin", ""), headers.get(b"host", ""))
        application = self._application if is_ours else WebsocketDenier()
        return await application(scope, receive, send)


def is_same_origin(origin: str, host: str) -> bool:
    """The scheme may differ: behind a proxy that ends TLS, ours is not what the browser sees."""
    return bool(origin) and (
        origin.partition("://")[2].lower() == host.lower()
        or origin in settings.CSRF_TRUSTED_ORIGINS
    )
