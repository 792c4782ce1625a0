from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.syntax.checks import (
    Row,
    check_name_spans,
    check_no_references,
    check_references,
    check_statement,
    shown,
    unmarked,
)
from tests.syntax.rows_calls import CALLEES, CALLS, DYNAMIC_IMPORTS, MOCKS, REQUIRES
from tests.syntax.rows_declarations import (
    BROKEN,
    DECLARATIONS,
    EXPORTS,
    IMPORT_EQUALS,
    IMPORT_TYPES,
    IMPORTS,
    JSX_LOOK_ALIKES,
    LOOK_ALIKES,
    MISREAD,
    NAME_SPANS,
    STATEMENTS,
)
from tests.syntax.rows_jsdoc import JSDOC, JSDOC_LOOK_ALIKES
from tests.syntax.rows_mocks import FLOWS, IMPORTED_NAMES, TABLES, VARIABLES, WRITTEN_OTHERWISE
from tests.syntax.rows_mocks import LOOK_ALIKES as OTHER_MOCKS
from workflow_ls.syntax.parser import parse
from workflow_ls.syntax.references.reference_finder import find_references

# Pieces that, put together, are nearly code: this gets further than random characters.
PIECES = [
    *"'\"`()<>{}[];,.*/\\=$\n\r\ufeff\u2028é😀",
    *(" ", "//", "/*", "*/", "/**", "///", "${", "?.", "=>", "\\`", "\\u0061", "#!"),
    *("import", "export", "from", "type", "as", "require", "module", "declare", "typeof", "await", "const", "with"),
    *(
        "vi.mock",
        "jest",
        ".mock",
        "createRequire",
        "import.meta.resolve",
        "x",
        "a",
        "@type",
        "@import",
        "@param",
        "<div>",
    ),
    *("<reference path=", "import('x')", "then(m => m.a)", "() => ({a})", "/// <reference types='x'/>"),
]
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES)).map("".join), st.lists(st.sampled_from(PIECES)).map(" ".join), st.text()
)


def by_row(*tables: Iterable[Row]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", [row for table in tables for row in table], ids=lambda row: row[0])


@pytest.mark.parametrize("path", ["a.ts", "a.js"])
@pytest.mark.parametrize("text", [*LOOK_ALIKES, *OTHER_MOCKS])
def test_look_alikes_are_silent(text: str, path: str) -> None:
    check_no_references(text, path)


@pytest.mark.parametrize("text", JSX_LOOK_ALIKES)
def test_jsx_is_silent(text: str) -> None:
    check_no_references(text, "a.tsx")


@pytest.mark.parametrize("text", JSDOC_LOOK_ALIKES)
def test_other_comments_are_silent(text: str) -> None:
    check_no_references(text, "a.js")


@by_row(JSDOC)
def test_jsdoc_says_nothing_in_typescript(row: Row) -> None:
    check_no_references(unmarked(row[0]), "a.ts")


@pytest.mark.parametrize("text", ["loader.other('x')", "a.loader.load('x')", "load('x')", "loadModule(a, 'x')"])
def test_other_callees_are_silent(text: str) -> None:
    check_no_references(text, callees=CALLEES)


@by_row(CALLS)
def test_callees_are_silent_unless_configured(row: Row) -> None:
    check_no_references(unmarked(row[0]))
    check_references(row, callees=CALLEES)


@by_row(IMPORTS, EXPORTS, IMPORT_EQUALS, DECLARATIONS, IMPORT_TYPES)
def test_declarations_and_types(row: Row) -> None:
    check_references(row)


@by_row(IMPORTED_NAMES, VARIABLES, WRITTEN_OTHERWISE)
def test_mocks_under_other_names(row: Row) -> None:
    check_references(row)


@by_row(TABLES, FLOWS)
def test_strings_that_reach_mocks(row: Row) -> None:
    check_references(row)


@by_row(DYNAMIC_IMPORTS, REQUIRES, MOCKS)
def test_calls(row: Row) -> None:
    check_references(row)


@by_row(IMPORTS, EXPORTS, (row for row in (*DYNAMIC_IMPORTS, *REQUIRES, *MOCKS) if "(<" not in row[0]))
def test_javascript(row: Row) -> None:
    check_references(row, "a.mjs")


@by_row(IMPORT_EQUALS, (row for row in IMPORT_TYPES if not row[0].startswith("<")))
def test_tsx(row: Row) -> None:
    check_references(row, "a.tsx")


@pytest.mark.parametrize("path", ["a.js", "a.jsx", "a.mjs", "a.cjs"])
@by_row(JSDOC)
def test_jsdoc(row: Row, path: str) -> None:
    check_references(row, path)


@pytest.mark.parametrize("path", ["a.ts", "a.tsx"])
@by_row(MISREAD)
def test_misread_code(row: Row, path: str) -> None:
    check_references(row, path)


@by_row(BROKEN)
def test_broken_code(row: Row) -> None:
    check_references(row)


@by_row(IMPORTS, EXPORTS, DYNAMIC_IMPORTS, MOCKS)
def test_line_endings_do_not_matter(row: Row) -> None:
    check_references((row[0].replace("\n", "\r\n"), *row[1:]))


@by_row(row for row in (*IMPORTS, *IMPORT_TYPES, *MOCKS) if not row[0].startswith(("\ufeff", "#!", "///")))
def test_what_stands_around_does_not_matter(row: Row) -> None:
    check_references((f"const é = '😀';\n{row[0]}\nfunction f() {{ return `x` }}", *row[1:]))


@pytest.mark.parametrize("marked", STATEMENTS)
def test_statement(marked: str) -> None:
    check_statement(marked)


@pytest.mark.parametrize("marked", NAME_SPANS)
def test_name_spans(marked: str) -> None:
    check_name_spans(marked)


@pytest.mark.parametrize(
    ("text", "specifier"),
    [
        (r"import 'a\'b'", "a'b"),
        (r"require('\u0061\x62\u{63}\d')", "abcd"),
        (r"require('\ud83d\ude00\ud800')", "😀\ufffd"),
        (r"require(`a\`b\${c}`)", "a`b${c}"),
        (r"require('\u{110000}\n\0')", "\ufffd\n\0"),
        ("import ''", ""),
    ],
)
def test_escape_sequences_are_decoded(text: str, specifier: str) -> None:
    (reference,) = find_references(parse(text.encode(), "a.ts"))
    assert reference.specifier == specifier
    assert shown(reference).split()[0] in {"import", "require"}


@pytest.mark.parametrize(
    ("needles", "found"),
    [
        ((), []),
        (("",), []),
        (("none",), []),
        (("@a/b",), ["@a/b", "@a/b/c"]),
        (("b/c", "/d"), ["@a/b/c", "../d"]),
        (("a", "b", "c", "d", "."), ["@a/b", "@a/b/c", "../d"]),
        (("import",), []),
    ],
)
def test_needles(needles: tuple[str, ...], found: list[str]) -> None:
    text = b"import '@a/b' // @a/b\nimport '@a/b/c'; f('@a/b');\nvi.mock('../d', () => '@a/b')"
    assert [reference.specifier for reference in find_references(parse(text, "a.ts"), needles=needles)] == found


def test_long_chains_and_deep_nesting_are_read() -> None:
    text = "jest" + ".mock('x')" * 500 + ";" + "(" * 500 + "require('x')" + ")" * 500
    found = find_references(parse(text.encode(), "a.ts"))
    assert [shown(reference) for reference in found] == ["mock (jest.mock) *"] * 500 + ["require (require) *"]


@given(text=TEXTS, path=st.sampled_from(["a.ts", "a.tsx", "a.js"]))
@example(text="/** @type {import('x') */", path="a.js")
@example(text="import('x", path="a.ts")
def test_any_text_is_read(text: str, path: str) -> None:
    source = parse(text.encode("utf-8", "surrogatepass"), path)
    found = find_references(source, callees=("x.a",))

    for reference in found:
        start, end = reference.span
        quote = reference.quote.encode()
        assert source.text[start - 1 : start] == source.text[end : end + 1] == quote
        assert quote not in source.text[start:end].replace(b"\\" + quote, b"")
        reference.specifier.encode()
        if reference.statement is not None:
            assert reference.statement.contains(reference.span)
    assert sorted({reference.span for reference in found}) == [reference.span for reference in found]

    for needle in {reference.specifier for reference in found if reference.specifier and "\\" not in text}:
        hits = [reference for reference in found if needle in reference.specifier]
        assert list(find_references(source, callees=("x.a",), needles=(needle,))) == hits


@given(text=st.binary(), path=st.sampled_from(["a.ts", "a.tsx", "a.js"]))
def test_any_bytes_are_read(text: bytes, path: str) -> None:
    find_references(parse(text, path))
    find_references(parse(text, path), needles=("a", "'"))
