"""Whether a tree on the disk is what edits in memory made of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workflow_ls.vfs.files import Query
from workflow_ls.vfs.overlay import EditedFiles, Move
from workflow_ls.vfs.recorded_disk import RecordedDisk


@pytest.fixture
def seen(tmp_path: Path) -> RecordedDisk:
    for name, text in {"old/a.ts": "move", "b.ts": "move", "c.ts": "stay", "gone/d.ts": "x"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    files = RecordedDisk(str(tmp_path))
    for name in ("old/a.ts", "b.ts", "c.ts", "gone/d.ts"):
        files.read(name)
    for directory in ("", "old", "gone"):
        files.entries(directory)
    files.search((Query((".ts",), ("move",)),))
    return files


def after(files: RecordedDisk) -> EditedFiles:
    return EditedFiles(files, {"b.ts": b"moved"}, removed=["gone/d.ts"], moves=[Move("old", "new")])


def carry_out(root: Path) -> None:
    (root / "old").rename(root / "new")
    (root / "b.ts").write_text("moved")
    (root / "gone/d.ts").unlink()
    (root / "gone").rmdir()


def test_what_is_carried_out_is_there(seen: RecordedDisk, tmp_path: Path) -> None:
    assert not seen.became(after(seen))
    carry_out(tmp_path)
    assert seen.became(after(seen))


@pytest.mark.parametrize(
    "meddle",
    [
        lambda root: (root / "c.ts").write_text("other"),
        lambda root: (root / "b.ts").write_text("move"),
        lambda root: (root / "new/a.ts").write_text("other"),
        lambda root: (root / "e.txt").write_text(""),
        lambda root: (root / "new/e.ts").write_text("move"),
        lambda root: (root / "c.ts").unlink(),
    ],
)
def test_what_another_writes_is_noticed(seen: RecordedDisk, tmp_path: Path, meddle: Callable[[Path], object]) -> None:
    carry_out(tmp_path)
    meddle(tmp_path)
    assert not seen.became(after(seen))
