"""The disk as a workspace: the same answers as the one in memory, and nothing from outside the root."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import examples
from tests.vfs.trees import assert_reaped, lay_out, record_spawned
from workflow_ls.vfs import readings
from workflow_ls.vfs.disk import DiskFiles
from workflow_ls.vfs.files import Files, MemoryFiles, Query
from workflow_ls.vfs.searching import known_searches
from workflow_ls.vfs.searching import search as scan

FILES = {
    "package.json": "{}",
    "packages/y/package.json": '{"name": "y"}',
    "packages/y/src/a.ts": "\ufeffa\r\n",
    "packages/y/src/empty.ts": "",
    "packages/x/": "",
}
LINKS = {
    "node_modules/@x/y": "../../packages/y",
    "packages/x/self": ".",
    "a.ts": "packages/y/src/a.ts",
    "again.ts": "a.ts",
    "loop": "loop",
    "ping": "pong",
    "pong": "ping",
    "dangling.ts": "packages/nothing.ts",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    lay_out(tmp_path / "outside", {"secret.ts": "secret", "sub/secret.ts": "secret"})
    return lay_out(tmp_path / "w", FILES, LINKS)


@pytest.mark.parametrize(
    ("path", "kind", "real"),
    [
        ("", "directory", ""),
        ("package.json", "file", "package.json"),
        ("packages", "directory", "packages"),
        ("packages/x", "directory", "packages/x"),
        ("packages/y/src/a.ts", "file", "packages/y/src/a.ts"),
        # Links inside the root.
        ("a.ts", "file", "packages/y/src/a.ts"),
        ("again.ts", "file", "packages/y/src/a.ts"),
        ("node_modules/@x/y", "directory", "packages/y"),
        ("node_modules/@x/y/src/a.ts", "file", "packages/y/src/a.ts"),
        ("packages/x/self/self/self", "directory", "packages/x"),
        # Nothing.
        ("packages/y/src/b.ts", None, None),
        ("nowhere/at/all.ts", None, None),
        ("package.json/x", None, None),
        ("node_modules/@x/y/b.ts", None, None),
        ("dangling.ts", None, None),
        ("loop", None, None),
        ("loop/x", None, None),
        ("ping/x", None, None),
        # Not the way to write a path, and perhaps out of the root.
        ("/package.json", None, None),
        ("/etc/passwd", None, None),
        ("//package.json", None, None),
        ("..", None, None),
        ("../outside/secret.ts", None, None),
        ("packages/../package.json", None, None),
        ("./package.json", None, None),
        ("packages//y", None, None),
        ("packages/", None, None),
        ("package.json\0", None, None),
        ("a/" * 3000 + "b", None, None),
    ],
)
def test_paths(root: Path, path: str, kind: str | None, real: str | None) -> None:
    for files in (DiskFiles(root), warmed(root)):
        assert files.kind(path) == kind
        assert files.real(path) == real
        expected = (root / real).read_bytes() if kind == "file" and real else None
        assert files.read(path) == expected
        assert files.size(path) == (None if expected is None else len(expected))


def warmed(root: Path) -> DiskFiles:
    """A snapshot that has been asked everything before."""
    files = DiskFiles(root)
    for path in ("", *FILES, *LINKS, "/package.json", ".."):
        files.kind(path)
        files.entries(path)
    return files


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("", sorted({path.split("/")[0] for path in (*FILES, *LINKS)})),
        ("packages/x", ["self"]),
        ("node_modules/@x/y", ["package.json", "src"]),
        ("packages/y/src", ["a.ts", "empty.ts"]),
        ("package.json", []),
        ("nowhere", []),
        ("loop", []),
        ("/packages", []),
        ("..", []),
    ],
)
def test_entries(root: Path, path: str, names: list[str]) -> None:
    assert list(DiskFiles(root).entries(path)) == names


@pytest.mark.parametrize(
    ("target", "below"),
    [
        ("../outside", "secret.ts"),
        ("../outside/secret.ts", ""),
        ("../w/../outside", "sub/secret.ts"),
        ("packages/../../outside", "secret.ts"),
        ("..", "outside/secret.ts"),
        ("../w-2", "secret.ts"),
        ("/", "etc"),
    ],
)
def test_what_a_link_leads_out_to_is_absent(root: Path, target: str, below: str) -> None:
    lay_out(root.parent / "w-2", {"secret.ts": "secret"})
    (root / "out").symlink_to(target)
    (root / "packages" / "x" / "further").symlink_to("../../out")
    assert (root / "out" / below).exists()
    files = DiskFiles(root)
    for path in ("out", "packages/x/further"):
        for inside in (path, f"{path}/{below}".rstrip("/")):
            assert (files.kind(inside), files.real(inside), files.read(inside)) == (None, None, None)
            assert (files.size(inside), list(files.entries(inside))) == (None, [])
    assert files.search([Query((".ts",), ("secret",))]) == ()


def test_a_link_that_comes_back_is_inside(root: Path) -> None:
    (root.parent / "outside" / "back").symlink_to(root / "packages")
    (root / "detour").symlink_to("../outside/back")
    assert DiskFiles(root).real("detour/y/package.json") == "packages/y/package.json"


def test_an_absolute_link(root: Path) -> None:
    (root / "absolute").symlink_to(root / "packages" / "y")
    assert DiskFiles(root).real("absolute/src/a.ts") == "packages/y/src/a.ts"


def test_a_root_that_is_a_link(root: Path) -> None:
    (root.parent / "link").symlink_to("w")
    files = DiskFiles(str(root.parent / "link"))
    assert files.real("node_modules/@x/y") == "packages/y"
    assert files.read("package.json") == b"{}"


@pytest.mark.parametrize("root", ["nowhere", "file"])
def test_a_root_that_is_no_directory_is_empty(tmp_path: Path, root: str) -> None:
    (tmp_path / "file").write_text("x")
    files = DiskFiles(tmp_path / root)
    assert list(files.entries("")) == []
    assert (files.kind("x"), files.read("x"), files.read("")) == (None, None, None)
    assert files.search([Query((".ts",))]) == ()


def test_pipes_are_absent(root: Path) -> None:
    os.mkfifo(root / "pipe.ts")
    (root / "to-pipe.ts").symlink_to("pipe.ts")
    files = DiskFiles(root)
    for path in ("pipe.ts", "to-pipe.ts"):
        assert (files.kind(path), files.real(path), files.read(path)) == (None, None, None)


@pytest.mark.skipif(sys.platform != "linux", reason="file names are UTF-8 on this system")
def test_names_that_are_not_utf8_are_absent(root: Path) -> None:
    name = os.fsdecode(b"\xff.ts")
    (root / name).write_text("x")
    (root / "to.ts").symlink_to(name)
    files = DiskFiles(root)
    assert name not in files.entries("")
    assert (files.kind(name), files.read(name), files.kind("to.ts")) == (None, None, None)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_what_may_not_be_read(root: Path) -> None:
    (root / "package.json").chmod(0)
    (root / "packages").chmod(0)
    files = DiskFiles(root)
    try:
        assert (files.kind("package.json"), files.read("package.json")) == ("file", None)
        assert (list(files.entries("packages")), files.kind("packages/y")) == ([], None)
    finally:
        (root / "packages").chmod(0o755)


def test_a_file_that_became_a_link_is_not_read(root: Path) -> None:
    files = DiskFiles(root)
    assert files.kind("package.json") == "file"
    (root / "package.json").unlink()
    (root / "package.json").symlink_to("../outside/secret.ts")
    assert files.read("package.json") is None


NAMES = st.sampled_from(["a", "b", "c"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)


@given(
    st.dictionaries(PATHS, st.binary(max_size=3)),
    st.dictionaries(PATHS, PATHS, min_size=1, max_size=4),
    st.lists(PATHS),
)
@settings(max_examples=examples(100))
def test_the_disk_answers_as_memory_does(contents: dict[str, bytes], links: dict[str, str], asked: list[str]) -> None:
    taken: set[str] = set()
    for path in sorted({*contents, *links}, key=len):
        # A file or a link has nothing below it.
        if any(path == other or path.startswith(other + "/") for other in taken):
            contents.pop(path, None)
            links.pop(path, None)
        taken.add(path)
        if path in links:
            contents.pop(path, None)
    memory = MemoryFiles(contents, links)
    with tempfile.TemporaryDirectory() as directory:
        relative = {path: os.path.relpath(target, Path(path).parent) for path, target in links.items()}
        root = lay_out(Path(directory), contents, relative)
        files = DiskFiles(root)
        for path in ("", *asked, *contents, *links, *(f"{link}/{path}" for link in links for path in asked)):
            assert answers(files, path) == answers(memory, path), path
        queries = [Query(("a", "b"), ("\0", "1")), Query(("c",), (), "a")]
        assert list(files.search(queries)) == list(memory.search(queries))


def answers(files: Files, path: str) -> tuple[object, ...]:
    return files.kind(path), files.real(path), files.read(path), list(files.entries(path))


def test_probes_cost_one_listing_of_a_directory(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed: list[str] = []
    scandir = os.scandir

    def recorded(path: str) -> Iterator[os.DirEntry[str]]:
        listed.append(os.path.relpath(path, root))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", recorded)
    files = DiskFiles(root)
    for look in ("stat", "lstat", "readlink"):
        monkeypatch.setattr(os, look, lambda *_, **__: pytest.fail("a probe looked at a file"))
    for _ in range(2):
        for ending in (".ts", ".tsx", "/index.ts", "/index.tsx", ".js", ""):
            files.kind(f"packages/y/src/a{ending}")
    assert listed == [".", "packages", "packages/y", "packages/y/src"]


class TestSnapshot:
    """What was asked once stays so, until it is forgotten."""

    @pytest.mark.parametrize(
        ("path", "change", "forgotten", "before", "after"),
        [
            pytest.param("new.ts", lambda r: (r / "new.ts").write_text(""), "new.ts", None, "file", id="created"),
            pytest.param("n/e/w.ts", lambda r: lay_out(r, {"n/e/w.ts": ""}), "n/e/w.ts", None, "file",
                         id="created with directories"),
            pytest.param("package.json", lambda r: (r / "package.json").unlink(), "package.json", "file", None,
                         id="deleted"),
            pytest.param("packages/y/package.json", lambda r: (r / "packages/y").rename(r / "z"), "packages/y", "file",
                         None, id="directory moved"),
            pytest.param("a.ts", lambda r: (r / "packages/y/src/a.ts").unlink(), "packages/y/src/a.ts", "file", None,
                         id="what a link stands for was deleted"),
            pytest.param("dangling.ts", lambda r: (r / "packages/nothing.ts").write_text(""), "packages/nothing.ts",
                         None, "file", id="what a link stands for was created"),
            pytest.param("packages/y/n.ts", lambda r: (r / "packages/y/n.ts").write_text(""), "node_modules/@x/y/n.ts",
                         None, "file", id="created, and named through a link"),
            pytest.param("packages/y/n.ts", lambda r: (r / "packages/y/n.ts").write_text(""), "node_modules/@x/y",
                         None, "file", id="created below a directory that is named through a link"),
            pytest.param("loop", lambda r: ((r / "loop").unlink(), (r / "loop").mkdir()), "loop", None, "directory",
                         id="a link became a directory"),
        ],
    )  # fmt: skip
    def test_forget(
        self,
        root: Path,
        path: str,
        change: Callable[[Path], object],
        forgotten: str,
        before: str | None,
        after: str | None,
    ) -> None:
        files = warmed(root)
        assert files.kind(path) == before
        change(root)
        assert files.kind(path) == before
        files.reread(["unrelated.ts"])
        files.reread([forgotten])
        assert files.kind(path) == after

    def test_forget_a_directory_forgets_what_is_below(self, root: Path) -> None:
        files = warmed(root)
        assert files.kind("packages/y/src/b.ts") is None
        (root / "packages/y/src/b.ts").write_text("")
        files.reread(["package.json"])
        assert files.kind("packages/y/src/b.ts") is None
        files.reread(["packages"])
        assert files.kind("packages/y/src/b.ts") == "file"

    def test_contents_are_not_part_of_it(self, root: Path) -> None:
        files = warmed(root)
        assert files.read("package.json") == b"{}"
        (root / "package.json").write_text("[1]")
        assert files.read("package.json") == b"[1]"
        assert files.size("package.json") == 3

    def test_search(self, root: Path) -> None:
        files = DiskFiles(root)
        queries = [Query((".ts",), ("a",))]
        assert files.search(queries) == ("packages/y/src/a.ts",)
        (root / "b.ts").write_text("a")
        assert files.search(queries) == ("packages/y/src/a.ts",)
        files.reread(["b.ts"])
        assert files.search(queries) == ("b.ts", "packages/y/src/a.ts")


class TestPrefetch:
    """A search that is started early."""

    @pytest.fixture(autouse=True)
    def started(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Query, ...]]:
        started: list[tuple[Query, ...]] = []

        def start(root: str, queries: tuple[Query, ...]) -> scan.Search:
            started.append(queries)
            return scan.start(root, queries)

        monkeypatch.setattr(known_searches, "start", start)
        return started

    def test_its_result_is_used(self, root: Path, started: list[tuple[Query, ...]]) -> None:
        files = DiskFiles(root)
        query = Query((".ts",), ("a",))
        files.prefetch([query])
        files.prefetch([query])
        assert files.search([query]) == ("packages/y/src/a.ts",)
        files.prefetch([query])
        assert files.search((query,)) == ("packages/y/src/a.ts",)
        assert started == [(query,)]

    def test_other_queries_are_searched_for(self, root: Path, started: list[tuple[Query, ...]]) -> None:
        files = DiskFiles(root)
        files.prefetch([Query((".ts",))])
        assert files.search([Query(("package.json",))]) == ("package.json", "packages/y/package.json")
        assert len(started) == 2
        files.reread([])

    def test_forget_ends_it(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        processes = record_spawned(monkeypatch)
        files = DiskFiles(root)
        files.prefetch([Query((".ts",))])
        files.reread(["a.ts"])
        assert len(processes) == 1
        assert_reaped(processes)


def test_files_that_changed_since_they_were_read(root: Path) -> None:
    for name in ("same.ts", "written.ts", "deep/er/gone.ts", "unread.ts"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("a")
    files = DiskFiles(root)
    for name in ("same.ts", "written.ts", "deep/er/gone.ts"):
        files.read(name)
    assert files.outdated() == []
    (root / "written.ts").write_text("longer")
    (root / "unread.ts").write_text("longer")
    (root / "deep/er/gone.ts").unlink()
    files.read("written.ts")  # the first time counts
    assert sorted(files.outdated()) == ["deep/er/gone.ts", "written.ts"]
    assert files.outdated(["same.ts", "written.ts", "unread.ts", "nowhere.ts"]) == ["written.ts"]
    files.reread(["written.ts", "deep"])
    assert files.outdated() == []
    files.read("written.ts")
    (root / "written.ts").write_text("a")
    assert files.outdated() == ["written.ts"]


def test_a_file_written_within_one_tick(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two writes may leave the same time and size; a file that was written long before is not read again."""
    (root / "tick.ts").write_text("old")
    signature = readings.sign(str(root / "tick.ts"))
    assert signature is not None
    monkeypatch.setattr(readings, "sign", lambda _: signature)
    files = DiskFiles(root)
    assert files.read("tick.ts") == b"old"
    assert files.outdated() == []
    (root / "tick.ts").write_text("new")
    assert files.outdated() == ["tick.ts"]
    old = signature._replace(written=0, changed=0)
    monkeypatch.setattr(readings, "sign", lambda _: old)
    files = DiskFiles(root)
    files.read("tick.ts")
    (root / "tick.ts").write_text("old")
    assert files.outdated() == []


def test_a_file_whose_time_was_set_back(root: Path) -> None:
    path = root / "tick.ts"
    path.write_text("old")
    os.utime(path, (10, 10))
    files = DiskFiles(root)
    files.read("tick.ts")
    assert files.outdated() == []
    path.write_text("new")
    os.utime(path, (10, 10))
    assert files.outdated() == ["tick.ts"]


class TestOutdatedEntries:
    """What came and went in the directories that were listed."""

    @pytest.fixture
    def files(self, root: Path) -> DiskFiles:
        (root / "target").mkdir()
        (root / "other").mkdir()
        (root / "link").symlink_to("target")
        files = DiskFiles(root, lasting=True)
        for path in ("packages/y/src/a.ts", "gone/a.ts", "link"):
            files.kind(path)
        assert files.outdated_entries() == []
        return files

    @pytest.mark.parametrize(
        ("change", "found"),
        [
            pytest.param(lambda r: (r / "b.ts").write_text(""), ["b.ts"], id="created"),
            pytest.param(lambda r: (r / "packages/y/src/a.ts").unlink(), ["packages/y/src/a.ts"], id="deleted"),
            pytest.param(lambda r: lay_out(r, {"gone/a.ts": ""}), ["gone"], id="directory"),
            pytest.param(lambda r: (r / "packages/y/src/a.ts").write_text("x"), [], id="written"),
            pytest.param(lambda r: lay_out(r, {"other/b.ts": ""}), [], id="not listed"),
        ],
    )
    def test_it_is_found_once(
        self, root: Path, files: DiskFiles, change: Callable[[Path], object], found: list[str]
    ) -> None:
        change(root)
        assert files.outdated_entries() == found
        files.reread(found)
        assert files.outdated_entries() == []

    def test_a_file_that_comes_and_goes(self, root: Path, files: DiskFiles) -> None:
        (root / "b.ts").write_text("")
        (root / "b.ts").unlink()
        assert files.outdated_entries() == []

    def test_a_file_that_becomes_a_directory(self, root: Path, files: DiskFiles) -> None:
        (root / "packages/y/src/a.ts").unlink()
        (root / "packages/y/src/a.ts").mkdir()
        assert files.outdated_entries() == ["packages/y/src/a.ts"]

    def test_a_link_that_leads_elsewhere(self, root: Path, files: DiskFiles) -> None:
        (root / "link").unlink()
        (root / "link").symlink_to("other")
        assert files.outdated_entries() == ["link"]

    def test_some_directories_only(self, root: Path, files: DiskFiles) -> None:
        (root / "b.ts").write_text("")
        assert files.outdated_entries(["packages/y/src", "target"]) == []
        assert files.outdated_entries([""]) == ["b.ts"]
