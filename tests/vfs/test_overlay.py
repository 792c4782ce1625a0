"""The files as they will be after moves."""

from __future__ import annotations

import pytest

from tests.fixture import project
from workflow_ls.vfs.files import MemoryFiles, Query
from workflow_ls.vfs.overlay import EditedFiles, Move, moved

TREE = """
//- /a/one.ts
one
//- /a/in/two.ts
two
//- /a/in/three.ts
three
//- /b/four.ts
four
//- /linked -> a/in
"""
MOVES = (Move("a", "new/a"), Move("a/in", "b/in"), Move("a/in/three.ts", "b/3.ts"))


def files(*moves: Move) -> EditedFiles:
    tree = project(TREE)
    return EditedFiles(MemoryFiles(tree.files, tree.links), {}, moves=moves)


@pytest.mark.parametrize(
    ("path", "after"),
    [
        ("b/four.ts", "b/four.ts"),
        ("ab", "ab"),
        ("a", "new/a"),
        ("a/one.ts", "new/a/one.ts"),
        # The innermost move counts, in whatever order they come.
        ("a/in", "b/in"),
        ("a/in/two.ts", "b/in/two.ts"),
        ("a/in/three.ts", "b/3.ts"),
    ],
)
def test_where_a_path_goes(path: str, after: str) -> None:
    assert moved(path, MOVES) == moved(path, MOVES[::-1]) == after


@pytest.mark.parametrize(
    ("path", "text", "kind", "real"),
    [
        ("b/four.ts", b"four\n", "file", "b/four.ts"),
        ("new/a/one.ts", b"one\n", "file", "new/a/one.ts"),
        ("b/in/two.ts", b"two\n", "file", "b/in/two.ts"),
        ("b/3.ts", b"three\n", "file", "b/3.ts"),
        # Where something was, and what was moved out of what moved.
        ("a/one.ts", None, None, None),
        ("a", None, None, None),
        ("new/a/in/two.ts", None, None, None),
        ("b/in/three.ts", None, None, None),
        ("nowhere", None, None, None),
        # A directory that is there only since something is moved into it has no other place.
        ("new", None, "directory", "new"),
        ("new/a", None, "directory", "new/a"),
        # What a link leads to goes along.
        ("linked", None, "directory", "b/in"),
        ("linked/two.ts", b"two\n", "file", "b/in/two.ts"),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_what_is_at_a_path(path: str, text: bytes | None, kind: str | None, real: str | None, order: int) -> None:
    after = files(*MOVES[::order])
    assert (after.read(path), after.kind(path), after.real(path)) == (text, kind, real)


@pytest.mark.parametrize(
    ("directory", "names"),
    [
        ("", ["b", "linked", "new"]),
        ("new", ["a"]),
        ("new/a", ["one.ts"]),
        ("b", ["3.ts", "four.ts", "in"]),
        ("b/in", ["two.ts"]),
        ("a", []),
    ],
)
def test_what_a_directory_holds(directory: str, names: list[str]) -> None:
    assert files(*MOVES).entries(directory) == names


def test_without_moves_all_is_as_it_was() -> None:
    assert files().entries("a") == ["in", "one.ts"]
    assert files().read("a/one.ts") == b"one\n"


def test_a_search_finds_files_at_their_new_places() -> None:
    assert files(*MOVES).search([Query((".ts",), ("one", "three"))]) == ["b/3.ts", "new/a/one.ts"]


def test_a_text_and_a_removal_lie_over_the_moves() -> None:
    tree = project(TREE)
    after = EditedFiles(MemoryFiles(tree.files), {"b/new.ts": b"one"}, removed=["b/four.ts", "b/3.ts"], moves=MOVES)
    assert after.search([Query((".ts",))]) == ["b/in/two.ts", "b/new.ts", "new/a/one.ts"]
    assert after.entries("b") == ["in", "new.ts"]
    assert after.kind("b/four.ts") is None
