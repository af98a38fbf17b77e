"""See to it that the tests have an nginx: an installed one, else Debian's package, unpacked here.

Unpacked and not installed: the package would start a service on port 80.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

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
    apt, unpack = shutil.which("apt-get"), shutil.which("dpkg-deb")
    if apt is None or unpack is None:
        return False
    return any(_unpack(apt, unpack, package) for package in PACKAGES) or (
        _update(apt) and any(_unpack(apt, unpack, package) for package in PACKAGES)
    )


def _unpack(apt: str, unpack: str, package: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        # Its user may be another than ours, and must be able to write here.
        Path(folder).chmod(0o777)
        subprocess.run([apt, "download", "-qq", package], cwd=folder, check=False)
        for file in Path(folder).glob("*.deb"):
            FOLDER.mkdir(parents=True, exist_ok=True)
            subprocess.run([unpack, "-x", str(file), str(FOLDER)], check=False)
    return find_nginx() is not None


def _update(apt: str) -> bool:
    sudo = shutil.which("sudo")
    as_root = [sudo, "-n"] if sudo else []
    return subprocess.run([*as_root, apt, "update", "-qq"], check=False).returncode == 0


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
