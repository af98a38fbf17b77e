"""The file: a compressed tar of a manifest, the database, and the secret key if we made it.

    manifest.json    what it is, of which migrations, and how many rows each table has
    database         an SQLite file, or PostgreSQL's own dump in its custom format
    secret_key       of the data folder; missing where the environment sets the key

It is written beside its name and moved there when it is whole, so that a file of that name is never
half a backup. Only its owner may read it: whoever has the sessions of people has their standing.
"""

import gzip
import io
import json
import os
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

FORMAT = 1
MANIFEST, DATABASE, SECRET_KEY = "manifest.json", "database", "secret_key"
Vendor = Literal["sqlite", "postgresql"]


class BackupProblem(Exception):
    """Why a backup can't be made or restored, as a sentence for the operator."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """`server`: the version of the database's software; `rows`: table → how many it has."""

    vendor: Vendor
    server: str
    made_at: str
    migrations: tuple[tuple[str, str], ...]
    rows: Mapping[str, int]
    format: int = FORMAT


def write_archive(path: Path, manifest: Manifest, database: Path, secret_key: str) -> None:
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz") as archive:
                _add(archive, MANIFEST, json.dumps(asdict(manifest), indent=1).encode())
                if secret_key:
                    _add(archive, SECRET_KEY, secret_key.encode())
                archive.add(database, DATABASE)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


class Archive:
    """An opened backup; the database is unpacked only when it is asked for."""

    def __init__(self, archive: tarfile.TarFile, file: gzip.GzipFile) -> None:
        self._archive = archive
        self._file = file
        self.manifest = _manifest_of(self._read(MANIFEST))

    def secret_key(self) -> str:
        names = self._archive.getnames()
        return self._read(SECRET_KEY).decode() if SECRET_KEY in names else ""

    def unpack_database(self, to: Path) -> None:
        source = self._archive.extractfile(DATABASE)
        if source is None:
            raise BackupProblem("The backup holds no database.")
        with source, to.open("wb") as target:
            while piece := source.read(1 << 20):
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
        # To its very end, where the check sum stands.
        while self._file.read(1 << 20):
            pass

    def _read(self, name: str) -> bytes:
        source = self._archive.extractfile(name)
        if source is None:
            raise KeyError(name)
        with source:
            return source.read()


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """:raises BackupProblem: also for what turns out while its database is unpacked."""
    try:
        with gzip.open(path) as file, tarfile.open(fileobj=file, mode="r:") as archive:
            yield Archive(archive, file)
    except FileNotFoundError:
        raise BackupProblem(f"There is no file {path}.") from None
    except (tarfile.TarError, EOFError, zlib.error, KeyError, OSError) as error:
        raise BackupProblem(
            f"{path} is no whole backup of Fusionweb; nothing was changed ({error})."
        ) from error


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    member.mode = 0o600
    archive.addfile(member, io.BytesIO(content))


def _manifest_of(text: bytes) -> Manifest:
    try:
        found = json.loads(text)
        if found["format"] != FORMAT:
            raise BackupProblem(
                f"The backup is of format {found['format']}; this version knows {FORMAT}."
            )
        migrations = tuple((app, name) for app, name in found["migrations"])
        return Manifest(**{**found, "migrations": migrations})
    except (ValueError, TypeError) as error:
        raise KeyError(MANIFEST) from error
