"""Somebody pastes megabytes into a file, sound or broken"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.test_growth import each
from tests.faults.test_keys import APP, Typist, monorepo
from tests.work import assert_in_proportion, count_work
from workflow_ls.syntax.parser import parse
from workflow_ls.syntax.strings.string_literals import find_string_matches
from workflow_ls.syntax.top_level_units import find_top_level_units

LEGACY = "@shared/workflow/runtime"

PASTES: dict[str, str] = {
    "imports in functions": f"const l = () => import('{LEGACY}');\n",
    "requires": f"const {{ start }} = require('{LEGACY}');\n",
    "strings": f"use('{LEGACY}/x#');\n",
    "imports that nothing closes": f"import {{ start from '{LEGACY}';\n",
    "templates that nothing closes": "`${a",
    "elements that nothing closes": "<a <b ",
    "functions that nothing closes": "function f#() {",
}


def _paste(text: str) -> int:
    """The work of a paste, and of a key after it."""
    typist = Typist(monorepo(2), APP)

    def act() -> None:
        typist.type(text, len(typist.text))
        typist.type("x", len(typist.text) - 3)

    return count_work(act)


@pytest.mark.parametrize("text", PASTES.values(), ids=PASTES)
def test_a_paste(text: str) -> None:
    """A paste is thousands of lines long, or of brackets that nothing closes -> each costs the same, and so do keys."""
    assert_in_proportion(lambda size: _paste("\n" + each(size, text)), 160, most=2.1)


BROKEN: dict[str, Callable[[int], str]] = {
    "elements": lambda size: "const x = <a>\n" + f"<b c='{LEGACY}/x'>t</b>\n" * size + "</a>;\n",
    "a union": lambda size: "type T =" + f"\n | '{LEGACY}/x'" * size + " x x\n",
    "functions": lambda size: f"function f() {{ use('{LEGACY}/x');" * size,
    "templates": lambda size: f"`${{a '{LEGACY}/x'" * size,
    "elements after elements": lambda size: f"<a <b '{LEGACY}/x'" * size,
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_few_searches_in_a_broken_tree(text: Callable[[int], str]) -> None:
    """A tree is broken and thousands of nodes wide, or deep -> it is walked through once, not for each node."""
    source = parse(text(3_000).encode(), APP)
    assert source.tree.root_node.has_error
    find_string_matches(source, [LEGACY], [], with_use=True)
    find_top_level_units(source)
    assert source.ancestry.searches < 300


NESTED = "const a = { b: 'c', d: [1, 'x', { : ['y', 'z'] }], : ['v'] };\n"


@pytest.mark.parametrize("text", [NESTED, f"({NESTED}", f"`${{{NESTED}", f"<a>{NESTED}<b", f"{NESTED[:40]}\n{NESTED}"])
def test_a_node_is_the_same_after_the_walk(text: str) -> None:
    """A token is missing in a broken tree -> the node at a place is that of tree-sitter, however it is looked for."""
    source = parse(f"{text}{'function f() {' * 1_000}".encode(), APP)
    root = source.tree.root_node
    places = [(start, start + length) for start in range(len(text)) for length in (1, 2, 7)]
    for start, end in places:
        found, node = source.ancestry.node_at(start, end), root.descendant_for_byte_range(start, end)
        assert found is not None
        assert node is not None
        assert (found.type, found.start_byte, found.end_byte) == (node.type, node.start_byte, node.end_byte)
    assert source.ancestry.searches < 100


@pytest.mark.parametrize(
    "text", ["const [value\n", "({ ", f"`${{{NESTED}", f"<a>{NESTED}<b", f"class A {{ b( {NESTED}"]
)
@pytest.mark.parametrize("rest", ["export const [a\n", "const f = (", "export function g() { return [1] }\n"])
def test_a_parent_is_the_same_in_a_wide_tree(text: str, rest: str) -> None:
    """A tree is broken and wide -> each node has the parent that tree-sitter finds, without long walks to it."""
    source = parse(f"{text}{rest * 800}".encode(), APP)
    root, todo, checked = source.tree.root_node, [source.tree.root_node], 0
    for start in range(0, 8_000, 40):
        source.ancestry.node_at(start, start + 3)
    while todo:
        node = todo.pop()
        for child in (*node.children[:20], *node.children[-20:]):
            found, expected = source.ancestry.parent(child), child.parent
            assert found is not None
            assert expected is not None
            assert (found.id, found.type) == (expected.id, expected.type) == (node.id, node.type)
            todo.append(child)
            checked += 1
    assert checked > 50
    for start in range(0, len(source.text) - 9, 97):
        for end in (start + 1, start + 8):
            assert source.ancestry.node_at(start, end) == root.descendant_for_byte_range(start, end)
    assert source.ancestry.searches < 300 or not root.is_error
