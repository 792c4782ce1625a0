"""Writing: each file is old or new, whatever happens, and nothing but the named files is touched."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.vfs.trees import lay_out
from workflow_ls.cli.transaction import write
from workflow_ls.cli.transaction.write import WriteOutcome, WriteResult, write_all
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query
from workflow_ls.vfs.searching.search import search

OLD, NEW = b"import '@shared/workflow';\n", b"import '@alga-psa/workflows';\n"
WRITTEN = WriteResult(WriteOutcome.WRITTEN)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    lay_out(tmp_path / "outside", {"b.ts": OLD, "sub/b.ts": OLD})
    return lay_out(tmp_path / "w", {"a.ts": OLD, "x/b.ts": OLD, "x/c.ts": OLD})


def write_file(root: Path, path: str, old: bytes, new: bytes) -> WriteResult:
    return write_all(root, [(path, old, new)])[path]


def names(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir())


def test_no_change(root: Path) -> None:
    assert write_all(root, []) == {}
    assert write_file(root, "a.ts", OLD, OLD) == WRITTEN
    assert (root / "a.ts").read_bytes() == OLD


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"a", b"b"),
        (b"a\r\nb\r\n", b"c\r\nb\r\n"),
        (b"a\nb\r\nc\rd", b"x\nb\r\nc\rd"),
        (b"\xef\xbb\xbfa", b"\xef\xbb\xbfb"),
        (b"\xff\xfea\0", b"\xff\xfeb\0"),
        (b"", b"a"),
        (b"a", b""),
        (b"a" * 3_000_000, b"b" * 3_000_001),
    ],
)
def test_bytes_are_written_as_they_are(root: Path, old: bytes, new: bytes) -> None:
    (root / "a.ts").write_bytes(old)
    assert write_file(root, "a.ts", old, new) == WRITTEN
    assert (root / "a.ts").read_bytes() == new
    assert names(root) == ["a.ts", "x/b.ts", "x/c.ts"]


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o664, 0o200 | 0o444, 0o666])
def test_the_mode_is_kept(root: Path, mode: int) -> None:
    (root / "a.ts").chmod(mode)
    before = os.umask(0o077)
    try:
        assert write_file(root, "a.ts", OLD, NEW) == WRITTEN
    finally:
        os.umask(before)
    assert stat.S_IMODE((root / "a.ts").stat().st_mode) == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser may give files away")
def test_the_owner_is_kept(root: Path) -> None:
    os.chown(root / "a.ts", 1234, 2345)
    assert write_file(root, "a.ts", OLD, NEW) == WRITTEN
    status = (root / "a.ts").stat()
    assert (status.st_uid, status.st_gid) == (1234, 2345)


def test_an_owner_that_cannot_be_kept_is_no_obstacle(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fchown", failing(errno.EPERM))
    assert write_file(root, "a.ts", OLD, NEW) == WRITTEN
    assert (root / "a.ts").read_bytes() == NEW


@pytest.mark.skipif(sys.platform != "linux", reason="extended attributes are read on Linux only")
def test_extended_attributes_are_kept(root: Path) -> None:
    if sys.platform == "linux":
        try:
            os.setxattr(root / "a.ts", "user.origin", b"x")
        except OSError as error:
            pytest.skip(f"no extended attributes here: {error}")
        assert write_file(root, "a.ts", OLD, NEW) == WRITTEN
        assert os.getxattr(root / "a.ts", "user.origin") == b"x"


class TestChangedMeanwhile:
    """A file that is not as it was read is left alone, and named."""

    def test_before(self, root: Path) -> None:
        (root / "x/b.ts").write_bytes(b"edited")
        results = write_all(root, [(path, OLD, NEW) for path in ("a.ts", "x/b.ts", "x/c.ts")])
        assert results["x/b.ts"] == WriteResult(WriteOutcome.CHANGED, "it changed since it was read. Run again.")
        assert [results["a.ts"], results["x/c.ts"]] == [WRITTEN, WRITTEN]
        assert [(root / path).read_bytes() for path in results] == [NEW, b"edited", NEW]

    def test_at_the_last_moment(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        sync = os.fsync

        def edit_then_sync(descriptor: int) -> None:
            (root / "a.ts").write_bytes(b"edited")
            sync(descriptor)

        monkeypatch.setattr(os, "fsync", edit_then_sync)
        assert write_file(root, "a.ts", OLD, NEW).outcome is WriteOutcome.CHANGED
        assert (root / "a.ts").read_bytes() == b"edited"
        assert names(root) == ["a.ts", "x/b.ts", "x/c.ts"]

    def test_deleted(self, root: Path) -> None:
        (root / "a.ts").unlink()
        assert write_file(root, "a.ts", OLD, NEW) == WriteResult(
            WriteOutcome.CHANGED, "it was deleted since it was read"
        )
        assert names(root) == ["x/b.ts", "x/c.ts"]

    def test_became_a_directory(self, root: Path) -> None:
        (root / "a.ts").unlink()
        (root / "a.ts").mkdir()
        assert write_file(root, "a.ts", OLD, NEW) == WriteResult(WriteOutcome.FAILED, "it is not a regular file")

    def test_the_second_change_of_a_file(self, root: Path) -> None:
        (root / "link.ts").symlink_to("a.ts")
        results = write_all(root, [("a.ts", OLD, NEW), ("link.ts", OLD, b"other")])
        assert [result.outcome for result in results.values()] == [WriteOutcome.WRITTEN, WriteOutcome.CHANGED]
        assert (root / "a.ts").read_bytes() == NEW


class TestLinks:
    """A link stays a link; what it leads out to stays as it is."""

    def test_inside(self, root: Path) -> None:
        (root / "link.ts").symlink_to("x/b.ts")
        (root / "y").symlink_to("x")
        assert write_all(root, [("link.ts", OLD, NEW), ("y/c.ts", OLD, NEW)]) == {"link.ts": WRITTEN, "y/c.ts": WRITTEN}
        assert (root / "link.ts").readlink() == Path("x/b.ts")
        assert (root / "y").is_symlink()
        assert [(root / path).read_bytes() for path in ("x/b.ts", "x/c.ts")] == [NEW, NEW]
        assert names(root / "x") == ["b.ts", "c.ts"]

    @pytest.mark.parametrize(
        ("link", "target", "path"),
        [
            ("link.ts", "../outside/b.ts", "link.ts"),
            ("out", "../outside", "out/b.ts"),
            ("out", "../outside/sub", "out/b.ts"),
            ("x/out", "../../outside", "x/out/sub/b.ts"),
            ("out", "..", "out/outside/b.ts"),
            ("link.ts", "../w-2/b.ts", "link.ts"),
        ],
    )
    def test_out_of_the_root(self, root: Path, link: str, target: str, path: str) -> None:
        lay_out(root.parent / "w-2", {"b.ts": OLD})
        (root / link).symlink_to(target)
        aim = (root / path).resolve()
        result = write_file(root, path, OLD, NEW)
        assert result == WriteResult(WriteOutcome.OUTSIDE, f"its target {aim} is outside the workspace")
        assert aim.read_bytes() == OLD
        assert names(root.parent / "outside") == ["b.ts", "sub/b.ts"]

    @pytest.mark.parametrize("path", ["../outside/b.ts", "x/../../outside/b.ts"])
    def test_a_path_out_of_the_root(self, root: Path, path: str) -> None:
        assert write_file(root, path, OLD, NEW).outcome is WriteOutcome.OUTSIDE
        assert write_file(root, str(root.parent / "outside" / "b.ts"), OLD, NEW).outcome is WriteOutcome.OUTSIDE
        assert (root.parent / "outside" / "b.ts").read_bytes() == OLD

    def test_round_in_circles(self, root: Path) -> None:
        (root / "loop.ts").symlink_to("loop.ts")
        assert write_file(root, "loop.ts", OLD, NEW).outcome is WriteOutcome.FAILED

    def test_dangling(self, root: Path) -> None:
        (root / "link.ts").symlink_to("nothing.ts")
        assert write_file(root, "link.ts", OLD, NEW).outcome is WriteOutcome.CHANGED
        assert not (root / "nothing.ts").exists()

    def test_a_root_that_is_a_link(self, root: Path) -> None:
        (root.parent / "link").symlink_to("w")
        assert write_file(root.parent / "link", "a.ts", OLD, NEW) == WRITTEN

    def test_the_other_names_of_a_file_keep_the_old_content(self, root: Path) -> None:
        (root.parent / "copy.ts").hardlink_to(root / "a.ts")
        assert write_file(root, "a.ts", OLD, NEW) == WRITTEN
        assert (root / "a.ts").read_bytes() == NEW
        assert (root.parent / "copy.ts").read_bytes() == OLD


def failing(number: int) -> Callable[..., object]:
    def fail(*_: object, **__: object) -> object:
        raise OSError(number, os.strerror(number))

    return fail


class TestRefusals:
    """The system says no: the old file stays, nothing else does, and one line says why."""

    def test_read_only(self, root: Path) -> None:
        (root / "a.ts").chmod(0o444)
        assert write_file(root, "a.ts", OLD, NEW) == WriteResult(
            WriteOutcome.READ_ONLY, "it is read-only. Make it writable."
        )
        assert (root / "a.ts").read_bytes() == OLD

    @pytest.mark.parametrize(
        ("call", "number"),
        [
            ("write", errno.ENOSPC),
            ("write", errno.EIO),
            ("fsync", errno.ENOSPC),
            ("fchmod", errno.EPERM),
            ("replace", errno.EACCES),
            ("replace", errno.EXDEV),
            ("listdir", errno.EACCES),
        ],
    )
    def test_a_call_that_fails(self, root: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int) -> None:
        monkeypatch.setattr(os, call, failing(number))
        result = write_file(root, "a.ts", OLD, NEW)
        monkeypatch.undo()
        assert result == WriteResult(WriteOutcome.FAILED, f"write failed: {os.strerror(number)}")
        assert (root / "a.ts").read_bytes() == OLD
        assert names(root) == ["a.ts", "x/b.ts", "x/c.ts"]

    @pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
    def test_a_directory_that_may_not_be_written(self, root: Path) -> None:
        (root / "x").chmod(0o555)
        try:
            results = write_all(root, [("x/b.ts", OLD, NEW), ("a.ts", OLD, NEW)])
        finally:
            (root / "x").chmod(0o755)
        assert results["x/b.ts"] == WriteResult(WriteOutcome.FAILED, "write failed: Permission denied")
        assert results["a.ts"] == WRITTEN

    def test_a_full_disk(self, root: Path) -> None:
        """A limit on the size of files stands for it: the write really stops in the middle."""
        script = (
            "import resource, signal, sys\n"
            "from workflow_ls.cli.transaction.write import write_all\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
            f"changes = [('a.ts', {OLD!r}, b'x' * 5000), ('x/b.ts', {OLD!r}, b'y')]\n"
            "for path, result in write_all('.', changes).items(): print(path, result.outcome.value, result.reason)\n"
        )
        # What measures coverage in subprocesses writes a file of its own.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
        environment["PYTHONPATH"] = str(Path(write.__file__).parents[2])
        done = subprocess.run([sys.executable, "-c", script], cwd=root, env=environment, capture_output=True, text=True)
        assert done.stderr == ""
        assert done.stdout == "a.ts failed write failed: File too large\nx/b.ts written \n"
        assert (root / "a.ts").read_bytes() == OLD
        assert names(root) == ["a.ts", "x/b.ts", "x/c.ts"]

    def test_an_interrupt(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupted(_: int) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(os, "fsync", interrupted)
        with pytest.raises(KeyboardInterrupt):
            write_file(root, "a.ts", OLD, NEW)
        assert names(root) == ["a.ts", "x/b.ts", "x/c.ts"]


CALLS = (
    "open",
    "read",
    "write",
    "fsync",
    "fchown",
    "fchmod",
    "close",
    "replace",
    "unlink",
    "listdir",
    "stat",
    "access",
)
CONTENTS = {f"{directory}{name}.ts": f"old {name}".encode() * 50 for directory in ("", "x/") for name in "ab"}
CHANGES = [(path, old, old.replace(b"old", b"newer")) for path, old in CONTENTS.items()]


def run_and_die(root: Path, step: int) -> bool:
    """Write in a child process that kills itself at its `step`th system call; whether it got that far.

    A write that is the step is made by half first.
    """
    child = os.fork()
    if child == 0:
        count = 0

        def dying(call: Callable[..., object]) -> Callable[..., object]:
            def count_and_call(*arguments: object, **keywords: object) -> object:
                nonlocal count
                count += 1
                if count == step:
                    if call is whole_write:
                        whole_write(*halved(*arguments))
                    os.kill(os.getpid(), signal.SIGKILL)
                return call(*arguments, **keywords)

            return count_and_call

        whole_write = os.write
        for name in CALLS:
            setattr(os, name, dying(getattr(os, name)))
        results = write_all(root, CHANGES)
        os._exit(0 if all(result.written for result in results.values()) else 1)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


def halved(descriptor: object, content: object) -> tuple[int, memoryview]:
    assert isinstance(descriptor, int)
    assert isinstance(content, memoryview)
    return descriptor, content[: len(content) // 2]


@pytest.mark.slow
def test_a_run_killed_anywhere_leaves_each_file_old_or_new(tmp_path: Path) -> None:
    left_behind, mixed = 0, 0
    for step in range(1, 1000):
        root = lay_out(tmp_path / str(step), CONTENTS)
        killed = run_and_die(root, step)
        written = [(root / path).read_bytes() == new for path, _, new in CHANGES]
        for path, old, new in CHANGES:
            assert (root / path).read_bytes() in (old, new), f"{path} after step {step}"
        if not killed:
            break
        mixed += 0 < sum(written) < len(CHANGES)
        stale = [name for name in names(root) if name not in CONTENTS]
        left_behind += bool(stale)
        assert len(stale) <= 1
        assert search(str(root), [Query((*SOURCE_EXTENSIONS, ".json"))]) == sorted(CONTENTS)
        again = [(path, (root / path).read_bytes(), new) for path, _, new in CHANGES]
        assert all(result.written for result in write_all(root, again).values())
        assert names(root) == sorted(CONTENTS)
    assert written == [True] * len(CHANGES)
    assert step > 4 * 10
    assert mixed
    assert left_behind, "no kill came between creating a temporary file and the swap"


def test_the_temporary_file_of_a_live_run_is_left_alone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another run writes to the same directory while this one has its temporary file open."""
    sync = os.fsync
    nested: list[WriteResult] = []

    def write_another(descriptor: int) -> None:
        monkeypatch.setattr(os, "fsync", sync)
        nested.append(write_file(root, "x/c.ts", OLD, NEW))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", write_another)
    assert write_file(root, "x/b.ts", OLD, NEW) == WRITTEN
    assert nested == [WRITTEN]
    assert names(root) == ["a.ts", "x/b.ts", "x/c.ts"]


@pytest.mark.parametrize("name", [".workflow-ls.json", ".workflow-ls-x.ts", "x.workflow-ls-1.tmp"])
def test_files_of_others_are_not_taken_for_stale_ones(root: Path, name: str) -> None:
    (root / name).write_text("mine")
    assert write_file(root, "a.ts", OLD, NEW) == WRITTEN
    assert (root / name).read_text() == "mine"


def test_a_link_with_the_name_of_a_stale_file_is_not_followed(root: Path) -> None:
    (root / ".workflow-ls-0.tmp").symlink_to("../outside/b.ts")
    assert write_file(root, "a.ts", OLD, NEW) == WRITTEN
    assert (root / ".workflow-ls-0.tmp").is_symlink()
    assert (root.parent / "outside" / "b.ts").read_bytes() == OLD


def test_changes_are_synced_to_the_disk(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file before its swap, each directory once after the last."""
    events: list[str] = []
    sync, replace = os.fsync, os.replace

    def recorded_sync(descriptor: int) -> None:
        events.append("sync directory" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "sync file")
        sync(descriptor)

    def recorded_replace(source: str, target: str) -> None:
        events.append("swap")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", recorded_sync)
    monkeypatch.setattr(os, "replace", recorded_replace)
    write_all(root, [("x/b.ts", OLD, NEW), ("x/c.ts", OLD, NEW)])
    assert events == ["sync file", "swap", "sync file", "swap", "sync directory"]
