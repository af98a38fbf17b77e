"""What there is of a deployment: its tables and their rows, its migrations, its secret key."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from panels.backups.archive import Manifest, Vendor

#: What a database has before anybody used it: from migrating, and from processes that started.
_GIVEN = ("django_migrations", "django_content_type", "auth_permission", "panels_worker")


def vendor() -> Vendor:
    return cast("Vendor", connection.vendor)


def database_file() -> Path:
    return Path(settings.DATABASES["default"]["NAME"])


def applied_migrations() -> tuple[tuple[str, str], ...]:
    return tuple(sorted(MigrationRecorder(connection).applied_migrations()))


def count_rows() -> dict[str, int]:
    """Of every table that is there, whichever version made it."""
    quote = connection.ops.quote_name
    rows = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {quote(table)}")  # noqa: S608
            rows[table] = cursor.fetchone()[0]
    return rows


def used_rows() -> dict[str, int]:
    """What a restore would put an end to; empty for a fresh deployment."""
    return {table: n for table, n in count_rows().items() if n and table not in _GIVEN}


def unknown_migrations(manifest: Manifest) -> list[str]:
    """Migrations of the backup that this version does not have: it is of a newer one."""
    known = set(MigrationExecutor(connection).loader.disk_migrations)
    ours = {config.label for config in apps.get_app_configs()}
    return [
        f"{app}.{name}"
        for app, name in manifest.migrations
        if (app, name) not in known and (app in ours or app == "panels")
    ]


def missing_migrations() -> list[str]:
    """Those that still have to be applied, in order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def own_secret_key() -> str:
    """The one that we made; "" where the environment gives it."""
    path = _key_path()
    key = path.read_text().strip() if path.exists() else ""
    return key if key == settings.SECRET_KEY else ""


def keep_secret_key(key: str) -> bool:
    """Whether it counts from now on: the environment's goes before it."""
    if not own_secret_key():
        return key == settings.SECRET_KEY
    _key_path().write_text(key)
    return True


def forget_workers(tables: Mapping[str, int]) -> None:
    """The processes that advanced runs at the time of the backup are not these."""
    if "panels_worker" not in tables:
        return
    with connection.cursor() as cursor:
        cursor.execute("UPDATE panels_run SET worker_id = NULL")
        cursor.execute("DELETE FROM panels_worker")


def _key_path() -> Path:
    return Path(settings.DATA_DIR) / "secret_key"
