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
