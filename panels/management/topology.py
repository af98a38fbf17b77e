"""Which processes make up the site, and what they must share."""

from django.conf import settings
from django.db import connection

#: Values of FUSIONWEB_ENGINE: the server advances runs itself, or leaves them to workers.
HERE, WORKERS = "here", "workers"


def has_own_engine() -> bool:
    """:raises ValueError: when the setting is neither."""
    if settings.ENGINE not in (HERE, WORKERS):
        raise ValueError(
            f"FUSIONWEB_ENGINE must be “{HERE}” or “{WORKERS}”, not “{settings.ENGINE}”."
        )
    return settings.ENGINE == HERE


def refuse_lonely_workers() -> None:
    """:raises ValueError: when workers and servers would not find each other."""
    if connection.vendor != "postgresql":
        raise ValueError(
            "Workers and servers meet in a PostgreSQL: set DATABASE_URL, the same for all of them."
        )
    if not settings.REDIS_URL:
        raise ValueError(
            "What workers write reaches people's pages through a Redis: set REDIS_URL, "
            "the same for all processes."
        )
