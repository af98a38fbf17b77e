"""Machines with other programs than this one: where the tests find PostgreSQL and Redis."""

from pathlib import Path

import pytest

from scripts import ensure_services
from scripts.ensure_services import find_program, main, parts_among, write_starters
from tests.cluster.postgres import _program
from tests.cluster.processes import PartFailed


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One that has nothing yet, not even apt."""
    monkeypatch.setattr(ensure_services, "PLACES", (f"{tmp_path}/postgresql/*/bin",))
    monkeypatch.setattr(ensure_services, "_IN_PATH", (f"{tmp_path}/local/bin",))
    monkeypatch.setattr(ensure_services, "FOLDER", tmp_path / "my services")
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    return tmp_path


def install(program: Path, *, says: str = "1.0", code: int = 0) -> str:
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f"#!/bin/sh\necho {says}\nexit {code}\n")
    program.chmod(0o755)
    return str(program)


def test_the_newest_postgresql_is_taken_then_the_path_then_what_was_unpacked(machine: Path) -> None:
    assert find_program("initdb") is None
    unpacked = install(machine / "my services" / "bin" / "initdb")
    assert find_program("initdb") == unpacked
    in_path = install(machine / "path" / "initdb")
    assert find_program("initdb") == in_path
    install(machine / "postgresql" / "15" / "bin" / "initdb")
    newest = install(machine / "postgresql" / "17" / "bin" / "initdb")
    assert find_program("initdb") == newest


def test_a_program_that_lacks_a_library_is_none(machine: Path) -> None:
    install(machine / "path" / "redis-server", code=127)
    assert find_program("redis-server") is None
    found = install(machine / "local" / "bin" / "redis-server")
    assert find_program("redis-server") == found


def test_of_what_apt_would_install_the_programs_and_libraries_are_taken() -> None:
    assert parts_among(
        [
            *("libc6", "libjson-perl", "libperl5.36", "perl", "ssl-cert", "libjemalloc2", "libpq5"),
            *("postgresql-common", "postgresql-15", "postgresql", "redis-server"),
        ]
    ) == [
        *("libjemalloc2", "libpq5", "postgresql-15", "postgresql-client-15"),
        *("redis-server", "redis-tools"),
    ]
    assert parts_among([]) == []


def test_an_unpacked_program_runs_from_its_own_tree_with_the_unpacked_libraries(
    machine: Path,
) -> None:
    usr = machine / "my services" / "usr"
    for folder in (usr / "lib/x86_64-linux-gnu", machine / "my services/lib/x86_64-linux-gnu"):
        folder.mkdir(parents=True)
        (folder / "libpq.so.5").touch()
    install(usr / "lib/postgresql/15/bin/initdb", says='"$0 $* $LD_LIBRARY_PATH"')
    write_starters(["initdb", "postgres"])
    starter = machine / "my services" / "bin" / "initdb"
    assert find_program("initdb") == str(starter)
    assert find_program("postgres") is None
    assert starter.read_text() == (
        "#!/bin/sh\n"
        f"export LD_LIBRARY_PATH='{machine}/my services/lib/x86_64-linux-gnu:"
        f"{usr}/lib/x86_64-linux-gnu'\n"
        f"exec '{usr}/lib/postgresql/15/bin/initdb' \"$@\"\n"
    )


def test_without_unpacked_libraries_the_machines_own_are_used(machine: Path) -> None:
    program = install(machine / "my services" / "usr/bin/redis-server")
    write_starters(["redis-server"])
    assert (machine / "my services/bin/redis-server").read_text() == (
        f"#!/bin/sh\nexec '{program}' \"$@\"\n"
    )


def test_a_machine_that_has_all_is_left_alone(machine: Path) -> None:
    for name in ("initdb", "postgres", "pg_dump", "pg_restore", "psql", "redis-server"):
        install(machine / "path" / name)
    main()
    assert not (machine / "my services").exists()


def test_without_apt_it_is_said_what_to_install(machine: Path) -> None:
    for name in ("initdb", "postgres", "pg_dump", "psql"):
        install(machine / "path" / name)
    with pytest.raises(SystemExit) as refused:
        main()
    assert refused.value.code == (
        "The tests need the programs of PostgreSQL and Redis (pg_restore, redis-server were not "
        "found). Install them, then go on. On Debian and Ubuntu: apt install postgresql "
        "redis-server. On macOS: brew install postgresql@16 redis. Their services need not run."
    )


def test_a_cluster_without_postgresql_says_how_to_get_one(machine: Path) -> None:
    with pytest.raises(PartFailed) as failed:
        _program("initdb")
    assert str(failed.value) == (
        "PostgreSQL's program “initdb” was not found. On Debian and Ubuntu: apt install postgresql "
        "redis-server, or without a service: make .venv/services/ready"
    )
