"""Where a file depends on a value being the very one that other code has: where it changes it, or compares it.

    vi.spyOn(clock, 'now');  clock.now = vi.fn();  Object.assign(clock, { now });  queue.jobs.push(job)    // changes
    expect(error).toBeInstanceOf(Late);  error instanceof Late;  expect(found).toBe(NOTHING)               // compares

By another name, it is the same value: `const { clock } = ns` makes `clock.now` a path of `ns.clock`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.literals import string_value
from workflow_ls.syntax.scopes import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

Path = tuple[str, ...]
"""A value as `ns.clock.now`: a name, and the members on the way, "" for a computed one."""

MODULE = ""
"""The name of what `import('…')` and the like give."""


@record
class IdentityUse:
    """A place at the offset `start` that changes a value, or compares it."""

    start: int
    changes: bool
    path: Path


_CHANGING_WORDS = (
    "spyOn replaceProperty stub replace method fake spy assign defineProperty defineProperties "
    "setPrototypeOf deleteProperty merge"
)
_CHANGING_METHODS_WORDS = "set add delete clear push pop shift unshift splice sort reverse fill copyWithin setState"
_COMPARING_WORDS = (
    "toBe toStrictEqual toContain toBeInstanceOf toThrow toThrowError any strictEqual notStrictEqual "
    "deepStrictEqual throws rejects instanceOf instanceof equal toHaveBeenCalledWith "
    "toHaveBeenLastCalledWith toHaveBeenNthCalledWith toHaveReturnedWith toHaveBeenCalledExactlyOnceWith"
)
_CHANGING = frozenset(_CHANGING_WORDS.split())
_CHANGING_METHODS = frozenset(_CHANGING_METHODS_WORDS.split())
_COMPARING = frozenset(_COMPARING_WORDS.split())
# Methods of collections that look for what they are given.
_FINDING = frozenset({"includes", "indexOf", "lastIndexOf", "has", "get", "delete"})
_COMPARING_OPERATORS = frozenset({"===", "!==", "==", "!="})
_ASSIGNMENTS = frozenset({"assignment_expression", "augmented_assignment_expression"})
_THROUGH = frozenset(
    {
        "parenthesized_expression",
        "as_expression",
        "satisfies_expression",
        "non_null_expression",
        "await_expression",
    }
)
_IN_COLLECTION = frozenset({"array", "arguments", "new_expression", *_THROUGH})
_FUNCTIONS = frozenset({"function_declaration", "arrow_function", "function_expression"})
_NAMES = frozenset({"identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern"})
_LITERALS = frozenset({"string", "number", "true", "false", "null", "undefined", "template_string", "regex"})
_LOADS = compile_on_use(r"^(?:import|require)$|\.(?:importActual|requireActual)$")
_MOST_NAMES = 4  # a name for a name for a name


def find_identity_uses(source: Source) -> tuple[IdentityUse, ...]:
    """The places of a file that change or compare values, in file order; one for each name that the value has."""
    names = dict[str, Path]()
    found = list[IdentityUse]()
    calls: list[Node] = []
    collected: list[tuple[str, Path]] = []
    functions: dict[str, Node] = {}
    todo = [source.tree.root_node]
    while todo:
        node = todo.pop()
        todo += reversed(node.named_children)
        if node.type == "variable_declarator":
            names.update(_names_given(node))
        for changes, path in _uses(node):
            found.append(IdentityUse(node.start_byte, changes, path))
        if node.type == "array":
            collected += _collected(node)
        elif node.type == "call_expression":
            calls.append(node)
        elif node.type in _FUNCTIONS:
            functions.update(_named_function(node))
    found += _handed_over(calls, functions, found)
    found += _found_in(calls, collected)
    return tuple(IdentityUse(use.start, use.changes, path) for use in found for path in _same_values(use.path, names))


def _named_function(node: Node) -> Iterator[tuple[str, Node]]:
    """A function with the name that the file calls it by."""
    named = node if node.type == "function_declaration" else node.parent
    if named is not None and named.type in ("function_declaration", "variable_declarator"):
        yield text_of(named.child_by_field_name("name")), node


def _collected(array: Node) -> Iterator[tuple[str, Path]]:
    """The values in an array, each with the variable that holds the array, or a collection that is made of it."""
    node: Node | None = array
    while node is not None and node.type in _IN_COLLECTION:
        node = node.parent
    if node is not None and node.type == "variable_declarator":
        name = text_of(node.child_by_field_name("name"))
        yield from ((name, path) for each in array.named_children for _, path in _each(each, changes=False))


def _found_in(calls: Iterable[Node], collected: Iterable[tuple[str, Path]]) -> Iterator[IdentityUse]:
    """The values of a collection of the file in which something is looked for."""
    held = defaultdict[str, list[Path]](list)
    for name, path in collected:
        held[name].append(path)
    for call in calls if held else ():
        function = call.child_by_field_name("function")
        if function is not None and function.type == "member_expression":
            owner = _path(function.child_by_field_name("object"))
            if owner and text_of(function.child_by_field_name("property")) in _FINDING:
                yield from (IdentityUse(call.start_byte, changes=False, path=path) for path in held[owner[0]])


def _handed_over(
    calls: Iterable[Node], functions: Mapping[str, Node], uses: Iterable[IdentityUse]
) -> Iterator[IdentityUse]:
    """What the file gives to a function of its own that changes what it is given."""
    changed = defaultdict[str, list[int]](list)
    for use in uses:
        if use.changes and len(use.path) > 1:
            changed[use.path[0]].append(use.start)
    at = {name: tuple(_changing_parameters(node, changed)) for name, node in functions.items()} if changed else {}
    for call in calls if any(at.values()) else ():
        arguments = call.child_by_field_name("arguments")
        given = [] if arguments is None else [each for each in arguments.named_children if each.type != "comment"]
        for number in at.get(text_of(call.child_by_field_name("function")), ()):
            path = _path(given[number]) if number < len(given) else ()
            if path:
                yield IdentityUse(call.start_byte, changes=True, path=path)


def _changing_parameters(function: Node, changed: Mapping[str, list[int]]) -> Iterator[int]:
    """The numbers of the parameters of which a function changes a member."""
    parameters = function.child_by_field_name("parameters")
    for number, parameter in enumerate(() if parameters is None else parameters.named_children):
        name = text_of(parameter.child_by_field_name("pattern"))
        if any(function.start_byte <= start < function.end_byte for start in changed.get(name, ())):
            yield number


def _uses(node: Node) -> Iterator[tuple[bool, Path]]:
    """The values that an expression changes (True) or compares."""
    if node.type in _ASSIGNMENTS or node.type == "for_in_statement":
        yield from _assigned(node.child_by_field_name("left"))
    elif node.type == "update_expression":
        yield from _each(node.child_by_field_name("argument"), changes=True)
    elif node.type == "unary_expression":
        if text_of(node.child_by_field_name("operator")) == "delete":
            yield from _each(node.child_by_field_name("argument"), changes=True)
    elif node.type == "binary_expression":
        yield from _compared(node)
    elif node.type == "call_expression":
        yield from _called(node)
    elif node.type in ("switch_case", "switch_statement"):
        value = node.child_by_field_name("value")
        if value is not None and value.type not in _LITERALS:
            yield from _each(value, changes=False)
    elif node.type == "private_property_identifier":
        yield from _branded(node)


def _assigned(target: Node | None) -> Iterator[tuple[bool, Path]]:
    """What an assignment changes: `a`, `a.b`, or each of `[a, { b: c.d }] = …`."""
    todo = [] if target is None else [target]
    while todo:
        node = todo.pop()
        if node.type in ("array_pattern", "object_pattern", "rest_pattern"):
            todo += node.named_children
        elif node.type == "pair_pattern":
            todo += [value] if (value := node.child_by_field_name("value")) is not None else []
        elif node.type in ("assignment_pattern", "object_assignment_pattern"):
            todo += [left] if (left := node.child_by_field_name("left")) is not None else []
        else:
            yield from _each(node, changes=True)


def _branded(member: Node) -> Iterator[tuple[bool, Path]]:
    """The class whose private member is asked of another object than `this`, which only its own instances have."""
    access = member.parent
    owner = None if access is None else access.child_by_field_name("object")
    asks = access is not None and access.type in ("member_expression", "binary_expression")
    node = access if asks and (owner is None or owner.type != "this") else None
    while node is not None and node.type not in ("class_declaration", "abstract_class_declaration"):
        node = node.parent
    name = None if node is None else node.child_by_field_name("name")
    if name is not None and (owner is None or owner.text != name.text):  # `Jar.#made` is a static member
        yield False, (text_of(name),)


def _compared(node: Node) -> Iterator[tuple[bool, Path]]:
    left, operator, right = (node.child_by_field_name(name) for name in ("left", "operator", "right"))
    written = text_of(operator)
    if written == "instanceof":
        yield from _each(right, changes=False)
    elif written in _COMPARING_OPERATORS and not any(side is None or side.type in _LITERALS for side in (left, right)):
        # No value that has an identity is equal to a literal.
        yield from _each(left, changes=False)
        yield from _each(right, changes=False)


def _called(call: Node) -> Iterator[tuple[bool, Path]]:
    function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if function is None or arguments is None or arguments.type != "arguments":
        return
    is_method = function.type == "member_expression"
    name = text_of(function.child_by_field_name("property") if is_method else function)
    given = [each for each in arguments.named_children if each.type != "comment"]
    if name in _CHANGING and given:
        member = (string_value((given[1].text or b"")[1:-1]),) if len(given) > 1 and given[1].type == "string" else ()
        yield from ((True, (*path, *member)) for _, path in _each(given[0], changes=True))
    elif name in _COMPARING and not all(each.type in _LITERALS for each in given):
        for each in given:
            yield from _each(each, changes=False)
        yield from ((False, path) for path in _expected(function))
    if is_method and name == "isPrototypeOf":
        path = _path(function.child_by_field_name("object"))
        yield from ((False, each) for each in (path[:-1] if path[-1:] == ("prototype",) else path,) if each)
    if is_method and name in _FINDING and given and given[0].type not in _LITERALS:
        yield from _each(given[0], changes=False)
    if is_method and name in _CHANGING_METHODS:
        yield from _each(function.child_by_field_name("object"), changes=True)


def _expected(function: Node) -> Iterator[Path]:
    """What `expect(…)` is given, before a matcher."""
    node: Node | None = function
    while node is not None and node.type == "member_expression":
        node = node.child_by_field_name("object")
    arguments = None if node is None else node.child_by_field_name("arguments")
    for each in () if arguments is None else arguments.named_children:
        yield from (path for _, path in _each(each, changes=False))


def _each(node: Node | None, *, changes: bool) -> Iterator[tuple[bool, Path]]:
    path = _path(node)
    if path:
        yield changes, path


def _path(node: Node | None) -> Path:
    """The value that an expression names; empty if it names none."""
    members = list[str]()
    while node is not None:
        if node.type in _THROUGH:
            node = node.named_children[0] if node.named_children else None
        elif node.type == "new_expression":
            node = node.child_by_field_name("constructor")
        elif node.type == "member_expression":
            members.append(text_of(node.child_by_field_name("property")))
            node = node.child_by_field_name("object")
        elif node.type == "subscript_expression":
            index = node.child_by_field_name("index")
            is_text = index is not None and index.type == "string"
            members.append(string_value((index.text or b"")[1:-1]) if index is not None and is_text else "")
            node = node.child_by_field_name("object")
        elif node.type in _NAMES:
            return (text_of(node), *reversed(members))
        elif node.type == "call_expression":
            is_module = _LOADS.search(text_of(node.child_by_field_name("function"))) is not None
            return (MODULE, *reversed(members)) if is_module else ()
        else:
            return ()
    return ()


def _names_given(declarator: Node) -> Iterator[tuple[str, Path]]:
    """The variables that a declaration makes of a value, each with the path of that."""
    name, path = declarator.child_by_field_name("name"), _path(declarator.child_by_field_name("value"))
    if name is None or not path:
        return
    if name.type == "identifier":
        yield text_of(name), path
    for each in name.named_children if name.type == "object_pattern" else ():
        is_pair = each.type == "pair_pattern"
        key, local = (each.child_by_field_name("key"), each.child_by_field_name("value")) if is_pair else (each, each)
        if local is not None and local.type in _NAMES:
            yield text_of(local), (*path, text_of(key))


def _same_values(path: Path, names: Mapping[str, Path]) -> Iterator[Path]:
    """A path, and what it is by the names that it starts from."""
    for _ in range(_MOST_NAMES):
        yield path
        start = names.get(path[0])
        if start is None or start[0] == path[0]:
            return
        path = (*start, *path[1:])
