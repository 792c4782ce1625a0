"""A release: what is committed and tagged, and what stops it."""

from __future__ import annotations

import datetime as dt
import subprocess
from pathlib import Path

import pytest

from tools.release import CHANGELOGS, SHOWN, VERSIONED, NotReadyError, release
from workflow_ls import __version__

ROOT = Path(__file__).parent.parent
TODAY = dt.date(2031, 5, 4)


def git(root: Path, *arguments: str) -> str:
    run = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    return run.stdout.strip()


def state(root: Path) -> tuple[str, ...]:
    return git(root, "rev-parse", "HEAD"), git(root, "status", "--porcelain"), git(root, "tag")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of this repository that have the version, in a repository of their own."""
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "t")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "t@example.com")
    for path in (*CHANGELOGS, *VERSIONED, *SHOWN):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes((ROOT / path).read_bytes())
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "Begin")
    return tmp_path


def test_a_release(repository: Path) -> None:
    release(repository, __version__, "9.1.0", TODAY)
    tag = f"v{__version__}"
    assert git(repository, "log", "--format=%s") == f"Begin 9.1.0\nRelease {__version__}\nBegin"
    assert git(repository, "rev-parse", f"{tag}^{{commit}}") == git(repository, "rev-parse", "HEAD~1")
    assert git(repository, "status", "--porcelain") == ""
    for path in CHANGELOGS:
        assert f"## {__version__} (2031-05-04)\n" in git(repository, "show", f"{tag}:{path}")
        now = (repository / path).read_text()
        assert f"## 9.1.0 (unreleased)\n\n## {__version__} (2031-05-04)\n" in now
    for path in VERSIONED:
        assert __version__ in git(repository, "show", f"{tag}:{path}")
        assert "9.1.0" in (repository / path).read_text()
    for path in SHOWN:
        assert tag in git(repository, "show", f"{tag}:{path}")
    assert (repository / "editors/vscode/package-lock.json").read_text().count('"version": "9.1.0"') == 2


@pytest.mark.parametrize(
    ("following", "change", "problem"),
    [
        ("0.0.1", "", '"0.0.1" is no version after'),
        ("", "", '"" is no version after'),
        ("9.1", "", '"9.1" is no version after'),
        ("9.1.0", "echo >> README", "uncommitted changes"),
        ("9.1.0", f"git tag v{__version__}", "there is a tag"),
        ("9.1.0", "sed -i 's/(unreleased)/(soon)/' CHANGELOG.md && git commit -qam c", "a changelog has no"),
        ("9.1.0", "sed -i 's/version = /v = /' editors/zed/Cargo.toml && git commit -qam c", "Cargo.toml lacks"),
    ],
)
def test_what_stops_it(repository: Path, following: str, change: str, problem: str) -> None:
    subprocess.run(change, shell=True, cwd=repository, check=True)
    before = state(repository)
    with pytest.raises(NotReadyError, match=problem):
        release(repository, __version__, following, TODAY)
    assert before == (
        git(repository, "rev-parse", "HEAD"),
        git(repository, "status", "--porcelain"),
        git(repository, "tag"),
    )
