"""A text in parts finds what the whole text has, after any edits."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import examples
from workflow_ls.syntax.exports.export_finder import find_exports
from workflow_ls.syntax.indices.text_parts import TextParts, has_any, places, starts_in
from workflow_ls.syntax.indices.words import Words
from workflow_ls.syntax.parser import Source, parse
from workflow_ls.syntax.references.reference_finder import find_references
from workflow_ls.syntax.runtime_imports import find_import_candidates, has_computed_imports, scan_imports
from workflow_ls.syntax.top_level_units import find_top_level_units
from workflow_ls.syntax.value_usage import is_used_as_value
from workflow_ls.text import is_utf8

LINES = (
    "import { used, Only } from './a';\n",
    "const other = require(\n  './b',\n);\n",
    "vi.mock('./c', () => ({ used: 1 }));\n",
    "export const total = () => used(Only);\n",
    "export default class Used {}\n",
    "export { used as default, Only };\n",
    "interface Only { a: 1 }\n",
    "import { used as again } from './s'\n",
    ";\n",
    "// a comment\n",
    "export * from './t' with { 'resolution-mode': 'import' };\n",
    "export type Used = Only; namespace Only {}\n",
    "let\n  \\u0075sed = import(`./${total}`);\n",
    "import.meta.glob('./d/*');\n",
    "\n",
    "}",
    "/* " + "filler " * 700 + "*/\n",
)
texts = st.lists(st.sampled_from(LINES), max_size=12).map("".join)
edits = st.lists(st.tuples(st.integers(0, 12_000), st.integers(0, 9_000), st.sampled_from(("", "x", "\n", *LINES))))


def test_a_part_that_stays_is_not_searched_again() -> None:
    searched = list[bytes]()

    def find(text: bytes, _: None) -> int:
        searched.append(text)
        return len(text)

    text = b"one line of several\n" * 4_000
    parts = TextParts(text, apart=True)
    assert sum(size for _, size in parts.each(find, None)) == len(text)
    assert len(searched) == len(parts) > 10
    searched.clear()
    changed = text[:40_000] + b"another\n" + text[40_000:]
    assert sum(size for _, size in parts.edited(changed).each(find, None)) == len(changed)
    assert len(searched) == 1


def test_lines_that_are_joined_are_one_line() -> None:
    text = b"".join(b"%04d " % number + b"x" * 90 + b"\n" for number in range(400))
    parts = TextParts(text, apart=True)
    for at in range(0, len(text), 96):
        joined = text[: at + 95] + text[at + 96 :]
        assert all(part.endswith(b"\n") for part in _texts(parts.edited(joined))[:-1])
        assert b"".join(_texts(parts.edited(joined))) == joined


def _texts(parts: TextParts) -> list[bytes]:
    return [text for _, text in parts.each(lambda text, _: text, object())]


def check(source: Source, changed: bytes) -> None:
    """Compare an edited source with one of the same text."""
    fresh = parse(changed, "a.ts")
    assert "".join(map(bytes.decode, _texts(source.parts))).encode() == changed
    for word in (b"used", b"Only", b"import", b"filler"):
        assert tuple(places(source.parts, word)) == starts_in(changed, word)
        assert has_any(source.parts, (word, b"nowhere")) is (word in changed)
        expected = list(Words(changed).places(word, 5, len(changed) - 5))
        assert list(source.words.places(word, 5, len(changed) - 5)) == expected
    assert scan_imports(source.parts) == scan_imports(fresh.parts)
    assert source.readable == fresh.readable
    if str(source.tree.root_node) != str(fresh.tree.root_node):
        # After an edit, tree-sitter may read a broken text in another way.
        assert fresh.tree.root_node.has_error
        return
    assert find_references(source, needles=("./",)) == find_references(fresh, needles=("./",))
    assert find_import_candidates(source) == find_import_candidates(fresh)
    assert has_computed_imports(source) == has_computed_imports(fresh)
    bound = ["used", "Only", "other"]
    assert find_top_level_units(source, bound) == find_top_level_units(fresh, bound)
    assert find_exports(source) == find_exports(fresh)
    assert [is_used_as_value(source, name) for name in bound] == [is_used_as_value(fresh, name) for name in bound]


@settings(max_examples=examples(200))
@given(texts, edits)
def test_an_edited_text_has_what_it_has_when_it_is_opened(text: str, changes: list[tuple[int, int, str]]) -> None:
    source = parse(text.encode(), "a.ts", is_open=True)
    for start, size, new in changes:
        changed = source.raw[:start] + new.encode() + source.raw[start + size :]
        _ = source.parts, source.tree
        source = source.edited(changed)
        check(source, changed)


@settings(max_examples=examples(200))
@given(texts, edits)
def test_edits_without_a_look_in_between(text: str, changes: list[tuple[int, int, str]]) -> None:
    source = parse(text.encode(), "a.ts", is_open=True)
    for start, size, new in changes:
        changed = source.raw[:start] + new.encode() + source.raw[start + size :]
        _ = source.parts, source.tree
        source = source.edited(changed)
        if size % 4 != 1:
            check(source, changed)


@settings(max_examples=examples(200))
@given(st.integers(0, 300), st.integers(0, 4), st.sampled_from([b"", b"\xc3", b"\xa9", b"\n", "\u20ac".encode(), b"x"]))
def test_an_edited_text_is_utf_8_where_a_new_one_is(start: int, size: int, new: bytes) -> None:
    source = parse("const é = '\u20ac';\n".encode() * 400, "a.ts", is_open=True)
    assert source.is_utf8
    changed = source.raw[:start] + new + source.raw[start + size :]
    later = source.edited(changed)
    assert later.is_utf8 is is_utf8(changed)
    assert later.edited(source.raw).is_utf8


def test_only_the_wanted_identifiers_are_those_of_all() -> None:
    text = "import { a } from './a';\nexport function b() {\n" + "  a(b, c);\n" * 3_000 + "}\n"
    for is_open in (False, True):
        source = parse(text.encode(), "a.ts", is_open=is_open)
        (unit,), *_ = find_top_level_units(source, ["a"])
        assert (set(unit.on_load), set(unit.on_call)) == (set(), {"a", "b"})
        (unit,), *_ = find_top_level_units(source)
        assert set(unit.on_call) >= {"a", "b", "c"}
