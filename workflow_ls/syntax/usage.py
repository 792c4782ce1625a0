"""How a file uses the names it imports."""

from __future__ import annotations

import re

from workflow_ls.syntax.parser import Source

_NOT_A_USE = frozenset({"import_specifier", "import_clause", "namespace_import", "import_require_clause"})


def used_as_value(source: Source, name: str) -> bool:
    """Whether a file uses an imported name outside of types.

    An identifier in an expression, a JSX tag, a decorator or an `export {}` counts; a type annotation does not.  A
    different binding of the same name counts too: the answer errs towards "yes".
    """
    root = source.tree.root_node
    for match in re.finditer(rb"(?<![\w$])" + re.escape(name.encode()) + rb"(?![\w$])", source.text):
        node = root.descendant_for_byte_range(match.start(), match.end())
        if node is None or node.parent is None or node.type not in _VALUE_NODES:
            continue
        parent = node.parent
        while parent.type == "nested_identifier" and parent.parent is not None:
            parent = parent.parent
        if parent.type in _NOT_A_USE or parent.type in _TYPE_POSITIONS:
            continue
        if parent.type == "export_specifier" and any(child.type == "type" for child in parent.children):
            continue
        return True
    return False


_VALUE_NODES = frozenset({"identifier", "shorthand_property_identifier", "jsx_identifier"})
_TYPE_POSITIONS = frozenset({"type_query", "nested_type_identifier"})
