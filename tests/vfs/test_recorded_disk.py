"""The fingerprint of what was read, and which changes it detects."""

from __future__ import annotations

import json
import os
import posixpath
from collections.abc import Callable
from pathlib import Path

import pytest

from workflow_ls.vfs.files import Query
from workflow_ls.vfs.recorded_disk import RecordedDisk

QUERIES = (Query((".ts",), ("needle",)),)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "src").mkdir(parents=True)
    (root / "src/a.ts").write_text("needle")
    (root / "src/b.ts").write_text("hay")
    (root / "other").mkdir()
    (root / "link").symlink_to("src")
    return root


def look(root: Path) -> object:
    """The fingerprint of a run that reads some of everything, after a round trip through JSON."""
    files = RecordedDisk(str(root))
    assert files.search(QUERIES) == ("src/a.ts",)
    assert files.read("link/a.ts") == b"needle"
    assert files.read("src/missing.ts") is None
    assert files.kind("src/nowhere") is None
    assert files.entries("other") == []
    return json.loads(json.dumps(files.fingerprint()))


def test_nothing_changed(root: Path) -> None:
    fingerprint = look(root)
    (root / "src/c.ts").write_text("neither asked for nor found")
    (root / "src/c.ts").unlink()
    os.utime(root / "src/a.ts", (0, 0))
    assert RecordedDisk(str(root)).matches(fingerprint)


def change_content(root: Path) -> None:
    before = (root / "src/a.ts").stat()
    (root / "src/a.ts").write_text("nEEdle")  # as long as before, and as old
    os.utime(root / "src/a.ts", ns=(before.st_atime_ns, before.st_mtime_ns))


def find_more(root: Path) -> None:
    (root / "src/b.ts").write_text("needle")


def find_less(root: Path) -> None:
    (root / ".gitignore").write_text("a.ts\n")


def create(root: Path) -> None:
    (root / "src/missing.ts").write_text("")


def create_directory(root: Path) -> None:
    (root / "src/nowhere").mkdir()


def fill(root: Path) -> None:
    (root / "other/new.md").write_text("")


def lead_elsewhere(root: Path) -> None:
    (root / "link").unlink()
    (root / "link").symlink_to("other")


def turn_into_link(root: Path) -> None:
    (root / "other").rmdir()
    (root / "other").symlink_to(root.parent)


def delete(root: Path) -> None:
    (root / "src/a.ts").unlink()


@pytest.mark.parametrize(
    "change",
    [
        change_content,
        find_more,
        find_less,
        create,
        create_directory,
        fill,
        lead_elsewhere,
        turn_into_link,
        delete,
    ],
)
def test_a_change_is_noticed(root: Path, change: Callable[[Path], None]) -> None:
    fingerprint = look(root)
    change(root)
    assert not RecordedDisk(str(root)).matches(fingerprint)


def test_a_file_is_read_once(root: Path) -> None:
    files = RecordedDisk(str(root))
    assert files.read("src/a.ts") == b"needle"
    (root / "src/a.ts").write_text("changed")
    assert files.read("src/a.ts") == b"needle"
    files.reread(["src/a.ts"])
    assert files.read("src/a.ts") == b"changed"


@pytest.mark.parametrize("fingerprint", [None, {}, [], {"searches": [[1]]}, {"searches": [], "directories": 5}])
def test_what_makes_no_sense_is_no_match(root: Path, fingerprint: object) -> None:
    assert not RecordedDisk(str(root)).matches(fingerprint)


def test_a_search_streams_its_results(root: Path) -> None:
    files, streamed = RecordedDisk(str(root)), list[str]()
    files.stream_search(QUERIES, streamed.append)
    assert files.search(QUERIES) == ("src/a.ts",)
    assert streamed in (["src/a.ts"], [])  # without git, all is found at once
    files.stream_search(QUERIES, streamed.append)
    assert streamed in (["src/a.ts"], [])


def seen(root: Path) -> RecordedDisk:
    """The files of a run that reads, lists and searches."""
    files = RecordedDisk(str(root))
    files.search(QUERIES)
    files.read("link/a.ts")
    files.read("src/missing.ts")
    files.entries("other")
    return files


def differences(files: RecordedDisk) -> tuple[list[str], list[str], list[str]]:
    """The texts, the directories, and what is found, that are not as they were."""
    directories = {posixpath.dirname(entry) for entry in files.outdated_entries()}
    return files.outdated(), sorted(directories), files.found_otherwise()


def test_nothing_differs(root: Path) -> None:
    files = seen(root)
    (root / "src/b.ts").write_text("straw")  # which nobody read, and no search finds
    assert differences(files) == ([], [], [])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda root: (root / "src/a.ts").write_text("needle, more"), (["link/a.ts"], [], [])),
        (lambda root: (root / "src/a.ts").write_text("needlf"), (["link/a.ts"], [], ["src/a.ts"])),
        (lambda root: (root / "src/b.ts").write_text("a needle"), ([], [], ["src/b.ts"])),
        (lambda root: (root / "src/a.ts").unlink(), (["link/a.ts"], ["src"], ["src/a.ts"])),
        (lambda root: (root / "src/missing.ts").write_text("hay"), (["src/missing.ts"], ["src"], [])),
        (lambda root: (root / "other/c.txt").write_text("hay"), ([], ["other"], [])),
        (lambda root: (root / "other").rmdir(), ([], [""], [])),
    ],
    ids=["a text", "of one size", "found now", "gone", "there now", "an entry", "an empty directory"],
)
def test_what_differs(
    root: Path, change: Callable[[Path], object], expected: tuple[list[str], list[str], list[str]]
) -> None:
    files, status = seen(root), (root / "src/a.ts").stat()
    change(root)
    if (root / "src/a.ts").exists():
        os.utime(root / "src/a.ts", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert differences(files) == expected
    # What was read is still what it was.
    assert files.read("link/a.ts") == b"needle"
