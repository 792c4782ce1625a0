"""What long work shows: something to a person in a terminal, nothing to anybody else."""

from __future__ import annotations

import io
import re
import time
from pathlib import Path

import pytest

from workflow_ls.cli import progress
from workflow_ls.vfs.recorded_disk import RecordedDisk


class Screen(io.StringIO):
    """Standard error of a terminal, or of something else."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Something is shown at once, so that no test has to wait for it."""
    monkeypatch.setattr(progress, "_DELAY", 0)
    monkeypatch.setattr(progress, "_INTERVAL", 0)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")


def read_three_files(root: Path, screen: Screen, monkeypatch: pytest.MonkeyPatch) -> str:
    """Read three files, the last once the screen shows the others where it shows any."""
    monkeypatch.setattr("sys.stderr", screen)
    for name in ("a", "b", "c"):
        (root / name).write_text(name)
    files = RecordedDisk(str(root))
    with progress.reading("Proving the fixes", files):
        files.read("a"), files.read("b")
        end = time.monotonic() + 10
        while screen.terminal and "2 files read" not in screen.getvalue():
            assert time.monotonic() < end
            time.sleep(0.01)
        files.read("c")
    return screen.getvalue()


def test_a_person_sees_what_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = read_three_files(tmp_path, Screen(terminal=True), monkeypatch)
    assert "Proving the fixes: 2 files read, 00:0" in shown
    # Nothing of it is left.
    assert re.split(r"[\r\n]", shown)[-2].strip() == ""


@pytest.mark.parametrize("variable", ["CI=true", "TERM=dumb", ""])
def test_nobody_else_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    name, _, value = variable.partition("=")
    if name:
        monkeypatch.setenv(name, value)
    screen = Screen(terminal=bool(name))
    monkeypatch.setattr("sys.stderr", screen)
    with progress.reading("Proving the fixes", RecordedDisk(str(tmp_path))), progress.steps("Counting", 2) as done:
        done(1)
    assert screen.getvalue() == ""


def test_steps_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen(terminal=True)
    monkeypatch.setattr("sys.stderr", screen)
    with progress.steps("Counting", 2) as done:
        done("one")
        done("two")
    assert re.findall(r"Counting: +(\d+)%.*?(\d)/2 ", screen.getvalue()) == [("0", "0"), ("50", "1"), ("100", "2")]


def test_an_error_goes_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", Screen(terminal=True))
    with pytest.raises(KeyError), progress.reading("Proving the fixes", RecordedDisk(str(tmp_path))):
        raise KeyError
