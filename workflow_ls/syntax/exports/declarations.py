"""The names that declarations declare, and their meanings: value, type, or both (TypeScript, SymbolFlags)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tree_sitter import Node


class Declaration(NamedTuple):
    """A name, and whether it is a value and a type.  A namespace counts as a type: it gives access to types."""

    name: str
    value: bool
    type: bool


def declarations_of(node: Node) -> Iterator[Declaration]:
    """The names that a statement declares in the scope it is in."""
    kind = node.type
    if kind in _VARIABLES:
        for declarator in node.named_children:
            pattern = declarator.child_by_field_name("name") if declarator.type == "variable_declarator" else None
            if pattern is not None:
                yield from (Declaration(name, value=True, type=False) for name in _bound(pattern))
            if declarator.has_error:
                return  # the rest may be the inside of a construct that could not be parsed
    elif kind in ("ambient_declaration", "expression_statement"):
        for child in node.named_children:
            if kind == "ambient_declaration" or child.type == "internal_module":
                yield from declarations_of(child)
    elif kind in _MEANINGS or kind in _NAMESPACES:
        name = node.child_by_field_name("name") or next(iter(node.named_children), None)
        while name is not None and name.type in ("nested_identifier", "member_expression"):
            name = name.named_children[0] if name.named_children else None
        if name is not None and name.type in ("identifier", "type_identifier"):
            yield Declaration(_text(name), *_meaning(node))


def default_declaration(node: Node | None) -> Declaration:
    """What `export default` exports, given the declaration or expression after it, or None if it was not parsed.

    An unnamed one is called "default".
    """
    if node is None or node.type not in (*_MEANINGS, "class"):
        return Declaration("default", value=True, type=False)
    name = node.child_by_field_name("name")
    return Declaration("default" if name is None else _text(name), *_meaning(node))


class DeclarationHead(NamedTuple):
    """The first words of a declaration: the declared name, and whether it is exported, by default or by name."""

    declared: Declaration
    exported: bool
    default: bool


def parse_declaration_head(text: bytes, offset: int) -> DeclarationHead | None:
    """The declaration that starts at `offset`, from its first words alone; None if they do not start a declaration.

    A default export needs no name: `export default function (): void;`, which the grammar does not know.
    """
    match = _HEADING.match(text, offset)
    if match is None:
        default = _DEFAULT.match(text, offset)
        unnamed = Declaration("default", value=True, type=default is not None and bool(default["class"]))
        return None if default is None else DeclarationHead(unnamed, exported=True, default=True)
    meaning = _KEYWORDS[match["keyword"].rstrip(b"* \t\r\n")]
    declaration = Declaration(match["name"].decode("utf-8", "replace"), *meaning)
    return DeclarationHead(declaration, bool(match[1]), bool(match[2]))


_KEYWORDS = {
    **dict.fromkeys((b"const", b"let", b"var", b"function"), (True, False)),
    **dict.fromkeys((b"class", b"enum", b"namespace", b"module"), (True, True)),
    **dict.fromkeys((b"interface", b"type"), (False, True)),
}
_HEADING = re.compile(
    rb"(export\s+)?(default\s+)?(?:declare\s+)?(?:abstract\s+|async\s+|const\s+(?=enum\b))?"
    rb"(?P<keyword>const|let|var|function\s*\*?|class|enum|namespace|module|interface|type)\s+"
    rb"(?P<name>(?!\d|(?:extends|implements)\b)[\w$\x80-\xff]+)"
)
_DEFAULT = re.compile(rb"export\s+default\b(?:\s+abstract\b)?(?P<class>\s+class\b)?")
_VARIABLES = ("lexical_declaration", "variable_declaration")
_MEANINGS = {
    "function_declaration": (True, False),
    "generator_function_declaration": (True, False),
    "function_signature": (True, False),
    "class": (True, True),
    "class_declaration": (True, True),
    "abstract_class_declaration": (True, True),
    "enum_declaration": (True, True),
    "interface_declaration": (False, True),
    "type_alias_declaration": (False, True),
    "import_alias": (True, True),  # the alias may be of either
}
_NAMESPACES = ("internal_module", "module")
_ONLY_TYPES = ("interface_declaration", "type_alias_declaration", "import_alias", "import_statement", "comment")


def _meaning(node: Node) -> tuple[bool, bool]:
    return (_is_instantiated(node), True) if node.type in _NAMESPACES else _MEANINGS[node.type]


def _is_instantiated(namespace: Node) -> bool:
    """Whether a namespace exists at run time; one that holds only types does not (TypeScript, namespaces)."""
    body = namespace.child_by_field_name("body")
    if body is None:
        return True
    for statement in body.named_children:
        clause = next((child for child in statement.named_children if child.type == "export_clause"), None)
        if clause is not None and statement.child_by_field_name("source") is None:
            if _exports_values(clause, body):
                return True
            continue
        while statement.type in ("export_statement", "ambient_declaration", "expression_statement"):
            inner = next((child for child in statement.named_children if child.type != "decorator"), None)
            if inner is None:
                break
            statement = inner
        if statement.type in _NAMESPACES:
            if _is_instantiated(statement):
                return True
        elif statement.type not in _ONLY_TYPES:
            return True
    return False


def _exports_values(clause: Node, body: Node) -> bool:
    """Whether an export list of a namespace names anything other than types declared in it."""
    statements = (child.child_by_field_name("declaration") or child for child in body.named_children)
    declarations = [each for statement in statements for each in declarations_of(statement)]
    for item in clause.named_children:
        name = item.child_by_field_name("name")
        found = [each for each in declarations if name is not None and each.name == _text(name)]
        if item.type == "export_specifier" and (not found or any(each.value for each in found)):
            return True
    return False


def _bound(pattern: Node) -> Iterator[str]:
    """The identifiers that a binding pattern binds (ECMA-262, 8.2.1 BoundNames)."""
    kind = pattern.type
    if kind in ("identifier", "shorthand_property_identifier_pattern"):
        yield _text(pattern)
    elif kind in ("pair_pattern", "assignment_pattern", "object_assignment_pattern"):
        target = pattern.child_by_field_name("value" if kind == "pair_pattern" else "left")
        if target is not None:
            yield from _bound(target)
    elif kind in ("object_pattern", "array_pattern", "rest_pattern"):
        for child in pattern.named_children:
            yield from _bound(child)


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")
