import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.db import connection

from panels.backups import deployment
from panels.backups.archive import BackupProblem, Manifest, write_archive
from panels.backups.postgres_copy import dump_postgres, server_version
from panels.backups.sqlite_copy import copy_sqlite, rows_and_migrations


def make_backup(path: Path, now: datetime) -> Manifest:
    """One moment of the whole deployment, while it runs.

    :raises BackupProblem: and leaves no file.
    """
    if path.exists():
        raise BackupProblem(f"There is a file {path} already.")
    if not path.parent.is_dir():
        raise BackupProblem(f"There is no folder {path.parent}.")
    # Beside the backup: where that has room, a copy of the database has.
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as folder:
        copy = Path(folder) / "database"
        server, migrations, rows = _copy(copy)
        manifest = Manifest(
            vendor=deployment.vendor(),
            server=server,
            made_at=now.isoformat(),
            migrations=migrations,
            rows=rows,
        )
        write_archive(path, manifest, copy, deployment.own_secret_key())
    return manifest


def _copy(to: Path) -> tuple[str, tuple[tuple[str, str], ...], Mapping[str, int]]:
    if deployment.vendor() == "sqlite":
        copy_sqlite(deployment.database_file(), to)
        return "", *rows_and_migrations(to)
    rows = dump_postgres(connection, to, deployment.count_rows)
    return str(server_version(connection)), deployment.applied_migrations(), rows
