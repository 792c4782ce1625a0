"""Directories and symbolic links, which come, go and lead elsewhere under what was computed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from tests.project.queries.toy import FILES, Toy, change, change_one, database_of, fork, put, retarget
from tests.project.workspaces import NO_TABLE, ChangingFiles
from workflow_ls.config.settings import Settings
from workflow_ls.project.parsed_sources import ParsedSources
from workflow_ls.project.queries.database import Database
from workflow_ls.project.queries.workspace_context import WorkspaceContext
from workflow_ls.vfs.overlay import EditedFiles, Move


class TestDirectories:
    def test_one_appears(self) -> None:
        _, database, toy = database_of(FILES)
        assert (toy.kind("new"), toy.kind("new/er/x.txt"), toy.names("new/er"), toy.text("new/er/x.txt")) == (
            None,
            None,
            (),
            None,
        )
        change(database, ("new/er/x.txt", "x"))
        assert (toy.kind("new"), toy.kind("new/er/x.txt"), toy.names("new/er"), toy.text("new/er/x.txt")) == (
            "directory",
            "file",
            ("x.txt",),
            "x",
        )

    def test_one_goes_with_its_files(self) -> None:
        _, database, toy = database_of(FILES)
        assert (toy.kind("d"), toy.names("d/f"), toy.text("d/f/g.txt")) == ("directory", ("g.txt",), "gee")
        change(database, ("d/e.txt", None), ("d/f/g.txt", None))
        assert (toy.kind("d"), toy.names("d/f"), toy.text("d/f/g.txt")) == (None, (), None)

    @pytest.mark.parametrize("listed", [False, True])
    def test_one_goes_that_is_named_alone(self, listed: bool) -> None:
        """Editors and watchers tell of a directory, not of what was in it."""
        files, database, toy = database_of(FILES)
        assert (toy.text("d/e.txt"), toy.length("d/f/g.txt")) == ("ee", 3)
        if listed:
            assert toy.names("d/f") == ("g.txt",)

        def act() -> None:
            files.drop("d/e.txt")
            files.drop("d/f/g.txt")

        database.changed(database.files.change(["d"], act))
        assert (toy.text("d/e.txt"), toy.length("d/f/g.txt"), toy.names("d/f"), toy.kind("d")) == (None, 0, (), None)

    def test_one_comes_that_is_named_alone(self) -> None:
        files, database, toy = database_of(FILES)
        assert (toy.text("new/x.txt"), toy.kind("new/x.txt"), toy.names("new")) == (None, None, ())
        database.changed(database.files.change(["new"], lambda: files.put("new/x.txt", b"x")))
        assert (toy.text("new/x.txt"), toy.kind("new/x.txt"), toy.names("new")) == ("x", "file", ("x.txt",))

    def test_one_is_renamed(self) -> None:
        files, database, toy = database_of(FILES)
        assert (toy.text("d/f/g.txt"), toy.text("n/f/g.txt"), toy.names(""), toy.length("b.txt")) == (
            "gee",
            None,
            ("a.txt", "b.txt", "c.txt", "d"),
            3,
        )
        toy.take()

        def act() -> None:
            for path in ("e.txt", "f/g.txt"):
                files.put(f"n/{path}", files.read(f"d/{path}") or b"")
                files.drop(f"d/{path}")

        database.changed(database.files.change(["d", "n"], act))
        assert (toy.text("d/f/g.txt"), toy.text("n/f/g.txt"), toy.names(""), toy.length("b.txt")) == (
            None,
            "gee",
            ("a.txt", "b.txt", "c.txt", "n"),
            3,
        )
        assert toy.take() == ["text d/f/g.txt", "text n/f/g.txt", "names "]

    def test_one_takes_the_place_of_a_file(self) -> None:
        _, database, toy = database_of(FILES)
        assert (toy.kind("b.txt"), toy.text("b.txt"), toy.names("b.txt")) == ("file", "bee", ())
        change(database, ("b.txt", None), ("b.txt/x.txt", "x"))
        assert (toy.kind("b.txt"), toy.text("b.txt"), toy.names("b.txt")) == ("directory", None, ("x.txt",))


BEHIND = {"one/x.txt": "one", "two/x.txt": "second", "two/y.txt": "y", "b.txt": "bee"}


class TestLinks:
    def test_what_changes_behind_one(self) -> None:
        _, database, toy = database_of(BEHIND, {"l": "one"})
        assert (toy.length("l/x.txt"), toy.names("l"), toy.real("l/x.txt")) == (3, ("x.txt",), "one/x.txt")
        change(database, ("one/x.txt", "first one"), ("one/z.txt", ""))
        assert (toy.length("l/x.txt"), toy.names("l")) == (9, ("x.txt", "z.txt"))
        put(database, "one/x.txt", "")
        assert toy.length("l/x.txt") == 0

    def test_a_file_that_appears_behind_one(self) -> None:
        _, database, toy = database_of(BEHIND, {"l": "one"})
        assert (toy.text("l/new.txt"), toy.kind("l/new.txt"), toy.text("l/d/new.txt")) == (None, None, None)
        change(database, ("one/new.txt", "new"), ("one/d/new.txt", "deep"))
        assert (toy.text("l/new.txt"), toy.kind("l/new.txt"), toy.text("l/d/new.txt")) == ("new", "file", "deep")

    def test_one_that_leads_elsewhere(self) -> None:
        _, database, toy = database_of(BEHIND, {"l": "one"})
        answers = (toy.length("l/x.txt"), toy.names("l"), toy.real("l"), toy.real("l/x.txt"), toy.kind("l/y.txt"))
        assert answers == (3, ("x.txt",), "one", "one/x.txt", None)
        retarget(database, "l", "two")
        answers = (toy.length("l/x.txt"), toy.names("l"), toy.real("l"), toy.real("l/x.txt"), toy.kind("l/y.txt"))
        assert answers == (6, ("x.txt", "y.txt"), "two", "two/x.txt", "file")
        # From here on the other directory counts.
        toy.take()
        change(database, ("one/x.txt", "longer than before"))
        assert toy.length("l/x.txt") == 6
        change(database, ("two/x.txt", "longer than before"))
        assert toy.length("l/x.txt") == 18

    def test_one_that_appears_or_goes(self) -> None:
        _, database, toy = database_of(BEHIND)
        assert (toy.kind("l"), toy.length("l/x.txt"), toy.real("l")) == (None, 0, None)
        retarget(database, "l", "one")
        assert (toy.kind("l"), toy.length("l/x.txt"), toy.real("l")) == ("directory", 3, "one")
        change(database, ("one/x.txt", "longer"))
        assert toy.length("l/x.txt") == 6
        retarget(database, "l", None)
        assert (toy.kind("l"), toy.length("l/x.txt"), toy.real("l")) == (None, 0, None)

    @pytest.mark.parametrize("give", [change_one, put])
    def test_one_that_leads_nowhere_yet(self, give: Callable[[Database, str, str], None]) -> None:
        _, database, toy = database_of(BEHIND, {"l.txt": "new.txt"})
        assert (toy.kind("l.txt"), toy.real("l.txt"), toy.text("l.txt")) == (None, None, None)
        give(database, "new.txt", "new")
        assert (toy.kind("l.txt"), toy.real("l.txt"), toy.text("l.txt")) == ("file", "new.txt", "new")
        change(database, ("new.txt", None))
        assert (toy.kind("l.txt"), toy.real("l.txt"), toy.text("l.txt")) == (None, None, None)

    def test_one_to_what_becomes_a_directory(self) -> None:
        _, database, toy = database_of(BEHIND, {"l": "b.txt"})
        assert (toy.kind("l"), toy.text("l")) == ("file", "bee")
        change(database, ("b.txt", None), ("b.txt/x.txt", ""))
        assert (toy.kind("l"), toy.text("l")) == ("directory", None)

    def test_one_behind_another(self) -> None:
        _, database, toy = database_of(BEHIND, {"l": "m", "m/n": "one"})
        assert (toy.text("l/n/x.txt"), toy.kind("l/n/y.txt")) == ("one", None)
        retarget(database, "m/n", "two")
        assert (toy.text("l/n/x.txt"), toy.kind("l/n/y.txt")) == ("second", "file")
        change(database, ("two/x.txt", "third"))
        assert toy.text("l/n/x.txt") == "third"

    def test_a_file_that_is_named_by_way_of_one(self) -> None:
        files, database, toy = database_of(BEHIND, {"l": "one"})
        assert toy.text("one/x.txt") == "one"
        database.changed(database.files.change(["l/x.txt"], lambda: files.put("one/x.txt", b"first")))
        assert toy.text("one/x.txt") == "first"

    def test_one_in_a_fork_that_moves_what_it_leads_to(self) -> None:
        _, database, toy = database_of(BEHIND, {"l": "one", "m": "two/x.txt"})
        assert (toy.real("l"), toy.real("m")) == ("one", "two/x.txt")
        moved = fork(database, moves=(Move("one", "three"),)).component(Toy)
        assert (moved.real("l"), moved.real("m")) == ("three", "two/x.txt")
        removed = fork(database, removed=("two/x.txt",)).component(Toy)
        assert (removed.real("l"), removed.real("m")) == ("one", "m")
        again = fork(moved.database, moves=(Move("three", "four"),)).component(Toy)
        assert (again.real("l"), again.real("m")) == ("four", "two/x.txt")


def test_a_link_that_appears_below_a_text() -> None:
    """An unsaved document may lie where a package is about to be linked."""
    memory = ChangingFiles({"kept/a.txt": "a"})
    files = EditedFiles(memory, {"link/b.txt": b"b"})
    database = Database(files, WorkspaceContext(NO_TABLE, Settings(), ParsedSources()))
    toy = database.component(Toy)
    assert (toy.kind("link"), toy.real("link")) == ("directory", "link")
    for target in ("kept", "nowhere"):
        database.changed(database.files.change(["link"], partial(memory.link, "link", target)))
        assert (toy.kind("link"), toy.real("link")) == (files.kind("link"), files.real("link"))
    database.changed(database.files.change(["link"], lambda: memory.unlink("link")))
    assert (toy.kind("link"), toy.real("link")) == ("directory", "link")
