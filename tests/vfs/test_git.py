"""Which git is run, and with what around it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.vfs.trees import executable, lay_out
from workflow_ls.vfs.git.git_process import environment, exclude_file, find_git, repository_of


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    executable(tmp_path / "bin" / "git", "")
    executable(tmp_path / "elsewhere" / "relative" / "git", "")
    executable(tmp_path / "w" / "node_modules" / ".bin" / "git", "")
    lay_out(tmp_path, {"not-executable/git": "", "directory/git/x": "", "empty/": ""})
    links = {
        "link-in": "w/node_modules/.bin",
        "linked/git": "../w/node_modules/.bin/git",
        "w/linked/git": "../../bin/git",
        "w-link": "w",
    }
    lay_out(tmp_path, {}, links)
    monkeypatch.chdir(tmp_path / "elsewhere")
    return tmp_path / "w"


@pytest.mark.parametrize(
    "passed_by",
    [
        pytest.param("nowhere", id="no directory"),
        pytest.param("empty", id="no git in it"),
        pytest.param("not-executable", id="not executable"),
        pytest.param("directory", id="a directory"),
        pytest.param("w/node_modules/.bin", id="in the workspace"),
        pytest.param("w-link/node_modules/.bin", id="in the workspace, by another name"),
        pytest.param("link-in", id="a link into the workspace"),
        pytest.param("linked", id="git is a link into the workspace"),
        pytest.param("w/linked", id="git is a link in the workspace"),
    ],
)
def test_find_git(root: Path, monkeypatch: pytest.MonkeyPatch, passed_by: str) -> None:
    first, last = root.parent / passed_by, root.parent / "bin"
    monkeypatch.setenv("PATH", f"{first}{os.pathsep}{last}")
    assert find_git(str(root)) == str(last / "git")
    assert find_git(str(root.parent / "w-link")) == str(last / "git")
    monkeypatch.setenv("PATH", str(first))
    assert find_git(str(root)) is None


@pytest.mark.parametrize("entry", ["relative", "./relative", "../bin", ""])
def test_relative_entries_are_passed_by(root: Path, monkeypatch: pytest.MonkeyPatch, entry: str) -> None:
    executable(root.parent / "elsewhere" / "git", "")
    monkeypatch.setenv("PATH", f"{entry}{os.pathsep}")
    assert find_git(str(root)) is None


def test_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_CONFIG_PARAMETERS", "GIT_EXEC_PATH", "GIT_CONFIG_KEY_0", "OTHER"):
        monkeypatch.setenv(name, "x")
    found = environment()
    assert {name for name, value in found.items() if value == "x"} == {"GIT_EXEC_PATH", "GIT_CONFIG_KEY_0", "OTHER"}
    assert (found["LC_ALL"], found["GIT_OPTIONAL_LOCKS"]) == ("C", "0")


def test_repository_of(tmp_path: Path) -> None:
    lay_out(tmp_path, {"a/.git/HEAD": "", "a/b/c/": "", "a/sub/.git": "gitdir: x", "a/sub/d/": "", "e/": ""})
    lay_out(tmp_path, {}, {"e/.git": "nowhere"})
    for directory, top in {"a": "a", "a/b/c": "a", "a/sub/d": "a/sub", "a/nowhere/x": "a", "e": "e"}.items():
        assert repository_of(str(tmp_path / directory)) == str(tmp_path / top)
    assert repository_of(str(tmp_path)) is None


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"w/": ""}, None),
        ({"w/.git/HEAD": ""}, None),
        ({"w/.git/info/exclude": ""}, "w/.git/info/exclude"),
        ({"w/.git": "gitdir: ../main/.git/modules/w\n", "main/.git/modules/w/info/exclude": ""},
         "main/.git/modules/w/info/exclude"),
        ({"w/.git": "gitdir: ../main/.git/worktrees/w\n", "main/.git/worktrees/w/commondir": "../..\n",
          "main/.git/info/exclude": ""}, "main/.git/info/exclude"),
        ({"w/.git": "gitdir: ../nowhere\n"}, None),
        ({"w/.git": b"\xff\xff"}, None),
    ],
)  # fmt: skip
def test_exclude_file(tmp_path: Path, files: dict[str, bytes | str], expected: str | None) -> None:
    found = exclude_file(str(lay_out(tmp_path, files) / "w"))
    assert (found and os.path.realpath(found)) == (expected and str(tmp_path / expected))
