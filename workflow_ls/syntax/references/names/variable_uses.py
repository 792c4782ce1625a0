"""What a file uses of a variable that has a module, or of any other value that is one: which of its members.

A variable is followed within its file, by its name; a value that is passed on is used as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow_ls.records import replace
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.model import Name, Reference
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.expressions import significant_children
from workflow_ls.syntax.references.names.bindings import Used, used_names
from workflow_ls.syntax.scopes import excerpt_of
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node

_TEXTS = frozenset({"comment", "string", "string_fragment", "template_string", "regex_pattern", "jsx_text"})
_VARIABLES = frozenset({"identifier", "shorthand_property_identifier"})
BINDERS = {
    "variable_declarator": "name",
    "assignment_expression": "left",
    "required_parameter": "pattern",
    "optional_parameter": "pattern",
    "arrow_function": "parameter",
    "function_declaration": "name",
}
"""The nodes that give a variable its value, with the field of the variable; they use nothing of it."""
_IMPORTS = frozenset({"import_specifier", "import_clause", "namespace_import", "import_require_clause"})
_MEMBER_IN_COMMENT = compile_on_use(rb"\s*\.\s*([\w$\x80-\xff]+)")
_BEFORE_NAME = 100  # bytes; the word before a name
_MAX_VARIABLES = 4  # from one variable to the next; longer chains use anything

ANYTHING: Used = ((), True)
"""The uses of a value that may be used for anything."""


def uses_of_value(source: Source, value: Node, *, promise: bool, left: int = _MAX_VARIABLES) -> Used:
    """What a file uses of the value of an expression, a module, or with `promise` a promise of one."""
    return used_names(source, value, promise=promise, follow=lambda variable: uses_of_variable(source, variable, left))


def uses_of_variable(source: Source, variable: Node, left: int = _MAX_VARIABLES) -> Used:
    """What a file uses of a variable, at the place that gives it its value; `left` more variables are followed."""
    scope: Node | None = source.tree.root_node
    ancestry = source.ancestry
    declarator = ancestry.parent(variable)
    declaration = None if declarator is None else ancestry.parent(declarator)
    if declaration is not None and declaration.type in ("lexical_declaration", "formal_parameters"):
        scope = ancestry.parent(declaration)
        if scope is not None and scope.type == "export_statement":
            return ANYTHING
    if scope is None or not left or variable.type != "identifier":
        return ANYTHING
    return _uses(source, variable.text or b"", Span(scope.start_byte, scope.end_byte), variable.start_byte, left - 1)


def members_of(source: Source, name: bytes, reference: Reference) -> Used:
    """What a file uses of the namespace that an import binds."""
    whole = Span(0, len(source.text))
    declared = (reference.statement or reference.span).start
    names, any_other = _uses(source, name, whole, declared, _MAX_VARIABLES)
    if any_other or not source.is_javascript:
        return names, any_other
    more, any_other = uses_in_comments(source, name, reference.statement or reference.span)
    return (*names, *more), any_other


def _uses(source: Source, name: bytes, scope: Span, declared: int, left: int) -> Used:
    """What the variable that a name denotes at an offset is used for, in a scope."""
    names, whole, root = list[Name](), False, source.tree.root_node
    for start in source.bindings.places(name, scope, declared):
        node = source.ancestry.node_at(start, start + len(name))
        if node is None or node.end_byte - node.start_byte != len(name) or node.type not in _VARIABLES:
            if node is not None and node.type in _TEXTS and root.has_error:
                return ANYTHING  # what looks like text may be code
            continue
        used = _use(source, node, left)
        if used is not None:
            names += used[0]
            whole = whole or used[1]
    return tuple(names), whole


def _use(source: Source, node: Node, left: int) -> Used | None:
    """What one occurrence of a variable uses of it; None if it only declares or assigns it."""
    parent = source.ancestry.parent(node)
    kind = "" if parent is None else parent.type
    if parent is None or node.type != "identifier":
        return ANYTHING
    if kind in _IMPORTS:
        return None
    if kind in BINDERS and parent.child_by_field_name(BINDERS[kind]) == node:
        declaration = source.ancestry.parent(parent)
        outer = None if declaration is None else source.ancestry.parent(declaration)
        exported = kind == "variable_declarator" and outer is not None and outer.type == "export_statement"
        return ANYTHING if exported else None
    if kind in ("nested_type_identifier", "nested_identifier") and parent.named_children[0] == node:
        member = parent.named_children[-1]
        name = (member.text or b"").decode("utf-8", "replace")
        return (Name(name, None, kind == "nested_type_identifier", _span(member)),), False
    if kind == "arguments":
        return _use_by_spy(source, node, parent, left)
    names, whole = uses_of_value(source, node, promise=False, left=left)
    if kind == "member_expression" and _is_in_type_query(source, node):
        names = tuple(replace(name, type_only=True) for name in names)
    return names, whole


def _use_by_spy(source: Source, node: Node, arguments: Node, left: int) -> Used:
    """What `vi.spyOn(engine, 'start')` and `vi.mocked(engine).start` use."""
    call, given = source.ancestry.parent(arguments), significant_children(arguments)
    function = None if call is None else call.child_by_field_name("function")
    method = "" if function is None else excerpt_of(source, function).rpartition(".")[2]
    if call is not None and method == "mocked" and given[:1] == [node]:
        return uses_of_value(source, call, promise=False, left=left)
    if method == "spyOn" and given[:1] == [node] and len(given) > 1 and given[1].type == "string":
        key = (given[1].text or b"")[1:-1].decode("utf-8", "replace")
        return (Name(key, None, False, Span(given[1].start_byte + 1, given[1].end_byte - 1)),), False
    return ANYTHING


def _is_in_type_query(source: Source, node: Node) -> bool:
    parent = source.ancestry.outermost(node, _is_object)[1]
    return parent is not None and parent.type == "type_query"


def _is_object(_node: Node, parent: Node) -> bool:
    return parent.type == "member_expression"


def uses_in_comments(source: Source, name: bytes, declared: Span) -> Used:
    """What the types in JSDoc use of a namespace that is declared at a place."""
    names = list[Name]()
    for start in source.words.places(name):
        node = source.ancestry.node_at(start, start + len(name))
        if declared.start <= start < declared.end or node is None or node.type != "comment":
            continue
        member = _MEMBER_IN_COMMENT.match(source.text, start + len(name), node.end_byte)
        if member is not None:
            names.append(Name(member[1].decode("utf-8", "replace"), None, True, Span(*member.span(1))))
        elif source.text[max(start - _BEFORE_NAME, 0) : start].rstrip().endswith(b"typeof"):
            return ANYTHING
    return tuple(names), False


def _span(node: Node) -> Span:
    return Span(node.start_byte, node.end_byte)
