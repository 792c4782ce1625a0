from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.child_processes import printed_by
from workflow_ls.syntax.parser import parse


@pytest.mark.parametrize(
    ("path", "text", "clean"),
    [
        *((f"a.{ending}", "const a = <T>b", True) for ending in ("ts", "mts", "cts", "d.ts")),
        *((f"a.{ending}", "const a = <T>b</T>", True) for ending in ("tsx", "jsx", "js", "mjs", "cjs")),
        *((f"a.{ending}", "const a = <T>b</T>", False) for ending in ("ts", "mts", "cts")),
        *((f"a.{ending}", "let a: B = c as D", True) for ending in ("ts", "tsx")),
        ("a/b.ts/c.tsx", "const a = <T>b</T>", True),
    ],
)
def test_grammar(path: str, text: str, clean: bool) -> None:
    assert parse(text.encode(), path).tree.root_node.has_error is not clean


@pytest.mark.parametrize("text", ["const a = 1", "\ufeffconst a = 1", "\ufeff// é😀\nconst a = 1"])
def test_offsets_count_the_bytes_of_the_file(text: str) -> None:
    source = parse(text.encode(), "a.ts")
    node = source.tree.root_node.children[-1]
    assert not source.tree.root_node.has_error
    assert source.text[node.start_byte : node.end_byte] == b"const a = 1"


@pytest.mark.parametrize(
    "text",
    [
        r"type A = `\`${B}\``; type C = `a\``",
        r"const a = `\``, b = `\\`, c = `\\\``, d = `\\\\`",
        r"const a = /[\`]/, b = '\`'",
        "const a = '`' // \\`\n/* \\` */",
    ],
)
def test_escaped_backquotes_end_nothing(text: str) -> None:
    source = parse(text.encode(), "a.ts")
    assert not source.tree.root_node.has_error
    assert source.text == text.encode()


@pytest.mark.parametrize("path", ["a.ts", "a.tsx", "a.d.mts", "a.js"])
@pytest.mark.parametrize(
    "text",
    [
        "type A = B<import('x').C<D, E>>",
        "type A = import('x').B<C<D<E>>>",
        "type A = import('x').B<() => [C, D], { e: F, g: H<I, J> }>",
        "let a: readonly import('x').B<import('y').C<D>, (e: F) => void>[]",
        "let a: { [K in keyof C]: import('x').B<'c,<', C[K]> }",
        "function f(a: unknown): a is import('x').B<C> {}",
        "class A implements import('x').B<C, D> {}",
        "f<import('x').A<B>>(c)",
        "let a: import('x').B[], b: import('x').B<C>[]",
        "let a: import('x').B['c'][number] | D",
        "let a: keyof import('x').B, b: C<keyof import('x').B<D>>",
        "let a: B[keyof import('x').C]",
    ],
)
def test_what_follows_import_types_is_read(text: str, path: str) -> None:
    assert not parse(text.encode(), path).tree.root_node.has_error


@given(st.binary())
def test_any_bytes_get_a_tree(text: bytes) -> None:
    assert parse(text, "a.ts").tree.root_node.end_byte <= len(text)


def test_threads_do_not_share_a_parser() -> None:
    texts = [b"f(" + str(number).encode() * number + b")" for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        trees = pool.map(lambda text: parse(text, "a.ts").tree, texts)
        assert [tree.root_node.end_byte for tree in trees] == [len(text) for text in texts]


def test_the_grammar_is_loaded_for_the_first_tree() -> None:
    script = (
        "import sys; from workflow_ls.syntax.grammars import language; from workflow_ls.syntax.parser import parse;"
        "source = parse(b'f()', 'a.ts'); before = language.cache_info().currsize; source.tree;"
        "print(before, language.cache_info().currsize, 'importlib.resources' in sys.modules)"
    )
    assert printed_by(script) == "0 1 False"


def test_the_grammars_where_no_finder_of_python_finds_them() -> None:
    script = (
        "from types import SimpleNamespace; from workflow_ls.syntax import grammars;"
        "grammars.PathFinder = SimpleNamespace(find_spec=lambda *_: None);"
        "from workflow_ls.syntax.parser import parse;"
        "print([parse(b'f(<T>x)', name).tree.root_node.has_error for name in ('a.ts', 'a.tsx')])"
    )
    assert printed_by(script) == "[False, True]"
