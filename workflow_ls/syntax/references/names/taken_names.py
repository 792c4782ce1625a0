"""The names that a reference takes of a module that it loads as a whole: the members of a namespace, for one.

`import * as engine from './engine'` may use any export of the module; if the file only has `engine.start`, it takes
`start`.  A variable is followed within its file, by its name; a value that is passed on takes everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from workflow_ls.records import replace
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.exports.declarations import declarations_of
from workflow_ls.syntax.model import Form, Name, Reference
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.calls import PROMISED_GETTERS, loaded_value
from workflow_ls.syntax.references.expressions import significant_children
from workflow_ls.syntax.references.flows.mock_names import MOCK_METHODS, MODULE_GETTERS
from workflow_ls.syntax.references.names.bindings import Used
from workflow_ls.syntax.references.names.clauses import parse_export_clause
from workflow_ls.syntax.references.names.variable_uses import (
    ANYTHING,
    BINDERS,
    members_of,
    uses_in_comments,
    uses_of_value,
    uses_of_variable,
)
from workflow_ls.syntax.scopes import excerpt_of
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node

_NAMESPACE = compile_on_use(rb"\*\s*as\s+([\w$\x80-\xff]+)")
_REQUIRED = compile_on_use(rb"import\s+(?:type\s+)?([\w$\x80-\xff]+)\s*=")


def taken_names(source: Source, reference: Reference) -> tuple[Name, ...] | None:
    """The names that a reference takes besides its own `names`; None if it may take any.

    Empty for a side effect.  For `declare module`, these are the names that its body declares.
    """
    match reference.form:
        case Form.IMPORT:
            names, whole = _of_import(source, reference)
        case Form.EXPORT:
            names, whole = (), b"*" in _clause(source, reference)
        case Form.IMPORT_EQUALS:
            declared = _REQUIRED.match(source.text, *(reference.statement or reference.span))
            names, whole = ANYTHING if declared is None else members_of(source, declared[1], reference)
        case Form.DYNAMIC_IMPORT | Form.REQUIRE:
            names, whole = _of_call(source, reference)
        case Form.MOCK if (reference.callee or "").rpartition(".")[2] in MODULE_GETTERS:
            names, whole = _of_call(source, reference)
        case Form.IMPORT_TYPE:
            names, whole = _of_import_type(source, reference)
        case Form.JSDOC_IMPORT:
            names, whole = _of_import_tag(source, reference)
        case Form.DECLARE_MODULE:
            return tuple(_declared(source, reference))
        case _:
            return None
    return None if whole else tuple(_once(names))


def takes_star(source: Source, reference: Reference) -> bool:
    """Whether a reference is an `export * from`, which takes every name but `default`."""
    return reference.form is Form.EXPORT and _clause(source, reference).split() in ([b"*"], [b"type", b"*"])


def _clause(source: Source, reference: Reference) -> bytes:
    """The text between `export` or `import` and `from`."""
    start = (reference.statement or reference.span).start
    text = re.sub(rb"/\*.*?\*/|//[^\r\n]*", b" ", source.text[start : reference.span.start - 1], flags=re.DOTALL)
    return text.strip().removeprefix(b"export").removeprefix(b"import").removesuffix(b"from").strip()


def _once(names: Iterable[Name]) -> Iterator[Name]:
    """Each name once; its type suffices if it does for all uses."""
    found: dict[str, Name] = {}
    for name in names:
        before = found.get(name.name)
        if before is None or (before.type_only and not name.type_only):
            found[name.name] = name
    return iter(found.values())


def _of_import(source: Source, reference: Reference) -> Used:
    namespace = _NAMESPACE.search(_clause(source, reference))
    return ((), False) if namespace is None else members_of(source, namespace[1], reference)


def _of_call(source: Source, reference: Reference) -> Used:
    value = loaded_value(source, _node(source, reference.span))
    method = (reference.callee or "").rpartition(".")[2]
    promise = reference.form is Form.DYNAMIC_IMPORT or method in PROMISED_GETTERS
    return ANYTHING if value is None else uses_of_value(source, value, promise=promise)


def _of_import_type(source: Source, reference: Reference) -> Used:
    """What `typeof import('…')` takes, as the type of a variable or the type argument of a call."""
    node: Node | None = _node(source, reference.span)
    while node is not None and node.type in _AROUND_TYPE:
        node = source.ancestry.parent(node)
    used = ANYTHING if node is None else _used_of_type(source, node)
    # What the factory of a mock passes on are names of the mock, which has to lead to what the imports take.
    return (used[0], False) if _is_in_mock(source, reference) else used


_ARGUMENTS = frozenset({"arguments"})
_MODULES = frozenset({"module", "program"})
_MAX_CALLS = 100  # around a reference
_AROUND_TYPE = frozenset(
    [
        "string",
        "string_fragment",
        "arguments",
        "call_expression",
        "type_query",
        "parenthesized_type",
        "union_type",
        "unary_expression",
    ]
)


def _used_of_type(source: Source, node: Node) -> Used:
    """What the code takes of a value whose type is in `node`."""
    parent = source.ancestry.parent(node)
    if parent is None:
        return ANYTHING
    match node.type:
        case "lookup_type":
            index = node.named_children[-1]
            literal = index.type == "literal_type" and index.named_children[0].type == "string"
            span = Span(index.start_byte + 1, index.end_byte - 1)
            key = source.text[span.start : span.end].decode("utf-8", "replace")
            return ((Name(key, None, True, span),), False) if literal else ANYTHING
        case "type_annotation" if parent.type in BINDERS:
            variable = parent.child_by_field_name(BINDERS[parent.type])
            return ANYTHING if variable is None else uses_of_variable(source, variable)
        case "type_arguments" if parent.type == "call_expression":
            return uses_of_value(source, parent, promise=True)
        case "binary_expression":  # `await load<typeof import('a')>()`, which the grammar takes for comparisons
            return uses_of_value(source, source.ancestry.outermost(node, _is_operand)[0], promise=False)
    return ANYTHING


def _is_in_mock(source: Source, reference: Reference) -> bool:
    """Whether a reference is in the call of a mock of the same module."""
    quoted = source.text[reference.span.start : reference.span.end]
    node: Node | None = _node(source, reference.span)
    for _ in range(_MAX_CALLS):
        node = source.ancestry.nearest(node, _ARGUMENTS)
        parent = None if node is None else source.ancestry.parent(node)
        if node is None or parent is None:
            break
        function = parent.child_by_field_name("function")
        method = "" if function is None else excerpt_of(source, function).rpartition(".")[2]
        first = node.named_child(0) if method in MOCK_METHODS else None
        if first is not None and first.type == "comment":
            first = next(iter(significant_children(node)), None)
        if first is not None and source.text[first.start_byte + 1 : first.end_byte - 1] == quoted:
            return True
        node = parent
    return False


def _is_operand(_node: Node, parent: Node) -> bool:
    return parent.type == "binary_expression"


def _of_import_tag(source: Source, reference: Reference) -> Used:
    """What the types in the JSDoc of a file take of the namespace of an `@import` tag."""
    start = source.text.rfind(b"@import", 0, reference.span.start)
    namespace = _NAMESPACE.search(source.text, start, reference.span.start) if start >= 0 else None
    if namespace is None:
        return ANYTHING
    return uses_in_comments(source, namespace[1], Span(start, reference.span.end))


def _declared(source: Source, reference: Reference) -> Iterator[Name]:
    node: Node | None = _node(source, reference.span)
    node = source.ancestry.nearest(node, _MODULES)
    body = None if node is None else node.child_by_field_name("body")
    for statement in () if body is None else body.named_children:
        inner = statement
        if statement.type == "export_statement":
            clause = next((child for child in statement.named_children if child.type == "export_clause"), None)
            if clause is not None:
                parsed = parse_export_clause(source.text, clause.start_byte, clause.end_byte)
                yield from () if parsed is None else (replace(n, name=n.local or n.name) for n in parsed.names)
            inner = statement.child_by_field_name("declaration") or statement
        span = Span(inner.start_byte, inner.end_byte)
        for name, value, is_type in declarations_of(inner):
            yield Name(name, None, is_type and not value, span)


def _node(source: Source, span: Span) -> Node:
    """The string around a specifier."""
    root = source.tree.root_node
    node = source.ancestry.node_at(span.start - 1, span.end + 1)
    return root if node is None else node
