"""A backup back into a deployment, which must be stopped and fresh."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from panels.backups.archive import BackupProblem
from panels.backups.restore_backup import restore_backup


class Command(BaseCommand):
    #: They load every page, which takes twice as long as the work itself; `serve` makes them.
    requires_system_checks = ()
    help = "Restore a backup into this deployment. Stop every process of it first."
    #: The database may have no tables at all yet.
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a file that `manage.py backup` made")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="also when the database is in use; what it holds goes into a backup first",
        )

    def handle(self, *, file: Path, replace: bool, **_: Any) -> None:
        try:
            restored = restore_backup(file, timezone.now(), may_replace=replace)
        except BackupProblem as problem:
            raise CommandError(str(problem)) from None
        rows = restored.manifest.rows
        self.stdout.write(
            f"Restored what was there at {restored.manifest.made_at}: "
            f"{rows.get('panels_run', 0)} runs, {sum(rows.values())} rows in {len(rows)} tables."
        )
        if restored.replaced:
            self.stdout.write(f"What was here before is in {restored.replaced}.")
        if not restored.has_secret_key:
            self.stdout.write(
                "The secret key is the environment's. If it is another than it was, everybody "
                "signs in again, and guests open their links again."
            )
        if restored.missing:
            self.stdout.write(
                f"The backup is of an older version. Next: manage.py migrate "
                f"({', '.join(restored.missing)})."
            )
