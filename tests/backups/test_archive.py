import stat
from dataclasses import replace
from pathlib import Path

import pytest

from panels.backups.archive import BackupProblem, Manifest, open_archive, write_archive

MANIFEST = Manifest(
    vendor="sqlite",
    server="",
    made_at="2026-11-20T10:00:00+00:00",
    migrations=(("panels", "0001_initial"),),
    rows={"panels_run": 2},
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "copy"
    path.write_bytes(b"rows" * 100_000)
    return path


def test_what_was_put_in_comes_out(tmp_path: Path, database: Path) -> None:
    file = tmp_path / "all.fusionweb"
    write_archive(file, MANIFEST, database, "secret")
    with open_archive(file) as archive:
        archive.unpack_database(tmp_path / "back")
        assert (archive.manifest, archive.secret_key()) == (MANIFEST, "secret")
    assert (tmp_path / "back").read_bytes() == database.read_bytes()


def test_a_key_of_the_environment_is_not_in_it(tmp_path: Path, database: Path) -> None:
    file = tmp_path / "all.fusionweb"
    write_archive(file, MANIFEST, database, "")
    with open_archive(file) as archive:
        assert archive.secret_key() == ""


def test_only_its_owner_may_read_it(tmp_path: Path, database: Path) -> None:
    file = tmp_path / "all.fusionweb"
    write_archive(file, MANIFEST, database, "secret")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_backup_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_archive(tmp_path / "all.fusionweb", MANIFEST, tmp_path / "missing", "")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_cut_short_is_refused(tmp_path: Path, database: Path) -> None:
    """Whatever is missing, be it only the end of its check sum."""
    file = tmp_path / "all.fusionweb"
    write_archive(file, MANIFEST, database, "")
    whole = file.read_bytes()
    for kept in (0, 10, len(whole) // 2, len(whole) - 5):
        file.write_bytes(whole[:kept])
        with (
            pytest.raises(BackupProblem, match="is no whole backup of Fusionweb"),
            open_archive(file) as archive,
        ):
            archive.unpack_database(tmp_path / "back")


def test_other_files_are_refused(tmp_path: Path, database: Path) -> None:
    with (
        pytest.raises(BackupProblem, match="is no whole backup of Fusionweb"),
        open_archive(database),
    ):
        pass
    with pytest.raises(BackupProblem, match="There is no file"), open_archive(tmp_path / "nope"):
        pass


def test_a_format_that_is_not_known_is_refused(tmp_path: Path, database: Path) -> None:
    file = tmp_path / "all.fusionweb"
    write_archive(file, replace(MANIFEST, format=2), database, "")
    with (
        pytest.raises(BackupProblem, match="is of format 2; this version knows 1"),
        open_archive(file),
    ):
        pass
