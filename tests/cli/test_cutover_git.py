"""`workflow-ls cutover` in a git repository."""

from __future__ import annotations

from pathlib import Path
from subprocess import CalledProcessError

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_cutover import TEXT, Make, contents
from tests.moves.cuts import BASE, SOURCES, TREE
from tests.vfs.trees import git, lay_out, needs_git

pytestmark = [pytest.mark.slow, needs_git]


@pytest.fixture
def root(workspace: Make) -> Path:
    return workspace(TEXT, base=BASE)


@pytest.fixture
def repository(root: Path) -> Path:
    git(root, "init")
    git(root, "add", "--all")
    git(root, "commit", "--message", "x")
    return root


@pytest.mark.parametrize("path", ["packages/a/a.ts", f"{TREE}runtime/a.ts", "shared/lib/x.ts"])
def test_a_dirty_tree_is_refused(cli: Cli, repository: Path, path: str) -> None:
    (repository / path).write_text((repository / path).read_text() + "// edited\n")
    before = contents(repository)
    result = cli("cutover", repository)
    assert result.code == 2
    assert result.err.startswith(f"workflow-ls: uncommitted changes in {path}. ")
    assert contents(repository) == before
    assert cli("cutover", repository, "--dry-run").code == 1
    assert cli("cutover", repository, "--allow-dirty").code == 0


def test_an_untracked_file_counts_where_it_is_moved(cli: Cli, repository: Path) -> None:
    (repository / "notes.md").write_text("mine")
    (repository / TREE / "b.ts").write_text("export const b = 1;\n")
    assert f"uncommitted changes in {TREE}b.ts. " in cli("cutover", repository).err
    (repository / TREE / "b.ts").unlink()
    assert cli("cutover", repository).code == 0


def test_history_goes_along(cli: Cli, repository: Path) -> None:
    assert cli("cutover", repository).code == 0
    assert {line[:2] for line in git(repository, "status", "--porcelain").splitlines() if TREE in line} == {
        "R ",
        "D ",
    }
    git(repository, "add", "--all")
    git(repository, "commit", "--message", "cut")
    history = git(repository, "log", "--follow", "--format=%s", "--", f"{SOURCES}runtime/index.ts")
    assert history.split() == ["cut", "x"]


def test_history_goes_along_with_a_file_that_was_moved_before(cli: Cli, repository: Path) -> None:
    git(repository, "mv", f"{TREE}runtime/run.sh", f"{TREE}run.sh")
    git(repository, "commit", "--message", "moved")
    assert cli("cutover", repository).code == 0
    git(repository, "add", "--all")
    git(repository, "commit", "--message", "cut")
    history = git(repository, "log", "--follow", "--format=%s", "--", f"{SOURCES}run.sh")
    assert history.split() == ["cut", "moved", "x"]


def test_staged_changes_stay_staged(cli: Cli, repository: Path) -> None:
    path, new = f"{TREE}runtime/a.ts", f"{SOURCES}runtime/a.ts"
    for line in ("// staged\n", "// not staged\n"):
        (repository / path).write_text((repository / path).read_text() + line)
        if line == "// staged\n":
            git(repository, "add", path)
    assert cli("cutover", repository, "--allow-dirty").code == 0
    assert git(repository, "show", f":{new}").endswith("export const a = x;\n// staged\n")
    assert (repository / new).read_text().endswith("// staged\n// not staged\n")


@pytest.mark.parametrize("arguments", [(), ("--allow-dirty",)])
def test_a_merge_that_is_not_done_is_refused(cli: Cli, repository: Path, arguments: tuple[str, ...]) -> None:
    path = repository / TREE / "runtime/a.ts"
    git(repository, "checkout", "-q", "-b", "other")
    for branch, text in (("other", "export const a = 2;\n"), ("main", "export const a = 3;\n")):
        git(repository, "checkout", "-q", branch)
        path.write_text(text)
        git(repository, "commit", "--all", "--message", branch)
    with pytest.raises(CalledProcessError):
        git(repository, "merge", "other")
    before = contents(repository)
    result = cli("cutover", repository, *arguments)
    assert (result.code, result.err) == (
        2,
        "workflow-ls: nothing was written: 1 blocking problem. The report lists a remedy for each.\n",
    )
    assert f"  {TREE}runtime/a.ts: the file has merge conflicts. Finish the merge first.\n" in result.out
    assert contents(repository) == before
    assert git(repository, "status", "--porcelain") == f"UU {TREE}runtime/a.ts\n"


def test_a_sparse_checkout_is_refused(cli: Cli, repository: Path) -> None:
    git(repository, "sparse-checkout", "set", "--no-cone", "/*", "!/packages/a/*")
    assert not (repository / "packages/a/a.ts").exists()
    result = cli("cutover", repository, "--dry-run")
    assert "  packages/a/a.ts: a sparse checkout excludes 2 files. Run `git sparse-checkout disable` first." in (
        result.out.splitlines()
    )
    assert cli("cutover", repository, "--allow-dirty").code == 2
    git(repository, "sparse-checkout", "disable")
    assert cli("cutover", repository).code == 0


def test_the_repository_may_lie_above_the_workspace(cli: Cli, root: Path) -> None:
    git(root.parent, "init")
    git(root.parent, "add", "--all")
    git(root.parent, "commit", "--message", "x")
    assert cli("cutover", "--root", root).code == 0
    assert f"R  repo/{TREE}runtime/index.ts -> repo/{SOURCES}runtime/index.ts\n" in (
        git(root.parent, "status", "--porcelain")
    )


def test_what_is_ignored_stays_and_is_told(cli: Cli, root: Path) -> None:
    (root / ".gitignore").write_text("dist\nmade.ts\n")
    lay_out(root, {f"{TREE}dist/deep/x.js": "1", f"{TREE}runtime/made.ts": "export const made = 1;"})
    result = cli("cutover", root)
    assert result.code == 0
    for path in (f"{TREE}dist", f"{TREE}runtime/made.ts"):
        assert f"  {path}: .gitignore excludes it, so it does not move. Move or remove it by hand.\n" in result.out
    assert {path for path in contents(root) if path.startswith(TREE)} == {
        f"{TREE}dist/deep/x.js",
        f"{TREE}runtime/made.ts",
    }
    again = cli("cutover", root)
    assert again.code == 0
    # The directory that only holds what is ignored stands for that now.
    assert again.out.startswith(
        f"Nothing to do: the legacy tree has no files that can be moved.\n\nNotes\n  {TREE}dist: .gitignore excludes it"
    )


def test_what_is_ignored_and_needed_is_refused(cli: Cli, root: Path) -> None:
    (root / ".gitignore").write_text("made.ts\n")
    lay_out(root, {f"{TREE}runtime/made.ts": "export const made = 1;"})
    lay_out(root, {f"{TREE}runtime/user.ts": "export { made } from './made';\n"})
    result = cli("cutover", root)
    assert result.code == 2
    assert (
        f"  {TREE}runtime/user.ts:1: `./made` can't be updated: .gitignore excludes {TREE}runtime/made.ts, "
        in result.out
    )
    (root / TREE / "runtime/made.ts").unlink()
    assert cli("cutover", root).code == 0, "what makes it makes it in the new place"
    assert (root / SOURCES / "runtime/user.ts").read_text() == "export { made } from './made';\n"


def test_a_repository_in_the_tree_is_refused(cli: Cli, repository: Path) -> None:
    inner = lay_out(repository / TREE / "inner", {"a.ts": "export const inner = 1;"})
    git(inner, "init")
    result = cli("cutover", repository, "--allow-dirty")
    assert result.code == 2
    assert f"  {TREE}inner: this is a nested git repository, which a move would break. Move it by hand.\n" in result.out
    assert (inner / "a.ts").exists()
