"""From a backup to a deployment that goes on where it was. Nothing is lost silently:

what is there already is refused, or put into a backup of its own first; what comes back is counted.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from panels.backups import deployment
from panels.backups.archive import Archive, BackupProblem, Manifest, open_archive
from panels.backups.make_backup import make_backup
from panels.backups.postgres_copy import refuse_while_connected, restore_postgres
from panels.backups.sqlite_copy import (
    check_sqlite,
    refuse_while_open,
    replace_sqlite,
    rows_and_migrations,
)

_NAMES = {"sqlite": "the embedded database", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, kw_only=True)
class Restored:
    """`replaced`: the backup of what was there before; `missing`: migrations still to apply."""

    manifest: Manifest
    replaced: Path | None
    missing: tuple[str, ...]
    has_secret_key: bool


def restore_backup(path: Path, now: datetime, *, may_replace: bool) -> Restored:
    """:raises BackupProblem: and leaves everything as it was."""
    with open_archive(path) as archive:
        manifest = archive.manifest
        _refuse_other_vendor(manifest)
        _refuse_newer(manifest)
        used = _used_rows()
        if used and not may_replace:
            raise BackupProblem(
                f"The database is not empty: it has {_in_words(used)}. Restore into a fresh one, "
                "or say --replace; what is there is then put into a backup of its own first."
            )
        _refuse_while_in_use()
        replaced = _keep_what_is_there(now) if used else None
        _restore_database(archive)
        key = archive.secret_key()
    deployment.forget_workers(manifest.rows)
    return Restored(
        manifest=manifest,
        replaced=replaced,
        missing=tuple(deployment.missing_migrations()),
        has_secret_key=bool(key) and deployment.keep_secret_key(key),
    )


def _refuse_other_vendor(manifest: Manifest) -> None:
    if manifest.vendor != deployment.vendor():
        raise BackupProblem(
            f"The backup is of {_NAMES[manifest.vendor]}, and this deployment uses "
            f"{_NAMES[deployment.vendor()]}. Restore it where DATABASE_URL names the same kind."
        )


def _refuse_newer(manifest: Manifest) -> None:
    if unknown := deployment.unknown_migrations(manifest):
        raise BackupProblem(
            f"The backup was made by a newer version of Fusionweb, with {', '.join(unknown)}. "
            "Install that version first."
        )


def _used_rows() -> Mapping[str, int]:
    used = deployment.used_rows()
    # Reading leaves nothing open, so that the database can be replaced.
    connection.close()
    return used


def _refuse_while_in_use() -> None:
    if deployment.vendor() == "sqlite":
        refuse_while_open(deployment.database_file())
    else:
        refuse_while_connected(connection)


def _keep_what_is_there(now: datetime) -> Path:
    path = Path(settings.DATA_DIR) / f"before-restore-{now:%Y%m%d-%H%M%S}.fusionweb"
    make_backup(path, now)
    connection.close()
    return path


def _restore_database(archive: Archive) -> None:
    # In the data folder, so that an SQLite file can take its place by a move.
    folder = deployment.database_file().parent if _is_sqlite() else None
    with tempfile.TemporaryDirectory(dir=folder, prefix=".restore-") as unpacked:
        copy = Path(unpacked) / "database"
        archive.unpack_database(copy)
        if _is_sqlite():
            check_sqlite(copy)
            _compare(archive.manifest, rows_and_migrations(copy)[1])
            replace_sqlite(deployment.database_file(), copy)
        else:
            restore_postgres(connection, copy, int(archive.manifest.server))
            _compare(archive.manifest, deployment.count_rows())


def _compare(manifest: Manifest, rows: Mapping[str, int]) -> None:
    differing = [table for table, n in manifest.rows.items() if rows.get(table) != n]
    if differing:
        raise BackupProblem(f"Not all rows came back: {', '.join(differing)} differ.")


def _is_sqlite() -> bool:
    return deployment.vendor() == "sqlite"


def _in_words(used: Mapping[str, int]) -> str:
    runs, people = used.get("panels_run", 0), used.get("auth_user", 0)
    return f"{runs} runs, {people} accounts and {sum(used.values()) - runs - people} other rows"
