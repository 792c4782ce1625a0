"""What git says about files that are to be written."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.vfs.trees import executable, git, lay_out, needs_git
from workflow_ls.cli.errors import UsageError
from workflow_ls.cli.transaction.git_status import dirty_files

pytestmark = needs_git

FILES = {"a.ts": "a\n", "x/b.ts": "b\n", "x/[c].ts": "c\n", "é n\nl.ts": "d\n", ".gitignore": "*.gen.ts\n"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return commit(lay_out(tmp_path / "w", FILES))


def commit(root: Path) -> Path:
    if not (root / ".git").exists():
        git(root, "init")
    git(root, "add", "--all")
    git(root, "commit", "--message", "x")
    return root


def edit(root: Path, path: str) -> Path:
    (root / path).write_text("edited\n")
    return root


@pytest.mark.parametrize(
    ("change", "dirty"),
    [
        pytest.param(lambda _: None, [], id="nothing"),
        pytest.param(lambda root: edit(root, "a.ts"), ["a.ts"], id="unstaged"),
        pytest.param(lambda root: (edit(root, "a.ts"), git(root, "add", "a.ts")), ["a.ts"], id="staged"),
        pytest.param(lambda root: (edit(root, "a.ts"), git(root, "add", "."), (root / "a.ts").write_text("a\n")),
                     ["a.ts"], id="staged, and undone in the work tree"),
        pytest.param(lambda root: commit(edit(root, "a.ts")), [], id="committed"),
        pytest.param(lambda root: os.utime(root / "a.ts", (1, 1)), [], id="touched"),
        pytest.param(lambda root: (root / "a.ts").chmod(0o755), ["a.ts"], id="mode"),
        pytest.param(lambda root: (root / "a.ts").unlink(), ["a.ts"], id="deleted"),
        pytest.param(lambda root: git(root, "rm", "--cached", "a.ts"), ["a.ts"], id="no longer tracked"),
        pytest.param(lambda root: git(root, "mv", "a.ts", "new.ts"), ["a.ts", "new.ts"], id="renamed"),
        pytest.param(lambda root: edit(root, "new.ts"), ["new.ts"], id="untracked"),
        pytest.param(lambda root: edit(root, "x/[c].ts"), ["x/[c].ts"], id="a name that looks like a pattern"),
        pytest.param(lambda root: edit(root, "é n\nl.ts"), ["é n\nl.ts"], id="a name that wants quoting"),
        pytest.param(lambda root: edit(root, "ignored.gen.ts"), [], id="ignored"),
        pytest.param(lambda root: edit(root, "other.ts"), [], id="a file that was not asked for"),
    ],
)  # fmt: skip
def test_dirty_files(root: Path, change: Callable[[Path], object], dirty: list[str]) -> None:
    change(root)
    assert dirty_files(root, [*FILES, "new.ts", "ignored.gen.ts"]) == dirty


def test_untracked_directories_are_looked_into(root: Path) -> None:
    lay_out(root, {"n/e/w.ts": "", "n/.gitignore": "v.ts", "n/e/v.ts": ""})
    assert dirty_files(root, ["n/e/w.ts", "n/e/v.ts"]) == ["n/e/w.ts"]


def test_nothing_is_committed_yet(tmp_path: Path) -> None:
    git(lay_out(tmp_path, {"a.ts": "", "b.ts": ""}), "init")
    git(tmp_path, "add", "b.ts")
    assert dirty_files(tmp_path, ["a.ts", "b.ts"]) == ["a.ts", "b.ts"]


def test_line_ends_that_git_converts_are_no_change(tmp_path: Path) -> None:
    commit(lay_out(tmp_path, {".gitattributes": "*.ts text eol=crlf\n", "a.ts": "a\r\n"}))
    os.utime(tmp_path / "a.ts", (1, 1))
    assert dirty_files(tmp_path, ["a.ts"]) == []


def test_a_root_below_the_top(root: Path) -> None:
    edit(root, "a.ts")
    edit(root, "x/b.ts")
    assert dirty_files(root / "x", ["b.ts", "[c].ts"]) == ["b.ts"]


def test_a_root_that_is_a_link(root: Path) -> None:
    (root.parent / "link").symlink_to("w")
    edit(root, "a.ts")
    assert dirty_files(root.parent / "link", ["a.ts"]) == ["a.ts"]


def test_behind_a_link_it_is_the_file_that_counts(root: Path) -> None:
    (root / "y").symlink_to("x")
    (root / "link.ts").symlink_to("a.ts")
    commit(root)
    edit(root, "x/b.ts")
    edit(root, "a.ts")
    assert dirty_files(root, ["y/b.ts", "y/[c].ts", "link.ts"]) == ["link.ts", "y/b.ts"]


def test_a_nested_repository_is_asked_for_its_own_files(root: Path) -> None:
    commit(lay_out(root / "sub", {"a.ts": "a\n", "b.ts": "b\n"}))
    edit(root, "sub/b.ts")
    assert dirty_files(root, ["a.ts", "sub/a.ts", "sub/b.ts"]) == ["sub/b.ts"]


def test_a_nested_repository_in_none(tmp_path: Path) -> None:
    commit(lay_out(tmp_path / "sub", {"a.ts": "a\n", "b.ts": "b\n"}))
    edit(tmp_path, "sub/b.ts")
    edit(tmp_path, "c.ts")
    assert dirty_files(tmp_path, ["c.ts", "sub/a.ts", "sub/b.ts"]) == ["sub/b.ts"]


def test_a_linked_work_tree(root: Path) -> None:
    git(root, "worktree", "add", "../linked")
    edit(root, "x/b.ts")
    edit(root.parent / "linked", "a.ts")
    assert dirty_files(root.parent / "linked", ["a.ts", "x/b.ts"]) == ["a.ts"]


def test_no_repository(tmp_path: Path) -> None:
    assert dirty_files(lay_out(tmp_path, {"a.ts": ""}), ["a.ts"]) is None


def test_no_git(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(root, "a.ts")
    monkeypatch.setenv("PATH", str(root.parent / "nowhere"))
    assert dirty_files(root, ["a.ts"]) is None


def test_something_called_git_is_no_repository(tmp_path: Path) -> None:
    assert dirty_files(lay_out(tmp_path, {"a.ts": "", ".git/": ""}), ["a.ts"]) == []


def test_something_called_git_inside_a_repository(root: Path) -> None:
    lay_out(root, {"x/.git/": ""})
    edit(root, "x/b.ts")
    assert dirty_files(root, ["x/b.ts", "x/[c].ts"]) == ["x/b.ts"]


def test_git_fails(root: Path) -> None:
    (root / ".git" / "index").write_bytes(b"broken")
    with pytest.raises(
        UsageError, match=r"^git can't list uncommitted changes \(.*index.*\)\. Pass --allow-dirty"
    ) as raised:
        dirty_files(root, ["a.ts"])
    assert "\n" not in str(raised.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser may give files away")
def test_a_repository_of_somebody_else(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(root, "a.ts")
    os.chown(root, 1234, 1234)
    os.chown(root / ".git", 1234, 1234)
    with pytest.raises(UsageError, match="dubious ownership"):
        dirty_files(root, ["a.ts"])
    config = root.parent / "config"
    config.write_text("[safe]\ndirectory = *\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    assert dirty_files(root, ["a.ts"]) == ["a.ts"]


def test_the_environment_of_a_hook_changes_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(root, "a.ts")
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"):
        monkeypatch.setenv(name, str(root.parent / "elsewhere"))
    assert dirty_files(root, [*FILES]) == ["a.ts"]


def test_nothing_of_the_workspace_runs(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out(root, {".gitattributes": "*.ts filter=evil.x diff=evil\n"})
    commit(root)
    ran = root.parent / "ran"
    script = executable(root.parent / "evil", f"echo $0 >> {ran}; cat")
    for setting in (
        "core.fsmonitor",
        "core.pager",
        "diff.evil.textconv",
        "filter.evil.x.clean",
        "filter.evil.x.process",
    ):
        git(root, "config", setting, str(script))
    git(root, "config", "filter.evil.x.required", "true")
    git(root, "config", "alias.status", f"!{script}")
    hook = executable(root / "hooks" / "post-index-change", f"echo hook >> {ran}")
    git(root, "config", "core.hooksPath", str(hook.parent))
    executable(root / "node_modules" / ".bin" / "git", f"echo git >> {ran}; exit 1")
    os.utime(root / "a.ts", (1, 1))  # so that git compares contents
    edit(root, "x/b.ts")
    ran.unlink(missing_ok=True)
    monkeypatch.setenv("PATH", f"{root}/node_modules/.bin{os.pathsep}{os.environ['PATH']}")
    assert dirty_files(root, [*FILES]) == ["x/b.ts"]
    assert not ran.exists()
    monkeypatch.undo()
    git(root, "config", "--unset", "filter.evil.x.process")
    git(root, "status")
    assert {Path(line).name for line in ran.read_text().splitlines()} == {"evil", "hook"}, "the trap does not work"


def test_a_filter_that_cannot_be_switched_off(root: Path) -> None:
    with (root / ".git" / "config").open("a") as config:
        config.write('[filter "a=b"]\nclean = cat\n')
    with pytest.raises(UsageError, match="git filter `a=b` can't be disabled"):
        dirty_files(root, ["a.ts"])


def test_the_index_is_left_as_it_is(root: Path) -> None:
    os.utime(root / "a.ts", (1, 1))
    before = (root / ".git" / "index").read_bytes()
    assert dirty_files(root, ["a.ts"]) == []
    assert (root / ".git" / "index").read_bytes() == before
    git(root, "status")
    assert (root / ".git" / "index").read_bytes() != before, "git had nothing to write"
