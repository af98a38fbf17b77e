"""PostgreSQL's own programs: where they are, and whether they fit the server."""

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from panels.backups.archive import BackupProblem

#: Where packages put them, apart from the PATH. Debian's `pg_dump` in the PATH is a wrapper that
#: may pick another version than the one that is needed.
_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
_INSTALL = "On Debian and Ubuntu: apt install postgresql-client"
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


def find_program(name: str, *, at_least: int) -> str:
    """The oldest that is new enough: a newer one may write what an older server can't read.

    :raises BackupProblem: none is installed, or only older ones.
    """
    found = sorted((version, path) for path in _installed(name) if (version := version_of(path)))
    fitting = [path for version, path in found if version >= at_least]
    if fitting:
        return fitting[0]
    if found:
        raise BackupProblem(
            f"PostgreSQL's program {name} is of version {found[-1][0]} here, and version "
            f"{at_least} or later is needed. {_INSTALL}-{at_least}"
        )
    raise BackupProblem(f"PostgreSQL's program {name} was not found. {_INSTALL}")


def version_of(program: str) -> int:
    """Its major version; 0 for what does not say."""
    try:
        said = subprocess.run(
            [program, "--version"], capture_output=True, text=True, check=False, timeout=20
        ).stdout
    except OSError:
        return 0
    version = _VERSION.search(said)
    return int(version[1]) if version else 0


def run_program(command: Iterable[str], environment: dict[str, str]) -> None:
    """:raises BackupProblem: with what the program said."""
    words = list(command)
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupProblem(f"{Path(words[0]).name} failed: {done.stderr.strip()}")


def _installed(name: str) -> list[str]:
    places = [path for place in _PLACES for path in Path("/").glob(f"{place[1:]}/{name}")]
    in_path = shutil.which(name)
    return [*map(str, places), *([in_path] if in_path else [])]
