"""The local names that the imports of a module bind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from workflow_ls.syntax.references.literals import identifier_name, string_value
from workflow_ls.syntax.references.names.clauses import parse_import_clause

if TYPE_CHECKING:
    from tree_sitter import Node


class ImportBinding(NamedTuple):
    """A local name that an import binds; `name` is None for a namespace, and for `import x = require()`."""

    local: str
    specifier: str
    name: str | None
    type_only: bool


def imported_names(node: Node, text: bytes) -> Iterator[ImportBinding]:
    """The names that an import statement binds; `text` is that of the file."""
    kinds = {child.type: child for child in node.children}
    clause_of_require = kinds.get("import_require_clause")
    required = None if clause_of_require is None else clause_of_require.child_by_field_name("source")
    if clause_of_require is not None and required is not None:
        local = next((child for child in clause_of_require.named_children if child.type == "identifier"), None)
        if local is not None:
            yield ImportBinding(_name(local, text), specifier_of(required, text), None, "type" in kinds)
    if "import_clause" not in kinds or "string" not in kinds:
        return
    specifier = specifier_of(kinds["string"], text)
    clause = parse_import_clause(text, kinds["import"].end_byte, kinds.get("from", kinds["string"]).start_byte)
    if clause is None:
        return
    for name in clause.names:
        yield ImportBinding(name.local or name.name, specifier, name.name, name.type_only)
    for child in kinds["import_clause"].named_children:
        if child.type == "namespace_import" and child.named_children:
            yield ImportBinding(_name(child.named_children[-1], text), specifier, None, clause.type_only)


def specifier_of(string: Node, text: bytes) -> str:
    """The value of a string node."""
    return string_value(text[string.start_byte + 1 : string.end_byte - 1])


def _name(identifier: Node, text: bytes) -> str:
    return identifier_name(text[identifier.start_byte : identifier.end_byte])
