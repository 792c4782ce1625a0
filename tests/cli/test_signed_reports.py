"""The last report without a look into a file: only where the signatures of all that it is about are the same."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from workflow_ls.cli.cache import Cache
from workflow_ls.vfs.disk import DiskFiles
from workflow_ls.vfs.recorded_disk import RecordedDisk
from workflow_ls.vfs.tree_state import ChangedTree, TreeState

pytestmark = pytest.mark.slow

Write = Callable[..., Path]

IMPORT = "import { client } from '@shared/workflow/runtime/client';\n"
PROJECT = f"""
//- /packages/a/src/a.ts
{IMPORT}
//- /packages/a/src/plain.ts
export {{}};
//- /packages/a/ignored.ts
export {{}};
//- /packages/a/.gitignore
ignored.ts
"""


@pytest.fixture(autouse=True)
def old_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test has just written counts as old: the grace of two seconds would make each test take as long."""
    monkeypatch.setattr("workflow_ls.vfs.tree_state.GRACE", -time.time_ns())


@pytest.fixture(autouse=True)
def no_memos(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but the reports is kept: `tests/kept` has what a check takes of the memos of an earlier one."""
    monkeypatch.setattr("workflow_ls.cli.kept_check.open_graph", lambda *_: None)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The looks at the content of files: by a check, or by a comparison of digests."""
    made: list[str] = []
    matches, searched = RecordedDisk.matches, DiskFiles.stream_search

    def counted_matches(self: RecordedDisk, fingerprint: object) -> bool:
        made.append("compared")
        return matches(self, fingerprint)

    def counted_search(self: DiskFiles, *arguments: object) -> None:
        made.append("searched")
        searched(self, *arguments)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(RecordedDisk, "matches", counted_matches)
    monkeypatch.setattr(DiskFiles, "stream_search", counted_search)
    return made


def test_a_second_run_looks_into_no_file(cli: Cli, workspace: Write, looks: list[str]) -> None:
    root = workspace(PROJECT)
    first = cli("check", root)
    looks.clear()
    second = cli("check", root)
    assert (first.code, first.out) == (second.code, second.out)
    assert "packages/a/src/a.ts:1:25" in second.out
    assert looks == []


def _same_size_and_time(root: Path) -> None:
    path = root / "packages/a/src/a.ts"
    status = path.stat()
    path.write_text(IMPORT.replace("import", "/****/"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _swapped_in(root: Path) -> None:
    path = root / "packages/a/src/plain.ts"
    (root / "packages/new").write_text(IMPORT)
    (root / "packages/new").replace(path)


def _linked_directory(root: Path) -> None:
    (root / "packages/a/src").rename(root / "packages/a/old")
    (root / "packages/a/src").symlink_to("old")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a text": lambda root: (root / "packages/a/src/a.ts").write_text("export {};\n"),
    "a text of the same size, with its time set back": _same_size_and_time,
    "a file without a finding gets one": lambda root: (root / "packages/a/src/plain.ts").write_text(IMPORT),
    "another file in its place": _swapped_in,
    "a file comes": lambda root: (root / "packages/a/src/new.ts").write_text(IMPORT),
    "a file goes": lambda root: (root / "packages/a/src/a.ts").unlink(),
    "a directory comes": lambda root: (root / "packages/z").mkdir(),
    "a directory goes elsewhere": lambda root: (root / "packages/a/src").rename(root / "packages/a/other"),
    "a directory becomes a link": _linked_directory,
    "patterns that ignore": lambda root: (root / ".gitignore").write_text("packages/\n"),
    "patterns that ignore no more": lambda root: (root / "packages/a/.gitignore").write_text(""),
    "the settings": lambda root: (root / "workflow-ls.json").write_text('{ "ignore": ["packages/"] }'),
    "a manifest": lambda root: (root / "ee/packages/workflows/package.json").write_text("{"),
    "a repository around it": lambda root: (root / ".git").mkdir(),
    "a repository above it": lambda root: (root.parent / ".git").mkdir(),
}


@pytest.mark.parametrize("change", [pytest.param(change, id=name) for name, change in CHANGES.items()])
def test_a_change_is_seen(cli: Cli, workspace: Write, looks: list[str], change: Callable[[Path], object]) -> None:
    root = workspace(PROJECT)
    cli("check", root, "--format", "json", "--root", root)
    looks.clear()
    change(root)
    after = cli("check", root, "--format", "json", "--root", root)
    assert looks
    assert after.out == cli("check", root, "--format", "json", "--root", root, "--no-cache").out


@pytest.mark.parametrize(
    ("place", "text"),
    [(".git/info/exclude", "packages/a/src\n"), ("../.gitignore", "/repo/packages/a/src\n")],
    ids=["excluded in the repository", "ignored from above"],
)
def test_patterns_from_outside_are_seen(
    cli: Cli,
    workspace: Write,
    looks: list[str],
    place: str,
    text: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))  # outside of the repository
    root = workspace(PROJECT)
    top = root.parent if place.startswith("..") else root
    (top / ".git/info").mkdir(parents=True)
    (root / place).write_text("")
    before = cli("check", root, "--format", "json", "--root", root)
    looks.clear()
    assert cli("check", root, "--format", "json", "--root", root).out == before.out
    assert looks == []
    (root / place).write_text(text.replace("repo", root.name))
    after = cli("check", root, "--format", "json", "--root", root)
    assert looks
    assert after.out == cli("check", root, "--format", "json", "--root", root, "--no-cache").out != before.out


def test_a_link_that_leads_elsewhere_is_seen(cli: Cli, workspace: Write, looks: list[str], tmp_path: Path) -> None:
    root = workspace(PROJECT)
    (tmp_path / "outer").symlink_to(root / "packages/a")
    (root / "packages/b").symlink_to(tmp_path / "outer")
    (root / "packages/c.ts").write_text("import { x } from './b/src/a';\n" + IMPORT)
    cli("check", root, "--root", root)
    looks.clear()
    cli("check", root, "--root", root)
    assert looks == []
    (tmp_path / "outer").unlink()
    (tmp_path / "outer").symlink_to(tmp_path)
    cli("check", root, "--root", root)
    assert looks


def test_what_was_just_written_is_read_again(
    cli: Cli, workspace: Write, looks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflow_ls.vfs.tree_state.GRACE", 3_600_000_000_000)
    root = workspace(PROJECT)
    cli("check", root)
    looks.clear()
    cli("check", root)
    assert "compared" in looks


def test_once_it_is_old_it_is_read_once_more(
    cli: Cli, workspace: Write, looks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    grace = -time.time_ns()
    monkeypatch.setattr("workflow_ls.vfs.tree_state.GRACE", 3_600_000_000_000)
    root = workspace(PROJECT)
    first = cli("check", root)
    monkeypatch.setattr("workflow_ls.vfs.tree_state.GRACE", grace)
    cli("check", root)
    looks.clear()
    assert cli("check", root).out == first.out
    assert looks == []


def _flip(data: bytes, place: int) -> bytes:
    changed = bytearray(data)
    changed[place] ^= 1
    return bytes(changed)


BREAKS: dict[str, Callable[[bytes], bytes]] = {
    "nothing left": lambda _: b"",
    "cut in its head": lambda data: data[:10],
    "cut in its middle": lambda data: data[: len(data) // 2],
    "cut at its end": lambda data: data[:-1],
    "longer": lambda data: data + b"\0" * 32,
    "another kind": lambda data: b"x" + data[1:],
    "a bit in its lengths": lambda data: _flip(data, 20),
    "a bit in the report": lambda data: _flip(data, data.index(b"a.ts")),
    "a bit in its signatures": lambda data: _flip(data, len(data) - 9),
}


@pytest.mark.parametrize("breaking", [pytest.param(breaking, id=name) for name, breaking in BREAKS.items()])
def test_a_broken_entry_is_made_anew(
    cli: Cli, workspace: Write, looks: list[str], cache: Path, breaking: Callable[[bytes], bytes]
) -> None:
    root = workspace(PROJECT)
    first = cli("check", root)
    (entry,) = cache.glob("*.state")
    entry.write_bytes(breaking(entry.read_bytes()))
    looks.clear()
    assert cli("check", root).out == first.out
    assert looks
    looks.clear()
    assert cli("check", root).out == first.out
    assert looks == []


def test_the_entry_of_another_question_is_no_answer(cli: Cli, workspace: Write, cache: Path) -> None:
    root = workspace(PROJECT)
    first = cli("check", root)
    (entry,) = cache.glob("*.state")
    cli("check", root, "--format", "json")
    (other,) = {*cache.glob("*.state")} - {entry}
    entry.write_bytes(other.read_bytes())
    assert cli("check", root).out == first.out


def test_another_state_of_the_tool_is_another_answer(
    cli: Cli, workspace: Write, looks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = workspace(PROJECT)
    cli("check", root)
    looks.clear()
    monkeypatch.setattr("workflow_ls.cli.cache.first_tool_state", lambda: ["another"])
    cli("check", root)
    assert looks


MEANWHILE: dict[str, Callable[[Path], object]] = {
    "what git excludes": lambda root: (root / ".git/info/exclude").write_text("packages/a/\n"),
    "patterns above": lambda root: (root.parent / ".gitignore").write_text("packages/a/\n"),
    "where a link leads": lambda root: (root / "outer").replace(root / "packages/link"),
    "a file that was read": lambda root: (root / "packages/a/src/a.ts").write_text("export {};\n"),
}


@pytest.mark.parametrize("change", [pytest.param(change, id=name) for name, change in MEANWHILE.items()])
def test_what_changes_meanwhile_is_not_what_was_checked(
    cli: Cli,
    workspace: Write,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    change: Callable[[Path], object],
) -> None:
    """The times say nothing here: the clock of the files is behind, as that of a server may be."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    root = workspace(PROJECT)
    (root.parent / ".git").mkdir()
    (root / ".git/info").mkdir(parents=True)
    (root / ".git/info/exclude").write_text("")
    (root / "packages/link").symlink_to("a")
    (root / "outer").symlink_to("/nonexistent")
    (root / "packages/b.ts").write_text("import { x } from './link/src/plain';\n" + IMPORT)
    state_of = Cache.state_of

    def late(self: Cache, files: RecordedDisk, graph: ChangedTree | None = None) -> TreeState | None:
        change(root)
        return state_of(self, files, graph)

    with monkeypatch.context() as patch:
        patch.setattr(Cache, "state_of", late)
        cli("check", root, "--format", "json", "--root", root)
    after = cli("check", root, "--format", "json", "--root", root)
    assert after.out == cli("check", root, "--format", "json", "--root", root, "--no-cache").out


def test_a_clock_that_is_set_back_meanwhile(
    cli: Cli, workspace: Write, looks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = workspace(PROJECT)
    now = iter([time.time_ns(), time.time_ns() - 60_000_000_000])
    with monkeypatch.context() as patch:
        patch.setattr("workflow_ls.vfs.tree_state.time_ns", lambda: next(now))
        first = cli("check", root)
    looks.clear()
    assert cli("check", root).out == first.out
    assert looks
