"""Which occurrences of a name denote one variable: a function within its scope may declare the name anew."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.indices.ancestry import Ancestry
from workflow_ls.syntax.indices.words import Words
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node

_FUNCTIONS = frozenset(
    [
        "arrow_function",
        "function_expression",
        "function_declaration",
        "generator_function",
        "generator_function_declaration",
        "method_definition",
    ]
)
_BLOCKS = _FUNCTIONS | {"statement_block", "for_statement", "for_in_statement", "switch_body", "program"}
_WHOLES = _FUNCTIONS | {"program"}
_PATTERNS = frozenset(["object_pattern", "array_pattern", "rest_pattern"])
_VALUES = {"pair_pattern": "value", "object_assignment_pattern": "left", "assignment_pattern": "left"}
_DECLARING = {
    "variable_declarator": "name",
    "for_in_statement": "left",
    "arrow_function": "parameter",
    "required_parameter": "pattern",
    "optional_parameter": "pattern",
}
_DECLARED = frozenset(["identifier", "shorthand_property_identifier_pattern"])
# What precedes a name that is declared, or follows it.  Of most uses, the tree is not asked.
_BEFORE = compile_on_use(rb"(?:\b(?:const|let|var|async)\s+|[({\[,:]\s*|\.\.\.\s*)\Z")
_AFTER = compile_on_use(rb"\s*=>")
_NEAR = 40  # bytes


class _Segments:
    """The scopes that declare one name, as segments of the text: each belongs to the innermost scope around it."""

    def __init__(self, scopes: Collection[Span], size: int) -> None:
        self._starts = [0]
        self._owners = [-1]  # of the segment that starts there; -1 for no scope
        self._of_owner: dict[int, list[Span]] = {}
        open_scopes = list[tuple[int, int]]()
        for number, scope in enumerate(sorted(scopes, key=lambda span: (span.start, -span.end))):
            self._close(open_scopes, scope.start)
            self._add(scope.start, number)
            open_scopes.append((scope.end, number))
        self._close(open_scopes, size)
        for start, end, owner in zip(self._starts, [*self._starts[1:], size], self._owners):
            if start < end:
                self._of_owner.setdefault(owner, []).append(Span(start, end))

    def _close(self, open_scopes: list[tuple[int, int]], until: int) -> None:
        while open_scopes and open_scopes[-1][0] <= until:
            end, _ = open_scopes.pop()
            self._add(end, open_scopes[-1][1] if open_scopes else -1)

    def _add(self, start: int, owner: int) -> None:
        self._starts.append(start)
        self._owners.append(owner)

    def around(self, offset: int, within: Span) -> Iterator[Span]:
        """The parts of `within` in which the name denotes what it denotes at an offset."""
        owned = self._of_owner.get(self._owners[bisect_right(self._starts, offset) - 1], [])
        for index in range(max(bisect_right(owned, within) - 1, 0), len(owned)):
            start, end = owned[index]
            if start >= within.end:
                return
            yield Span(max(start, within.start), min(end, within.end))


class BindingsByName:
    """For each name of a text, the scopes that declare it, by what the tree shows for certain.

    Imports, classes and declared functions are not among them, so that a use of one of these counts in every scope
    around it that declares the name otherwise.
    """

    def __init__(self, text: bytes, words: Words, ancestry: Ancestry, *, is_sound: bool) -> None:
        """`is_sound`: whether the tree has no errors; a broken tree has no scopes."""
        self._text = text
        self._words = words
        self._ancestry = ancestry
        self._is_sound = is_sound
        self._known: dict[bytes, _Segments] = {}

    def places(self, name: bytes, within: Span, declared: int) -> Iterator[int]:
        """The offsets in `within` where a name denotes what it denotes at the offset `declared`."""
        if name not in self._known:
            self._known[name] = _Segments(self._scopes(name), len(self._text))
        for part in self._known[name].around(declared, within):
            yield from self._words.places(name, *part)

    def _scopes(self, name: bytes) -> Collection[Span]:
        """The scopes that declare a name."""
        found = set[Span]()
        for start in self._words.places(name) if self._is_sound else ():
            end = start + len(name)
            near = self._text[max(start - _NEAR, 0) : start]
            if _BEFORE.search(near) or _AFTER.match(self._text, end):
                node = self._ancestry.node_at(start, end)
                scope = None if node is None else self._scope_declared(node)
                if scope is not None:
                    found.add(Span(scope.start_byte, scope.end_byte))
        return found

    def _scope_declared(self, node: Node) -> Node | None:
        """The scope in which an identifier declares its name; None for one that declares nothing."""
        ancestry = self._ancestry
        parent = ancestry.parent(node) if node.type in _DECLARED else None
        while parent is not None and (parent.type in _PATTERNS or _is_field(node, parent, _VALUES)):
            node, parent = parent, ancestry.parent(parent)
        if parent is None or not _is_field(node, parent, _DECLARING):
            return None
        around = ancestry.parent(parent)
        match parent.type:
            case "variable_declarator":
                is_lexical = around is not None and around.type == "lexical_declaration"
                return ancestry.nearest(around, _BLOCKS if is_lexical else _WHOLES)
            case "for_in_statement":
                kind = parent.child_by_field_name("kind")
                is_var = kind is not None and kind.type == "var"
                return None if kind is None else ancestry.nearest(parent, _WHOLES) if is_var else parent
            case "arrow_function":
                return parent
        function = None if around is None else ancestry.parent(around)
        return function if function is not None and function.type in _FUNCTIONS else None


def _is_field(node: Node, parent: Node, fields: Mapping[str, str]) -> bool:
    """Whether a node is the field of its parent that `fields` has for the kind of the parent."""
    name = fields.get(parent.type)
    return name is not None and parent.child_by_field_name(name) == node
