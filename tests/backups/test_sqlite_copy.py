import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from panels.backups.archive import BackupProblem
from panels.backups.sqlite_copy import (
    check_sqlite,
    copy_sqlite,
    refuse_while_open,
    replace_sqlite,
    rows_and_migrations,
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "a room?.sqlite3"
    make_database(path, rows=0)
    return path


def make_database(path: Path, *, rows: int) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE debit (n INTEGER)")
        connection.execute("CREATE TABLE credit (n INTEGER)")
        for n in range(rows):
            connection.execute("INSERT INTO debit VALUES (?)", (n,))


class Writer:
    """Moves money for as long as it is let: every debit has its credit."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_over = threading.Event()
        self.moved = threading.Event()
        self._thread = threading.Thread(target=self._write)
        self._thread.start()

    def stop(self) -> None:
        self._is_over.set()
        self._thread.join()

    def _write(self) -> None:
        with closing(sqlite3.connect(self._path, timeout=20)) as connection:
            n = 0
            while not self._is_over.is_set():
                with connection:
                    connection.execute("INSERT INTO debit VALUES (?)", (n,))
                    connection.execute("INSERT INTO credit VALUES (?)", (n,))
                n += 1
                self.moved.set()


@pytest.fixture
def writer(database: Path) -> Iterator[Writer]:
    writer = Writer(database)
    assert writer.moved.wait(timeout=20)
    yield writer
    writer.stop()


def test_copies_are_of_one_moment_while_somebody_writes(
    database: Path, writer: Writer, tmp_path: Path
) -> None:
    seen = []
    for number in range(5):
        copy_sqlite(database, tmp_path / f"copy-{number}")
        _, rows = rows_and_migrations(tmp_path / f"copy-{number}")
        assert rows["debit"] == rows["credit"] > 0
        seen.append(rows["debit"])
    assert seen == sorted(seen)


def test_a_copy_is_one_file_that_needs_no_other(database: Path, tmp_path: Path) -> None:
    copy_sqlite(database, tmp_path / "copy")
    assert sorted(path.name for path in tmp_path.glob("copy*")) == ["copy"]


def test_a_database_that_is_open_is_not_replaced(database: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(database)) as server:
        server.execute("SELECT * FROM debit").fetchall()
        with pytest.raises(BackupProblem, match="Stop every process of Fusionweb"):
            refuse_while_open(database)
    refuse_while_open(database)
    refuse_while_open(tmp_path / "none.sqlite3")


def test_what_a_killed_server_left_in_its_log_does_not_reach_the_new_database(
    database: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new"
    make_database(new, rows=3)
    with closing(sqlite3.connect(database)) as server, server:
        server.execute("INSERT INTO debit VALUES (7)")
        server.commit()
        log = database.with_name(f"{database.name}-wal")
        content = log.read_bytes()
    log.write_bytes(content)
    replace_sqlite(database, new)
    assert [path.name for path in tmp_path.iterdir()] == [database.name]
    assert rows_and_migrations(database) == ((), {"credit": 0, "debit": 3})


def test_a_damaged_copy_is_refused(database: Path) -> None:
    with database.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096)
    with pytest.raises(BackupProblem, match="The copy of the database is damaged"):
        check_sqlite(database)
