"""What a program uses a string for, as far as its own file shows.

    readFileSync(join(root, 'a/b.ts'))            a path
    for (const f of ['a/b.ts']) load(f)           a path, if `load` of this file reads it
    expect(source).toContain("from '@a/b'")       code that a file must contain
    expect(source).not.toContain('@a/b')          a ban
    'no-restricted-imports': ['error', '@a/b']    a ban
    specifier === '@a/b'                          a comparison

A string is followed from its place outwards, through variables and parameters of its file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.model import StringUse
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.scopes import (
    FUNCTIONS,
    bound_names,
    callee_text,
    excerpt_of,
    first_child,
    function_around,
    local_function,
    parameters_of,
    scope_of,
    text_of,
    uses_of_name,
)
from workflow_ls.syntax.strings.assertions import is_refuted, use_in_expectation, use_in_search
from workflow_ls.syntax.strings.callee_names import (
    is_ban,
    is_configuring,
    is_directory,
    is_joining,
    is_path_argument,
    is_path_helper,
    is_path_key,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_DEPTH = 6  # variables and parameters one behind the other on the way of a string
_MOST_VARIABLES = 100  # each takes a search through its scope; real code has some three
_MOST_KEYS = 30  # properties that hold each other, in one expression
_THROUGH = frozenset(
    [
        "parenthesized_expression",
        "as_expression",
        "satisfies_expression",
        "non_null_expression",
        "await_expression",
        "spread_element",
        "ternary_expression",
        "array",
        "object",
        "template_substitution",
        "template_string",
    ]
)
_PASSING = ("+", "??", "||")
_ITERATING = frozenset(["forEach", "map", "flatMap", "filter", "every", "some", "find", "each"])
_TEXT_METHODS = frozenset(
    ["includes", "startsWith", "endsWith", "indexOf", "lastIndexOf", "search", "match", "test", "has", "equals"]
)
_EXPECTED = frozenset(
    ["toContain", "toMatch", "toContainEqual", "stringContaining", "include", "match", "contains", "contain"]
)
_WORKSPACE = compile_on_use(r"(?:^|/)vitest\.(?:workspace|projects)\.\w+$")
"""A configuration that is a list of folders and configurations."""
_TABLE = compile_on_use(r"\b(?:it|test|describe|suite|bench)(?:\.\w+)*\.(?:each|for)$")
_ENTRY = "[key, value]"  # the name of a property after `Object.entries`
_COLLECTING = ("values", "entries", "keys", "freeze", "from", "of", "Set", "Map")
_PASSING_ON = ("concat", "slice", "sort", "trim", "toString", "values", "entries", "at", "flat")


class _Trail:
    """The way of one string: how many more variables it may pass, and those that it has passed, by their place."""

    def __init__(self, source: Source, left: int, passed: set[int]) -> None:
        self.source = source
        self._left = left
        self._passed = passed

    @property
    def is_over(self) -> bool:
        return self._left == 0

    def further(self) -> _Trail:
        return _Trail(self.source, self._left - 1, self._passed)

    def enters(self, variable: Node) -> bool:
        """Whether a variable is new on the way; the string is followed through each one once."""
        if variable.start_byte in self._passed or len(self._passed) >= _MOST_VARIABLES:
            return False
        self._passed.add(variable.start_byte)
        return True


def use_of(source: Source, literal: Node) -> StringUse:
    """What a string or template literal is used for."""
    use = _outwards(literal, (), _Trail(source, _DEPTH, set()))
    return StringUse.PATH if use is StringUse.UNKNOWN and _extends_directory(source, literal) else use


def _extends_directory(source: Source, literal: Node) -> bool:
    """Whether a path is appended to something that is named like a directory."""
    parent = source.ancestry.parent(literal)
    before: Node | None = None
    if literal.type == "template_string":
        substitution = next((child for child in literal.named_children if child.type == "template_substitution"), None)
        first = substitution is not None and substitution.start_byte == literal.start_byte + 1
        before = substitution if first else None
    elif parent is not None and parent.type == "binary_expression":
        before = parent.child_by_field_name("left")
    return before is not None and before != literal and is_directory(excerpt_of(source, before).strip("${} "))


def _outwards(node: Node, keys: tuple[str, ...], trail: _Trail) -> StringUse:
    """The use of an expression; `keys` are the properties that hold it, the innermost first."""
    for _ in range(_MOST_KEYS):
        node, parent = trail.source.ancestry.outermost(node, _passes_through)
        if parent is None:
            break
        if parent.type != "pair":
            handler = _HANDLERS.get(parent.type)
            return _by_key(keys, in_configuration=False) if handler is None else handler(node, parent, keys, trail)
        keys = (*keys, text_of(parent.child_by_field_name("key")).strip("'\"`"))
        if is_ban(keys[-1]):
            return StringUse.BANNED
        node = parent
    return StringUse.UNKNOWN


def _passes_through(node: Node, parent: Node) -> bool:
    """Whether an expression around another one is used for what the inner one is used for."""
    if parent.type == "binary_expression":
        return text_of(parent.child_by_field_name("operator")) in _PASSING
    return parent.type in _THROUGH or (parent.type == "pair" and node == parent.child_by_field_name("key"))


def _of_operand(_node: Node, _operation: Node, _keys: tuple[str, ...], _trail: _Trail) -> StringUse:
    return StringUse.COMPARED


def _of_case(_node: Node, _case: Node, _keys: tuple[str, ...], _trail: _Trail) -> StringUse:
    return StringUse.COMPARED


def _of_export(_node: Node, statement: Node, keys: tuple[str, ...], trail: _Trail) -> StringUse:
    exported = statement.type == "export_statement" or "exports" in text_of(statement.child_by_field_name("left"))
    if exported and not keys and _WORKSPACE.search(trail.source.path):
        return StringUse.PATH
    return _by_key(keys, in_configuration=exported)


def _by_key(keys: tuple[str, ...], *, in_configuration: bool) -> StringUse:
    shown = any(is_path_key(key, in_configuration=in_configuration) for key in keys)
    return StringUse.PATH if shown else StringUse.UNKNOWN


def _of_result(_node: Node, parent: Node, keys: tuple[str, ...], trail: _Trail) -> StringUse:
    """The use of what a function returns: a configuration, or a function that a call expects to fail."""
    source = trail.source
    function = parent if parent.type == "arrow_function" else function_around(source, parent)
    around = None if function is None else source.ancestry.parent(function)
    if function is None or around is None or trail.is_over:
        return StringUse.UNKNOWN
    if function.type in ("function_declaration", "method_definition"):
        return _by_key(keys, in_configuration=around.type == "export_statement" or len(keys) > 1)
    return _outwards(function, keys, trail.further())


def _of_default(_node: Node, parameter: Node, keys: tuple[str, ...], trail: _Trail) -> StringUse:
    return _of_pattern(first_child(parameter), scope_of(trail.source, parameter), keys, trail)


def _of_loop(_node: Node, loop: Node, keys: tuple[str, ...], trail: _Trail) -> StringUse:
    return _of_pattern(loop.child_by_field_name("left"), loop, keys, trail)


def _of_argument(node: Node, arguments: Node, keys: tuple[str, ...], trail: _Trail) -> StringUse:
    call = trail.source.ancestry.parent(arguments)
    if call is None or call.type not in ("call_expression", "new_expression"):
        return StringUse.UNKNOWN
    function = call.child_by_field_name("function") or call.child_by_field_name("constructor")
    callee = callee_text(trail.source, function)
    index = trail.source.ancestry.index(node)
    known = _of_known_call(call, callee, index, keys, trail)
    if known is not None:
        return known
    local = local_function(trail.source, function) if function is not None and function.type == "identifier" else None
    if local is not None and not trail.is_over:
        found = _of_parameter(local, index, keys, trail)
        return _of_path(call, trail) if found is StringUse.PATH else found
    return _of_path(call, trail) if is_path_helper(callee) else StringUse.UNKNOWN


def _of_known_call(call: Node, callee: str, index: int, keys: tuple[str, ...], trail: _Trail) -> StringUse | None:
    """The use of an argument of a function that is known by its name; None for any other function."""
    arguments = call.child_by_field_name("arguments")
    name = callee.rpartition(".")[2]
    found: StringUse | None = None
    if call.type == "new_expression" and callee == "URL":
        given = excerpt_of(trail.source, arguments)
        anchored = "import.meta" in given or "__filename" in given
        found = _of_path(call, trail) if anchored else StringUse.UNKNOWN
    elif name.startswith(("toContain", "toMatch")) or (name in _EXPECTED and callee.startswith(("expect", "assert"))):
        found = use_in_expectation(callee, arguments)
    elif is_path_argument(callee, index):
        found = _of_path(call, trail)
    elif name in _TEXT_METHODS and "." in callee:
        found = use_in_search(trail.source, call)
    elif name in _COLLECTING and not trail.is_over:
        found = _outwards(call, (*keys, _ENTRY) if name == "entries" else keys, trail.further())
    elif _TABLE.search(callee):
        found = _of_table(call, keys, trail)
    elif is_configuring(callee):
        is_listed = not keys and _WORKSPACE.search(trail.source.path)
        found = StringUse.PATH if is_listed else _by_key(keys, in_configuration=True)
    elif is_ban(name):
        found = StringUse.BANNED
    elif _by_key(keys, in_configuration=False) is StringUse.PATH:
        found = StringUse.PATH
    return found


def _of_path(call: Node, trail: _Trail) -> StringUse:
    """The use of a path that a call takes: a ban where a test expects that there is nothing."""
    if is_refuted(trail.source, call):
        return StringUse.BANNED
    name = callee_text(trail.source, call.child_by_field_name("function"))
    if not trail.is_over and (call.type == "new_expression" or is_joining(name)):
        # What becomes of the joined path may be a check that it is gone.
        further = _outwards(call, (), trail.further())
        return StringUse.BANNED if further is StringUse.BANNED else StringUse.PATH
    return StringUse.PATH


def _of_elements(node: Node, member: Node, keys: tuple[str, ...], trail: _Trail) -> StringUse:
    """The use of the elements of a list on which a method is called, or of a property of an object."""
    if member.child_by_field_name("object") != node or trail.is_over:
        return StringUse.UNKNOWN
    name, call = text_of(member.child_by_field_name("property")), trail.source.ancestry.parent(member)
    if call is not None and call.type == "call_expression" and call.child_by_field_name("function") == member:
        arguments = call.child_by_field_name("arguments")
        function = first_child(arguments)
        if name in _ITERATING and function is not None:
            found = _of_callback(function, keys, trail)
            passed_on = name in ("filter", "find") and found is StringUse.UNKNOWN
            return _outwards(call, keys, trail.further()) if passed_on else found
        if name in _TEXT_METHODS:
            searched = use_in_search(trail.source, call)
            return searched if searched is StringUse.BANNED else StringUse.COMPARED
        return _outwards(call, keys, trail.further()) if name in _PASSING_ON else StringUse.UNKNOWN
    return _outwards(member, (), trail.further()) if not keys or name in keys else StringUse.UNKNOWN


def _of_table(call: Node, keys: tuple[str, ...], trail: _Trail) -> StringUse:
    """The use of the rows of `it.each(rows)(title, function)`."""
    outer = trail.source.ancestry.parent(call)
    arguments = None if outer is None else outer.child_by_field_name("arguments")
    functions = [node for node in arguments.named_children if node.type in FUNCTIONS] if arguments is not None else []
    return _of_callback(functions[0], keys, trail) if functions else StringUse.UNKNOWN


def _of_callback(function: Node, keys: tuple[str, ...], trail: _Trail) -> StringUse:
    if function.type not in FUNCTIONS:
        return StringUse.PATH if is_path_helper(text_of(function)) else StringUse.UNKNOWN
    parameters = list(parameters_of(function))
    # Which part of a row a string is does not matter: a ban of any part leaves it as it is.
    found = [_of_pattern(parameter, function, keys, trail) for parameter in parameters]
    return max(found, default=StringUse.UNKNOWN)


def _of_parameter(function: Node, index: int, keys: tuple[str, ...], trail: _Trail) -> StringUse:
    parameters = list(parameters_of(function))
    last = parameters[-1:] if parameters and text_of(parameters[-1]).startswith("...") else []
    chosen = parameters[index : index + 1] or last
    return max((_of_pattern(each, function, keys, trail) for each in chosen), default=StringUse.UNKNOWN)


def _of_variable(_node: Node, declarator: Node, keys: tuple[str, ...], trail: _Trail) -> StringUse:
    name = declarator.child_by_field_name("name")
    if name is not None and is_ban(text_of(name)):
        return StringUse.BANNED
    found = _of_pattern(name, scope_of(trail.source, declarator), keys, trail)
    return found if found is not StringUse.UNKNOWN else _by_key(keys, in_configuration=False)


def _of_pattern(pattern: Node | None, scope: Node | None, keys: tuple[str, ...], trail: _Trail) -> StringUse:
    """The use of the variables that a pattern binds, in their scope."""
    if pattern is None or scope is None or trail.is_over:
        return StringUse.UNKNOWN
    bound = list(bound_names(pattern))
    if keys[-1:] == (_ENTRY,) and pattern.type == "array_pattern":
        # A string that is a key has no property around it.
        keys, bound = keys[:-1], bound[1:] if keys[:-1] else bound[:1]
    names = {text_of(node): node for node in bound}
    found = StringUse.UNKNOWN
    for name, node in names.items():
        rest = keys[1:] if pattern.type == "object_pattern" else keys
        for use in uses_of_name(trail.source, scope, name, node) if trail.enters(node) else ():
            found = max(found, _outwards(use, rest, trail.further()))
            if found is StringUse.BANNED:
                return found
    return found


_HANDLERS: Mapping[str, Callable[[Node, Node, tuple[str, ...], _Trail], StringUse]] = {
    "arguments": _of_argument,
    "binary_expression": _of_operand,
    "switch_case": _of_case,
    "variable_declarator": _of_variable,
    "required_parameter": _of_default,
    "optional_parameter": _of_default,
    "assignment_pattern": _of_default,
    "member_expression": _of_elements,
    "for_in_statement": _of_loop,
    "export_statement": _of_export,
    "assignment_expression": _of_export,
    "return_statement": _of_result,
    "arrow_function": _of_result,
}
"""The function that decides for each kind of node that holds an expression."""
