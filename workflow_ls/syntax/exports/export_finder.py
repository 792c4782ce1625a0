"""The exports of a module, read from its own text; re-exports are not followed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from workflow_ls.records import field, record
from workflow_ls.syntax.exports.commonjs import exported_names, opaque_reason
from workflow_ls.syntax.exports.declarations import (
    Declaration,
    declarations_of,
    default_declaration,
    parse_declaration_head,
)
from workflow_ls.syntax.exports.statements import find_statements
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.clauses import parse_export_clause, parse_import_clause
from workflow_ls.syntax.references.literals import string_value
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node


@record
class Export:
    """One exported name.

    `value` and `type` are the meanings of the name.  For a re-export, `specifier` names the other module, `source` is
    the name in it (None for its namespace object), and `value` and `type` are the meanings that are passed on at most.
    For a declaration of this module, `source` is its local name.
    """

    name: str
    value: bool
    type: bool
    span: Span
    specifier: str | None = None
    source: str | None = None


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
    """

    exports: tuple[Export, ...] = ()
    stars: tuple[ExportStar, ...] = ()
    opaque: str | None = None
    proxy: bool = False
    only_re_exports: bool = False
    script: bool = False

    def without_places(self) -> ModuleSyntax:
        """A copy with empty spans, which is equal for two texts with the same exports."""
        exports = tuple(Export(e.name, e.value, e.type, _NOWHERE, e.specifier, e.source) for e in self.exports)
        stars = tuple(ExportStar(star.specifier, star.type_only, _NOWHERE) for star in self.stars)
        return ModuleSyntax(exports, stars, self.opaque, self.proxy, self.only_re_exports, self.script)

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
    scan = _Scan(source.text)
    statements = find_statements(source)
    for node in statements.nodes:
        _statement(node, scan)
    for offset in statements.unparsed:
        _unread(offset, scan)
    if not scan.is_module:
        return _common_js(source, scan)
    exports = [*scan.exports, *_aliased(scan)]
    if source.path.endswith((".d.ts", ".d.mts", ".d.cts")) and not scan.has_export_list:
        exports += _implied(scan)
    opaque = "it uses `export =`" if scan.has_assignment else None
    proxy = bool(exports or scan.stars) and not scan.has_others
    return ModuleSyntax(tuple(exports), tuple(scan.stars), opaque, proxy, proxy or _passes_all_on(scan, exports))


def _passes_all_on(scan: _Scan, exports: Iterable[Export]) -> bool:
    """Whether a module has nothing but re-exports and imports of the modules that it re-exports."""
    if scan.has_code or scan.has_assignment or any(export.specifier is None for export in exports):
        return False
    passed = {export.specifier for export in exports} | {star.specifier for star in scan.stars}
    imported = {_string(source, scan.text) for node in scan.imports if (source := node.child_by_field_name("source"))}
    return bool(passed) and imported <= passed


class _Alias(NamedTuple):
    """A local name that is exported, under the same or another name."""

    name: str
    local: str
    type_only: bool
    span: Span


@record(frozen=False)
class _Scan:
    text: bytes
    exports: list[Export] = field(default_factory=list)
    aliases: list[_Alias] = field(default_factory=list)
    stars: list[ExportStar] = field(default_factory=list)
    imports: list[Node] = field(default_factory=list)
    declarations: list[Node] = field(default_factory=list)  # those without `export`
    unparsed: list[Declaration] = field(default_factory=list)  # the same, of which only the first words could be parsed
    has_assignment: bool = False  # export =
    has_export_list: bool = False  # or an assignment; either ends the implied exports of a declaration file
    is_module: bool = False
    has_others: bool = False  # statements other than re-exports
    has_code: bool = False  # the same, and neither imports nor exports of names


def _statement(node: Node, scan: _Scan) -> None:
    kind = node.type
    if kind == "export_statement":
        scan.is_module = True
        _export(node, scan)
    elif kind == "import_statement":
        scan.is_module = scan.has_others = True
        scan.imports.append(node)
    elif kind not in _NOTHING and not _is_directive(node):
        scan.has_others = scan.has_code = True
        scan.declarations.append(node)


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
    if "default" in kinds:
        _default(node, declaration, span, scan)
    elif declaration is not None:
        for name, value, is_type in declarations_of(declaration):
            scan.exports.append(Export(name, value, is_type, span, source=name))
    elif "=" in kinds:
        scan.has_export_list = scan.has_assignment = True
    elif "export_clause" in kinds:
        scan.has_export_list = True
        clause = parse_export_clause(scan.text, kinds["export"].end_byte, kinds["export_clause"].end_byte)
        for item in () if clause is None else clause.names:
            scan.aliases.append(_Alias(item.local or item.name, item.name, item.type_only, item.span))


def _unread(offset: int, scan: _Scan) -> None:
    """Record a declaration that could not be parsed, judging by its first words."""
    scan.has_others = scan.has_code = True
    head = parse_declaration_head(scan.text, offset)
    if head is None:
        return
    declaration, exported, default = head
    scan.is_module |= exported
    span = Span(offset, offset)
    if exported:
        name = "default" if default else declaration.name
        scan.exports.append(Export(name, declaration.value, declaration.type, span, source=declaration.name))
    else:
        scan.unparsed.append(declaration)


def _re_export(kinds: dict[str, Node], source: Node, span: Span, scan: _Scan) -> None:
    specifier = _string(source, scan.text)
    clause = parse_export_clause(scan.text, kinds["export"].end_byte, kinds.get("from", source).start_byte)
    if clause is None:
        return
    if "namespace_export" in kinds:
        name = kinds["namespace_export"].named_children[-1]
        exported = _string(name, scan.text) if name.type == "string" else _text(name, scan.text)
        scan.exports.append(Export(exported, not clause.type_only, True, span, specifier))
    elif "*" in kinds:
        scan.stars.append(ExportStar(specifier, clause.type_only, span))
    for item in clause.names:
        exported = item.local or item.name
        scan.exports.append(Export(exported, not item.type_only, True, item.span, specifier, item.name))


def _default(node: Node, declaration: Node | None, span: Span, scan: _Scan) -> None:
    value = node.child_by_field_name("value")
    scan.has_export_list |= declaration is None
    if value is not None and value.type == "identifier":
        scan.aliases.append(_Alias("default", _text(value, scan.text), False, span))
    else:
        name, is_value, is_type = default_declaration(declaration or value)
        scan.exports.append(Export("default", is_value, is_type, span, source=name))


def _aliased(scan: _Scan) -> Iterator[Export]:
    """The exports of local names, with the meanings of their declarations or imports."""
    if not scan.aliases:
        return
    found = _locals(scan)
    imports = {binding.local: binding for node in scan.imports for binding in _bindings(node, scan.text)}
    for exported, local, type_only, span in scan.aliases:
        binding = imports.get(local)
        if binding is not None:
            only = type_only or binding.type_only
            yield Export(exported, not only, True, span, binding.specifier, binding.name)
        else:
            # A name without a declaration in the file is a global, or an error that the compiler reports.
            value, is_type = found.get(local, (True, True))
            yield Export(exported, value and not type_only, is_type, span, source=local)


def _locals(scan: _Scan) -> dict[str, tuple[bool, bool]]:
    """The meanings of the names that a module declares, merged by name.

    If some declarations of a name are exported and some are not, an export list means the latter.
    """
    exported = (Declaration(e.source, e.value, e.type) for e in scan.exports if e.specifier is None and e.source)
    local = (each for node in scan.declarations for each in declarations_of(node))
    return {**_merged(exported), **_merged((*local, *scan.unparsed))}


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


class _Binding(NamedTuple):
    """A local name that an import binds; `name` is None for a namespace, and for `import x = require()`."""

    local: str
    specifier: str
    name: str | None
    type_only: bool


def _bindings(node: Node, text: bytes) -> Iterator[_Binding]:
    kinds = {child.type: child for child in node.children}
    clause_of_require = kinds.get("import_require_clause")
    required = None if clause_of_require is None else clause_of_require.child_by_field_name("source")
    if clause_of_require is not None and required is not None:
        local = _text(clause_of_require.named_children[0], text)
        yield _Binding(local, _string(required, text), None, "type" in kinds)
    if "import_clause" not in kinds or "string" not in kinds:
        return
    specifier = _string(kinds["string"], text)
    clause = parse_import_clause(text, kinds["import"].end_byte, kinds.get("from", kinds["string"]).start_byte)
    if clause is None:
        return
    for name in clause.names:
        yield _Binding(name.local or name.name, specifier, name.name, name.type_only)
    for child in kinds["import_clause"].named_children:
        if child.type == "namespace_import" and child.named_children:
            yield _Binding(_text(child.named_children[-1], text), specifier, None, clause.type_only)


def _common_js(source: Source, scan: _Scan) -> ModuleSyntax:
    if not scan.has_others:
        return ModuleSyntax()
    opaque = opaque_reason(source) if source.is_javascript else None
    names = exported_names(source) if source.is_javascript and opaque is None else {}
    if not names:
        return ModuleSyntax(opaque=opaque or "it is a script, not a module", script=opaque is None)
    return ModuleSyntax(tuple(Export(name, True, False, span, source=name) for name, span in names.items()))


def _text(node: Node, text: bytes) -> str:
    return text[node.start_byte : node.end_byte].decode("utf-8", "replace")


def _string(node: Node, text: bytes) -> str:
    return string_value(text[node.start_byte + 1 : node.end_byte - 1])
