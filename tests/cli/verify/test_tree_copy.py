"""The copy that a command runs in: what is in it, and that nothing of it is left, whatever ends the run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.child_processes import is_gone
from tests.cli.conftest import Cli
from tests.cli.verify.workspaces import contents, many_modules, moved_in, new
from tests.strategies import at_night
from workflow_ls.cli.errors import UsageError
from workflow_ls.cli.verify.tree_copy import tree_copy

pytestmark = pytest.mark.slow

Make = Callable[..., Path]


@pytest.fixture
def root(workspace: Make) -> Path:
    return workspace(many_modules(5), base="")


def beside(root: Path) -> list[str]:
    return [path.name for path in root.parent.iterdir() if path != root]


def test_it_holds_what_the_tree_holds(root: Path) -> None:
    (root / "dist").mkdir()
    (root / "dist/run.sh").write_bytes(b"\r\n\xff")
    (root / "dist/run.sh").chmod(0o750)
    (root / ".env").write_text("A=1")
    (root / ".gitignore").write_text("dist\n.env\n")
    (root / "empty").mkdir()
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    before = contents(root)
    with tree_copy(str(root)) as copy:
        made = Path(copy.directory)
        assert made.parent == root.parent
        files = {path: file for path, file in contents(made).items() if not path.startswith(".git/")}
        assert files == {path: file for path, file in before.items() if not path.startswith(".git/")}
        assert (made / "empty").is_dir()
        assert (made / "dist/run.sh").stat().st_mtime_ns == (root / "dist/run.sh").stat().st_mtime_ns
    assert (contents(root), beside(root)) == (before, [])


def git(directory: Path | str, *arguments: str | Path) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"]
    command = ["git", "-C", str(directory), *identity, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


QUESTIONS = (
    ["rev-parse", "HEAD", "main", "v1"],
    ["rev-parse", "--abbrev-ref", "HEAD"],
    ["log", "--format=%H %s", "--all"],
    ["status", "--porcelain"],
    ["ls-files"],
    ["diff", "HEAD~1", "--stat"],
)


@pytest.mark.parametrize("kind", ["branch", "detached", "worktree", "shallow"])
def test_it_has_a_repository_of_its_own(root: Path, tmp_path: Path, kind: str) -> None:
    git(root, "init", "-q")
    (root / ".git/info/exclude").write_text("/excluded\n")
    for number in range(3):
        (root / "number").write_text(str(number))
        git(root, "add", "-A")
        git(root, "commit", "-qm", str(number))
    git(root, "tag", "v1")
    if kind == "detached":
        git(root, "checkout", "-q", "--detach", "HEAD~1")
    if kind == "worktree":
        git(root, "worktree", "add", "-q", "-b", "other", tmp_path / "linked", "HEAD~1")
        root = tmp_path / "linked"
    if kind == "shallow":
        git(tmp_path, "clone", "-q", "--depth=2", f"file://{root}", tmp_path / "clone")
        root = tmp_path / "clone"
    (root / "number").write_text("changed")
    (root / "excluded").write_text("")
    (root / "untracked").write_text("")
    questions = QUESTIONS[:-1] if kind == "detached" else QUESTIONS
    before, answers = contents(root.parent), [git(root, *question) for question in questions]
    with tree_copy(str(root)) as copy:
        made = Path(copy.directory)
        assert [git(made, *question) for question in questions] == answers
        assert Path(git(made, "rev-parse", "--show-toplevel").strip()) == made
        assert not (made / ".git/hooks").exists()
        git(made, "commit", "-qam", "in the copy")
        git(made, "gc", "-q")
    assert contents(root.parent) == before


def test_a_repository_without_a_commit_is_left_out(root: Path) -> None:
    git(root, "init", "-q")
    with tree_copy(str(root)) as copy:
        assert not Path(copy.directory, ".git").exists()


def test_links_lead_where_they_did(root: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("outside")
    (root / "a/b").mkdir(parents=True)
    links: dict[str, str | Path] = {
        "a/relative": "../package.json",
        "a/absolute": root / "package.json",
        "a/b/folder": "../../packages",
        "a/out": "../../outside",
        "a/out-absolute": tmp_path / "outside",
        "a/broken": "nowhere",
        "a/loop": "loop",
    }
    for name, target in links.items():
        (root / name).symlink_to(target)
    with tree_copy(str(root)) as copy:
        made = Path(copy.directory)
        assert {name: (made / name).is_symlink() for name in links} == dict.fromkeys(links, True)
        for name in ("a/relative", "a/absolute", "a/b/folder"):
            assert (made / name).resolve().is_relative_to(made.resolve())
        assert (made / "a/out").read_text() == (made / "a/out-absolute").read_text() == "outside"
        assert not (made / "a/broken").exists()


def test_installed_packages_are_linked_and_those_of_the_workspace_copied(root: Path) -> None:
    modules = root / "node_modules"
    for directory in ("react", "@scope/plain", ".pnpm/vue@3/node_modules/vue", ".vite/deps", ".cache/x", ".bin"):
        (modules / directory).mkdir(parents=True)
    (root / "packages/lib/cli.js").write_text("")
    (modules / "react/cli.js").write_text("")
    nested = root / "packages/lib/node_modules"
    (nested / "@alga-psa").mkdir(parents=True)
    links: dict[str, str | Path] = {
        "node_modules/lib": "../packages/lib",  # npm
        "node_modules/@scope/lib": root / "packages/lib",
        "node_modules/vue": ".pnpm/vue@3/node_modules/vue",
        "node_modules/.bin/react": "../react/cli.js",
        "node_modules/.bin/lib": "../lib/cli.js",
        "packages/lib/node_modules/@alga-psa/workflows": "../../../../ee/packages/workflows",  # pnpm
        "packages/lib/node_modules/vue": "../../../node_modules/.pnpm/vue@3/node_modules/vue",
    }
    for name, target in links.items():
        (root / name).symlink_to(target)
    with tree_copy(str(root)) as copy:
        made = Path(copy.directory).resolve()
        leads = {
            name: str((made / name).resolve()) for name in (*links, "node_modules/react", "node_modules/@scope/plain")
        }
        assert leads == {
            "node_modules/lib": f"{made}/packages/lib",
            "node_modules/@scope/lib": f"{made}/packages/lib",
            "node_modules/vue": f"{root}/node_modules/.pnpm/vue@3/node_modules/vue",
            "node_modules/.bin/react": f"{root}/node_modules/react/cli.js",
            "node_modules/.bin/lib": f"{made}/packages/lib/cli.js",
            "packages/lib/node_modules/@alga-psa/workflows": f"{made}/ee/packages/workflows",
            "packages/lib/node_modules/vue": f"{root}/node_modules/.pnpm/vue@3/node_modules/vue",
            "node_modules/react": f"{root}/node_modules/react",
            "node_modules/@scope/plain": f"{root}/node_modules/@scope/plain",
        }
        assert not (made / "node_modules/.vite").exists()
        assert not (made / "node_modules/.cache").exists()
        (made / "node_modules/.vite").mkdir()
    assert (modules / ".vite/deps").is_dir()
    assert (root / "packages/lib/cli.js").exists()


def test_node_modules_that_are_a_link_are_no_other_tree(root: Path, tmp_path: Path) -> None:
    (tmp_path / "deps/react").mkdir(parents=True)
    (root / "node_modules").symlink_to(tmp_path / "deps")
    with tree_copy(str(root)) as copy:
        made = Path(copy.directory)
        (made / "node_modules/new").mkdir()
        assert (made / "node_modules/react").resolve() == tmp_path / "deps/react"
    assert [path.name for path in (tmp_path / "deps").iterdir()] == ["react"]


def test_put_changes_files_and_changes_them_back(root: Path) -> None:
    (root / "run.sh").write_text("old")
    (root / "run.sh").chmod(0o755)
    with tree_copy(str(root)) as copy:
        made = Path(copy.directory)
        before = contents(made)
        copy.put({"run.sh": b"new", "a/b/c.ts": b"c", "package.json": None, "moved.sh": b"m"}, {"moved.sh": "run.sh"})
        assert ((made / "run.sh").read_text(), (made / "run.sh").stat().st_mode & 0o777) == ("new", 0o755)
        assert ((made / "a/b/c.ts").read_text(), (made / "moved.sh").stat().st_mode & 0o777) == ("c", 0o755)
        assert not (made / "package.json").exists()
        (made / "run.sh").unlink()
        copy.put({"run.sh": b"newer"})
        assert (made / "run.sh").read_text() == "newer"
        copy.put({})
        assert contents(made) == before
        assert not (made / "a").exists()


def test_a_tree_inside_a_repository_is_copied_elsewhere(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    with tree_copy(str(root)) as copy:
        assert Path(copy.directory).parent == tmp_path / "tmp"
    monkeypatch.setattr("tempfile.tempdir", str(root / "packages"))
    with pytest.raises(UsageError, match=r"lies in the tree\. Set TMPDIR to another one"), tree_copy(str(root)):
        pass


def test_a_full_disk_is_one_line(cli: Cli, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copy2", fail)
    result = cli("fix", root, "--verify", "true")
    assert (result.code, result.out, moved_in(root), beside(root)) == (2, "", set(), [])
    assert result.err.endswith(": the copy can't be made: No space left on device. Nothing was changed.\n")


def test_the_copy_of_a_running_one_stays(cli: Cli, root: Path) -> None:
    with tree_copy(str(root)) as copy:
        assert cli("fix", root, "--verify", "true").code == 0
        assert Path(copy.directory, "package.json").exists()
    assert beside(root) == []


def test_a_directory_that_only_has_such_a_name_stays(cli: Cli, root: Path) -> None:
    other = root.parent / "repo.workflow-ls-verify-notes"
    other.mkdir()
    cli("fix", root, "--verify", "true")
    assert beside(root) == [other.name]


@pytest.mark.slow
@pytest.mark.parametrize("run", [2, *at_night(1, 3, 5)])
@pytest.mark.parametrize("name", ["INT", "TERM", "HUP", "KILL"])
def test_a_killed_run_leaves_the_tree_as_it_was(cli: Cli, root: Path, tmp_path: Path, name: str, run: int) -> None:
    if name == "HUP" and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        pytest.skip("started with nohup: a process keeps to that, and ignores SIGHUP")
    before = contents(root)
    runs, killed = tmp_path / "runs", tmp_path / "pid"
    end = f"[ $(wc -l < {runs}) = {run} ] && {{ echo $$ > {killed}; kill -{name} $PPID; exec tail -f /dev/null; }}"
    process = subprocess.run(
        [sys.executable, "-m", "workflow_ls", "fix", root, "--verify", f"echo >> {runs}; {end}; ! {new(1)}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert contents(root) == before
    left = set(beside(root)) - {"runs", "pid", "cache"}
    if name == "KILL":
        assert process.returncode == -signal.SIGKILL
        os.killpg(int(killed.read_text()), signal.SIGKILL)
        assert len(left) == 1
        assert cli("fix", root, "--verify", "true").code == 0
    else:
        assert process.returncode == 2
        assert process.stderr.endswith(" interrupted\nworkflow-ls: interrupted\n")
        assert left == set()
        deadline = time.monotonic() + 60
        while not is_gone(int(killed.read_text())):
            assert time.monotonic() < deadline, "it lives on"
            time.sleep(0.01)
    assert set(beside(root)) - {"runs", "pid", "cache"} == set()


@pytest.mark.slow
@pytest.mark.parametrize("step", range(0, 60, 3))
def test_a_kill_while_the_copy_is_made_or_deleted(cli: Cli, root: Path, step: int) -> None:
    before = contents(root)
    child = os.fork()
    if child == 0:
        count = 0

        def counted(call: Callable[..., object]) -> Callable[..., object]:
            def wrapper(*arguments: object, **options: object) -> object:
                nonlocal count
                count += 1
                if count > step:
                    os.kill(os.getpid(), signal.SIGKILL)
                return call(*arguments, **options)

            return wrapper

        for name in ("mkdir", "unlink", "rmdir", "symlink"):
            setattr(os, name, counted(getattr(os, name)))
        setattr(shutil, "copy2", counted(shutil.copy2))  # noqa: B010 - its type has overloads
        with tree_copy(str(root)):
            pass
        os._exit(0)
    assert os.waitpid(child, 0)[1] in (0, signal.SIGKILL)
    assert contents(root) == before
    assert cli("fix", root, "--diff", "--verify", "true").code == 1
    # A kill between the first two steps leaves an empty directory, which could be anybody's.
    assert all(not any((root.parent / name).iterdir()) for name in beside(root))
    assert contents(root) == before
