"""A directory that is named and in which nothing is looked at: one line with what to do, never "All clear"."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

Write = Callable[..., Path]

TREE = """
//- /.gitignore
out/
/packages/b/gen
*.snap.ts
//- /packages/a/src/a.ts
import { client } from '@shared/workflow/runtime/client';
//- /packages/a/plain/x.ts
export const x = 1;
//- /packages/a/bare/package.json
{}
//- /packages/a/src/a.snap.ts
import { client } from '@shared/workflow/runtime/client';
//- /packages/b/gen/deep/g.ts
import { client } from '@shared/workflow/runtime/client';
//- /out/o.ts
import { client } from '@shared/workflow/runtime/client';
//- /node_modules/pkg/index.ts
import { client } from '@shared/workflow/runtime/client';
//- /notes/today.md
Nothing of interest.
//- /ci/run.yml
path: nothing
"""


@pytest.fixture
def root(workspace: Write) -> Path:
    made = workspace(TREE)
    subprocess.run(["git", "init", "-q", made], check=True)
    (made / "nothing").mkdir()
    (made / "link").symlink_to("packages/a")
    return made


@pytest.mark.parametrize("command", ["check", "fix"])
@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (".git", "git keeps its own files there, which are no sources. Name a directory of the work tree."),
        (".git/refs", "git keeps its own files there, which are no sources. Name a directory of the work tree."),
        ("node_modules", "installed packages are not checked. Name the sources of a package."),
        ("node_modules/pkg", "installed packages are not checked. Name the sources of a package."),
        ("out", "git ignores it, so no search looks there. "),
        ("packages/b/gen", "git ignores it, so no search looks there. "),
        ("packages/b/gen/deep", "git ignores it, so no search looks there. "),
        ("link", "links are not followed. Name what it leads to."),
        ("nothing", "holds no source, package.json or tsconfig.json, so there is nothing to check. "),
        ("notes", "holds no source, package.json or tsconfig.json, so there is nothing to check. "),
        ("ci", "holds no source, package.json or tsconfig.json, so there is nothing to check. "),
    ],
)
def test_it_is_refused(cli: Cli, root: Path, command: str, path: str, reason: str) -> None:
    for others in ([], [root / "packages/a"]):
        refused = cli(command, *others, root / path)
        assert (refused.code, refused.out) == (2, "")
        assert refused.err.startswith(f"workflow-ls: {path}: {reason}")
        assert refused.err.count("\n") == 1
    assert "@shared/workflow/" in (root / "packages/a/src/a.ts").read_text()


@pytest.mark.parametrize("path", ["packages/a", "packages/a/plain", "packages/a/bare", "packages", ""])
def test_what_holds_a_source_or_a_manifest_is_checked(cli: Cli, root: Path, path: str) -> None:
    assert cli("check", root / path, "--exit-zero").err == ""
    assert cli("check", root / path, "--exit-zero").code == 0


def test_from_inside(cli: Cli, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "out")
    assert cli("check").err.startswith("workflow-ls: out: git ignores it")
    monkeypatch.chdir(root / ".git")
    assert cli("check").err.startswith("workflow-ls: .git: git keeps its own files there")


def test_the_advice_for_an_ignored_directory_holds(cli: Cli, root: Path) -> None:
    found = cli("check", "--root", root / "out", root / "out")
    assert (found.code, "o.ts:1" in found.out) == (1, True)


@pytest.mark.parametrize("path", ["out/o.ts", "packages/a/src/a.snap.ts", "node_modules/pkg/index.ts"])
def test_a_file_is_only_a_notice(cli: Cli, root: Path, path: str) -> None:
    """A hook is called with files, of which none may fail a commit for being out of sight."""
    result = cli("check", root / path)
    assert (result.code, f"{path}: not checked: " in result.out) == (0, True)


@pytest.mark.parametrize("command", ["check", "fix", "status", "init"])
def test_a_bare_repository(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    subprocess.run(["git", "init", "-q", "--bare", tmp_path / "all.git"], check=True)
    monkeypatch.chdir(tmp_path / "all.git")
    refused = cli(command)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == (
        f"workflow-ls: {(tmp_path / 'all.git').resolve()}: a bare repository, which has no files to check. "
        "Run workflow-ls in a clone of it.\n"
    )
