"""Rough surroundings: hooks, locales, names, links"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.vfs.trees import git, needs_git

Write = Callable[..., Path]

LEGACY = "import { client } from '@shared/workflow/runtime/client';\n"
CANONICAL = "import { client } from '@alga-psa/workflows/runtime/client';\n"
PROJECT = f"""
//- /packages/a/package.json
{{ "name": "a", "dependencies": {{ "@alga-psa/workflows": "*" }} }}
//- /packages/a/src/known.ts
{LEGACY}"""
HOOK = f"""#!/bin/sh
{sys.executable} -m workflow_ls check --staged --no-cache --format json >"$(git rev-parse --git-dir)/said"
exit 0
"""
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="file names are UTF-8 on this system")


def in_process(root: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, with variables in its environment."""
    command = [sys.executable, "-m", "workflow_ls", *arguments]
    known = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHONUTF8"))}
    return subprocess.run(command, cwd=root, env={**known, **variables}, capture_output=True, text=True, check=False)


def committed(root: Path) -> Path:
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "One")
    return root


@pytest.fixture
def hooked(workspace: Write) -> Path:
    """A repository with two staged files, each with a legacy import, whose hook checks what a commit brings."""
    root = committed(workspace(PROJECT))
    hook = root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK)
    hook.chmod(0o755)
    for name in ("one", "two"):
        (root / f"packages/a/src/{name}.ts").write_text(LEGACY)
    git(root, "add", "-A")
    return root


def reported(root: Path, directory: str = ".git") -> set[str]:
    said = (root / directory / "said").read_text()
    return {name for name in ("one.ts", "two.ts", "known.ts") if name in said}


@needs_git
def test_a_commit_of_one_of_the_staged_files(hooked: Path) -> None:
    """`git commit FILE` while more is staged, with a hook that checks -> the hook looks at what the commit brings."""
    git(hooked, "commit", "-m", "Two", "packages/a/src/one.ts")
    assert reported(hooked) == {"one.ts"}
    git(hooked, "commit", "-m", "Three")
    assert reported(hooked) == {"two.ts"}


@needs_git
def test_a_commit_of_all_in_a_linked_worktree(hooked: Path, tmp_path: Path) -> None:
    """`git commit -a` in a linked work tree, whose index lies elsewhere -> the hook looks at what the commit brings."""
    git(hooked, "commit", "-m", "Two")
    git(hooked, "worktree", "add", "-q", str(tmp_path / "linked"))
    (tmp_path / "linked/packages/a/src/one.ts").write_text(f"{LEGACY}{LEGACY.replace('client }', 'client as c }')}")
    git(tmp_path / "linked", "commit", "-am", "Three")
    assert reported(hooked, ".git/worktrees/linked") == {"one.ts"}


@needs_git
def test_the_index_of_another_repository(
    hooked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Cli
) -> None:
    """A hook of one repository checks another one -> the index of the hook's is not taken for that of the other."""
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    (other / ".git/index.lock").write_bytes(b"DIRC")
    for index in (other / ".git/index.lock", other / ".git/none", "relative"):
        monkeypatch.setenv("GIT_INDEX_FILE", str(index))
        result = cli("check", "--staged", "--no-cache", "--root", hooked, hooked)
        assert "one.ts" in result.out
        assert "two.ts" in result.out


@needs_git
def test_an_index_that_is_locked(hooked: Path, cli: Cli) -> None:
    """Another git holds the lock of the index -> check, fix and status go on, and leave the lock alone."""
    git(hooked, "commit", "-m", "Two")
    lock = hooked / ".git/index.lock"
    lock.touch()
    assert cli("check", "--no-cache", "--root", hooked, hooked).code == 1
    assert cli("fix", "--root", hooked, hooked).code == 0
    assert cli("check", "--no-cache", "--root", hooked, hooked).code == 0
    assert lock.read_bytes() == b""


@linux_only
@pytest.mark.parametrize("with_git", [pytest.param(True, marks=needs_git), False])
def test_names_that_are_not_utf8(workspace: Write, cli: Cli, with_git: bool) -> None:
    """A file whose name is not UTF-8 imports a legacy module -> it is named, the exit code is 2, and nothing moves."""
    root = workspace(PROJECT)
    for place in (b"packages/a/src/\xff.ts", b"packages/a/\xe9/b.ts"):
        path = Path(os.fsdecode(os.fsencode(root) + b"/" + place))
        path.parent.mkdir(exist_ok=True)
        path.write_text(LEGACY)
    if with_git:
        committed(root)
    for command in (("check", "--no-cache", root), ("fix", root), ("cutover",)):
        result = cli(*command, "--root", root)
        assert result.code == 2
        for shown in ("packages/a/src/\\xff.ts", "packages/a/\\xe9/b.ts"):
            assert shown in result.out + result.err
        assert "its name is not UTF-8" in result.out + result.err
    assert (root / "shared/workflow/runtime/client.ts").exists()
    assert "\\xff.ts" in cli("status", "--root", root).out


@linux_only
@pytest.mark.parametrize("language", ["C", "POSIX", ""])
def test_names_in_a_locale_without_them(workspace: Write, language: str) -> None:
    """The locale is C or POSIX, even for Python, and names are not ASCII -> they are read as UTF-8, and fixed."""
    root = workspace(PROJECT)
    for name in ("übung", "日本", "two\nlines", 'quote"'):
        (root / f"packages/a/src/{name}.ts").write_text(LEGACY)
    variables = {"LC_ALL": language, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    result = in_process(root, "fix", **{name: value for name, value in variables.items() if value})
    assert result.returncode == 0
    assert [path.read_text() for path in sorted((root / "packages/a/src").iterdir())] == [CANONICAL] * 5


def test_several_marks_and_links_to_one_file(workspace: Write, cli: Cli) -> None:
    """A file has byte order marks at its start and within, another has two names -> the imports alone are changed."""
    root = workspace(PROJECT)
    marked, linked = root / "packages/a/src/marked.ts", root / "packages/a/src/linked.ts"
    marked.write_bytes(b"\xef\xbb\xbf" * 2 + LEGACY.encode() + b"\xef\xbb\xbf" + LEGACY.encode())
    os.link(root / "packages/a/src/known.ts", linked)
    assert cli("fix", "--root", root, root).code == 0
    assert marked.read_bytes() == b"\xef\xbb\xbf" * 2 + CANONICAL.encode() + b"\xef\xbb\xbf" + CANONICAL.encode()
    assert linked.read_text() == (root / "packages/a/src/known.ts").read_text() == CANONICAL


def test_a_clock_that_goes_backwards(workspace: Write, cli: Cli) -> None:
    """A file gets an older time with its new text -> no earlier answer is taken for one about that text."""
    root = workspace(PROJECT)
    path = root / "packages/a/src/known.ts"
    assert cli("check", "--root", root, root).code == 1
    path.write_text(LEGACY.replace("client }", "Client }").replace("@shared/workflow", "@alga-psa/x-work"))
    os.utime(path, (1, 1))
    assert cli("check", "--root", root, root).code == 0
    path.write_text(LEGACY)
    os.utime(path, (1, 1))
    assert cli("check", "--root", root, root).code == 1
