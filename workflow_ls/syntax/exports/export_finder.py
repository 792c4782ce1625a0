"""The exports of a module, read from its own text; re-exports are not followed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from workflow_ls.records import field, record, replace
from workflow_ls.syntax.exports.commonjs import exported_names, opaque_reason
from workflow_ls.syntax.exports.declarations import (
    Declaration,
    cut_off,
    declarations_of,
    default_declaration,
    default_name,
    exports_late,
    is_default_class,
    parse_declaration_head,
)
from workflow_ls.syntax.exports.entity_names import UNKNOWN, Entity, EntityNames, ImportedMember, dotted_names
from workflow_ls.syntax.exports.hoisting import hoisted_declarations
from workflow_ls.syntax.exports.import_bindings import imported_names, specifier_of
from workflow_ls.syntax.exports.statements import find_statements
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.clauses import parse_export_clause
from workflow_ls.syntax.references.literals import identifier_name, string_value
from workflow_ls.syntax.spelling.trivia import TRIVIA
from workflow_ls.syntax.spelling.unknown_spellings import NAME, STRING
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node


@record
class Export:
    """One exported name.

    `value` and `type` are the meanings of the name.  For a re-export, `specifier` names the other module, `source` is
    the name in it (None for its namespace object), and `value` and `type` are the meanings that are passed on at most.
    For a declaration of this module, `source` is its local name.  `member` is set for one that only names what another
    module declares inside a namespace; `value` and `type` are then the meanings that it has at most.
    """

    name: str
    value: bool
    type: bool
    span: Span
    specifier: str | None = None
    source: str | None = None
    member: ImportedMember | None = None


@record
class ExportStar:
    """An `export * from`; `type_only` for `export type * from`."""

    specifier: str
    type_only: bool
    span: Span


@record
class ModuleSyntax:
    """The exports of one file.

    `exports` may hold a name twice (overloads, merged declarations).  `opaque` is None, or the reason why the text does
    not show the names.  `proxy`: the module consists of `export … from`.  `only_re_exports`: the same, where it may
    also import names in order to export them.  `script`: it is no module, and what it declares is global.
    `undeclared` are the exports of lists whose names have no declaration in the file, by `source`.  Where no other file
    has one in a `declare global`, the compiler reports them, and no star brings them either.
    """

    exports: tuple[Export, ...] = ()
    stars: tuple[ExportStar, ...] = ()
    opaque: str | None = None
    proxy: bool = False
    only_re_exports: bool = False
    script: bool = False
    undeclared: tuple[Export, ...] = ()

    def without_places(self) -> ModuleSyntax:
        """A copy with empty spans, which is equal for two texts with the same exports."""
        exports = tuple(
            Export(e.name, e.value, e.type, _NOWHERE, e.specifier, e.source, e.member) for e in self.exports
        )
        stars = tuple(ExportStar(star.specifier, star.type_only, _NOWHERE) for star in self.stars)
        undeclared = tuple(Export(e.name, e.value, e.type, _NOWHERE, None, e.source) for e in self.undeclared)
        return replace(self, exports=exports, stars=stars, undeclared=undeclared)

    @property
    def specifiers(self) -> frozenset[str]:
        """The specifiers of the modules that this one re-exports from."""
        named = (export.specifier for export in self.exports if export.specifier is not None)
        return frozenset((*named, *(star.specifier for star in self.stars)))


_NOWHERE = Span(0, 0)


def find_exports(source: Source) -> ModuleSyntax:
    """Find the exports of a file: ECMAScript export declarations, and the common forms of CommonJS.

    Implements the static semantics of ECMA-262, 16.2.3 (ExportedNames), and TypeScript's type exports.
    """
    statements = find_statements(source)
    scan = _Scan(source.text, statements.nodes, ambient=source.path.endswith((".d.ts", ".d.mts", ".d.cts")))
    for node in statements.nodes:
        _statement(node, scan)
    for offset in statements.unparsed:
        _unread(offset, scan)
    if not scan.is_module:
        return _common_js(source, scan)
    exports = [*scan.exports, *_aliased(source, scan)]
    if scan.ambient and not scan.has_export_list:
        exports += _implied(scan)
    opaque = "it uses `export =`" if scan.has_assignment else None
    proxy = bool(exports or scan.stars) and not scan.has_others
    only_re_exports = proxy or _passes_all_on(scan, exports)
    stars, undeclared = tuple(scan.stars), tuple(scan.undeclared)
    return ModuleSyntax(tuple(exports), stars, opaque, proxy, only_re_exports, undeclared=undeclared)


def entity_of(source: Source, names: tuple[str, ...], only_namespace: bool) -> Entity:
    """What dotted names mean at the top of a file; nothing, if it does not declare the first of them."""
    statements = find_statements(source)
    scan = _Scan(source.text, statements.nodes, ambient=source.path.endswith((".d.ts", ".d.mts", ".d.cts")))
    return scan.entities.entity(names, only_namespace=only_namespace)


def _passes_all_on(scan: _Scan, exports: Iterable[Export]) -> bool:
    """Whether a module has nothing but re-exports and imports of the modules that it re-exports."""
    if scan.has_code or scan.has_assignment or any(export.specifier is None for export in exports):
        return False
    passed = {export.specifier for export in exports} | {star.specifier for star in scan.stars}
    imported = {
        specifier_of(source, scan.text) for node in scan.imports if (source := node.child_by_field_name("source"))
    }
    return bool(passed) and imported <= passed


class _Alias(NamedTuple):
    """A local name that is exported, under the same or another name."""

    name: str
    local: str
    type_only: bool
    span: Span
    is_expression: bool = False  # of `export default`, where a global variable may be meant, too


@record(frozen=False, slots=False)
class _Scan:
    text: bytes
    statements: list[Node]
    ambient: bool
    exports: list[Export] = field(default_factory=list)
    aliases: list[_Alias] = field(default_factory=list)
    stars: list[ExportStar] = field(default_factory=list)
    imports: list[Node] = field(default_factory=list)
    undeclared: list[Export] = field(default_factory=list)
    import_aliases: dict[str, Entity] = field(default_factory=dict)  # `import a = N.b`
    declarations: list[Node] = field(default_factory=list)  # those without `export`
    unparsed: list[Declaration] = field(default_factory=list)  # the same, of which only the first words could be parsed
    has_assignment: bool = False  # export =
    has_export_list: bool = False  # or an assignment; either ends the implied exports of a declaration file
    is_module: bool = False
    has_others: bool = False  # statements other than re-exports
    has_code: bool = False  # the same, and neither imports nor exports of names

    @cached_property
    def entities(self) -> EntityNames:
        """What dotted names stand for."""
        imports = (node for node in self.statements if node.type == "import_statement")
        bound = {each.local: each for node in imports for each in imported_names(node, self.text)}
        return EntityNames(self.text, self.statements, bound, self.ambient)


def _statement(node: Node, scan: _Scan) -> None:
    if exports_late(scan.text, node.start_byte):
        _unread(node.start_byte, scan)
        return
    kind = node.type
    cut = cut_off(scan.text, node.start_byte) if kind in _CUT_KINDS else None
    if cut is not None:
        scan.has_others = scan.has_code = True
        if cut.declares:
            scan.declarations.append(node.child_by_field_name("declaration") or node)
    elif kind == "export_statement" and any(child.type == "namespace" for child in node.children):
        scan.has_others = scan.has_code = True  # `export as namespace` alone makes no module
    elif kind == "export_statement":
        scan.is_module = True
        _export(node, scan)
    elif kind == "import_statement":
        scan.is_module = scan.has_others = True
        scan.imports.append(node)
    elif kind not in _NOTHING and not _is_directive(node):
        scan.has_others = scan.has_code = True
        scan.declarations.append(node)


_CUT_KINDS = (
    *("export_statement", "ambient_declaration", "abstract_class_declaration", "type_alias_declaration"),
    *("interface_declaration", "module"),
)
_NOTHING = ("comment", "hash_bang_line", "empty_statement")


def _is_directive(node: Node) -> bool:
    return node.type == "expression_statement" and [child.type for child in node.named_children] == ["string"]


def _export(node: Node, scan: _Scan) -> None:
    kinds = {child.type: child for child in node.children}
    span = Span(node.start_byte, node.end_byte)
    source = node.child_by_field_name("source")
    if source is not None:
        scan.has_export_list = True
        _re_export(kinds, source, span, scan)
        return
    scan.has_others = True
    declaration = node.child_by_field_name("declaration")
    if "default" in kinds and (name := default_name(scan.text, node)) is not None:
        scan.aliases.append(_Alias("default", name, False, span, is_expression=True))
        if declaration is not None:
            scan.declarations.append(declaration)
    elif "default" in kinds:
        _default(node, declaration, span, scan)
    elif declaration is not None and declaration.type == "import_alias":
        _exported_alias(node, declaration, span, scan)
    elif declaration is not None:
        for name, value, is_type in declarations_of(declaration):
            scan.exports.append(Export(name, value, is_type, span, source=name))
    elif "=" in kinds:
        scan.has_export_list = scan.has_assignment = True
    elif "export_clause" in kinds:
        scan.has_export_list = True
        clause = parse_export_clause(scan.text, kinds["export"].end_byte, kinds["export_clause"].end_byte)
        for item in () if clause is None else clause.names:
            exported = item.name if item.local is None else item.local
            scan.aliases.append(_Alias(exported, item.name, item.type_only, item.span))


def _exported_alias(statement: Node, declaration: Node, span: Span, scan: _Scan) -> None:
    """Record `export import a = …`."""
    required = _REQUIRED.match(scan.text, statement.start_byte)  # the grammar does not know it
    if required is not None:
        scan.exports.append(_required(required, span))
        return
    for name, _, _ in declarations_of(declaration):
        entity = scan.entities.alias(declaration)
        if entity.imported is not None:
            specifier, source = entity.imported.specifier, entity.imported.name
            scan.exports.append(Export(name, entity.value, entity.type, span, specifier, source))
        elif entity.value or entity.type:
            exported = Export(name, entity.value, entity.type, span, source=name, member=entity.member)
            scan.exports.append(exported)


_REQUIRED = re.compile(
    rb"export" + TRIVIA + rb"import" + TRIVIA + rb"(?P<type>type" + TRIVIA + rb"(?!=))?(?P<name>" + NAME + rb")"
    + TRIVIA + rb"=" + TRIVIA + rb"require" + TRIVIA + rb"\(" + TRIVIA + rb"(?P<specifier>" + STRING + rb")"
)  # fmt: skip


def _required(match: re.Match[bytes], span: Span) -> Export:
    """The export of `export import a = require('…')`."""
    name, specifier = identifier_name(match["name"]), string_value(match["specifier"][1:-1])
    return Export(name, not match["type"], True, span, specifier)


def _unread(offset: int, scan: _Scan) -> None:
    """Record a declaration that could not be parsed, judging by its first words."""
    scan.has_others = scan.has_code = True
    span = Span(offset, offset)
    if (required := _REQUIRED.match(scan.text, offset)) is not None:
        scan.is_module = True
        scan.exports.append(_required(required, span))
    head = parse_declaration_head(scan.text, offset)
    if head is None:
        return
    cut = None if exports_late(scan.text, offset) else cut_off(scan.text, offset)
    if cut is not None:
        scan.unparsed += [head.declared] if cut.declares else ()
        return
    declaration, exported, default = head
    scan.is_module |= exported
    if exported:
        name = "default" if default else declaration.name
        scan.exports.append(Export(name, declaration.value, declaration.type, span, source=declaration.name))
    else:
        scan.unparsed.append(declaration)


def _re_export(kinds: dict[str, Node], source: Node, span: Span, scan: _Scan) -> None:
    specifier = specifier_of(source, scan.text)
    clause = parse_export_clause(scan.text, kinds["export"].end_byte, kinds.get("from", source).start_byte)
    if clause is None:
        return
    if "namespace_export" in kinds:
        name = kinds["namespace_export"].named_children[-1]
        exported = specifier_of(name, scan.text) if name.type == "string" else _name(name, scan.text)
        scan.exports.append(Export(exported, not clause.type_only, True, span, specifier))
    elif "*" in kinds:
        scan.stars.append(ExportStar(specifier, clause.type_only, span))
    for item in clause.names:
        exported = item.name if item.local is None else item.local
        scan.exports.append(Export(exported, not item.type_only, True, item.span, specifier, item.name))


def _default(node: Node, declaration: Node | None, span: Span, scan: _Scan) -> None:
    value = node.child_by_field_name("value")
    scan.has_export_list |= declaration is None
    path = None if value is None else dotted_names(value)
    if path is not None and len(path) == 1:
        scan.aliases.append(_Alias("default", path[0], False, span, is_expression=True))
    elif path is not None and (entity := scan.entities.entity(path)) is not UNKNOWN:
        if entity.imported is not None:
            specifier, source = entity.imported.specifier, entity.imported.name
            scan.exports.append(Export("default", entity.value, entity.type, span, specifier, source))
        else:
            # Of what is no entity, it is the value when it runs.
            value_too = entity.value or not entity.type
            exported = Export("default", value_too, entity.type, span, source="default", member=entity.member)
            scan.exports.append(exported)
    elif node.has_error and is_default_class(scan.text, node):
        scan.exports.append(Export("default", True, True, span, source="default"))
    else:
        name, is_value, is_type = default_declaration(declaration or value)
        scan.exports.append(Export("default", is_value, is_type, span, source=name))


def _aliased(source: Source, scan: _Scan) -> Iterator[Export]:
    """The exports of local names, with the meanings of their declarations or imports."""
    if not scan.aliases:
        return
    found = _locals(scan)
    if any(alias.local not in found for alias in scan.aliases):
        found = {**_merged(hoisted_declarations(scan.statements)), **found}
    for exported, local, type_only, span, is_expression in scan.aliases:
        binding = scan.entities.imports.get(local)
        if binding is None and local in scan.import_aliases:
            binding = scan.import_aliases[local].imported
        if binding is not None:
            only = type_only or binding.type_only
            yield Export(exported, not only, True, span, binding.specifier, binding.name)
        elif local in found or is_expression or _may_be_declared(source, local, scan):
            value, is_type = found.get(local, (True, True))
            entity = scan.import_aliases.get(local)
            member = None if entity is None else entity.member
            yield Export(exported, value and not type_only, is_type, span, source=local, member=member)
        else:
            scan.undeclared.append(Export(exported, not type_only, True, span, source=local))


def _may_be_declared(source: Source, name: str, scan: _Scan) -> bool:
    """Whether a declaration of a name may be in what could not be parsed; the compiler reports a name without one."""
    if not source.tree.root_node.has_error:
        return False
    word = re.compile(rb"(?<![\w$.])" + re.escape(name.encode()) + rb"(?![\w$])")
    listed = {alias.span for alias in scan.aliases}
    return any(not any(span.start <= match.start() < span.end for span in listed) for match in word.finditer(scan.text))


def _locals(scan: _Scan) -> dict[str, tuple[bool, bool]]:
    """The meanings of the names that a module declares, merged by name.

    If some declarations of a name are exported and some are not, an export list means the latter.
    """
    exported = (Declaration(e.source, e.value, e.type) for e in scan.exports if e.specifier is None and e.source)
    local = (each for node in scan.declarations for each in _declared(node, scan))
    return {**_merged(exported), **_merged((*local, *scan.unparsed))}


def _declared(node: Node, scan: _Scan) -> Iterator[Declaration]:
    for name, value, is_type in declarations_of(node):
        if node.type != "import_alias":
            yield Declaration(name, value, is_type)
            continue
        entity = scan.import_aliases[name] = scan.entities.alias(node)
        if entity.value or entity.type:
            yield Declaration(name, entity.value, entity.type)


def _merged(declarations: Iterable[Declaration]) -> dict[str, tuple[bool, bool]]:
    found: dict[str, tuple[bool, bool]] = {}
    for name, value, is_type in declarations:
        before = found.get(name, (False, False))
        found[name] = (before[0] or value, before[1] or is_type)
    return found


def _implied(scan: _Scan) -> Iterator[Export]:
    """All declarations: a declaration file without export lists exports them (TypeScript, ambient modules)."""
    for node in scan.declarations:
        if node.type != "import_alias":
            for name, value, is_type in declarations_of(node):
                yield Export(name, value, is_type, Span(node.start_byte, node.end_byte), source=name)
    for name, value, is_type in scan.unparsed:
        yield Export(name, value, is_type, Span(0, 0), source=name)


def _common_js(source: Source, scan: _Scan) -> ModuleSyntax:
    if not scan.has_others:
        return ModuleSyntax()
    opaque = opaque_reason(source) if source.is_javascript else None
    names = exported_names(source) if source.is_javascript and opaque is None else {}
    if not names:
        return ModuleSyntax(opaque=opaque or "it is a script, not a module", script=opaque is None)
    return ModuleSyntax(tuple(Export(name, True, False, span, source=name) for name, span in names.items()))


def _name(node: Node, text: bytes) -> str:
    return identifier_name(text[node.start_byte : node.end_byte])
