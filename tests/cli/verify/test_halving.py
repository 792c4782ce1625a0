"""The search for the groups that fail, over a predicate: what it keeps, what it names, and in how many runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import ceil, log2

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import examples
from workflow_ls.cli.verify.halving import Groups, LimitReachedError, SearchResult, search

pytestmark = pytest.mark.slow


class Runs:
    """Counts the sets that are tried; the first run is that of the state before."""

    def __init__(self, passes: Callable[[Groups], bool], most: int) -> None:
        self.tried = {frozenset[int](): True}
        self._passes = passes
        self._most = most

    def __call__(self, kept: Groups) -> bool:
        if kept not in self.tried:
            if len(self.tried) >= self._most:
                raise LimitReachedError
            self.tried[kept] = self._passes(kept)
        return self.tried[kept]


def run(count: int, failing: Iterable[Iterable[int]], most: int = 40) -> tuple[SearchResult, Runs]:
    """The search where each set in `failing` makes a run fail that contains all of it."""
    sets = [frozenset(each) for each in failing]
    runs = Runs(lambda kept: not any(each <= kept for each in sets), most)
    result = search(count, runs, lambda: len(runs.tried) < most // 2)
    return result, runs


def left(result: SearchResult) -> dict[int, tuple[int, ...]]:
    return {out.group: out.partners for out in result.left_out}


def test_all_pass_in_two_runs() -> None:
    result, runs = run(200, [])
    assert (result, len(runs.tried)) == (SearchResult(frozenset(range(200))), 2)


def test_no_groups_is_no_run() -> None:
    result, runs = run(0, [])
    assert (result, len(runs.tried)) == (SearchResult(frozenset()), 1)


@pytest.mark.parametrize("first", [0, 1, 63, 72, 100, 150, 198])
@pytest.mark.parametrize("second", [1, 2, 73, 128, 137, 181, 199])
def test_two_of_two_hundred_take_at_most_twenty_runs(first: int, second: int) -> None:
    result, runs = run(200, [{first}, {second}])
    assert {out.group for out in result.left_out} == {first, second}
    assert result.kept == frozenset(range(200)) - {first, second}
    assert len(runs.tried) <= 20
    assert runs.tried[result.kept]


def test_one_that_fails_alone_is_known_to() -> None:
    result, runs = run(100, [{41}])
    [out] = result.left_out
    assert (out.group, out.partners, out.explained) == (41, (), True)
    assert len(runs.tried) == 2 + 7 + 1 + 1


def test_two_that_fail_together_only() -> None:
    result, runs = run(100, [{17, 60}])
    assert left(result) == {60: (17,)}
    assert result.kept == frozenset(range(100)) - {60}
    assert len(runs.tried) <= 20


def test_three_that_fail_together_only() -> None:
    assert left(run(30, [{3, 4, 20}], most=80)[0]) == {20: (3, 4)}


def test_one_that_needs_a_later_one_is_kept() -> None:
    runs = Runs(lambda kept: 8 not in kept and (2 not in kept or 9 in kept), 80)
    result = search(10, runs, lambda: len(runs.tried) < 40)
    assert (result.kept, left(result)) == (frozenset(range(10)) - {8}, {8: ()})


def test_two_that_need_each_other_are_kept() -> None:
    runs = Runs(lambda kept: 8 not in kept and (2 in kept) == (5 in kept), 80)
    result = search(10, runs, lambda: len(runs.tried) < 40)
    assert (result.kept, left(result)) == (frozenset(range(10)) - {8}, {8: ()})


def test_the_limit_leaves_out_what_is_not_proven() -> None:
    result, runs = run(64, [{40}, {50}], most=6)
    assert runs.tried[result.kept]
    assert result.kept == frozenset(range(40))
    assert result.untried == frozenset(range(40, 64))
    result, runs = run(64, [{40}, {50}], most=11)
    assert runs.tried[result.kept]
    assert set(left(result)) == {40}
    assert result.untried == frozenset(range(46, 64))


def test_two_runs_decide_all_or_nothing() -> None:
    assert run(9, [], most=2)[0].kept == frozenset(range(9))
    result, _ = run(9, [{4}], most=2)
    assert (result.kept, result.left_out, result.untried) == (frozenset(), (), frozenset(range(9)))


@settings(max_examples=examples(300), deadline=None)
@given(st.integers(1, 60), st.lists(st.frozensets(st.integers(0, 59), min_size=1, max_size=3), max_size=4), st.data())
def test_what_is_kept_was_tried_and_is_maximal(count: int, failing: list[frozenset[int]], data: st.DataObject) -> None:
    sets = [each for each in failing if max(each) < count]
    most = data.draw(st.integers(2, 200))
    result, runs = run(count, sets, most)
    assert len(runs.tried) <= most
    assert runs.tried[result.kept]
    groups = {out.group for out in result.left_out}
    assert result.kept | groups | result.untried == frozenset(range(count))
    assert len(result.kept) + len(groups) + len(result.untried) == count
    for out in result.left_out:
        assert any(out.group in each and each - {out.group} <= out.failing for each in sets)
        if out.explained:
            assert frozenset((out.group, *out.partners)) in sets
    if not result.untried:
        for group in groups:
            assert any(each <= result.kept | {group} for each in sets)
        assert len(runs.tried) <= max(most // 2 + 1, 2 + (ceil(log2(count)) + 1) * len(groups))
