"""The embedded database: copied while the server writes, put back while nobody has it open."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from panels.backups.archive import BackupProblem

_BUSY_SECONDS = 20.0


def copy_sqlite(database: Path, to: Path) -> None:
    """One moment of it, whole. In one step: a writer in between would have it begin anew."""
    with (
        closing(_open_to_read(database)) as source,
        closing(sqlite3.connect(to)) as target,
    ):
        source.backup(target, pages=-1)
        # A copy has no readers to spare: as one file, it needs no log beside it.
        target.execute("PRAGMA journal_mode = DELETE")
    check_sqlite(to)


def check_sqlite(database: Path) -> None:
    with closing(_open_to_read(database)) as copy:
        try:
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            found = str(error)
    if found != "ok":
        raise BackupProblem(f"The copy of the database is damaged: {found}")


def rows_and_migrations(copy: Path) -> tuple[tuple[tuple[str, str], ...], dict[str, int]]:
    """Read from the copy itself: the database may have gone on since."""
    with closing(_open_to_read(copy)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        rows = {
            table: connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608
            for (table,) in sorted(tables)
        }
        applied = "SELECT app, name FROM django_migrations ORDER BY app, name"
        found = connection.execute(applied).fetchall() if "django_migrations" in rows else []
    return tuple((app, name) for app, name in found), rows


def replace_sqlite(database: Path, by: Path) -> None:
    """`by` lies beside it and takes its place in one move."""
    if database.exists():
        _empty_log(database)
    for ending in ("-wal", "-shm"):
        # Of the database that goes: replayed over the new one they would destroy it.
        database.with_name(database.name + ending).unlink(missing_ok=True)
    by.replace(database)


def refuse_while_open(database: Path) -> None:
    """:raises BackupProblem: while another process has the database open."""
    if database.exists():
        _empty_log(database)


def _empty_log(database: Path) -> None:
    with closing(sqlite3.connect(database, timeout=1.0, isolation_level=None)) as connection:
        try:
            # Leaving the write-ahead log takes the database for oneself.
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        except sqlite3.OperationalError:
            mode = "wal"
    if mode != "delete":
        raise BackupProblem(
            "The database is in use. Stop every process of Fusionweb, then restore again."
        )


def _open_to_read(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
