"""The engine behind a workspace by itself: what it computes, keeps, and computes anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.project.queries.toy import FILES, Toy, change, change_one, database_of, fork, put
from workflow_ls.project.queries.database import Database
from workflow_ls.vfs.overlay import Move


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
