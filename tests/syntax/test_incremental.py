"""A tree that follows edits says the same as one that is made anew."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_sitter import Node

from tests.strategies import examples
from workflow_ls.syntax.exports import export_scan
from workflow_ls.syntax.exports.declarations import Declaration, declarations_of
from workflow_ls.syntax.exports.export_finder import find_exports
from workflow_ls.syntax.parser import Source, parse
from workflow_ls.syntax.references.reference_finder import find_references
from workflow_ls.syntax.suppressions import find_suppressions

LINES = (
    "import { a, type B as C } from '@shared/workflow/runtime';",
    'import type D from "@shared/workflow/types"',
    "export * from './x'; export type * from '@shared/workflow';",
    "import e = require('@shared/workflow/e');",
    "vi.mock(import('@shared/workflow/f'), async () => ({}));",
    "vi.mock('@shared/workflow/g', async (importOriginal) => importOriginal<typeof import('@shared/workflow/g')>());",
    "const h = await import(`@shared/workflow/h`);",
    "let i: import('@shared/workflow/i').T<U>[];",
    "type J = `\\`${K}\\``;",
    "const l = `a\\`${`b ${c('@shared/workflow/l')}`}`;",
    "// workflow-ls-ignore deprecated-import: reason",
    "/* import '@shared/workflow/m' */",
    "/** @type {import('@shared/workflow/n').N} */",
    "const o = <div title='p'>{q} it's </div>;",
    "const r = /['\"`]/g, s = a / b / c;",
    "declare module '@shared/workflow/t' { export const u: 1 }",
    "function v() { return require.resolve('@shared/workflow/v') }",
    "é = '😀', w = '\u2028\x85\x0c';",
)
EXPORTS = (
    "export const a1 = 1, { b1, c1: [d1, ...e1] } = f1(g => g);",
    "export async function h1() { return `i1` }",
    "export\nabstract class J1 {}",
    "export abstract\nclass K1 {}",
    "export declare function l1(): void",
    "export type\nM1 = 1",
    "export interface N1 { o1: string }",
    "export default class P1 {}",
    "export enum Q1 { A }",
    "export namespace R1.S1 { export const t1 = 1 }",
    "declare export const u1 = 1",
    "async export function v1() {}",
    "@w1 export class X1 {}",
    "const y1 = [",
    "export { y1 as z1 };",
)
PIECES = ("", "'", '"', "`", "\\`", "${", "}", "/*", "*/", "//", "<", ">", "\r", "\n", "\r\n", "(", "é", "😀", "\u2028")

_texts = st.lists(st.sampled_from(LINES), max_size=8).flatmap(
    lambda lines: st.sampled_from(("\n", "\r\n", "\r")).map(lambda ending: ending.join(lines))
)
_edits = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.integers(0, 30),
        st.one_of(st.sampled_from(PIECES), st.sampled_from(LINES), st.text(max_size=3)),
    ),
    min_size=1,
    max_size=6,
)
_paths = st.sampled_from(("a.ts", "a.tsx", "a.js", "a.mts"))


def applied(text: str, edit: tuple[float, int, str]) -> str:
    place, length, new = edit
    start = round(place * len(text))
    return text[:start] + new + text[start + length :]


def facts_of(source: Source) -> object:
    return find_references(source), find_suppressions(source), find_exports(source)


def tree_of(source: Source) -> list[tuple[str, int, int, int, int]]:
    found, nodes = [], [source.tree.root_node]
    while nodes:
        node = nodes.pop()
        found.append((node.type, node.start_byte, node.end_byte, *node.start_point))
        nodes += node.children
    return found


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


@settings(max_examples=examples(300))
@given(_texts, _edits, _paths, st.booleans())
def test_what_is_told_is_the_same(text: str, edits: list[tuple[float, int, str]], path: str, every: bool) -> None:
    source = parse(encoded(text), path)
    assert source.tree
    for edit in edits:
        text = applied(text, edit)
        source = source.edited(encoded(text))
        if every:
            assert source.tree  # else the next edit is against an older tree
    assert facts_of(source) == facts_of(parse(encoded(text), path))


@settings(max_examples=examples(300))
@given(st.lists(st.sampled_from((*EXPORTS, *LINES)), max_size=8), _edits, _paths)
def test_each_version_exports_the_same(lines: list[str], edits: list[tuple[float, int, str]], path: str) -> None:
    text = "\n".join(lines)
    source = parse(encoded(text), path)
    assert find_exports(source) == find_exports(parse(encoded(text), path))
    for edit in edits:
        text = applied(text, edit)
        source = source.edited(encoded(text))
        assert find_exports(source) == find_exports(parse(encoded(text), path))


@pytest.mark.parametrize("typed", ["(ab: string) => a", "(a: string) => (", "f(a, '', [1])"])
def test_a_key_reads_the_exports_of_one_statement(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"export const name{number} = (a: string) => a;\n" for number in range(50)]
    source, read = parse("".join(texts).encode(), "a.ts"), list[Node]()
    found = find_exports(source)

    def counted(node: Node) -> Iterator[Declaration]:
        read.append(node)
        return declarations_of(node)

    monkeypatch.setattr(export_scan, "declarations_of", counted)
    texts[25] = f"export const name25 = {typed};\n"
    edited = source.edited("".join(texts).encode())
    assert {export.name for export in find_exports(edited).exports} == {export.name for export in found.exports}
    assert len(read) <= 2


@settings(max_examples=examples(100))
@given(_texts, _edits, st.sampled_from(("a.ts", "a.tsx")))
def test_points_count_rows_as_the_grammar_does(text: str, edits: list[tuple[float, int, str]], path: str) -> None:
    source = parse(encoded(text), path)
    for edit in edits:
        assert source.tree
        text = applied(text, edit)
        source = source.edited(encoded(text))
    root = source.tree.root_node
    assert root.end_byte <= len(source.text)
    for _, start, _, row, column in tree_of(source):
        assert (row, column) == (source.text.count(b"\n", 0, start), start - source.text.rfind(b"\n", 0, start) - 1)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("type A = `\\``; import '@shared/workflow/a';", "type A = `\\\\`; import '@shared/workflow/a';"),
        (
            "let a: import('x').T<U>;\nimport '@shared/workflow/a';",
            "let a: import('x').T[U>;\nimport '@shared/workflow/a';",
        ),
        (
            "let a: import('x').T;\nimport '@shared/workflow/a';",
            "let a: import('x').T<U<V>>;\nimport '@shared/workflow/a';",
        ),
        ("a\r\nb", "a\r\r\nb"),
        ("", "import '@shared/workflow/a'"),
        ("import '@shared/workflow/a'", ""),
        ("é", "è"),
        ("aaaa", "aa"),
    ],
)
@pytest.mark.parametrize("path", ["a.ts", "a.tsx"])
def test_what_is_put_in_the_place_of_text_follows(before: str, after: str, path: str) -> None:
    source = parse(encoded(before), path)
    assert source.tree
    edited = source.edited(encoded(after))
    assert facts_of(edited) == facts_of(parse(encoded(after), path))
    assert tree_of(edited) == tree_of(parse(encoded(after), path))


def test_only_one_older_version_is_kept_alive() -> None:
    source = parse(b"f()", "a.ts")
    assert source.tree
    versions = [source]
    for number in range(100):
        versions.append(versions[-1].edited(b"f(%d)" % number))
    gone = [weakref.ref(version) for version in versions[1:-1]]
    last = versions[-1]
    del versions
    gc.collect()
    assert [reference() for reference in gone] == [None] * 99
    assert facts_of(last) == facts_of(parse(b"f(99)", "a.ts"))
    first = weakref.ref(source)
    del source
    assert last.tree
    gc.collect()
    assert first() is None


def test_most_of_a_tree_is_used_again() -> None:
    text = "\n".join(f"export const a{number} = f({number});" for number in range(3000))
    source = parse(encoded(text), "a.ts")
    assert source.tree
    edited = source.edited(encoded(text.replace("f(1500)", "f(15000)")))
    assert len(source.tree.changed_ranges(edited.tree)) <= 1
    assert {node.id for node in source.tree.root_node.children} & {node.id for node in edited.tree.root_node.children}
