"""Finds the Chromium for the browser tests, and installs one where there is none.

python -m scripts.chromium     print the path, after installing if need be
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_APPLICATION = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
DOWNLOAD_LIMIT_S = 600


def find() -> Path | None:
    """The browser installed on this machine, else the one Playwright has downloaded."""
    found = next(filter(None, map(shutil.which, (*NAMES, MAC_APPLICATION))), None)
    if found:
        return Path(found)
    downloaded = _playwright_path()
    return downloaded if downloaded.is_file() else None


def launch_arguments() -> list[str]:
    """Chromium's sandbox refuses to run as root, and only there it is left out."""
    return ["--no-sandbox"] if _is_root() else []


def install() -> Path | None:
    """Install Debian's package when root, else Playwright's build; None where neither worked."""
    if _is_root() and shutil.which("apt-get"):
        _install_debian_package()
    if find() is None:
        _install_playwright_build()
    return find()


def _install_debian_package() -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ("update", "install --yes --no-install-recommends chromium"):
        done = subprocess.run(
            ["apt-get", "-qq", *command.split()],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            print(done.stdout, file=sys.stderr)


def _install_playwright_build() -> None:
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        subprocess.run(command, timeout=DOWNLOAD_LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        print(f"Stopped the download after {DOWNLOAD_LIMIT_S} s.", file=sys.stderr)


def _playwright_path() -> Path:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def main() -> None:
    path = find() or install()
    if path is None:
        sys.exit(
            "The browser tests need a Chromium, and none could be installed:"
            " put `chromium` or `google-chrome` on the PATH and call make test again."
        )
    print(f"Browser tests use {path}.")


if __name__ == "__main__":
    main()
