"""Regular expressions that are compiled late are right all the same."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

import workflow_ls
from workflow_ls.patterns import regex

ROOT = Path(workflow_ls.__file__).parent
MODULES = sorted(path for path in ROOT.rglob("*.py") if "workflow_ls.patterns import" in path.read_text())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_each_compiles(path: Path) -> None:
    name = ".".join(("workflow_ls", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
    late = [value for value in vars(importlib.import_module(name)).values() if type(value) is type(regex(""))]
    assert late
    for expression in late:
        assert expression.flags is not None


def test_it_is_what_re_compile_makes() -> None:
    late, now = regex(r"(?P<word>\w+)\s", re.ASCII), re.compile(r"(?P<word>\w+)\s", re.ASCII)
    assert (late.pattern, late.flags) == (now.pattern, now.flags)
    assert [match["word"] for match in late.finditer("a b c")] == [match["word"] for match in now.finditer("a b c")]
    assert late.sub("", "a b") == now.sub("", "a b")


def test_a_broken_one_says_so() -> None:
    with pytest.raises(re.error, match="missing \\)"):
        regex("(").match("")


def test_what_a_regular_expression_has_not() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        _ = regex("a").nothing  # type: ignore[attr-defined]
