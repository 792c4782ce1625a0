"""What `N.b` is in `import a = N.b` and `export default N.b` (TypeScript, EntityName)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from workflow_ls.records import field, record
from workflow_ls.syntax.exports.declarations import declarations_of, name_of
from workflow_ls.syntax.exports.import_bindings import ImportBinding
from workflow_ls.syntax.references.expressions import significant_children
from workflow_ls.syntax.references.names.clauses import parse_export_clause

if TYPE_CHECKING:
    from tree_sitter import Node

_NAMESPACES = ("internal_module", "module")
_AROUND = ("export_statement", "ambient_declaration", "expression_statement")


@record
class ImportedMember:
    """What another module decides: the `members`, one in the other, of what it exports as `name`.

    `name` is None for the module itself.  `only_namespace` says that nothing but a namespace or an enum is meant.
    """

    specifier: str
    name: str | None
    members: tuple[str, ...]
    only_namespace: bool = False


@record
class Entity:
    """What a name means: whether it is a value and a type, and what it is imported as, or is a member of.

    An entity without meanings does not exist, which the compiler reports.
    """

    value: bool
    type: bool
    imported: ImportBinding | None = None
    member: ImportedMember | None = None


UNKNOWN = Entity(value=True, type=True)
"""What the file does not show."""

_NOTHING = Entity(value=False, type=False)
_MOST_ALIASES = 20


@record
class _Space:
    """A namespace: those within its name (`B.C` of `namespace A.B.C`), its body, and whether it has values."""

    inner: tuple[str, ...]
    body: Node
    ambient: bool
    value: bool


@record(frozen=False)
class _Found:
    """What the declarations of one name in one scope are, together."""

    value: bool = False
    type: bool = False
    spaces: list[_Space] = field(default_factory=list)
    enums: list[Node] = field(default_factory=list)
    alias: tuple[str, ...] | None = None

    @property
    def exists(self) -> bool:
        return self.value or self.type or self.alias is not None


@record
class EntityNames:
    """The entities of one module.

    `statements` are those at its top, `imports` what its imports bind, by local name.  `text` is the file's.
    """

    text: bytes
    statements: Sequence[Node]
    imports: Mapping[str, ImportBinding]
    ambient: bool

    def alias(self, declaration: Node) -> Entity:
        """The entity of `import a = N.b`."""
        names = _target_of(declaration)
        # On its own, a name on the right of `=` means a namespace.
        return UNKNOWN if names is None else self.entity(names, only_namespace=len(names) == 1)

    def entity(self, names: tuple[str, ...], *, only_namespace: bool = False) -> Entity:
        """The entity of dotted names; UNKNOWN if nothing in the file declares the first of them."""
        return self._entity(names, ((self.statements, None),), 0, only_namespace=only_namespace)

    def _entity(self, names: tuple[str, ...], scopes: _Scopes, depth: int, *, only_namespace: bool) -> Entity:
        if depth > _MOST_ALIASES:
            return _NOTHING
        for index, (statements, space) in enumerate(scopes):
            found = _Found()
            for statement in statements:
                _add(found, names[0], statement, ambient=self.ambient if space is None else space.ambient)
            if found.exists:
                return self._member(found, names[1:], scopes[index:], depth, only_namespace=only_namespace)
        imported = self.imports.get(names[0])
        return UNKNOWN if imported is None else _imported(imported, names[1:], only_namespace=only_namespace)

    def _member(
        self, found: _Found, names: tuple[str, ...], scopes: _Scopes, depth: int, *, only_namespace: bool
    ) -> Entity:
        if found.alias is not None:
            only_namespace = only_namespace or (len(found.alias) == 1 and not names)
            return self._entity((*found.alias, *names), scopes, depth + 1, only_namespace=only_namespace)
        if not names:
            is_meant = not only_namespace or found.spaces or found.enums
            return Entity(found.value, found.type) if is_meant else _NOTHING
        if found.enums and len(names) == 1 and any(names[0] in _members(each) for each in found.enums):
            return Entity(value=True, type=True)
        merged = _Found()
        inside = scopes
        for space in found.spaces:
            if space.inner:
                if space.inner[0] == names[0]:
                    merged.spaces.append(_Space(space.inner[1:], space.body, space.ambient, space.value))
                    merged.value, merged.type = merged.value or space.value, True
                continue
            inside = ((space.body.named_children, space), *scopes)
            self._add_exported(merged, names[0], space)
        if not merged.exists:
            return _NOTHING
        return self._member(merged, names[1:], inside, depth + 1, only_namespace=only_namespace)

    def _add_exported(self, found: _Found, name: str, space: _Space) -> None:
        statements = significant_children(space.body)
        clauses = [each for each in statements if _clause_of(each) is not None]
        for statement in statements:
            if statement.type == "export_statement" or (space.ambient and not clauses):
                _add(found, name, statement, ambient=space.ambient)
        for statement in clauses:
            clause = _clause_of(statement)
            parsed = clause and parse_export_clause(self.text, statement.start_byte + len(b"export"), clause.end_byte)
            for item in parsed.names if parsed else ():
                if item.local == name and not found.exists:
                    for each in statements:
                        _add(found, item.name, each, ambient=space.ambient)
                    found.value = found.value and not item.type_only


_Scopes = tuple[tuple[Sequence["Node"], _Space | None], ...]


def _target_of(declaration: Node) -> tuple[str, ...] | None:
    named = significant_children(declaration)
    return dotted_names(named[-1]) if len(named) > 1 and not declaration.has_error else None


def dotted_names(node: Node) -> tuple[str, ...] | None:
    """The names of `a.b.c`; None for another expression."""
    names = list[str]()
    while node.type in ("nested_identifier", "member_expression"):
        inner = node.child_by_field_name("object")
        name = node.child_by_field_name("property")
        if inner is None or name is None or name.type == "private_property_identifier":
            return None
        names.append(name_of(name))
        node = inner
    return (name_of(node), *reversed(names)) if node.type == "identifier" else None


def _imported(imported: ImportBinding, names: tuple[str, ...], *, only_namespace: bool) -> Entity:
    if not names and (imported.name is None or not only_namespace):
        return Entity(not imported.type_only, type=True, imported=imported)
    if imported.name is None and len(names) == 1:
        member = ImportBinding(imported.local, imported.specifier, names[0], imported.type_only)
        return Entity(not imported.type_only, type=True, imported=member)
    inside = ImportedMember(imported.specifier, imported.name, names, only_namespace)
    return Entity(not imported.type_only, type=True, member=inside)


def _clause_of(statement: Node) -> Node | None:
    if statement.type != "export_statement" or statement.child_by_field_name("source") is not None:
        return None
    return next((child for child in statement.named_children if child.type == "export_clause"), None)


def _add(found: _Found, name: str, statement: Node, *, ambient: bool) -> None:
    """Add what a statement declares of a name."""
    node = statement
    while node.type in _AROUND:
        ambient = ambient or node.type == "ambient_declaration"
        inner = next((each for each in significant_children(node) if each.type != "decorator"), None)
        if inner is None:
            return
        node = inner
    for declared in declarations_of(node):
        if declared.name != name:
            continue
        if node.type == "import_alias":
            found.alias = found.alias or _target_of(node)
            found.value = found.value or found.alias is None
            continue
        found.value, found.type = found.value or declared.value, found.type or declared.type
        body = node.child_by_field_name("body")
        if node.type in _NAMESPACES and body is not None:
            named = node.child_by_field_name("name")
            path = None if named is None else dotted_names(named)
            if path is not None:
                found.spaces.append(_Space(path[1:], body, ambient, declared.value))
        elif node.type == "enum_declaration" and body is not None:
            found.enums.append(body)


def _members(body: Node) -> Iterator[str]:
    for member in body.named_children:
        name = member.child_by_field_name("name") if member.type == "enum_assignment" else member
        if name is not None and name.type in ("property_identifier", "identifier"):
            yield name_of(name)
        elif name is not None and name.type == "string":
            yield name_of(name)[1:-1]
