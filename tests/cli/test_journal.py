"""A change of many files: it happens or does not, wherever a run is killed."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.vfs.trees import git, lay_out, needs_git
from workflow_ls.cli.errors import UsageError
from workflow_ls.cli.transaction import journal
from workflow_ls.cli.transaction.journal import DIRECTORY, is_pending, recover, replace_files

BEFORE = {
    "tree/a.ts": b"a" * 50,
    "tree/deep/b.json": b"{}",
    "tree/gone.ts": b"gone",
    "src/a.ts": b"proxy",
    "src/proxy.ts": b"goes",
    "edited.ts": b"old",
}
AFTER = {
    "src/a.ts": b"A" * 60,
    "src/deep/b.json": b"{}",
    "edited.ts": b"new",
}
RENAMED = {"tree/a.ts": "src/a.ts", "tree/deep/b.json": "src/deep/b.json"}
OTHERS = {"other.ts": b"other", "src/kept.ts": b"kept"}


def contents(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "w", {**BEFORE, **OTHERS})


def test_no_change(root: Path) -> None:
    assert replace_files(root, {}, {}, {}) is None
    assert recover(root) is None
    assert contents(root) == {**BEFORE, **OTHERS}


def test_all_files_change_and_empty_directories_go(root: Path) -> None:
    assert replace_files(root, BEFORE, AFTER, RENAMED) is None
    assert contents(root) == {**AFTER, **OTHERS}
    assert not (root / "tree").exists()
    assert not is_pending(root)


def test_a_directory_that_holds_something_else_stays(root: Path) -> None:
    (root / "tree/deep/mine").write_text("x")
    replace_files(root, BEFORE, AFTER, RENAMED)
    assert contents(root / "tree") == {"deep/mine": b"x"}


@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600, 0o664])
def test_modes_go_with_their_files(root: Path, mode: int) -> None:
    (root / "tree/a.ts").chmod(mode)
    (root / "tree/deep/b.json").chmod(mode)
    (root / "edited.ts").chmod(mode)
    replace_files(root, BEFORE, AFTER, RENAMED)
    assert {stat.S_IMODE((root / path).stat().st_mode) for path in AFTER} == {mode}


def test_a_new_file_gets_the_usual_mode(root: Path) -> None:
    before = os.umask(0o027)
    try:
        replace_files(root, {}, {"x/new.ts": b"new"}, {})
    finally:
        os.umask(before)
    assert stat.S_IMODE((root / "x/new.ts").stat().st_mode) == 0o640


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (
            lambda root: (root / "edited.ts").write_text("edited"),
            "edited.ts: it changed since it was read. Run again.",
        ),
        (lambda root: (root / "tree/gone.ts").unlink(), "tree/gone.ts: it changed since it was read. Run again."),
        (lambda root: (root / "edited.ts").chmod(0o444), "edited.ts: it is read-only. Make it writable."),
        (lambda root: lay_out(root, {"src/deep/b.json": "x"}), "src/deep/b.json: a file exists here"),
        (
            lambda root: (root / "src/deep").symlink_to(root.parent),
            "src/deep/b.json: a symbolic link leads out of the workspace",
        ),
    ],
)
def test_what_is_not_as_planned_stops_it(root: Path, spoil: Callable[[Path], object], reason: str) -> None:
    spoil(root)
    before = contents(root)
    with pytest.raises(UsageError, match=reason):
        replace_files(root, BEFORE, AFTER, RENAMED)
    assert contents(root) == before


def test_what_changes_while_it_is_staged_stops_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = journal._stage

    def slowly(*arguments: object) -> object:
        staged = stage(*arguments)  # type: ignore[arg-type]
        (root / "edited.ts").write_text("mine")
        return staged

    monkeypatch.setattr(journal, "_stage", slowly)
    with pytest.raises(UsageError, match=r"edited\.ts: it changed since it was read. Run again. Nothing was changed."):
        replace_files(root, BEFORE, AFTER, RENAMED)
    assert contents(root) == {**BEFORE, **OTHERS, "edited.ts": b"mine"}
    assert not (root / DIRECTORY).exists()


def test_a_root_that_can_not_be_written_to(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "mkdir", refused)
    with pytest.raises(UsageError, match=r"can't be created in .*: Read-only file system. Nothing was changed"):
        replace_files(root, BEFORE, AFTER, RENAMED)
    assert contents(root) == {**BEFORE, **OTHERS}


def test_another_run_at_work(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = list[str]()

    def start_another(*_: object) -> None:
        with pytest.raises(UsageError) as caught:
            replace_files(root, {}, {}, {})
        with pytest.raises(UsageError) as again:
            recover(root)
        seen.extend((str(caught.value), str(again.value)))

    monkeypatch.setattr(journal, "_commit", start_another)
    replace_files(root, BEFORE, AFTER, RENAMED)
    assert seen == [
        f"{DIRECTORY} exists: another cutover runs or was interrupted. Run again.",
        "another `workflow-ls cutover` is running. Run again when it has ended.",
    ]


@needs_git
class TestGit:
    @pytest.fixture
    def repository(self, root: Path) -> Path:
        git(root, "init")
        git(root, "add", "--all")
        git(root, "commit", "--message", "x")
        return root

    def test_moves_are_staged_as_renames_and_edits_are_not(self, repository: Path) -> None:
        replace_files(repository, BEFORE, AFTER, RENAMED)
        assert set(git(repository, "status", "--porcelain").splitlines()) == {
            "R  tree/deep/b.json -> src/deep/b.json",
            "MM src/a.ts",
            "D  tree/a.ts",
            "D  tree/gone.ts",
            "D  src/proxy.ts",
            " M edited.ts",
        }

    def test_the_repository_may_lie_above_the_root(self, repository: Path) -> None:
        replace_files(repository / "tree", {"deep/b.json": b"{}"}, {"c.json": b"{}"}, {"deep/b.json": "c.json"})
        assert git(repository, "status", "--porcelain").splitlines() == ["R  tree/deep/b.json -> tree/c.json"]

    def test_an_untracked_file_is_not_staged(self, repository: Path) -> None:
        lay_out(repository, {"tree/new.ts": "new"})
        replace_files(repository, {"tree/new.ts": b"new"}, {"src/new.ts": b"new"}, {"tree/new.ts": "src/new.ts"})
        assert git(repository, "status", "--porcelain").splitlines() == ["?? src/new.ts"]

    def test_a_nested_repository_has_an_index_of_its_own(self, repository: Path) -> None:
        """As a submodule has; what goes there is new to it, and its entry in the outer index stays."""
        inner = repository / "src"
        git(repository, "rm", "--quiet", "--cached", "-r", "src")
        for arguments in (("init",), ("add", "--all"), ("commit", "--message", "y")):
            git(inner, *arguments)
        git(repository, "add", "src")
        git(repository, "commit", "--message", "nested")
        told = replace_files(repository, BEFORE, AFTER, RENAMED)
        assert told == "2 files moved to another repository: src/a.ts, src/deep/b.json. Add them there with `git add`."
        assert set(git(repository, "status", "--porcelain").splitlines()) == {
            "D  tree/a.ts",
            "D  tree/deep/b.json",
            "D  tree/gone.ts",
            " M edited.ts",
            " M src",
        }
        assert set(git(inner, "status", "--porcelain").splitlines()) == {" M a.ts", "D  proxy.ts", "?? deep/"}

    def test_moves_within_a_nested_repository(self, repository: Path) -> None:
        inner = repository / "inner"
        lay_out(inner, {"tree/a.ts": "a", "old.ts": "o"})
        for arguments in (("init",), ("add", "--all"), ("commit", "--message", "y")):
            git(inner, *arguments)
        before, after = {"inner/tree/a.ts": b"a", "inner/old.ts": b"o"}, {"inner/src/a.ts": b"a"}
        assert replace_files(repository, before, after, {"inner/tree/a.ts": "inner/src/a.ts"}) is None
        assert git(inner, "status", "--porcelain").splitlines() == ["D  old.ts", "R  tree/a.ts -> src/a.ts"]

    def test_a_work_tree_that_is_linked(self, repository: Path, tmp_path: Path) -> None:
        git(repository, "worktree", "add", "--quiet", str(tmp_path / "linked"))
        replace_files(tmp_path / "linked", BEFORE, AFTER, RENAMED)
        assert "R  tree/deep/b.json -> src/deep/b.json" in git(tmp_path / "linked", "status", "--porcelain")
        assert git(repository, "status", "--porcelain") == ""

    def test_no_hook_runs(self, repository: Path) -> None:
        hook = repository / ".git/hooks/post-index-change"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {repository}/hooked\n")
        hook.chmod(0o755)
        replace_files(repository, BEFORE, AFTER, RENAMED)
        assert not (repository / "hooked").exists()

    def test_an_index_that_is_locked_is_told(self, repository: Path) -> None:
        (repository / ".git/index.lock").write_text("")
        found = replace_files(repository, BEFORE, AFTER, RENAMED)
        assert found is not None
        assert "index.lock" in found
        assert contents(repository) == {**AFTER, **OTHERS}
