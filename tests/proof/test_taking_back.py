"""What is taken back where something would be worse: the nearest fixes first, in the end all."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import pytest

from workflow_ls.diagnostics import Diagnostic, FileEdit, Fix, Severity
from workflow_ls.proof.regression import Regression, key_of
from workflow_ls.proof.taking_back import Refused, take_back
from workflow_ls.text import Span


@dataclass
class Tried:
    applied: list[Diagnostic]
    regressions: list[Regression]


def finding(path: str, specifier: str = "old") -> Diagnostic:
    fix = Fix("fix", (FileEdit(path, (), b""),))
    return Diagnostic(path, "rule", Severity.WARNING, "m", Span(0, 1), specifier, (f"new-{specifier}",), fix=fix)


def taken_back(findings: list[Diagnostic], judge: Callable[[Collection[str]], list[Regression]]) -> set[str]:
    """The fixes that are taken back, as `path specifier`; `judge` says what is worse with the fixes it is given."""

    def apply(refused: Refused) -> Tried:
        applied = [each for each in findings if key_of(each) not in refused]
        return Tried(applied, judge([f"{each.path} {each.specifier}" for each in applied]))

    tried, refused = take_back(apply)
    assert not tried.regressions
    return {f"{key.path} {key.what}" for key in refused}


MANY = [finding(f"{name}.ts", specifier) for name in "abcdefgh" for specifier in ("x", "y")]


@pytest.mark.parametrize(
    ("regression", "cause", "taken"),
    [
        (Regression("c.ts", "r", frozenset({"new-y"})), {"c.ts y"}, {"c.ts y"}),
        (Regression("c.ts", "r", frozenset({"new-z"})), {"c.ts y"}, {"c.ts x", "c.ts y"}),
        (Regression("z.ts", "r", frozenset({"new-x"}), ("d.ts",)), {"d.ts x"}, {"d.ts x"}),
        (Regression("z.ts", "r", behind=("d.ts",)), {"d.ts x"}, {"d.ts x", "d.ts y"}),
        (Regression("z.ts", "r"), {"f.ts y"}, {"f.ts x", "f.ts y"}),
        (Regression("c.ts", "r", frozenset({"new-y"})), {"a.ts x"}, {"a.ts x", "a.ts y"}),
    ],
    ids=["specifier", "file", "behind by specifier", "behind", "search", "search after a wrong guess"],
)
def test_in_widening_circles(regression: Regression, cause: set[str], taken: set[str]) -> None:
    assert taken_back(MANY, lambda applied: [regression] if cause <= set(applied) else []) == taken


def test_two_causes_of_one_regression() -> None:
    regression = Regression("z.ts", "r")
    taken = taken_back(MANY, lambda applied: [regression] if {"b.ts x", "g.ts y"} & set(applied) else [])
    assert taken == {"b.ts x", "b.ts y", "g.ts x", "g.ts y"}


def test_a_regression_that_taking_back_causes() -> None:
    def judge(applied: Collection[str]) -> list[Regression]:
        if "a.ts x" in applied:
            return [Regression("a.ts", "first", frozenset({"new-x"}))]
        return [Regression("b.ts", "second", frozenset({"new-x"}))] if "b.ts x" in applied else []

    assert taken_back(MANY, judge) == {"a.ts x", "b.ts x"}


def test_roots_come_first() -> None:
    def judge(applied: Collection[str]) -> list[Regression]:
        lost = Regression("a.ts", "lost", frozenset({"new-x"}), root=True)
        return [Regression("b.ts", "missing", frozenset({"new-x"})), lost] if "a.ts x" in applied else []

    assert taken_back(MANY, judge) == {"a.ts x"}


def test_all_in_the_end() -> None:
    count = 0

    def judge(applied: Collection[str]) -> list[Regression]:
        nonlocal count
        count += 1
        return [Regression("z.ts", f"another each time {count}")] if applied else []

    assert len(taken_back([finding(f"{number}.ts") for number in range(99)], judge)) == 99


def alias(path: str = "tsconfig.json") -> Diagnostic:
    return finding(path, "@shared/*")


@pytest.mark.parametrize("places", [("a.ts", "b.ts"), ("z.ts", "a.ts"), ("a.ts", "z.ts", "y.ts"), ("y.ts", "z.ts")])
def test_an_alias_whose_removal_shows_in_several_files(places: tuple[str, ...]) -> None:
    """Some of them have fixes of their own with the same specifier, which are innocent."""

    def judge(applied: Collection[str]) -> list[Regression]:
        gone = "tsconfig.json @shared/*" in applied
        behind = ("tsconfig.json",)
        return [Regression(path, f"{path} leads nowhere", frozenset({"x"}), behind) for path in places if gone]

    assert taken_back([*MANY, alias()], judge) == {"tsconfig.json @shared/*"}


def test_one_cause_of_several_regressions_in_other_files() -> None:
    def judge(applied: Collection[str]) -> list[Regression]:
        lost = "c.ts x" in applied
        return [Regression(f"{name}.ts", "lost", behind=("c.ts",)) for name in "wxyz" if lost]

    assert taken_back(MANY, judge) == {"c.ts x", "c.ts y"}


def test_many_regressions_that_only_a_search_explains() -> None:
    def judge(applied: Collection[str]) -> list[Regression]:
        return [Regression(f"{name}.md", "odd") for name in "wxyz" if "d.ts x" in applied]

    assert taken_back(MANY, judge) == {"d.ts x", "d.ts y"}


def test_two_aliases_that_show_in_two_files_each() -> None:
    def judge(applied: Collection[str]) -> list[Regression]:
        return [
            Regression(path, f"{path} leads nowhere for {config}", frozenset({"x"}), (config,))
            for config, places in (("one.json", ("a.ts", "z.ts")), ("two.json", ("b.ts", "y.ts")))
            for path in places
            if f"{config} @shared/*" in applied
        ]

    taken = taken_back([*MANY, alias("one.json"), alias("two.json")], judge)
    assert taken == {"one.json @shared/*", "two.json @shared/*"}
