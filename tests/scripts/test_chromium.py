"""Which Chromium the browser tests get, and what is tried where there is none."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts import chromium


class Machine:
    """A machine on which programs come and go and commands are noted instead of run."""

    def __init__(self, folder: Path) -> None:
        self.programs: dict[str, str] = {}
        self.downloaded = folder / "downloaded"
        self.root = False
        self.commands: list[list[str]] = []

    def which(self, name: str) -> str | None:
        return self.programs.get(name)

    def run(self, command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        self.commands.append(command)
        if command[:3] == ["apt-get", "-qq", "install"]:
            self.programs["chromium"] = "/usr/bin/chromium"
        if "playwright" in command and options["timeout"]:
            self.downloaded.touch()
        return subprocess.CompletedProcess(command, 0)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Machine:
    machine = Machine(tmp_path)
    monkeypatch.setattr(chromium.shutil, "which", machine.which)
    monkeypatch.setattr(chromium.subprocess, "run", machine.run)
    monkeypatch.setattr(chromium, "_playwright_path", lambda: machine.downloaded)
    monkeypatch.setattr(chromium, "_is_root", lambda: machine.root)
    return machine


def test_takes_the_installed_one_before_the_downloaded_one(machine: Machine) -> None:
    machine.downloaded.touch()
    assert chromium.find() == machine.downloaded
    machine.programs["google-chrome"] = "/usr/bin/google-chrome"
    assert chromium.find() == Path("/usr/bin/google-chrome")


def test_installs_nothing_where_there_is_one(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.programs["chromium"] = "/usr/bin/chromium"
    chromium.main()
    assert machine.commands == []
    assert capsys.readouterr().out == "Browser tests use /usr/bin/chromium.\n"


def test_root_gets_the_package_of_the_distribution(machine: Machine) -> None:
    machine.root = True
    machine.programs["apt-get"] = "/usr/bin/apt-get"
    assert chromium.install() == Path("/usr/bin/chromium")
    assert [command[2] for command in machine.commands] == ["update", "install"]


def test_everyone_else_gets_the_build_of_playwright(machine: Machine) -> None:
    machine.programs["apt-get"] = "/usr/bin/apt-get"
    assert chromium.install() == machine.downloaded
    assert [command[1:] for command in machine.commands] == [
        ["-m", "playwright", "install", "chromium"]
    ]


def test_says_what_to_do_where_none_can_be_installed(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang(command: list[str], timeout: float, **options: object) -> None:
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(chromium.subprocess, "run", hang)
    with pytest.raises(SystemExit) as ended:
        chromium.main()
    assert str(ended.value) == (
        "The browser tests need a Chromium, and none could be installed:"
        " put `chromium` or `google-chrome` on the PATH and call make test again."
    )


def test_the_sandbox_is_off_for_root_alone(machine: Machine) -> None:
    assert chromium.launch_arguments() == []
    machine.root = True
    assert chromium.launch_arguments() == ["--no-sandbox"]
