"""Which names each top-level part of a module uses: when the module is loaded, and when the part is called.

An approximation, for a search of dead code: each identifier in the text of a part counts as a use, in whatever scope.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, compress
from typing import TYPE_CHECKING, NamedTuple

from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.parser import Source

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
    on_load: frozenset[str]
    on_call: frozenset[str]


class TopLevelUnits(NamedTuple):
    """The units of a module, in file order, and where each of them starts and ends."""

    units: tuple[TopLevelUnit, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def only(self, wanted: Sequence[object]) -> TopLevelUnits:
        """Those units for which there is something true."""
        starts, ends = (tuple(compress(each, wanted)) for each in (self.starts, self.ends))
        return TopLevelUnits(tuple(compress(self.units, wanted)), starts, ends)


class _StatementUnits(NamedTuple):
    """The units of a statement, all that they declare, and where they start and end, from the start of the statement.

    It is the same one wherever the statement is.
    """

    units: tuple[TopLevelUnit, ...]
    names: frozenset[str]
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def find_top_level_units(source: Source, bound: Collection[str] | None = None) -> TopLevelUnits:
    """The units of a module, without imports, types and re-exports.

    With `bound`, only those identifiers count that are among these, or that a unit declares.
    """
    nodes, starts, _, old_starts = source.top_level
    if bound is None:
        return _joined(starts, [_read(source, node, None, None) for node in nodes])
    earlier = {} if source.earlier is None else source.earlier.found
    before: Mapping[int | None, _StatementUnits] = earlier.get(find_top_level_units, {})
    kept = list(map(before.get, old_starts))
    names = set(bound).union(*[known.names for known in kept if known is not None])
    fresh = {start: list(_units(source, node)) for node, start, known in zip(nodes, starts, kept) if known is None}
    names.update(name for units in fresh.values() for _, declared in units for name in declared)
    known_names, wanted = earlier.get(_words, (None, frozenset[bytes]()))
    are_kept = names == known_names
    if not are_kept:
        wanted = _same(frozenset(name.encode() for name in names))
    found = [
        known if known is not None and are_kept else _read(source, node, fresh.get(start), wanted)
        for node, start, known in zip(nodes, starts, kept)
    ]
    source.found[_words], source.found[find_top_level_units] = (names, wanted), dict(zip(starts, found))
    return _joined(starts, found)


def _joined(starts: Sequence[int], statements: Sequence[_StatementUnits]) -> TopLevelUnits:
    """The units of statements that start at some offsets."""
    placed = list(zip(starts, statements))
    units = chain.from_iterable([statement.units for statement in statements])
    all_starts = [start + offset for start, statement in placed for offset in statement.starts]
    all_ends = [start + offset for start, statement in placed for offset in statement.ends]
    return TopLevelUnits(tuple(units), tuple(all_starts), tuple(all_ends))


def _read(
    source: Source, node: Node, units: Sequence[tuple[Node, frozenset[str]]] | None, wanted: frozenset[bytes] | None
) -> _StatementUnits:
    """The units of a statement, given the node of each and what it declares, if that is at hand."""
    units, start = list(_units(source, node)) if units is None else units, node.start_byte
    return _StatementUnits(
        tuple(_unit(source, *each, wanted) for each in units),
        frozenset().union(*(declared for _, declared in units)),
        tuple(each.start_byte - start for each, _ in units),
        tuple(each.end_byte - start for each, _ in units),
    )


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
    return TopLevelUnit(names, frozenset(on_load - names), frozenset(on_call))


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
