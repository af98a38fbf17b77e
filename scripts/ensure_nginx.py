"""See to it that the tests have an nginx: an installed one, else Debian's, unpacked here."""

import shutil
import subprocess
import sys
from pathlib import Path

from scripts import debian

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv" / "nginx"
#: Newer Debians have the program in the first, older ones and Ubuntu in one of the others.
PACKAGES = ("nginx", "nginx-core", "nginx-light")


def find_nginx() -> str | None:
    """The path of a program that runs."""
    places = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin", str(FOLDER / "usr" / "sbin"))
    found = [shutil.which("nginx"), *(f"{place}/nginx" for place in places)]
    return next((path for path in found if path and _runs(path)), None)


def unpack_by_apt() -> bool:
    return _unpack_one() or (debian.update() and _unpack_one())


def _unpack_one() -> bool:
    return any(debian.unpack([name], FOLDER) and find_nginx() for name in PACKAGES)


def _runs(path: str) -> bool:
    try:
        return subprocess.run([path, "-v"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def main() -> None:
    if find_nginx() or (unpack_by_apt() and find_nginx()):
        return
    sys.exit("The proxy tests need nginx. Install it with your package manager, then go on.")


if __name__ == "__main__":
    main()
