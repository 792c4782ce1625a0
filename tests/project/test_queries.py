"""The engine behind a workspace by itself: what it computes, keeps, and computes anew."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from tests.project.workspaces import NO_TABLE, ChangingFiles
from workflow_ls.config.settings import Settings
from workflow_ls.project.parsed_sources import ParsedSources
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.queries.fork_edits import edits_between
from workflow_ls.project.queries.workspace_context import WorkspaceContext
from workflow_ls.vfs.files import Query
from workflow_ls.vfs.overlay import EditedFiles, Move

MARKED = (Query((".txt",), ("marked",)),)


class Toy(Component):
    """Files whose lines name other files: `computed` lists what was computed, in that order."""

    computed: list[str]

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        base = database.base
        self.computed = [] if base is None else base.component(Toy).computed

    @query
    def text(self, path: str) -> str | None:
        self.computed.append(f"text {path}")
        text = self.files.read(path)
        return None if text is None else text.decode()

    @query
    def length(self, path: str) -> int:
        self.computed.append(f"length {path}")
        return len(self.text(path) or "")

    @query
    def is_long(self, path: str) -> bool:
        self.computed.append(f"is_long {path}")
        return self.length(path) > 5

    @query
    def together(self, path: str) -> int:
        """The length of all files that a file names."""
        self.computed.append(f"together {path}")
        return sum(self.length(name) for name in (self.text(path) or "").split())

    @query
    def names(self, directory: str) -> tuple[str, ...]:
        self.computed.append(f"names {directory}")
        return tuple(self.files.entries(directory))

    @query
    def kind(self, path: str) -> str | None:
        self.computed.append(f"kind {path}")
        return self.files.kind(path)

    @query
    def real(self, path: str) -> str | None:
        self.computed.append(f"real {path}")
        return self.files.real(path)

    @query
    def marked(self) -> tuple[str, ...]:
        self.computed.append("marked")
        return tuple(self.files.search(MARKED))

    @query
    def longest_marked(self) -> int:
        self.computed.append("longest_marked")
        return max((self.length(path) for path in self.marked()), default=0)

    @query
    def shortened(self, path: str) -> int:
        """What `length` would be of a file without its first character."""
        self.computed.append(f"shortened {path}")
        text = self.files.read(path) or b""
        return fork(self.database, {path: text[1:]}).component(Toy).length(path)

    @query
    def beside(self, path: str, other: str) -> int:
        """The `length` of another file, in a workspace where the file at `path` is empty."""
        self.computed.append(f"beside {path} {other}")
        return fork(self.database, {path: b""}).component(Toy).length(other)

    @query
    def first_or_all(self, path: str, switch: str) -> int:
        """The length of a file, and then `together` of a second one."""
        self.computed.append(f"first_or_all {path}")
        return self.length(path) + self.together(switch)

    def take(self) -> list[str]:
        """What was computed since the last call."""
        taken = self.computed[:]
        self.computed.clear()
        return taken


def database_of(files: dict[str, str], links: dict[str, str] | None = None) -> tuple[ChangingFiles, Database, Toy]:
    memory = ChangingFiles({**files}, links)
    database = Database(memory, WorkspaceContext(NO_TABLE, Settings(), ParsedSources()))
    return memory, database, database.component(Toy)


def change(database: Database, *changed: tuple[str, str | None]) -> None:
    """Give files other texts, or remove those whose text is None."""
    files = database.files.untracked
    assert isinstance(files, ChangingFiles)

    def act() -> None:
        for path, text in changed:
            if text is None:
                files.drop(path)
            else:
                files.put(path, text.encode())

    database.changed(database.files.change([path for path, _ in changed], act))


def put(database: Database, path: str, text: str) -> None:
    files = database.files.untracked
    assert isinstance(files, ChangingFiles)
    database.changed(database.files.put(path, lambda: files.put(path, text.encode())))


def change_one(database: Database, path: str, text: str) -> None:
    change(database, (path, text))


def retarget(database: Database, link: str, target: str | None) -> None:
    """Let a symbolic link lead elsewhere, or remove it."""
    files = database.files.untracked
    assert isinstance(files, ChangingFiles)

    def act() -> None:
        if target is None:
            files.unlink(link)
        else:
            files.link(link, target)

    database.changed(database.files.change([link], act))


def fork(
    database: Database,
    texts: dict[str, bytes] | None = None,
    removed: tuple[str, ...] = (),
    moves: tuple[Move, ...] = (),
) -> Database:
    below = database.files.untracked
    files = EditedFiles(below, texts or {}, removed=removed, moves=moves)
    return Database(files, database.context, database, edits_between(below, files))


FILES = {"a.txt": "b.txt c.txt", "b.txt": "bee", "c.txt": "marked sea", "d/e.txt": "ee", "d/f/g.txt": "gee"}


def test_a_look_up_computes_once() -> None:
    _, _, toy = database_of(FILES)
    assert (toy.is_long("c.txt"), toy.is_long("c.txt"), toy.length("c.txt")) == (True, True, 10)
    assert toy.take() == ["is_long c.txt", "length c.txt", "text c.txt"]


@pytest.mark.parametrize("give", [change_one, put])
def test_a_text_that_changes(give: Callable[[Database, str, str], None]) -> None:
    _, database, toy = database_of(FILES)
    assert (toy.together("a.txt"), toy.length("d/e.txt"), toy.names("")) == (13, 2, ("a.txt", "b.txt", "c.txt", "d"))
    toy.take()
    give(database, "b.txt", "bumblebee")
    assert (toy.together("a.txt"), toy.length("d/e.txt"), len(toy.names(""))) == (19, 2, 4)
    assert toy.take() == ["text b.txt", "length b.txt", "together a.txt"]


@pytest.mark.parametrize("give", [change_one, put])
def test_an_equal_value_stops_the_change(give: Callable[[Database, str, str], None]) -> None:
    _, database, toy = database_of(FILES)
    assert (toy.is_long("b.txt"), toy.together("a.txt")) == (False, 13)
    toy.take()
    give(database, "b.txt", "boo")
    assert (toy.is_long("b.txt"), toy.together("a.txt")) == (False, 13)
    assert toy.take() == ["text b.txt", "length b.txt"]
    give(database, "b.txt", "boos")
    assert toy.is_long("b.txt") is False
    assert toy.take() == ["text b.txt", "length b.txt", "is_long b.txt"]


def test_a_change_that_is_undone_before_anybody_looks() -> None:
    _, database, toy = database_of(FILES)
    assert toy.is_long("b.txt") is False
    toy.take()
    put(database, "b.txt", "bumblebee")
    put(database, "b.txt", "bee")
    assert toy.is_long("b.txt") is False
    assert toy.take() == ["text b.txt"]


def test_what_is_read_may_change() -> None:
    _, database, toy = database_of(FILES)
    assert toy.together("a.txt") == 13
    change(database, ("a.txt", "c.txt"))
    assert toy.together("a.txt") == 10
    toy.take()
    change(database, ("b.txt", "bumblebee"))
    assert toy.together("a.txt") == 10
    assert toy.take() == []


def test_a_listing_that_changes() -> None:
    _, database, toy = database_of(FILES)
    assert (toy.names("d"), toy.names(""), toy.kind("x.txt")) == (
        ("e.txt", "f"),
        ("a.txt", "b.txt", "c.txt", "d"),
        None,
    )
    toy.take()
    change(database, ("d/new.txt", ""))
    assert (toy.names("d"), len(toy.names("")), toy.kind("x.txt")) == (("e.txt", "f", "new.txt"), 4, None)
    assert toy.take() == ["names d"]
    change(database, ("x.txt", ""))
    assert (len(toy.names("d")), len(toy.names("")), toy.kind("x.txt")) == (3, 5, "file")
    assert toy.take() == ["names ", "kind x.txt"]


def test_a_text_that_is_put_leaves_listings_alone() -> None:
    _, database, toy = database_of(FILES)
    assert (len(toy.names("")), toy.kind("b.txt")) == (4, "file")
    toy.take()
    put(database, "b.txt", "other")
    assert (len(toy.names("")), toy.kind("b.txt")) == (4, "file")
    assert toy.take() == []
    put(database, "new.txt", "")
    assert (len(toy.names("")), toy.kind("b.txt")) == (5, "file")
    assert toy.take() == ["names ", "kind b.txt"]


def test_a_search() -> None:
    _, database, toy = database_of(FILES)
    assert (toy.marked(), toy.longest_marked()) == (("c.txt",), 10)
    toy.take()
    put(database, "b.txt", "no mark")
    assert toy.longest_marked() == 10
    assert toy.take() == []
    put(database, "b.txt", "marked for long")
    assert (toy.marked(), toy.longest_marked()) == (("b.txt", "c.txt"), 15)
    assert toy.take() == ["marked", "longest_marked", "length b.txt", "text b.txt"]
    put(database, "b.txt", "")
    assert toy.marked() == ("c.txt",)
    change(database, ("d/new.txt", "marked"))
    assert toy.marked() == ("c.txt", "d/new.txt")
    change(database, ("d/new.txt", None))
    assert toy.marked() == ("c.txt",)


def test_memos_that_nothing_reads_any_more_are_dropped() -> None:
    _, database, toy = database_of(FILES)
    assert toy.together("a.txt") == 13
    assert (database.count(Toy.length), database.count(Toy.text)) == (2, 3)
    change(database, ("a.txt", "c.txt"))
    assert toy.together("a.txt") == 10
    change(database, ("d/e.txt", ""))
    assert (database.count(Toy.length), database.count(Toy.text)) == (1, 2)
    assert sorted(database.values(Toy.length)) == [10]
    # What was dropped is found anew.
    change(database, ("b.txt", "bees"))
    assert toy.length("b.txt") == 4


def test_a_memo_that_is_read_while_its_last_reader_leaves_it() -> None:
    _, database, toy = database_of(FILES)
    assert toy.together("a.txt") == 13
    change(database, ("a.txt", "c.txt"))
    # It reads the length of `b.txt` before `together` is computed anew, and reads that no more.
    assert toy.first_or_all("b.txt", "a.txt") == 13
    change(database, ("b.txt", "bumblebee"))
    assert toy.first_or_all("b.txt", "a.txt") == 19


def test_a_memo_of_a_fork_whose_last_reader_leaves_it() -> None:
    _, database, toy = database_of(FILES)
    assert toy.together("a.txt") == 13
    change(database, ("a.txt", "c.txt"))
    forked = fork(database, {"d/e.txt": b"x"}).component(Toy)
    assert forked.length("b.txt") == 3
    assert toy.together("a.txt") == 10
    assert forked.is_long("b.txt") is False
    change(database, ("b.txt", "bumblebee"))
    assert toy.is_long("b.txt") is True


def test_values_that_nothing_reads_any_more_are_not_listed() -> None:
    _, database, toy = database_of(FILES)
    assert toy.together("a.txt") == 13
    toy.text("b.txt")
    change(database, ("a.txt", "c.txt"))
    assert toy.together("a.txt") == 10
    assert (list(database.values(Toy.length)), len(list(database.values(Toy.text)))) == ([10], 3)
    change(database, ("d/e.txt", ""))
    assert (database.count(Toy.length), database.count(Toy.text)) == (1, 3)


def test_the_values_that_are_kept_are_up_to_date() -> None:
    _, database, toy = database_of(FILES)
    toy.length("b.txt"), toy.length("c.txt")
    change(database, ("b.txt", "bumblebee"), ("c.txt", ""))
    assert sorted(database.values(Toy.length)) == [0, 9]


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


class TestForks:
    def test_memos_are_shared(self) -> None:
        _, database, toy = database_of(FILES)
        assert (toy.together("a.txt"), toy.is_long("c.txt"), toy.marked()) == (13, True, ("c.txt",))
        toy.take()
        forked = fork(database, {"b.txt": b"bumblebee"}).component(Toy)
        assert (forked.is_long("c.txt"), forked.together("a.txt")) == (True, 19)
        assert toy.take() == ["text b.txt", "length b.txt", "together a.txt"]
        assert (toy.together("a.txt"), toy.is_long("c.txt")) == (13, True)
        assert toy.take() == []

    def test_an_equal_value_is_shared_on(self) -> None:
        _, database, toy = database_of(FILES)
        assert (toy.is_long("b.txt"), toy.longest_marked()) == (False, 10)
        toy.take()
        forked = fork(database, {"b.txt": b"boo"}).component(Toy)
        assert (forked.is_long("b.txt"), forked.longest_marked()) == (False, 10)
        assert sorted(toy.take()) == ["length b.txt", "marked", "text b.txt"]

    def test_what_a_fork_computes_first_is_kept(self) -> None:
        _, database, toy = database_of(FILES)
        forked = fork(database, {"b.txt": b"bumblebee"}).component(Toy)
        assert (forked.is_long("c.txt"), forked.is_long("b.txt")) == (True, True)
        toy.take()
        assert toy.is_long("c.txt") is True
        assert toy.take() == []
        assert toy.is_long("b.txt") is False
        assert toy.take() == ["is_long b.txt", "length b.txt", "text b.txt"]
        # It is kept as any other, and computed anew where it must be.
        change(database, ("c.txt", "sea"))
        assert toy.is_long("c.txt") is False

    def test_a_search_that_a_fork_makes_first(self) -> None:
        _, database, toy = database_of(FILES)
        forked = fork(database, {"b.txt": b"marked"}).component(Toy)
        assert forked.marked() == ("b.txt", "c.txt")
        put(database, "d/e.txt", "marked")
        assert toy.marked() == ("c.txt", "d/e.txt")

    def test_files_appear_go_and_move(self) -> None:
        _, database, toy = database_of(FILES)
        assert (toy.names(""), toy.kind("d/f"), toy.text("d/f/g.txt"), toy.kind("n/g.txt")) == (
            ("a.txt", "b.txt", "c.txt", "d"),
            "directory",
            "gee",
            None,
        )
        forked = fork(database, {"new/x.txt": b"x"}, ("b.txt",), (Move("d/f", "n"),)).component(Toy)
        assert (forked.names(""), forked.kind("d/f"), forked.text("d/f/g.txt"), forked.kind("n/g.txt")) == (
            ("a.txt", "c.txt", "d", "n", "new"),
            None,
            None,
            "file",
        )
        assert (len(toy.names("")), toy.kind("d/f"), toy.text("d/f/g.txt")) == (4, "directory", "gee")

    def test_a_fork_of_a_fork(self) -> None:
        _, database, toy = database_of(FILES)
        assert toy.together("a.txt") == 13
        first = fork(database, {"b.txt": b"bumblebee"})
        second = fork(first, {"c.txt": b"C"})
        assert second.component(Toy).together("a.txt") == 10
        assert first.component(Toy).together("a.txt") == 19
        toy.take()
        third = fork(first, {"d/e.txt": b""})
        assert (third.component(Toy).together("a.txt"), third.component(Toy).is_long("c.txt")) == (19, True)
        assert toy.take() == ["is_long c.txt"]
        assert (toy.is_long("c.txt"), toy.together("a.txt")) == (True, 13)
        assert toy.take() == []

    def test_a_fork_of_a_fork_that_undoes_it(self) -> None:
        _, database, toy = database_of(FILES)
        assert toy.together("a.txt") == 13
        second = fork(fork(database, {"b.txt": b"bumblebee"}), {"b.txt": b"bee"})
        assert second.component(Toy).together("a.txt") == 13

    def test_one_inside_a_query(self) -> None:
        _, database, toy = database_of(FILES)
        assert toy.shortened("b.txt") == 2
        change(database, ("b.txt", "bumblebee"))
        assert toy.shortened("b.txt") == 8
        toy.take()
        change(database, ("c.txt", ""))
        assert toy.shortened("b.txt") == 8
        assert toy.take() == []

    def test_one_inside_a_query_that_reads_elsewhere(self) -> None:
        _, database, toy = database_of(FILES)
        assert (toy.beside("b.txt", "c.txt"), toy.beside("b.txt", "b.txt")) == (10, 0)
        change(database, ("c.txt", ""))
        assert toy.beside("b.txt", "c.txt") == 0
        toy.take()
        change(database, ("b.txt", "bumblebee"))
        assert toy.beside("b.txt", "c.txt") == 0
        assert toy.take() == []

    def test_one_inside_a_query_of_a_fork(self) -> None:
        _, database, toy = database_of(FILES)
        forked = fork(database, {"b.txt": b"bumblebee"}).component(Toy)
        assert (forked.shortened("b.txt"), toy.shortened("b.txt")) == (8, 2)
        assert (forked.beside("c.txt", "b.txt"), toy.beside("c.txt", "b.txt")) == (9, 3)

    @pytest.mark.parametrize("depth", [1, 2, 3])
    @pytest.mark.parametrize("known", [False, True])
    def test_its_base_changes(self, depth: int, known: bool) -> None:
        _, database, toy = database_of(FILES)
        toy.length("b.txt")
        forked = database
        for _ in range(depth):
            forked = fork(forked, {"c.txt": b"sea"})
        if known:
            forked.component(Toy).length("b.txt")
        change(database, ("b.txt", "bumblebee"))
        with pytest.raises(RuntimeError, match="of no use"):
            forked.component(Toy).length("b.txt")
        assert toy.length("b.txt") == 9

    def test_a_fork_of_a_fork_that_is_of_no_use(self) -> None:
        _, database, _ = database_of(FILES)
        outdated = fork(database, {"c.txt": b"sea"})
        change(database, ("b.txt", "bumblebee"))
        with pytest.raises(RuntimeError, match="of no use"):
            fork(outdated, {"d/e.txt": b"e"}).component(Toy).length("b.txt")


class TestStale:
    def test_what_may_differ_is_taken(self) -> None:
        _, database, toy = database_of(FILES)
        for path in ("b.txt", "c.txt"):
            toy.is_long(path)
        assert database.take_stale(Toy.is_long) == []
        put(database, "b.txt", "boo")
        assert database.take_stale(Toy.is_long) == []
        put(database, "b.txt", "bumblebee")
        put(database, "d/e.txt", "")
        assert database.take_stale(Toy.is_long) == [("b.txt",)]
        assert database.take_stale(Toy.is_long) == []
        assert database.count(Toy.is_long) == 1
        toy.take()
        assert (toy.is_long("b.txt"), toy.is_long("c.txt")) == (True, True)
        assert toy.take() == ["is_long b.txt"]

    def test_what_it_read_is_dropped_with_it(self) -> None:
        _, database, toy = database_of(FILES)
        toy.is_long("b.txt")
        put(database, "b.txt", "bumblebee")
        assert database.take_stale(Toy.is_long) == [("b.txt",)]
        put(database, "c.txt", "")
        assert database.count(Toy.is_long) == database.count(Toy.length) == database.count(Toy.text) == 0


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
