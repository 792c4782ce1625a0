"""What the tests of the syntax layer are written in.

A row of a table is a source text with its specifiers marked (`tests/fixture.py`), and for each of them what is found
there, as `shown` writes it: the form, the callee in parentheses, `type` where types suffice, the names in braces, and
`*` where any other name may be used too.  A name without `as` is bound to nothing.
"""

from __future__ import annotations

from tests.fixture import mark, unmark
from workflow_ls.syntax.model import Name, Reference
from workflow_ls.syntax.parser import parse
from workflow_ls.syntax.references.reference_finder import find_references

Row = tuple[str, ...]


def shown(reference: Reference) -> str:
    parts = [reference.form.value]
    if reference.callee is not None:
        parts.append(f"({reference.callee})")
    if reference.type_only:
        parts.append("type")
    if reference.names:
        parts.append("{" + ", ".join(map(_shown_name, reference.names)) + "}")
    return " ".join([*parts, "*"] if reference.whole else parts)


def _shown_name(name: Name) -> str:
    local = "" if name.local is None else f" as {name.local}"
    return f"{'type ' if name.type_only else ''}{name.name}{local}"


def unmarked(text: str) -> str:
    return unmark(text)[0].decode()


def check_references(row: Row, path: str = "a.ts", callees: tuple[str, ...] = ()) -> None:
    """All references are found, with their spans, both in the whole file and by what their specifiers contain."""
    marked, *expected = row
    text, _ = unmark(marked)
    source = parse(text, path)

    found = find_references(source, callees=callees)
    assert [shown(reference) for reference in found] == expected
    assert mark(text, [reference.span for reference in found]) == marked
    assert all(text[r.span.start - 1 : r.span.start].decode() == r.quote for r in found)

    for needle in {reference.specifier for reference in found}:
        hits = tuple(reference for reference in found if needle in reference.specifier)
        assert find_references(parse(text, path), callees=callees, needles=(needle,)) == hits
    assert find_references(source, callees=callees, needles=("not there",)) == ()


def check_no_references(text: str, path: str = "a.ts", callees: tuple[str, ...] = ()) -> None:
    """Nothing is found, whether or not "x" is looked for."""
    source = parse(text.encode(), path)
    assert find_references(source, callees=callees) == ()
    assert find_references(source, callees=callees, needles=("x",)) == ()


def check_statement(marked: str, path: str = "a.ts") -> None:
    """The reference to "x" has the marked statement."""
    text, _ = unmark(marked)
    (reference,) = find_references(parse(text, path), needles=("x",))
    assert reference.statement is not None
    assert mark(text, [reference.statement]) == marked


def check_name_spans(marked: str, path: str = "a.ts") -> None:
    """The names of the reference to "x" are the marked ones."""
    text, _ = unmark(marked)
    (reference,) = find_references(parse(text, path), needles=("x",))
    assert mark(text, [name.span for name in reference.names]) == marked
