"""What a process needs to do its work, looked at one by one. Each says "ok" or what is missing."""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from panels.engine import dispatch
from panels.models.workers import Worker
from panels.queries.unfinished_runs import count_unfinished

OK = "ok"
#: To connect, and for one answer.
REDIS_SECONDS = 1.0


class _Memory:
    """Migrations are not undone under a running process: having seen them all is enough."""

    has_all_migrations = False


_memory = _Memory()


def look_at_all() -> dict[str, str]:
    """Blocks; for a thread of its own. Each time on a new connection: can one be had?"""
    try:
        checks = {"database": _database()}
        if checks["database"] == OK:
            checks["engine"] = _engine()
    finally:
        connection.close()
    if settings.REDIS_URL:
        checks["redis"] = _redis()
    return checks


def count_runs() -> dict[str, int] | None:
    """Unfinished runs by state; None when the database does not answer. Blocks."""
    try:
        return count_unfinished()
    except DatabaseError:
        return None
    finally:
        connection.close()


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not _memory.has_all_migrations:
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                return "migrations are missing: manage.py migrate"
            _memory.has_all_migrations = True
    except DatabaseError:
        return "does not answer"
    return OK


def _engine() -> str:
    """Whether somebody advances runs: this process itself, or a worker that is alive."""
    try:
        dispatcher = dispatch.installed()
    except dispatch.NothingInstalled:
        return "was not started"
    if not isinstance(dispatcher, dispatch.InProcessDispatcher):
        return OK if Worker.objects.living().exists() else "no worker is alive"
    heart = dispatcher.keeper.heart
    if heart.is_stopping:
        return "is stopping"
    return OK if heart.is_proven() else "has no heartbeat"


def _redis() -> str:
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=REDIS_SECONDS, socket_timeout=REDIS_SECONDS
    )
    try:
        client.ping()
    except redis.RedisError:
        return "does not answer"
    finally:
        client.close()
    return OK
