"""Debian's packages, unpacked into a folder and not installed: an installed server would start a
service, on a port that may be somebody's.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path


def unpack(packages: Sequence[str], folder: Path) -> bool:
    """Whether this machine could try: without apt and dpkg there is nothing to unpack with."""
    apt, dpkg = shutil.which("apt-get"), shutil.which("dpkg-deb")
    if apt is None or dpkg is None:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as downloads:
        # The user of apt's downloads may be another than ours, and must be able to write here.
        Path(downloads).chmod(0o777)
        subprocess.run([apt, "download", "-qq", *packages], cwd=downloads, check=False)
        for file in Path(downloads).glob("*.deb"):
            subprocess.run([dpkg, "-x", str(file), str(folder)], check=False)
    return True


def would_install(packages: Sequence[str]) -> str:
    """What apt says that it would do; "" where it can't say."""
    if (apt := shutil.which("apt-get")) is None:
        return ""
    asked = [apt, "install", "--simulate", "--no-install-recommends", *packages]
    said = subprocess.run(asked, capture_output=True, text=True, check=False)
    return said.stdout if said.returncode == 0 else ""


def update() -> bool:
    """Fetch the lists of packages, which a fresh machine lacks."""
    if (apt := shutil.which("apt-get")) is None:
        return False
    sudo = shutil.which("sudo")
    as_root = [sudo, "-n"] if sudo else []
    return subprocess.run([*as_root, apt, "update", "-qq"], check=False).returncode == 0
