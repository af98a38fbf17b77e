"""The one entry: HTTP to Django, websockets to the live room."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from channels.sessions import SessionMiddlewareStack
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fusionweb.settings")
http_application = get_asgi_application()

# After Django is set up: the routing imports models.
from panels.live.routing import websocket_urlpatterns  # noqa: E402
from panels.live.same_origin import SameOriginOnly  # noqa: E402

# Only the session's key is needed here: the consumer reads it, and its person, as often as it must.
application = ProtocolTypeRouter(
    {
        "http": http_application,
        "websocket": AllowedHostsOriginValidator(
            SameOriginOnly(SessionMiddlewareStack(URLRouter(websocket_urlpatterns)))
        ),
    }
)
