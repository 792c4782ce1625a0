"""Aliases that would hang or overturn what follows them."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from tests.work import count_work
from workflow_ls.project.builds.aliases.build_resolution import BuildResolution
from workflow_ls.project.builds.aliases.javascript_patterns import compiled_pattern, replaced
from workflow_ls.project.builds.build_files import BuildFiles

LONG = "a" * 200 + "!"


@pytest.mark.parametrize(
    "source",
    [
        "^(a+)+$",
        "^(a|a)*$",
        "^(a|aa)+$",
        "^((a+)b?)+$",
        "^(?:a*)*$",
        "^(a{2,})*$",
        "^([a-z]+)*$",
        "^(?<one>a+)+$",
        ".*.*.*.*.*!x",
        "(x+x+)+y",
        "a" * 400,
    ],
)
def test_an_expression_that_may_never_end_matches_nothing(source: str) -> None:
    assert compiled_pattern(source, "") is None
    assert replaced(source, "", "b", LONG) is None


@pytest.mark.parametrize("source", ["(", "[", "a**", "(?<a", "\\", "(?P<x>a)(?P<x>b)", "\\p{L}", "\\1(a)", "[]", "[^]"])
def test_an_expression_that_python_can_not_read_matches_nothing(source: str) -> None:
    assert replaced(source, "", "b", "aa") is None


@pytest.mark.parametrize(
    ("source", "flags", "replacement", "text", "made"),
    [
        ("^a$", "", "b", "a", "b"),
        ("^a$", "", "b", "a\n", None),
        ("a", "", "$$&$&", "cac", "c$&ac"),
        ("a", "g", "b", "aa", "bb"),
        ("A", "i", "b", "a", "b"),
        ("(a)(b)?", "", "$1-$2-$3", "a", "a--$3"),
        ("(a)", "", "$10$01", "a", "a0a"),
        ("(?<x>a)", "", "<$<x>>", "a", "<a>"),
        ("a", "", "$<x>", "a", "$<x>"),
        ("[/[]", "", "-", "a/b", "a-b"),
        ("^a\\/b", "", "c", "a/b/d", "c/d"),
        ("a", "y", "b", "ba", None),
        ("\\w", "", "b", "é", None),
        ("a", "x", "b", "a", None),
    ],
)
def test_expressions_and_replacements_of_javascript(
    source: str, flags: str, replacement: str, text: str, made: str | None
) -> None:
    assert replaced(source, flags, replacement, text) == made


def test_aliases_that_lead_to_each_other_end() -> None:
    circle = "module.exports = { resolve: { alias: { a: 'b/x', b: 'a/x', c: ['c/1', 'c/2', 'c/3', 'c/4', 'c/5'] } } };"

    def ask(text: str) -> None:
        _, workspace = open_project(f"//- /webpack.config.cjs\n{text}", base="")
        builds = workspace.component(BuildResolution)
        for table in builds.tables("webpack.config.cjs"):
            for specifier in ("a", "b/x", "c", "c/y"):
                assert builds.resolve(table, specifier, "src/a.ts").path is None

    assert count_work(lambda: ask(circle)) < 100_000


def test_choices_after_choices_are_not_multiplied_out() -> None:
    choice = f"({'|'.join('abcdefghij')})"

    def ask(number: int) -> int:
        text = f'{{ "moduleNameMapper": {{ "^{choice * number}$": "<rootDir>/x" }} }}'
        _, workspace = open_project(f"//- /jest.config.json\n{text}", base="")
        return sum(len(each.aliases) for each in workspace.component(BuildFiles).aliases("jest.config.json"))

    assert [ask(number) for number in (1, 2, 3, 12)] == [10, 100, 0, 0]
    assert count_work(lambda: ask(12)) < 200_000
