"""What a restore refuses before it touches anything."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from panels.backups import deployment
from panels.backups.archive import BackupProblem, Manifest, write_archive
from panels.backups.make_backup import make_backup
from panels.backups.restore_backup import restore_backup

pytestmark = pytest.mark.django_db


@pytest.fixture
def manifest() -> Manifest:
    return Manifest(
        vendor="postgresql" if connection.vendor == "postgresql" else "sqlite",
        server="15",
        made_at="2026-11-20T10:00:00+00:00",
        migrations=deployment.applied_migrations(),
        rows=deployment.count_rows(),
    )


def refusal(folder: Path, manifest: Manifest) -> str:
    (folder / "copy").write_bytes(b"rows")
    write_archive(folder / "file", manifest, folder / "copy", "")
    with pytest.raises(BackupProblem) as refused:
        restore_backup(folder / "file", timezone.now(), may_replace=True)
    return str(refused.value)


def test_a_backup_of_a_newer_version(tmp_path: Path, manifest: Manifest) -> None:
    newer = replace(manifest, migrations=(*manifest.migrations, ("panels", "9999_future")))
    assert refusal(tmp_path, newer) == (
        "The backup was made by a newer version of Fusionweb, with panels.9999_future. "
        "Install that version first."
    )


def test_a_backup_of_the_other_kind_of_database(tmp_path: Path, manifest: Manifest) -> None:
    vendor, other = (
        ("sqlite", "PostgreSQL") if manifest.vendor == "postgresql" else ("postgresql", "embedded")
    )
    said = refusal(tmp_path, replace(manifest, vendor=vendor))  # type: ignore[arg-type]
    assert other in said
    assert said.endswith("Restore it where DATABASE_URL names the same kind.")


def test_a_backup_never_overwrites_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(BackupProblem, match=r"There is a file .+file already\."):
        make_backup(tmp_path / "file", timezone.now())
    with pytest.raises(BackupProblem, match=r"There is no folder .+nowhere\."):
        make_backup(tmp_path / "nowhere" / "file", timezone.now())
    assert (tmp_path / "file").read_text() == "mine"


def test_what_migrating_makes_does_not_count_as_used() -> None:
    assert deployment.used_rows() == {}
    User.objects.create_user("ada")
    assert deployment.used_rows() == {"auth_user": 1}
