"""See to it that the tests have a Chromium: an installed one, else Debian's, else Playwright's."""

import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_browser() -> str | None:
    """The path of an installed Chromium; None leaves the choice to Playwright's own download."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


def install_by_apt() -> bool:
    apt = shutil.which("apt-get")
    if apt is None:
        return False
    sudo = shutil.which("sudo")
    as_root = [sudo, "-n"] if sudo else []
    update = [*as_root, apt, "update", "-qq"]
    install = [*as_root, apt, "install", "-y", "-qq", "--no-install-recommends", "chromium"]
    return all(subprocess.run(step, check=False).returncode == 0 for step in (update, install))


def install_by_playwright() -> bool:
    step = [sys.executable, "-m", "playwright", "install", "chromium"]
    return subprocess.run(step, check=False).returncode == 0


def main() -> None:
    if find_browser() or install_by_apt() or install_by_playwright():
        return
    sys.exit("The browser tests need Chromium. Install it with your package manager, then go on.")


if __name__ == "__main__":
    main()
