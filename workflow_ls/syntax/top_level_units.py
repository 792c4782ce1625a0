"""Which names each top-level part of a module uses: when the module is loaded, and when the part is called.

An approximation, for a search of dead code: each identifier in the text of a part counts as a use, in whatever scope.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.parser import Source
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node

_WORD = compile_on_use(rb"[A-Za-z_$\x80-\xff][\w$\x80-\xff]*")
_FEW = 8_000  # bytes; in these, a search takes no longer than a look at all parts
_FUNCTIONS = frozenset(
    {
        "arrow_function",
        "function_expression",
        "function_declaration",
        "generator_function",
        "generator_function_declaration",
        "method_definition",
    }
)
_TYPES = frozenset({"interface_declaration", "type_alias_declaration"})
_DECLARATIONS = frozenset({"lexical_declaration", "variable_declaration"})
_IMPORTS = frozenset({"import_statement", "comment"})


@record
class TopLevelUnit:
    """A top-level statement, or one variable of it.

    `names` are what it declares.  `on_load` are the identifiers that run when the module is loaded.  `on_call` are
    those in its functions, and in what it passes to a call: they run once something uses the names.
    """

    names: frozenset[str]
    span: Span
    on_load: frozenset[str]
    on_call: frozenset[str]


def find_top_level_units(source: Source, bound: Collection[str] | None = None) -> tuple[TopLevelUnit, ...]:
    """The units of a module, in file order, without imports, types and re-exports.

    With `bound`, only those identifiers count that are among these, or that a unit declares.
    """
    nodes = source.tree.root_node.named_children
    if bound is None:
        return tuple(_unit(source, *each, None) for node in nodes for each in _units(source, node))
    kept = [_kept(source, node) for node in nodes]
    names = {name for known in kept for unit in known or () for name in unit.names}.union(bound)
    fresh = {at: list(_units(source, node)) for at, node in enumerate(nodes) if kept[at] is None}
    names.update(name for units in fresh.values() for _, declared in units for name in declared)
    wanted = _same(frozenset(name.encode() for name in names))
    are_kept = source.earlier is not None and source.earlier.found.get(_wanted_words) == wanted
    found = dict[int, tuple[TopLevelUnit, ...]]()
    for at, node in enumerate(nodes):
        known = kept[at]
        if known is None or not are_kept:
            known = tuple(_unit(source, *each, wanted) for each in fresh.get(at) or _units(source, node))
        found[node.start_byte] = known
    source.found[_wanted_words], source.found[find_top_level_units] = wanted, found
    return tuple(unit for units in found.values() for unit in units)


def _kept(source: Source, node: Node) -> tuple[TopLevelUnit, ...] | None:
    """The units of a node of the tree, where the version of the text before had the same."""
    earlier, start = source.earlier, node.start_byte
    old = None if earlier is None else earlier.old(start, node.end_byte)
    units = None if earlier is None or old is None else earlier.found.get(find_top_level_units, {}).get(old)
    if units is None or old == start:
        return units
    moved = start - (old or 0)
    spans = [Span(unit.span.start + moved, unit.span.end + moved) for unit in units]
    return tuple(TopLevelUnit(u.names, span, u.on_load, u.on_call) for u, span in zip(units, spans))


@lru_cache(maxsize=16)
def _same(names: frozenset[bytes]) -> frozenset[bytes]:
    """One object for equal ones: these are compared much faster."""
    return names


def _units(source: Source, node: Node) -> Iterator[tuple[Node, frozenset[str]]]:
    """The node of each unit, and what it declares."""
    declared = node
    if node.type == "export_statement":
        is_clause = any(child.type == "export_clause" for child in node.named_children)
        if is_clause or node.child_by_field_name("source") is not None:
            return
        declared = node.child_by_field_name("declaration") or node.child_by_field_name("value") or node
    if declared.type in _TYPES or declared.type in _IMPORTS:
        return
    if declared.type in _DECLARATIONS:
        for variable in declared.named_children:
            if variable.type == "variable_declarator":
                yield variable, _words_of(source, variable.child_by_field_name("name"))
        return
    names = _words_of(source, declared.child_by_field_name("name"))
    if any(child.type == "default" for child in node.children):
        names |= {"default"}
    yield declared, names


def _unit(source: Source, node: Node, names: frozenset[str], wanted: frozenset[bytes] | None) -> TopLevelUnit:
    on_load, on_call = set[str](), set[str]()
    offset = node.start_byte
    for lazy in _lazy_parts(source, node, passed=bool(names)):
        on_load.update(_words(source, offset, lazy.start_byte, wanted))
        offset = lazy.end_byte
        on_call.update(_words(source, lazy.start_byte, offset, wanted))
    on_load.update(_words(source, offset, node.end_byte, wanted))
    if node.type == "identifier":
        on_call, on_load = on_load, set()  # `export default f` runs nothing
    return TopLevelUnit(names, Span(node.start_byte, node.end_byte), frozenset(on_load - names), frozenset(on_call))


def _lazy_parts(source: Source, node: Node, *, passed: bool) -> Iterator[Node]:
    """The outermost parts of a node that do not run where they are written, in file order.

    A function that is called where it is written runs.  With `passed`, the value of a variable, an argument counts as
    such a part: what takes it may call it when the variable is used.
    """
    # What is around a unit is no call, so that its parent need not be looked for.
    todo: list[tuple[Node, Node | None]] = [(node, None)]
    while todo:
        current, parent = todo.pop()
        if current.type in _FUNCTIONS and not _is_called(source, current):
            yield current
        elif passed and current.type == "identifier" and parent is not None:
            if parent.type == "arguments":
                yield current
        else:
            todo += [(child, current) for child in reversed(current.named_children)]


def _is_called(source: Source, function: Node) -> bool:
    function, parent = source.ancestry.outermost(function, _is_in_parentheses)
    is_call = parent is not None and parent.type == "call_expression"
    return parent is not None and is_call and parent.child_by_field_name("function") == function


def _is_in_parentheses(_node: Node, parent: Node) -> bool:
    return parent.type == "parenthesized_expression"


def _words_of(source: Source, node: Node | None) -> frozenset[str]:
    return frozenset() if node is None else frozenset(_words(source, node.start_byte, node.end_byte))


def _words(source: Source, start: int, end: int, wanted: frozenset[bytes] | None = None) -> Iterator[str]:
    """The identifiers between two offsets, of those that are wanted."""
    found = set[bytes]()
    if wanted is None or end - start < _FEW or len(source.parts) < 2:
        found.update(_WORD.findall(source.text, start, end))
        if wanted is not None:
            found &= wanted
    else:
        for offset, (words, size) in source.parts.each(_wanted_words, wanted):
            if offset >= end:
                break
            if start <= offset and offset + size <= end:
                found |= words
            elif start < offset + size:
                within = _WORD.findall(source.text, max(start, offset), min(end, offset + size))
                found.update(wanted.intersection(within))
    # `default` is no identifier: it would make the default export live.
    found.discard(b"default")
    return (word.decode("utf-8", "replace") for word in found)


def _wanted_words(text: bytes, wanted: frozenset[bytes]) -> tuple[frozenset[bytes], int]:
    """The wanted identifiers of a part, and its size."""
    return wanted.intersection(_WORD.findall(text)), len(text)
