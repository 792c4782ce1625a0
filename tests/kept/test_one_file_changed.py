"""A check after one file changed: it searches nothing, computes what depends on the file, and says what all says."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from workflow_ls.vfs import tree_state
from workflow_ls.vfs.searching import search
from workflow_ls.vfs.tree_state import (
    Beginning,
    ChangedTree,
    begin,
    is_as_in,
    present_signatures,
    state_after,
    take_state,
)

pytestmark = pytest.mark.slow

Write = Callable[..., Path]

OLD = "import { client } from '@shared/workflow/runtime/client';\n"
PROJECT = f"""
//- /apps/web/package.json
{{ "name": "web" }}
//- /apps/web/tsconfig.json
{{ "extends": "./nowhere.json" }}
//- /apps/web/first.ts
{OLD}
//- /apps/web/second.ts
{OLD}
//- /apps/web/plain.ts
export const plain = 1;
//- /apps/web/.gitignore
out.ts
//- /apps/web/out.ts
export {{}};
//- /shared/workflow/runtime/client.ts
export const client = 1;
"""


@pytest.fixture(autouse=True)
def old_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test has just written counts as old."""
    monkeypatch.setattr(tree_state, "GRACE", -time.time_ns())


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The searches of the whole workspace that were started."""
    made, start = list[str](), search.start

    def counted(root: str, queries: object) -> object:
        made.append(str(queries))
        return start(root, queries)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr("workflow_ls.vfs.searching.known_searches.start", counted)
    return made


@pytest.fixture
def root(cli: Cli, workspace: Write, cache: Path) -> Path:
    """A workspace whose memos are kept."""
    made = workspace(PROJECT)
    write(made / "apps/web/first.ts", f"// as it was kept\n{OLD}")
    cli("check", made)
    assert len([*cache.glob("memos/*")]) == 1
    return made


def write(path: Path, text: str) -> None:
    """Write what a later look sees as another state, whatever the steps of the clock."""
    before = path.stat().st_ctime_ns if path.exists() else 0
    path.write_text(text)
    while path.stat().st_ctime_ns == before:
        path.write_text(text)


def both(cli: Cli, root: Path) -> None:
    """A check says what one says that keeps nothing."""
    kept, fresh = cli("check", root, "--format", "json"), cli("check", root, "--format", "json", "--no-cache")
    assert (kept.code, kept.out, kept.err) == (fresh.code, fresh.out, fresh.err)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("apps/web/first.ts", f"// moved down\n{OLD}"),
        ("apps/web/first.ts", "export {};\n"),
        ("apps/web/tsconfig.json", "{}"),
        ("apps/web/package.json", '{ "name": "other" }'),
        ("shared/workflow/runtime/client.ts", "export const other = 1;\n"),
        ("apps/web/plain.ts", "export const plain = 2;\n"),
        ("apps/web/out.ts", OLD),
    ],
)
def test_the_report_is_that_of_a_whole_check(cli: Cli, root: Path, searches: list[str], path: str, text: str) -> None:
    both(cli, root)
    write(root / path, text)
    searches.clear()
    cli("check", root, "--format", "json")
    # A file that no search found before may be ignored, which only a search knows.
    assert bool(searches) == path.endswith("out.ts")
    both(cli, root)


@pytest.mark.parametrize(
    "change",
    [
        lambda root: write(root / "apps/web/new.ts", OLD),
        lambda root: (root / "apps/web/second.ts").unlink(),
        lambda root: (root / "apps/web/second.ts").rename(root / "apps/web/third.ts"),
        lambda root: write(root / "apps/web/.gitignore", "second.ts\n"),
        lambda root: write(root / ".gitignore", "apps\n"),
        lambda root: write(root / "workflow-ls.json", '{ "ignore": ["apps/web/second.ts"] }'),
        lambda root: (root / "apps/link").symlink_to("web"),
        lambda root: (root / "apps/web/deeper").mkdir(),
    ],
    ids=["new", "gone", "renamed", "ignored", "all ignored", "settings", "link", "directory"],
)
def test_what_is_more_than_a_text_is_looked_at_as_a_whole(
    cli: Cli, root: Path, change: Callable[[Path], object]
) -> None:
    change(root)
    both(cli, root)
    write(root / "apps/web/first.ts", "// and one more\n")
    both(cli, root)


def test_a_file_that_an_editor_swaps_in_is_one_changed_file(cli: Cli, root: Path, searches: list[str]) -> None:
    other = root.parent / "swapped.ts"
    write(other, f"// swapped in\n{OLD}")
    other.replace(root / "apps/web/second.ts")
    searches.clear()
    cli("check", root)
    assert not searches
    both(cli, root)


def test_changes_pile_up(cli: Cli, root: Path, searches: list[str]) -> None:
    for number in range(4):
        write(root / "apps/web/second.ts", f"// {number}\n{OLD}")
        searches.clear()
        cli("check", root, "--format", "json")
        assert not searches
        both(cli, root)


@pytest.mark.parametrize("broken", [b"", b"wls-graph-1\n", b"x" * 500, None])
def test_a_broken_entry_is_made_anew(cli: Cli, root: Path, cache: Path, broken: bytes | None) -> None:
    (entry,) = cache.glob("memos/*")
    data = entry.read_bytes()
    entry.write_bytes(data[:-40] + bytes(40) if broken is None else broken)
    write(root / "apps/web/second.ts", "// changed\n")
    both(cli, root)
    assert len(entry.read_bytes()) > len(data) // 2


class TestTheCacheIsBounded:
    def test_memos_of_other_workspaces_go(
        self, cli: Cli, workspace: Write, cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr("workflow_ls.kept.kept_graph._MOST_FILES", 2)
        made = workspace(PROJECT)
        for number in range(4):
            root = made.rename(tmp_path / f"repo{number}")
            cli("check", root)
            write(root / "apps/web/first.ts", f"// {number}\n{OLD}")
            cli("check", root)
            made = root
        assert len([*cache.glob("memos/*")]) == 2

    def test_checks_of_one_file_after_the_other(
        self, cli: Cli, root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As a hook before a commit does, whose paths are others each time."""
        monkeypatch.setattr("workflow_ls.cli.cache._MAX_ENTRIES", 3)
        for number, name in enumerate(["first.ts", "second.ts", "plain.ts", "package.json", "tsconfig.json"]):
            write(root / "apps/web/second.ts", f"// {number}\n{OLD}")
            cli("check", "--root", root, root / "apps/web" / name)
        assert len([path for path in cache.iterdir() if path.is_file()]) == 3

    def test_what_is_no_entry_keeps_nothing_alive(
        self, cli: Cli, root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("workflow_ls.kept.facts_file._MOST_FILES", 1)
        (cache / "facts/directory").mkdir()
        (cache / "facts/dangling").symlink_to("nowhere")
        left = cache / "facts/left.123"
        left.write_bytes(b"of a killed process")
        for path in (cache / "facts/directory", left):
            os.utime(path, (1, 1))
        write(root / "apps/web/second.ts", f"{OLD}export const another = client;\n")
        cli("check", root)
        assert not left.exists()


class TestWrittenJustBefore:
    """What was written just before a check counts with what it holds, not with its signature."""

    @pytest.fixture
    def beginning(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Beginning:
        """The beginning of a look at a workspace, of which one file and one directory are fresh."""
        write(tmp_path / "old.ts", "old")
        (tmp_path / "folder").mkdir()
        time.sleep(0.02)
        write(tmp_path / "new.ts", "new")
        write(tmp_path / "folder/in.ts", "in")
        time.sleep(0.1)
        beginning = begin(str(tmp_path))
        before, after = ((tmp_path / name).stat().st_ctime_ns for name in ("old.ts", "new.ts"))
        monkeypatch.setattr(tree_state, "GRACE", beginning.time - (before + after) // 2)
        return beginning

    def test_what_it_holds_counts(self, tmp_path: Path, beginning: Beginning) -> None:
        state = take_state(str(tmp_path), [], [], beginning, lambda _: None)
        assert state is not None
        assert {*state.fresh} == {"", "new.ts", "folder", "folder/in.ts"}
        assert is_as_in(str(tmp_path), state, {})
        for text in ("two", "new"):
            times = (tmp_path / "new.ts").stat()
            (tmp_path / "new.ts").write_text(text)
            os.utime(tmp_path / "new.ts", ns=(times.st_atime_ns, times.st_mtime_ns))
            assert is_as_in(str(tmp_path), state, {}) == (text == "new")
        (tmp_path / "folder/in.ts").rename(tmp_path / "folder/out.ts")
        assert not is_as_in(str(tmp_path), state, {})
        (tmp_path / "folder/out.ts").rename(tmp_path / "folder/in.ts")
        assert is_as_in(str(tmp_path), state, {})

    @pytest.mark.usefixtures("beginning")
    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
    def test_a_file_in_the_place_of_a_pipe(self, tmp_path: Path) -> None:
        """No search sees a pipe, and each sees a file."""
        (tmp_path / "folder/in.ts").unlink()
        os.mkfifo(tmp_path / "folder/in.ts")
        time.sleep(0.1)
        state = take_state(str(tmp_path), [], [], begin(str(tmp_path)), lambda _: None)
        assert state is not None
        assert "folder" in state.fresh
        (tmp_path / "folder/in.ts").unlink()
        write(tmp_path / "folder/in.ts", "in")
        assert not is_as_in(str(tmp_path), state, {})

    def test_what_was_fresh_is_so_no_longer(
        self, tmp_path: Path, beginning: Beginning, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A later check, after another file changed, keeps its state as well."""
        root = str(tmp_path)
        state = take_state(root, [], [], beginning, lambda _: None)
        assert state is not None
        write(tmp_path / "old.ts", "changed")
        now = present_signatures(root, state, {})
        assert now is not None
        time.sleep(0.1)
        monkeypatch.setattr(tree_state, "GRACE", -time.time_ns())
        after = state_after(root, ChangedTree(state, ("old.ts",), now), [], [], begin(root), lambda _: None)
        assert after is not None
        assert not after.fresh
        assert is_as_in(root, after, {})
        write(tmp_path / "new.ts", "other")
        assert not is_as_in(root, after, {})

    def test_what_was_written_since_its_digest_has_no_state(self, tmp_path: Path, beginning: Beginning) -> None:
        root = str(tmp_path)
        state = take_state(root, [], [], beginning, lambda _: None)
        assert state is not None
        now, later = present_signatures(root, state, {}), begin(root)
        assert now is not None
        write(tmp_path / "new.ts", "written while a check runs")
        write(tmp_path / "new.ts", "new")
        assert state_after(root, ChangedTree(state, (), now), [], [], later, lambda _: None) is None

    def test_the_text_that_was_read_counts(self, tmp_path: Path, beginning: Beginning) -> None:
        state = take_state(str(tmp_path), [], [], beginning, lambda path: b"read" if path == "new.ts" else None)
        assert state is not None
        assert not is_as_in(str(tmp_path), state, {})
        (tmp_path / "new.ts").write_text("read")
        assert is_as_in(str(tmp_path), state, {})

    def test_a_link_has_no_state(self, tmp_path: Path, beginning: Beginning) -> None:
        """It may lead out of the workspace, of which nothing else is read."""
        (tmp_path / "new.ts").unlink()
        (tmp_path / "new.ts").symlink_to("old.ts")
        assert take_state(str(tmp_path), ["new.ts"], [], beginning, lambda _: None) is None

    def test_what_was_written_since_has_no_state(self, tmp_path: Path, beginning: Beginning) -> None:
        write(tmp_path / "new.ts", "new")
        assert take_state(str(tmp_path), [], [], beginning, lambda _: b"new") is None

    def test_a_file_that_no_check_reads_keeps_nothing_from_the_next(
        self, cli: Cli, workspace: Write, monkeypatch: pytest.MonkeyPatch, searches: list[str]
    ) -> None:
        """As when somebody saves a file and checks at once."""
        monkeypatch.setattr(tree_state, "GRACE", 60_000_000_000)
        monkeypatch.setattr(tree_state, "_MOST_FRESH", 100)
        root = workspace(PROJECT)
        time.sleep(0.1)
        cli("check", root)
        searches.clear()
        cli("check", root)
        assert not searches


def test_a_file_that_is_read_no_more_is_named_no_more(cli: Cli, workspace: Write, cache: Path) -> None:
    """What read it has the value that it had, so that nothing behind that is computed anew."""
    manifest = '{{ "workspaces": {} }}'
    root = workspace(
        PROJECT + f"//- /package.json\n{manifest.format('[`apps/*`, `packages/*`]'.replace('`', chr(34)))}"
    )
    (root / "packages/b").mkdir(parents=True)
    (root / "packages/b/package.json").write_bytes(b'{ "name": "\xff" }')
    for number in range(2):
        write(root / "apps/web/first.ts", f"// {number}\n{OLD}")
        assert "packages/b/package.json" in str(cli("check", root))
    assert [*cache.glob("memos/*")]
    write(root / "package.json", '{ "workspaces": ["apps/*"] }')
    assert "packages/b/package.json" not in str(cli("check", root))
