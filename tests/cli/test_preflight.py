"""What must hold before many files are changed, over files on the disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from workflow_ls.cli.errors import UsageError
from workflow_ls.cli.transaction import preflight
from workflow_ls.cli.transaction.preflight import check_files


@pytest.fixture
def top(tmp_path: Path) -> Path:
    top = tmp_path.resolve() / "top"
    (top / "a").mkdir(parents=True)
    (top / "a/b.ts").write_bytes(b"b")
    return top


def refusal(top: Path, before: dict[str, bytes], after: dict[str, bytes]) -> str:
    with pytest.raises(UsageError) as refused:
        check_files(str(top), before, after)
    return str(refused.value)


def test_files_that_are_as_they_were_and_new_ones(top: Path) -> None:
    check_files(str(top), {"a/b.ts": b"b"}, {"a/b.ts": b"c", "a/new/deep/c.ts": b"c"})


@pytest.mark.parametrize("held", [b"", b"b\n", b"B"])
def test_another_text(top: Path, held: bytes) -> None:
    told = refusal(top, {"a/b.ts": held}, {})
    assert told == "a/b.ts: it changed since it was read. Run again. Nothing was changed."


def test_a_file_that_is_gone(top: Path) -> None:
    assert refusal(top, {"a/gone.ts": b""}, {}).startswith("a/gone.ts: it changed since it was read")


def test_a_file_that_is_in_the_way(top: Path) -> None:
    told = refusal(top, {}, {"a/b.ts": b""})
    assert told.startswith("a/b.ts: a file exists here that the search did not find (is it ignored?)")


def test_a_file_that_another_one_is_mounted_over(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = top.parent / "mountinfo"
    (top / "a/b c.ts").write_bytes(b"b")
    lines = [f"36 35 98:0 /x {place} rw - ext4 /dev/sda1 rw" for place in (top, f"{top}/a", rf"{top}/a/b\040c.ts")]
    mounts.write_text("\n".join([*lines, "36 35", ""]))
    monkeypatch.setattr(preflight, "_MOUNTS", str(mounts))
    told = refusal(top, {"a/b.ts": b"b", "a/b c.ts": b"b"}, {"a/b c.ts": b"c"})
    assert told.startswith("a/b c.ts: another file is mounted over it, so that it can't be replaced. Unmount that")
    mounts.unlink()
    check_files(str(top), {"a/b.ts": b"b", "a/b c.ts": b"b"}, {"a/b c.ts": b"c"})


def test_an_immutable_file(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).endswith("b.ts") and access(path, mode))
    assert refusal(top, {"a/b.ts": b"b"}, {}).startswith("a/b.ts: it is read-only. Make it writable. Nothing")


def test_a_symbolic_link(top: Path) -> None:
    (top / "link.ts").symlink_to(top / "a/b.ts")
    told = refusal(top, {"link.ts": b"b"}, {})
    assert told == "link.ts: it is a symbolic link. Replace the link by its target. Nothing was changed."


@pytest.mark.parametrize("path", ["out/b.ts", "out/new/c.ts", "out.ts"])
def test_a_symbolic_link_that_leads_out(top: Path, path: str) -> None:
    (top.parent / "outside").mkdir()
    (top / "out").symlink_to(top.parent / "outside")
    (top / "out.ts").symlink_to(top.parent / "outside/x.ts")
    assert refusal(top, {}, {path: b""}).startswith(f"{path}: a symbolic link leads out of the workspace")


def test_a_file_on_another_file_system(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Elsewhere:
        st_dev = -1

    real = os.stat
    monkeypatch.setattr(os, "stat", lambda path: Elsewhere() if str(path).endswith("/a") else real(path))
    assert refusal(top, {"a/b.ts": b"b"}, {}).startswith(f"a/b.ts: it is on another file system than {top}")


def test_a_directory_that_may_not_be_written(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: not (str(path).endswith("/a") and mode == os.W_OK))
    told = refusal(top, {"a/b.ts": b"b"}, {})
    assert told == "a/b.ts: its directory is read-only. Make it writable. Nothing was changed."
