"""What the top-level declarations of a module hold that a copy of the module does not share.

    const jobs = new Map(); let current;          state: what one file puts there, another finds
    class Late extends Error {}                   a class: an object of one copy is no instance of the other's
    export const NOTHING = { kind: 'none' };      an object: it is equal to itself only, and changes where it is
    export const TAG = Symbol('tag');             a symbol

A number, a text, a type, and what is kept in `globalThis` are the same in each copy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from enum import Enum
from typing import TYPE_CHECKING

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.identity.identity_uses import IdentityUse
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.scopes import bound_names, text_of

if TYPE_CHECKING:
    from tree_sitter import Node


class Hold(Enum):
    """What a declaration holds.

    State differs between two copies as soon as one is used, a symbol always, a class, an object and a function only for
    who compares or changes it.  Of a flat object, no member has an identity of its own.
    """

    STATE = "state"
    SYMBOL = "a symbol"
    CLASS = "a class"
    OBJECT = "an object"
    FLAT = "a flat object"
    FUNCTION = "a function"


_FUNCTIONS = frozenset(
    {"arrow_function", "function_expression", "function_declaration", "generator_function_declaration"}
)
_CLASSES = frozenset({"class_declaration", "abstract_class_declaration", "class"})
_WRAPPED = frozenset(
    {"as_expression", "satisfies_expression", "parenthesized_expression", "non_null_expression", "await_expression"}
)
_COLLECTIONS = frozenset({"Map", "Set", "WeakMap", "WeakSet", "Array"})
_PURE_CLASSES = frozenset({"RegExp", "Date", "URL", "TextEncoder", "TextDecoder", "Error", "Function", "Number"})
_PURE_ROOTS_WORDS = (
    "z zod yup Joi joi v t s Type Schema Number String Boolean BigInt JSON Math Intl path posix parseInt "
    "parseFloat process import Buffer URL RegExp Date encodeURIComponent join resolve dirname "
    "fileURLToPath"
)
_PURE_METHODS_WORDS = (
    "freeze keys values entries fromEntries from of map filter join split trim slice concat replace "
    "replaceAll flat flatMap reduce toLowerCase toUpperCase toString describe optional extend pick omit "
    "for"
)
_LOGGING = ("log", "debug", "trace", "meter")
_VARIABLE = compile_on_use(rb"\b(?:let|var)\s|\bnew\s+(?:Weak)?(?:Map|Set)\b")
_PRIMITIVES_WORDS = (
    "string number true false null undefined template_string regex identifier member_expression "
    "unary_expression binary_expression ternary_expression subscript_expression"
)

_PURE_ROOTS = frozenset(_PURE_ROOTS_WORDS.split())
_PURE_METHODS = frozenset(_PURE_METHODS_WORDS.split())
_PRIMITIVES = frozenset(_PRIMITIVES_WORDS.split())


def find_held_values(source: Source, uses: Collection[IdentityUse]) -> Mapping[str, Hold]:
    """What the top-level declarations of a module hold, by their names; `uses` are the identity uses of the module."""
    changed = {use.path[0] for use in uses if use.changes and use.path[0] != ""}
    found = dict[str, Hold]()
    for name, node, is_variable in _declarations(source):
        hold = _hold(node, is_changed=name in changed, is_variable=is_variable)
        if hold is not None:
            found[name] = hold
    return found


def _declarations(source: Source) -> Iterator[tuple[str, Node | None, bool]]:
    """The top-level declarations: name, value, and whether another value may be assigned."""
    for node in source.tree.root_node.named_children:
        declared, names = node, list[str]()
        if node.type == "export_statement":
            declared = node.child_by_field_name("declaration") or node.child_by_field_name("value") or node
            if any(child.type == "default" for child in node.children):
                names.append("default")
        if declared.type in ("lexical_declaration", "variable_declaration"):
            is_variable = not any(child.type == "const" for child in declared.children)
            for each in declared.named_children:
                name = each.child_by_field_name("name")
                if each.type == "variable_declarator" and name is not None:
                    value = each.child_by_field_name("value")
                    bound = [name] if name.type == "identifier" else list(bound_names(name))
                    yield from ((text_of(local), value, is_variable) for local in bound)
            continue
        name = declared.child_by_field_name("name")
        if name is not None:
            names.append(text_of(name))
        yield from ((name, declared, False) for name in names)


def _hold(value: Node | None, *, is_changed: bool, is_variable: bool) -> Hold | None:
    value = _unwrapped(value)
    if is_variable and is_changed:
        return None if value is not None and b"globalThis" in (value.text or b"") else Hold.STATE
    if value is None:
        return None
    if value.type in _FUNCTIONS:
        return Hold.STATE if is_changed else Hold.FUNCTION
    if value.type in _CLASSES:
        return Hold.STATE if _has_state(value, is_changed=is_changed) else Hold.CLASS
    if value.type == "internal_module":
        return Hold.STATE if is_changed or _VARIABLE.search(value.text or b"") else Hold.OBJECT
    if value.type in ("object", "array"):
        return Hold.STATE if is_changed or _keeps(value) else _object(value)
    if value.type == "new_expression":
        return _made(value, is_changed=is_changed)
    if value.type == "call_expression":
        return _called(value, is_changed=is_changed)
    if value.type in ("binary_expression", "augmented_assignment_expression", "assignment_expression"):
        return _joined(value, is_changed=is_changed)
    return None


def _unwrapped(value: Node | None) -> Node | None:
    while value is not None and value.type in _WRAPPED:
        value = value.named_children[0] if value.named_children else None
    return value


def _joined(value: Node, *, is_changed: bool) -> Hold | None:
    """What `a ?? b` and the like hold; what `globalThis` keeps is there once."""
    if b"global" in (value.text or b""):
        return None
    sides = [value.child_by_field_name("left"), value.child_by_field_name("right")]
    holds = (_hold(side, is_changed=is_changed, is_variable=False) for side in sides)
    return next((hold for hold in holds if hold is not None), None)


def _made(value: Node, *, is_changed: bool) -> Hold | None:
    name = text_of(value.child_by_field_name("constructor"))
    if is_changed:
        return Hold.STATE
    if name.startswith("Intl.") or name in _PURE_CLASSES:
        return Hold.FLAT
    return Hold.OBJECT if name in _COLLECTIONS else Hold.STATE


def _called(value: Node, *, is_changed: bool) -> Hold | None:
    callee = text_of(value.child_by_field_name("function"))
    root, method = callee.partition(".")[0].partition("(")[0], callee.rpartition(".")[2]
    if callee == "Symbol":
        return Hold.SYMBOL
    if callee in ("Symbol.for", "require") or b"globalThis" in (value.text or b""):
        return None
    if is_changed:
        return Hold.STATE
    if callee == "Object.freeze":
        arguments = value.child_by_field_name("arguments")
        frozen = _unwrapped(arguments.named_children[0]) if arguments and arguments.named_children else None
        return _object(frozen) if frozen is not None and frozen.type in ("object", "array") else Hold.OBJECT
    if root in _PURE_ROOTS or method in _PURE_METHODS or any(word in callee.lower() for word in _LOGGING):
        return Hold.OBJECT
    return Hold.STATE


def _has_state(value: Node, *, is_changed: bool) -> bool:
    """Whether a class holds state: a static field that changes, or that is made to be filled."""
    if is_changed:
        return True
    body = value.child_by_field_name("body")
    for member in () if body is None else body.named_children:
        if member.type != "public_field_definition" or not any(child.type == "static" for child in member.children):
            continue
        kept = _unwrapped(member.child_by_field_name("value"))
        is_fixed = any(child.type == "readonly" for child in member.children)
        if not is_fixed or (kept is not None and kept.type == "new_expression"):
            return True
    return False


def _object(value: Node) -> Hold:
    members = (child.child_by_field_name("value") if child.type == "pair" else child for child in value.named_children)
    is_flat = all(member is None or member.type in _PRIMITIVES for member in members)
    return Hold.FLAT if is_flat else Hold.OBJECT


def _keeps(value: Node) -> bool:
    """Whether an object is made to be filled: it has a collection, or functions beside what is empty."""
    if value.type != "object":
        return False
    members = [_unwrapped(child.child_by_field_name("value") or child) for child in value.named_children]
    kept = [member for member in members if member is not None]
    if any(m.type == "new_expression" and text_of(m.child_by_field_name("constructor")) in _COLLECTIONS for m in kept):
        return True
    is_empty = any(member.type in ("object", "array") and not member.named_children for member in kept)
    has_functions = any(member.type in _FUNCTIONS or member.type == "method_definition" for member in kept)
    return has_functions and (is_empty or b"this." in (value.text or b""))
