"""The list of faults is what the tests say."""

from __future__ import annotations

import ast

import pytest

from tests.faults import report


def test_it_is_fresh() -> None:
    assert report.TARGET.read_text(encoding="utf-8") == report.text(), "run `python -m tests.faults.report`"


def test_it_lists_every_module_here() -> None:
    modules = {module.relative_to(report.HERE).as_posix() for module in report.HERE.rglob("test_*.py")} - {
        "test_report.py"
    }
    assert modules == set(report.MODULES)


@pytest.mark.parametrize("test", [test for rows in report.ELSEWHERE.values() for _, _, test in rows])
def test_what_it_names_elsewhere_is_there(test: str) -> None:
    path, _, name = test.partition("::")
    tree = ast.parse((report.TESTS / path).read_text(encoding="utf-8"))
    assert name in [function.name for function in report.tests_in(tree)]
