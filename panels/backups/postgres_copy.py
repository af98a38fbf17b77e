"""A PostgreSQL: dumped from one snapshot while people work, put back in one transaction."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from panels.backups.archive import BackupProblem
from panels.backups.postgres_programs import find_program, run_program

#: psycopg's own, which libpq and its programs don't know.
_NOT_LIBPQ = frozenset(
    {"context", "cursor_factory", "prepare_threshold", "row_factory", "client_encoding"}
)


def dump_postgres(
    connection: BaseDatabaseWrapper, to: Path, count: Callable[[], Mapping[str, int]]
) -> Mapping[str, int]:
    """Writes the dump; what `count` finds in the very snapshot that is dumped is given back."""
    program = find_program("pg_dump", at_least=server_version(connection))
    address, environment = _libpq(connection)
    with connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
            rows = count()
            command = [program, "--format=custom", "--compress=0", "--no-owner"]
            command += ["--no-privileges", f"--snapshot={snapshot}", f"--file={to}"]
            run_program([*command, f"--dbname={address}"], environment)
        finally:
            cursor.execute("ROLLBACK")
    return rows


def restore_postgres(connection: BaseDatabaseWrapper, dump: Path, dumped_by: int) -> None:
    """All or nothing: dropping what is there and loading the dump are one transaction."""
    reader = find_program("pg_restore", at_least=dumped_by)
    loader = find_program("psql", at_least=dumped_by)
    address, environment = _libpq(connection)
    script = dump.with_name("load.sql")
    options = ["--no-owner", "--no-privileges", f"--file={script}"]
    run_program([reader, *options, str(dump)], environment)
    drops = dump.with_name("drop.sql")
    drops.write_text(_drop_tables(connection))
    # Ours would be one more that has the tables open.
    connection.close()
    command = [loader, "--no-psqlrc", "--quiet", "--single-transaction", "--output=/dev/null"]
    command += ["--set=ON_ERROR_STOP=1", f"--file={drops}", f"--file={script}"]
    run_program([*command, f"--dbname={address}"], environment)


def refuse_while_connected(connection: BaseDatabaseWrapper) -> None:
    """:raises BackupProblem: while another session is connected to this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        (others,) = cursor.fetchone()
    if others:
        raise BackupProblem(
            f"{others} other sessions are connected to the database. Stop every process of "
            "Fusionweb, then restore again."
        )


def server_version(connection: BaseDatabaseWrapper) -> int:
    """The major version."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


def _drop_tables(connection: BaseDatabaseWrapper) -> str:
    """Those of our schema; a dump of an older version does not know the newer ones by name."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        drops = [SQL("DROP TABLE {} CASCADE;\n").format(Identifier(name)) for name in names]
        return "".join(drop.as_string(cursor.connection) for drop in drops)


def _libpq(connection: BaseDatabaseWrapper) -> tuple[str, dict[str, str]]:
    """The address for PostgreSQL's programs. The password is not among a command's words."""
    found: dict[str, Any] = connection.get_connection_params()
    known = {name: value for name, value in found.items() if name not in _NOT_LIBPQ}
    password = known.pop("password", "")
    environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    return make_conninfo(**known), environment
