"""Submodules, and commits in parts"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.vfs.trees import git, lay_out, needs_git

pytestmark = needs_git
Write = Callable[..., Path]

LEGACY = "import { client } from '@shared/workflow/runtime/client';\n"
CLEAN = "import { client } from '@alga-psa/workflows/runtime/client';\n"
PROJECT = f"""
//- /packages/a/package.json
{{ "name": "a", "dependencies": {{ "@alga-psa/workflows": "*" }} }}
//- /packages/a/src/done.ts
{CLEAN}"""
APP = {"package.json": '{ "name": "app", "dependencies": { "@alga-psa/workflows": "*" } }', "src/app.ts": LEGACY}
REMEDY = "Run `git submodule update --init --recursive`"


def repository(at: Path, files: dict[str, bytes | str] | None = None) -> Path:
    """A directory as a repository with one commit."""
    if files is not None:
        lay_out(at, files)
    git(at, "init", "-q")
    git(at, "add", "-A")
    git(at, "commit", "-qm", "One")
    return at


def add_submodule(root: Path, source: Path, place: str) -> None:
    git(root, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(source), place)
    git(root, "commit", "-qam", f"Add {place}")


@pytest.fixture
def root(workspace: Write, tmp_path: Path) -> Path:
    """A repository with a submodule in it that has a legacy import."""
    root = repository(workspace(PROJECT))
    add_submodule(root, repository(tmp_path / "app", dict(APP)), "packages/app")
    return root


def test_files_of_a_submodule(root: Path, cli: Cli) -> None:
    """A submodule has a legacy import -> it is found and fixed in the submodule, unless there it has other changes."""
    source = root / "packages/app/src/app.ts"
    source.write_text(f"{LEGACY}// more\n")
    refused = cli("fix", "--root", root, root)
    assert (refused.code, "uncommitted changes in packages/app/src/app.ts" in refused.err) == (2, True)
    assert "packages/app/src/app.ts:1" in cli("check", "--root", root, root).out
    git(root / "packages/app", "checkout", "-q", ".")
    assert cli("fix", "--root", root, root).code == 0
    assert source.read_text() == CLEAN
    inner = cli("check", "--staged", "--root", root / "packages/app", root / "packages/app")
    assert inner.code == 0


def test_a_legacy_tree_that_is_a_submodule(workspace: Write, cli: Cli, tmp_path: Path) -> None:
    """The legacy tree is a submodule -> a cutover names it, and moves nothing out of it."""
    root = workspace(f"{PROJECT}//- /packages/a/src/open.ts\n{LEGACY}")
    tree = root / "shared/workflow"
    files = {path.relative_to(tree).as_posix(): path.read_bytes() for path in tree.rglob("*") if path.is_file()}
    shutil.rmtree(tree)
    repository(root)
    add_submodule(root, repository(tmp_path / "tree", dict(files)), "shared/workflow")
    assert cli("check", "--root", root, root).code == 1
    result = cli("cutover", "--root", root)
    assert result.code == 2
    assert "shared/workflow: this is a nested git repository" in result.out
    assert {path: (tree / path).read_bytes() for path in files} == files
    assert (root / "packages/a/src/open.ts").read_text() == LEGACY


def cloned(root: Path, at: Path) -> Path:
    git(root, "clone", "-q", str(root), str(at))
    return at


@pytest.mark.parametrize("way", ["cloned", "its directory deleted", "quoted", "without git", "deinit", "inner"])
def test_a_submodule_that_is_not_checked_out(
    root: Path, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """A clone has no files of a submodule -> each command names it; nothing is all clear, done or moved."""
    place = "packages/app"
    if way == "inner":
        outer = repository(tmp_path / "outer", {"readme.txt": "x"})
        add_submodule(outer, tmp_path / "app", "inner")
        add_submodule(root, outer, "packages/outer")
        git(root, "-c", "protocol.file.allow=always", "submodule", "update", "--init", "-q")
        git(root, "rm", "-qf", "packages/app")
        git(root, "commit", "-qm", "Remove it")
        clone, place = root, "packages/outer/inner"
    elif way == "deinit":
        git(root, "submodule", "deinit", "-f", place)
        clone = root
    else:
        clone = cloned(root, tmp_path / "clone")
    if way == "its directory deleted":
        (clone / place).rmdir()
    elif way == "quoted":
        (clone / ".gitmodules").write_text('[submodule "app"]\r\n\tpath = "packages/app"\r\n\turl = ../app\r\n')
    elif way == "without git":
        monkeypatch.setenv("PATH", "/nowhere")
    said = f"1 submodule is not checked out, so nothing of it was looked at: {place}. {REMEDY}"
    for _ in range(2):
        check = cli("check", "--root", clone, clone, "--select", "deprecated-import")
        assert check.out.count(said) == 1
        assert "but not all files were looked at" in check.out
    assert "submodule" not in cli("check", "--root", clone, clone / "packages/a").out
    assert "submodule" in cli("check", "--root", clone, clone / place.partition("/")[0]).out
    fix = cli("fix", "--root", clone, clone)
    assert fix.err.count(said) == 1
    assert "Nothing to fix, but 1 path was not looked at." in fix.out
    status = cli("status", "--root", clone, clone, "--format", "json")
    assert json.loads(status.out)["skipped"] == [f"{place}/"]
    assert f"{place}: the submodule is not checked out" in cli("cutover", "--root", clone, "--dry-run").out


@pytest.mark.parametrize("way", ["checked out", "gone from the index", "files in its place", "outside"])
def test_a_submodule_that_lacks_nothing(root: Path, cli: Cli, tmp_path: Path, way: str) -> None:
    """A submodule is checked out, or only .gitmodules still names it -> nobody speaks of it."""
    if way == "gone from the index":
        git(root, "rm", "-qf", "--cached", "packages/app")
        (root / "packages/app").rename(tmp_path / "elsewhere")
    elif way == "files in its place":
        root = cloned(root, tmp_path / "clone")
        (root / "packages/app/x.txt").write_text("x")
    elif way == "outside":
        root = cloned(root, tmp_path / "clone")
        assert "submodule" not in cli("check", "--root", root / "packages/a", root / "packages/a").out
        return
    result = cli("check", "--root", root, root)
    assert "submodule" not in result.out


def test_a_commit_of_some_lines(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`git commit -p` of one of two new lines, with a hook that checks -> the hook looks at what the commit brings."""
    source = root / "packages/a/src/done.ts"
    middle = "".join(f"// line {number}\n" for number in range(40))
    source.write_text(f"{CLEAN}{middle}")
    git(root, "commit", "-qam", "Two")
    hook = root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    command = f"{sys.executable} -m workflow_ls check --staged --no-cache --format json"
    hook.write_text(f'#!/bin/sh\n{command} >"$(git rev-parse --git-dir)/said"\nexit 0\n')
    hook.chmod(0o755)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    last = LEGACY.replace("{ client }", "{ client as last }")
    source.write_text(f"{LEGACY}{CLEAN.replace('client }', 'client as c }')}{middle}{last}")
    for answers, lines in (("n\ny\n", [42]), ("y\n", [1])):
        # The answers come from a pipe, as git requests them hunk by hunk.
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
        done = subprocess.run(
            ["git", *identity, "commit", "-p", "-m", "Some"], cwd=root, input=answers, text=True, capture_output=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        said = json.loads((root / ".git/said").read_text())
        found = [each["start"]["line"] for each in said["diagnostics"] if each["rule"] == "deprecated-import"]
        assert found == lines
