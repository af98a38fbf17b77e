"""Both commands as an operator types them: what a restore brings, refuses, and keeps."""

import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from panels.backups.archive import open_archive
from tests.deploy.room import Room

Make = Callable[[str], dict[str, str]]


def test_a_restore_brings_all_and_what_it_replaces_is_kept(
    tmp_path: Path, make_database: Make
) -> None:
    file = tmp_path / "ada.fusionweb"
    old = Room(tmp_path / "old", **make_database("old"))
    old.manage("migrate", "--verbosity", "0")
    old.add_account("ada")
    assert "With it: the secret key." in old.manage("backup", str(file))

    new = Room(tmp_path / "new", **make_database("new"))
    assert "The secret key is the environment's" not in new.manage("restore", str(file))
    assert secret_key(new) == secret_key(old)
    assert accounts(new) == ["ada"]

    new.add_account("ben")
    assert refusal(new.try_to_manage("restore", str(file))) == (
        "CommandError: The database is not empty: it has 0 runs, 2 accounts and 0 other rows. "
        "Restore into a fresh one, or say --replace; what is there is then put into a backup of "
        "its own first."
    )
    with closing(connect(new)) as server:
        server.execute("select count(*) from panels_run").fetchone()
        said = refusal(new.try_to_manage("restore", str(file), "--replace"))
        assert said.endswith("Stop every process of Fusionweb, then restore again.")
    assert accounts(new) == ["ada", "ben"]

    new.manage("restore", str(file), "--replace")
    assert accounts(new) == ["ada"]
    (kept,) = (new.folder / "data").glob("before-restore-*.fusionweb")
    with open_archive(kept) as archive:
        assert archive.manifest.rows["auth_user"] == 2


def test_a_key_of_the_environment_stays_what_it_is(tmp_path: Path) -> None:
    room = Room(tmp_path / "bare", FUSIONWEB_SECRET_KEY="k" * 60)
    room.manage("migrate", "--verbosity", "0")
    file = tmp_path / "bare.fusionweb"
    assert "no secret key: it is in the environment" in room.manage("backup", str(file))
    assert "The secret key is the environment's" in room.manage("restore", str(file))
    assert not (room.folder / "data" / "secret_key").exists()


def refusal(done: "subprocess.CompletedProcess[str]") -> str:
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


def connect(room: Room) -> Any:
    if url := room.environment.get("DATABASE_URL"):
        return psycopg.connect(url)
    return sqlite3.connect(room.folder / "data" / "fusionweb.sqlite3")


def accounts(room: Room) -> list[str]:
    with closing(connect(room)) as connection:
        rows = connection.execute("select username from auth_user order by 1").fetchall()
    return [name for (name,) in rows]


def secret_key(room: Room) -> str:
    return (room.folder / "data" / "secret_key").read_text()
