"""A change of many files that is killed, or that the disk fails: it is finished, or has never been."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_journal import AFTER, BEFORE, OTHERS, RENAMED, contents
from tests.vfs.trees import git, lay_out, needs_git
from workflow_ls.cli.errors import UsageError
from workflow_ls.cli.transaction import journal
from workflow_ls.cli.transaction.journal import DIRECTORY, is_pending, recover, replace_files

UNTOUCHED, DONE = {**BEFORE, **OTHERS}, {**AFTER, **OTHERS}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "w", UNTOUCHED)


@pytest.mark.parametrize("call", ["write", "fsync", "fchmod", "replace"])
def test_a_full_disk_changes_nothing(root: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, full)
        with pytest.raises(UsageError, match=r"can't be written: No space left on device\. Nothing was changed"):
            replace_files(root, BEFORE, AFTER, RENAMED)
    assert contents(root) == UNTOUCHED
    assert not (root / DIRECTORY).exists()
    replace_files(root, BEFORE, AFTER, RENAMED)


CALLS = ("open", "write", "fsync", "fchown", "fchmod", "close", "mkdir", "replace", "unlink", "rmdir", "listdir")


def run_and_die(step: int, act: Callable[[], object]) -> bool:
    """Act in a child process that kills itself at its `step`th system call; whether it got that far."""
    child = os.fork()
    if child == 0:
        count = 0

        def dying(name: str) -> Callable[..., object]:
            call = getattr(os, name)

            def count_and_call(*arguments: object, **keywords: object) -> object:
                nonlocal count
                count += 1
                if count == step:
                    if name == "write":
                        descriptor, content = arguments
                        call(descriptor, bytes(content)[: len(bytes(content)) // 2])  # type: ignore[call-overload]
                    os.kill(os.getpid(), signal.SIGKILL)
                return call(*arguments, **keywords)

            return count_and_call

        for name in CALLS:
            setattr(os, name, dying(name))
        act()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


@pytest.mark.slow
def test_a_run_killed_anywhere_is_finished_or_rolled_back(tmp_path: Path) -> None:
    outcomes = set[str | None]()
    mixed = 0
    for step in range(1, 1000):
        root = lay_out(tmp_path / str(step), UNTOUCHED)
        killed = run_and_die(step, lambda root=root: replace_files(root, BEFORE, AFTER, RENAMED))  # type: ignore[misc]
        left = {path: text for path, text in contents(root).items() if not path.startswith(DIRECTORY)}
        mixed += left not in (UNTOUCHED, DONE)
        pending = is_pending(root)
        outcome = recover(root)
        outcomes.add(outcome)
        assert (outcome == "finished") == pending
        assert contents(root) in ([DONE] if pending else [UNTOUCHED, DONE]), f"step {step}"
        assert not (root / DIRECTORY).exists()
        if contents(root) != DONE:
            replace_files(root, BEFORE, AFTER, RENAMED)
            assert contents(root) == DONE
        assert recover(root) is None
        if not killed:
            break
    assert outcomes == {None, "finished", "rolled back"}
    assert mixed, "no kill came in the midst of the files"
    assert 60 < step < 999


@pytest.mark.slow
def test_a_recovery_killed_anywhere_is_recovered(tmp_path: Path) -> None:
    def stop_after_commit(directory: str, staged: object) -> None:
        commit(directory, staged)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    commit = journal._commit
    for step in range(1, 1000):
        root = lay_out(tmp_path / str(step), BEFORE)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(journal, "_commit", stop_after_commit)
            with pytest.raises(KeyboardInterrupt):
                replace_files(root, BEFORE, AFTER, RENAMED)
        assert is_pending(root)
        killed = run_and_die(step, lambda root=root: recover(root))  # type: ignore[misc]
        recover(root)
        assert contents(root) == AFTER
        assert not (root / DIRECTORY).exists()
        if not killed:
            break
    assert 20 < step < 999


# What Python reports of calls that change a disk (the audit events of the standard library).
CHANGING = {
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.chmod",
    "os.chown",
    "os.truncate",
    "os.link",
    "os.symlink",
}


def test_the_calls_are_all_that_change_the_disk(root: Path) -> None:
    """In a child process, since nobody can take such a hook away again."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        depth, seen = [0], Counter[str]()

        def counted(name: str) -> Callable[..., object]:
            call = getattr(os, name)

            def inside(*arguments: object, **keywords: object) -> object:
                depth[0] += 1
                try:
                    return call(*arguments, **keywords)
                finally:
                    depth[0] -= 1

            return inside

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
            if event in CHANGING or writes:
                seen[f"{event} {'inside' if depth[0] else 'outside'}"] += 1

        for name in CALLS:
            setattr(os, name, counted(name))
        sys.addaudithook(hook)
        replace_files(root, BEFORE, AFTER, RENAMED)
        told = " ".join(sorted(seen))
        os.write(writing, told.encode())
        os._exit(0)
    os.close(writing)
    with open(reading, encoding="utf-8") as pipe:  # noqa: PTH123 - a descriptor, not a path
        told = pipe.read()
    assert os.waitpid(child, 0)[1] == 0
    assert contents(root) == DONE
    assert told.split(" ") == [
        word
        for event in ("open", "os.chmod", "os.chown", "os.mkdir", "os.remove", "os.rename", "os.rmdir")
        for word in (event, "inside")
    ]


@pytest.mark.slow
def test_failed_call_leaves_files_unchanged_or_recoverable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = Counter[tuple[str, str | None]]()
    for step in range(1, 1000):
        root = lay_out(tmp_path / str(step), UNTOUCHED)
        count = 0

        def failing(name: str, step: int = step) -> Callable[..., object]:
            call = getattr(os, name)

            def count_and_call(*arguments: object, **keywords: object) -> object:
                nonlocal count
                count += 1
                if count == step:
                    raise OSError(errno.ENOSPC, "No space left on device")
                return call(*arguments, **keywords)

            return count_and_call

        told = ""
        with monkeypatch.context() as patch:
            for name in CALLS:
                if name != "close":  # it closes, even if it fails
                    patch.setattr(os, name, failing(name))
            try:
                replace_files(root, BEFORE, AFTER, RENAMED)
            except UsageError as error:
                told = str(error)
        left = {path: text for path, text in contents(root).items() if not path.startswith(DIRECTORY)}
        assert left == UNTOUCHED or "Nothing was changed" not in told
        outcome = recover(root)
        assert contents(root) == (UNTOUCHED if "Nothing was changed" in told or "opened" in told else DONE), told
        assert not (root / DIRECTORY).exists()
        outcomes[told.rpartition(". ")[2], outcome] += 1
        if count < step:
            break
    assert set(outcomes) == {
        ("", None),
        ("Nothing was changed.", None),
        ("The cutover is incomplete; run `workflow-ls cutover` again to finish it.", "finished"),
        (f"Delete {DIRECTORY}.", "rolled back"),  # its lock could not be made
        ("Delete it by hand.", "finished"),  # the journal is still there
        ("Delete it by hand.", "rolled back"),  # what was beside it is still there
    }
    assert 60 < step < 999


def run_git_and_die(root: Path, step: int, when: str) -> bool:
    """Change the files in a child process that kills itself before or after its `step`th call of git."""
    child = os.fork()
    if child == 0:
        count, run = 0, subprocess.run

        def dying(*arguments: object, **keywords: object) -> object:
            nonlocal count
            count += 1
            if count == step and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            answer = run(*arguments, **keywords)  # type: ignore[call-overload]
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        subprocess.run = dying  # type: ignore[assignment]
        replace_files(root, BEFORE, AFTER, RENAMED)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.slow
@needs_git
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_run_killed_around_git_is_finished(tmp_path: Path, when: str) -> None:
    """Git's own writing of the index happens or does not: it writes beside it, and renames."""
    made = lay_out(tmp_path / "made", UNTOUCHED)
    for arguments in (("init",), ("add", "--all"), ("commit", "--message", "x")):
        git(made, *arguments)
    done = Path(shutil.copytree(made, tmp_path / "done"))
    replace_files(done, BEFORE, AFTER, RENAMED)
    wanted = git(done, "status", "--porcelain")
    assert "R  tree/deep/b.json -> src/deep/b.json" in wanted
    for step in range(1, 100):
        root = Path(shutil.copytree(made, tmp_path / str(step)))
        killed = run_git_and_die(root, step, when)
        assert is_pending(root) == killed
        assert recover(root) == ("finished" if killed else None)
        assert contents(root) == DONE
        assert git(root, "status", "--porcelain") == wanted
        if not killed:
            break
    assert 3 < step < 99


def interrupted(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that ends after its second file."""
    replace, count = os.replace, 0

    def failing(source: str, target: str) -> None:
        nonlocal count
        count += 1
        if count == 4:  # the journal's own is the first
            raise OSError(errno.EIO, "Input/output error", target)
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", failing)
        with pytest.raises(UsageError, match="The cutover is incomplete; run `workflow-ls cutover` again to finish it"):
            replace_files(root, BEFORE, AFTER, RENAMED)
    assert is_pending(root)


def test_a_failing_disk_leaves_a_journal(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupted(root, monkeypatch)
    assert recover(root) == "finished"
    assert contents(root) == DONE


@pytest.mark.parametrize("path", ["edited.ts", "tree/gone.ts"])
def test_what_was_edited_meanwhile_is_not_written_over(root: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    interrupted(root, monkeypatch)
    held = (root / path).read_bytes()
    (root / path).write_text("mine")
    before = contents(root)
    with pytest.raises(UsageError, match=f"{path} changed since the cutover began"):
        recover(root)
    assert contents(root) == before
    (root / path).write_bytes(held)
    assert recover(root) == "finished"


@pytest.mark.parametrize("path", ["edited.ts", "src/a.ts", "src/deep/b.json", "tree/a.ts", "tree/gone.ts"])
@pytest.mark.parametrize("what", ["text", "directory", "link", "pipe"])
def test_what_is_edited_while_files_are_replaced(
    root: Path, monkeypatch: pytest.MonkeyPatch, path: str, what: str
) -> None:
    commit, place, aside = journal._commit, root / path, root.parent / "aside"

    def edited_after_commit(directory: str, staged: object) -> None:
        commit(directory, staged)  # type: ignore[arg-type]
        place.parent.mkdir(exist_ok=True)
        if place.exists():
            place.rename(aside)
        if what == "text":
            place.write_text("mine")
        elif what == "directory":
            place.mkdir()
        elif what == "link":
            place.symlink_to(root / "other.ts")
        else:
            os.mkfifo(place)

    with monkeypatch.context() as patch:
        patch.setattr(journal, "_commit", edited_after_commit)
        with pytest.raises(UsageError, match=f"^{path} changed since the cutover began. Restore its content"):
            replace_files(root, BEFORE, AFTER, RENAMED)
    with pytest.raises(UsageError, match=f"^{path} changed since the cutover began. Restore its content"):
        recover(root)
    assert what != "text" or place.read_text() == "mine"
    assert (root / "other.ts").read_bytes() == OTHERS["other.ts"]
    place.rmdir() if what == "directory" else place.unlink()
    if aside.exists():
        aside.rename(place)
    assert recover(root) == "finished"
    assert contents(root) == DONE


def test_a_broken_journal_is_told(root: Path) -> None:
    lay_out(root, {f"{DIRECTORY}/journal.json": "{"})
    with pytest.raises(UsageError, match="can't be read"):
        recover(root)
