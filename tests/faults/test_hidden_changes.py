"""Files whose changes git hides: its bits skip-worktree and assume-unchanged"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.vfs.trees import git, needs_git

pytestmark = needs_git
Write = Callable[..., Path]

LEGACY = "import { client } from '@shared/workflow/runtime/client';\n"
FILES = {
    "source": "packages/a/src/open.ts",
    "manifest": "packages/a/package.json",
    "strange name": "packages/a/src/ö pen.ts",
}
BITS = ("skip-worktree", "assume-unchanged")


@pytest.fixture
def root(workspace: Write) -> Path:
    root = workspace('//- /packages/a/package.json\n{ "name": "a" }\n')
    for name, path in FILES.items():
        if name != "manifest":
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(LEGACY)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "One")
    return root


def texts(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and ".git" not in path.parts}


@pytest.mark.parametrize("command", ["fix", "cutover"])
@pytest.mark.parametrize("bit", BITS)
@pytest.mark.parametrize("name", FILES)
def test_a_file_whose_changes_git_hides(root: Path, cli: Cli, command: str, bit: str, name: str) -> None:
    """git hides changes of a file to write -> it is named with the way out, exit 2, and nothing is written."""
    path = FILES[name]
    git(root, "update-index", f"--{bit}", path)
    before = texts(root)
    result = cli(command, root)
    assert (result.code, result.out) == (2, "")
    said = f"workflow-ls: git hides changes of {path} ({bit}), so no diff or commit would have them. "
    assert result.err == f"{said}Run `git update-index --no-{bit}` on it, or pass --allow-dirty.\n"
    assert texts(root) == before
    git(root, "update-index", f"--no-{bit}", path)
    assert cli(command, root).code in (0, 1)
    assert "cutover" in command or path in git(root, "-c", "core.quotePath=false", "diff", "HEAD")
    assert LEGACY not in (root / FILES["source"]).read_text()


@pytest.mark.parametrize("bit", BITS)
def test_several_files_whose_changes_git_hides(root: Path, cli: Cli, bit: str) -> None:
    """git hides changes of several files -> one line names them, and with --allow-dirty they are written."""
    git(root, "update-index", f"--{bit}", *FILES.values())
    assert f"({bit}), so no diff" in cli("fix", root).err
    assert "on them, or" in cli("fix", root).err
    assert cli("fix", root, "--diff").code == 1
    assert cli("fix", root, "--allow-dirty").code == 0
    assert LEGACY not in (root / FILES["source"]).read_text()
    assert git(root, "diff", "HEAD") == ""


@pytest.mark.parametrize("bit", BITS)
def test_a_file_that_nobody_writes(root: Path, cli: Cli, bit: str) -> None:
    """git hides changes of a file that a fix does not write -> nobody speaks of it."""
    git(root, "update-index", f"--{bit}", "shared/workflow/runtime/client.ts")
    assert cli("fix", root).code == 0


@pytest.mark.parametrize("bit", BITS)
def test_a_nested_repository(root: Path, cli: Cli, bit: str) -> None:
    """git hides changes of a file of a nested repository -> it is named by its path from the root."""
    inner = root / "packages/app"
    inner.mkdir()
    (inner / "package.json").write_text('{ "name": "app", "dependencies": { "@alga-psa/workflows": "*" } }\n')
    (inner / "app.ts").write_text(LEGACY)
    git(inner, "init", "-q")
    git(inner, "add", "-A")
    git(inner, "commit", "-qm", "One")
    git(inner, "update-index", f"--{bit}", "app.ts")
    assert f"packages/app/app.ts ({bit})" in cli("fix", "--root", root, inner).err
    assert (inner / "app.ts").read_text() == LEGACY
