"""Programs of several versions, as a machine that was upgraded has them."""

from pathlib import Path

import pytest

from panels.backups import postgres_programs
from panels.backups.archive import BackupProblem
from panels.backups.postgres_programs import find_program, run_program, version_of


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(postgres_programs, "_PLACES", (f"{tmp_path}/*/bin",))
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    return tmp_path


def install(folder: Path, version: str, name: str = "pg_dump") -> str:
    folder.mkdir(parents=True)
    program = folder / name
    program.write_text(f'#!/bin/sh\necho "{name} (PostgreSQL) {version} (Debian {version}-1)"\n')
    program.chmod(0o755)
    return str(program)


def test_the_oldest_program_that_is_new_enough_is_taken(places: Path) -> None:
    for version in ("14.9", "16.4", "17.0"):
        install(places / version.partition(".")[0] / "bin", version)
    assert find_program("pg_dump", at_least=15) == f"{places}/16/bin/pg_dump"
    assert find_program("pg_dump", at_least=16) == f"{places}/16/bin/pg_dump"
    assert find_program("pg_dump", at_least=17) == f"{places}/17/bin/pg_dump"


def test_one_in_the_path_will_do(places: Path) -> None:
    program = install(places / "path", "15.2")
    assert find_program("pg_dump", at_least=15) == program


def test_only_older_ones_are_refused_with_what_to_install(places: Path) -> None:
    install(places / "15" / "bin", "15.2")
    with pytest.raises(BackupProblem) as refused:
        find_program("pg_dump", at_least=17)
    assert str(refused.value) == (
        "PostgreSQL's program pg_dump is of version 15 here, and version 17 or later is needed. "
        "On Debian and Ubuntu: apt install postgresql-client-17"
    )


def test_none_at_all_is_refused_with_what_to_install(places: Path) -> None:
    with pytest.raises(BackupProblem) as refused:
        find_program("pg_restore", at_least=15)
    assert str(refused.value) == (
        "PostgreSQL's program pg_restore was not found. "
        "On Debian and Ubuntu: apt install postgresql-client"
    )


def test_a_file_that_is_no_program_has_no_version(places: Path) -> None:
    (places / "pg_dump").write_text("")
    assert version_of(str(places / "pg_dump")) == 0


def test_what_a_program_complains_of_is_handed_on(places: Path) -> None:
    (places / "psql").write_text("#!/bin/sh\necho 'no such database' >&2\nexit 2\n")
    (places / "psql").chmod(0o755)
    with pytest.raises(BackupProblem, match=r"^psql failed: no such database$"):
        run_program([str(places / "psql"), "--quiet"], {})
