"""An expression that is compiled on use does what `re.compile` does."""

from __future__ import annotations

import re

import pytest

from tests.child_processes import printed_by
from workflow_ls.regular_expressions import compile_on_use


@pytest.mark.parametrize("flags", [0, re.IGNORECASE, re.VERBOSE | re.DOTALL])
def test_it_answers_as_a_pattern(flags: int) -> None:
    pattern, text = r"(?P<word>[a-z]+) \d", "one 1, TWO 2"
    found, wanted = compile_on_use(pattern, flags), re.compile(pattern, flags)
    for _ in ("the first use", "a later one"):
        assert [each.span("word") for each in found.finditer(text)] == [each.span(1) for each in wanted.finditer(text)]
        assert (found.sub("", text), found.split(text)) == (wanted.sub("", text), wanted.split(text))
        assert found.match(text, 1, 4) is None is wanted.match(text, 1, 4)
        assert (found.pattern, found.flags, found.groupindex) == (wanted.pattern, wanted.flags, wanted.groupindex)


def test_bytes() -> None:
    found = compile_on_use(rb"\s+")
    assert (found.sub(b"-", b"a \n b"), found.pattern) == (b"a-b", rb"\s+")


def test_a_mistake_is_raised_at_the_first_use() -> None:
    wrong = compile_on_use("(")
    for _ in range(2):
        with pytest.raises(re.error):
            wrong.match("")


def test_what_a_pattern_has_not() -> None:
    with pytest.raises(AttributeError, match="'serch'"):
        compile_on_use("a").serch  # type: ignore[attr-defined] # noqa: B018 - it raises


def test_a_module_that_is_imported_compiles_none() -> None:
    script = (
        "import re\n"
        "compiled, found = re.compile, []\n"
        "re.compile = lambda *each: found.append(each[0]) or compiled(*each)\n"
        "import workflow_ls.syntax.exports.declarations\n"
        "print([each for each in found if 'export' in str(each)])"
    )
    assert printed_by(script) == "[]"
