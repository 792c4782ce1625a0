"""The names that declarations declare, and their meanings: value, type, or both (TypeScript, SymbolFlags)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.references.expressions import significant_children
from workflow_ls.syntax.references.literals import identifier_name
from workflow_ls.syntax.spelling.trivia import COMMENT, TRIVIA, WHITE_SPACE
from workflow_ls.syntax.spelling.unknown_spellings import NAME

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
                yield from (Declaration(name, value=True, type=False) for name in names_in_pattern(pattern))
            if declarator.has_error:
                return  # the rest may be the inside of a construct that could not be parsed
    elif kind in ("ambient_declaration", "expression_statement"):
        for child in node.named_children:
            if kind == "ambient_declaration" or child.type == "internal_module":
                yield from declarations_of(child)
    elif kind in _MEANINGS or kind in _NAMESPACES:
        name = node.child_by_field_name("name") or next(iter(significant_children(node)), None)
        while name is not None and name.type in ("nested_identifier", "member_expression"):
            name = name.named_children[0] if name.named_children else None
        if name is not None and name.type in ("identifier", "type_identifier"):
            yield Declaration(name_of(name), *_meaning(node))


def default_declaration(node: Node | None) -> Declaration:
    """What `export default` exports, given the declaration or expression after it, or None if it was not parsed.

    An unnamed one is called "default".
    """
    if node is None or node.type not in (*_MEANINGS, "class"):
        return Declaration("default", value=True, type=False)
    name = node.child_by_field_name("name")
    return Declaration("default" if name is None else name_of(name), *_meaning(node))


def exports_late(text: bytes, offset: int) -> bool:
    """Whether another modifier comes before the `export` of a statement: a mistake, and an export all the same."""
    return _LATE_EXPORT.match(text, offset) is not None


class CutOff(NamedTuple):
    """A statement that a line end after its first words ends.  `declares`: what follows them is still declared."""

    declares: bool


def cut_off(text: bytes, offset: int) -> CutOff | None:
    """How a line end after a word such as `type` makes that word an expression, at the start of a statement.

    The grammar reads a declaration there, and the compiler does not (isDeclaration).  What follows `abstract`, `async`
    and `declare` is then a statement of its own.
    """
    match = _CUT_OFF.match(text, offset)
    return None if match is None else CutOff(declares=match["modifier"] is not None)


def default_name(text: bytes, statement: Node) -> str | None:
    """The name of the variable that an `export default` exports where the grammar sees a declaration.

    None for a declaration, or any other expression.
    """
    default = next((child for child in statement.children if child.type == "default"), None)
    match = None if default is None else _DEFAULT_NAME.match(text, default.end_byte)
    return None if match is None else match["name"].decode()


def is_default_class(text: bytes, statement: Node) -> bool:
    """Whether `export default` that the grammar fails on has a class without a name, or a decorator of one."""
    default = next((child for child in statement.children if child.type == "default"), None)
    return default is not None and _DEFAULT_CLASS.match(text, default.end_byte) is not None


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
    declaration = Declaration(identifier_name(match["name"]), *_KEYWORDS[match["keyword"]])
    return DeclarationHead(declaration, bool(match["export"]), bool(match["default"]))


_KEYWORDS = {
    **dict.fromkeys((b"const", b"let", b"var", b"function"), (True, False)),
    **dict.fromkeys((b"class", b"enum", b"namespace", b"module"), (True, True)),
    **dict.fromkeys((b"interface", b"type"), (False, True)),
}
_GAP = rb"(?:" + WHITE_SPACE + rb"|" + COMMENT + rb")" + TRIVIA
_HEADING = compile_on_use(
    rb"(?:(?:abstract|async|declare|export)" + _GAP + rb"(?=export\b))?"
    rb"(?P<export>export" + _GAP + rb")?(?P<default>default" + _GAP + rb")?(?:declare" + _GAP + rb")?"
    rb"(?:abstract" + _GAP + rb"|async" + _GAP + rb"|const" + _GAP + rb"(?=enum\b))?"
    rb"(?P<keyword>const|let|var|function|class|enum|namespace|module|interface|type)"
    rb"(?:(?<=function)" + TRIVIA + rb"\*" + TRIVIA + rb"|" + _GAP + rb")"
    rb"(?P<name>(?!\d|(?:extends|implements)\b)" + NAME + rb")"
)  # fmt: skip
_DEFAULT = compile_on_use(
    rb"export" + _GAP + rb"default\b(?:" + _GAP + rb"abstract\b)?(?P<class>" + _GAP + rb"class\b)?"
)
_DEFAULT_CLASS = compile_on_use(TRIVIA + rb"(?:@|(?:abstract" + _GAP + rb")?class\b)")
_LINE = rb"(?:" + WHITE_SPACE + rb"|" + COMMENT + rb")*?(?:[\r\n]|\xe2\x80[\xa8\xa9]|//|/\*[^*]*[\r\n])"
_CUT_OFF = compile_on_use(
    rb"(?:export\b" + TRIVIA + rb")?(?!type\b" + TRIVIA + rb"[{*])"
    rb"(?:type|(?:(?:declare|abstract|async)\b" + TRIVIA + rb")*"
    rb"(?:(?P<modifier>abstract|async|declare)|interface|module|namespace))\b" + _LINE
)
_LATE_EXPORT = compile_on_use(rb"(?:abstract|async|declare|export)\b" + _GAP + rb"export\b")
_DEFAULT_NAME = compile_on_use(
    TRIVIA
    + rb"(?P<name>(?:abstract|async)\b(?="
    + _LINE
    + rb")|(?:declare|module|namespace|type)\b(?="
    + _GAP
    + NAME
    + rb"))"
)
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
_ONLY_TYPES = ("interface_declaration", "type_alias_declaration", "import_statement", "comment")


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
        is_exported = statement.type == "export_statement"
        while statement.type in ("export_statement", "ambient_declaration", "expression_statement"):
            inner = next((child for child in significant_children(statement) if child.type != "decorator"), None)
            if inner is None:
                break
            statement = inner
        if statement.type in _NAMESPACES:
            if _is_instantiated(statement):
                return True
        elif statement.type == "import_alias":
            if is_exported:
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
        found = [each for each in declarations if name is not None and each.name == name_of(name)]
        if item.type == "export_specifier" and (not found or any(each.value for each in found)):
            return True
    return False


def names_in_pattern(pattern: Node) -> Iterator[str]:
    """The identifiers that a binding pattern binds (ECMA-262, 8.2.1 BoundNames)."""
    kind = pattern.type
    if kind in ("identifier", "shorthand_property_identifier_pattern"):
        yield name_of(pattern)
    elif kind in ("pair_pattern", "assignment_pattern", "object_assignment_pattern"):
        target = pattern.child_by_field_name("value" if kind == "pair_pattern" else "left")
        if target is not None:
            yield from names_in_pattern(target)
    elif kind in ("object_pattern", "array_pattern", "rest_pattern"):
        for child in pattern.named_children:
            yield from names_in_pattern(child)


def name_of(node: Node) -> str:
    """The name that an identifier spells."""
    return identifier_name(node.text or b"")
