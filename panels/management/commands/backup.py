"""The whole deployment into one file, while it runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from panels.backups.archive import BackupProblem
from panels.backups.deployment import own_secret_key
from panels.backups.make_backup import make_backup


class Command(BaseCommand):
    #: They load every page, which takes twice as long as the work itself; `serve` makes them.
    requires_system_checks = ()
    help = "Put the database and the generated secret key into one file, while the server runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file to make; it must not exist yet")

    def handle(self, *, file: Path, **_: Any) -> None:
        try:
            manifest = make_backup(file, timezone.now())
        except BackupProblem as problem:
            raise CommandError(str(problem)) from None
        size = file.stat().st_size / 1e6
        runs = manifest.rows.get("panels_run", 0)
        self.stdout.write(f"{file}: {runs} runs, {size:.1f} MB. Keep it as safe as the database.")
        key = "the secret key" if own_secret_key() else "no secret key: it is in the environment"
        self.stdout.write(
            f"With it: {key}. Not in it: .env, and the files that it names (prices, scripts)."
        )
