"""See to it that the tests have PostgreSQL and Redis: installed, else Debian's, unpacked here."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from scripts import debian

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv" / "services"
#: Where packages put PostgreSQL's programs, apart from the PATH.
PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)
#: Debian's packages, and the programs of each that are used.
PROGRAMS = {
    "postgresql": ("initdb", "postgres", "pg_dump", "pg_restore", "psql"),
    "redis-server": ("redis-server",),
}
_IN_PATH = ("/usr/local/bin", "/opt/homebrew/bin")
_TO_BE_INSTALLED = re.compile(r"^Inst (\S+)", re.MULTILINE)
_SERVER = re.compile(r"postgresql-(\d+)")
_REFUSAL = (
    "The tests need the programs of PostgreSQL and Redis ({missing} not found). Install them, then "
    "go on. On Debian and Ubuntu: apt install postgresql redis-server. On macOS: brew install "
    "postgresql@16 redis. Their services need not run."
)


def find_program(name: str) -> str | None:
    """The path of one that runs: of the newest PostgreSQL, else in the PATH, else unpacked here."""
    in_places = [path for place in PLACES for path in Path("/").glob(f"{place[1:]}/{name}")]
    others = [shutil.which(name), *(f"{place}/{name}" for place in _IN_PATH)]
    found = [*map(str, sorted(in_places, reverse=True)), *others, str(unpacked_programs() / name)]
    return next((path for path in found if path and _runs(path)), None)


def unpacked_programs() -> Path:
    """The folder of what was unpacked; it may not exist."""
    return FOLDER / "bin"


def missing_packages() -> list[str]:
    return [
        package for package, names in PROGRAMS.items() if not all(find_program(n) for n in names)
    ]


def unpack_by_apt(packages: list[str]) -> None:
    wanted = _parts_of(packages) or (debian.update() and _parts_of(packages))
    if wanted and debian.unpack(wanted, FOLDER):
        write_starters([name for package in packages for name in PROGRAMS[package]])


def _parts_of(packages: list[str]) -> list[str]:
    """The packages that hold the programs, and the libraries that this machine lacks."""
    return parts_among(_TO_BE_INSTALLED.findall(debian.would_install(packages)))


def parts_among(installs: Iterable[str]) -> list[str]:
    """Of what apt would install: no service's set-up, no Perl, and not the C library, since the
    machine's own loader would not take another.
    """
    parts = set()
    for name in installs:
        if server := _SERVER.fullmatch(name):
            parts |= {name, f"postgresql-client-{server[1]}"}
        elif name == "redis-server":
            parts |= {name, "redis-tools"}
        elif name.startswith("lib") and name != "libc6" and "perl" not in name:
            parts.add(name)
    return sorted(parts)


def write_starters(names: Iterable[str]) -> None:
    """A script for each program, which tells it where the unpacked libraries are.

    PostgreSQL finds what it shares from where its program lies, so that stays in its tree.
    """
    unpacked_programs().mkdir(parents=True, exist_ok=True)
    libraries = {str(file.parent) for file in FOLDER.glob("**/lib/*-linux-*/*.so.*")}
    path = shlex.quote(":".join(sorted(libraries)))
    export = f"export LD_LIBRARY_PATH={path}\n" if libraries else ""
    for name in names:
        if program := _unpacked_program(name):
            starter = unpacked_programs() / name
            starter.write_text(f'#!/bin/sh\n{export}exec {shlex.quote(str(program))} "$@"\n')
            starter.chmod(0o755)


def _unpacked_program(name: str) -> Path | None:
    usr = FOLDER / "usr"
    found = [*sorted(usr.glob(f"lib/postgresql/*/bin/{name}")), usr / "bin" / name]
    return next((path for path in found if path.exists()), None)


def _runs(path: str) -> bool:
    try:
        return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def main() -> None:
    missing = missing_packages()
    if missing:
        sys.stdout.write("Looking for packages of PostgreSQL and Redis for the tests\n")
        sys.stdout.flush()
        unpack_by_apt(missing)
    names = [name for package in missing for name in PROGRAMS[package] if not find_program(name)]
    if names:
        verb = "was" if len(names) == 1 else "were"
        sys.exit(_REFUSAL.format(missing=f"{', '.join(names)} {verb}"))


if __name__ == "__main__":
    main()
