"""The statements of a module that export, import or declare names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from workflow_ls.records import field, record
from workflow_ls.regular_expressions import compile_on_use
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
from workflow_ls.syntax.exports.entity_names import UNKNOWN, Entity, EntityNames, dotted_names
from workflow_ls.syntax.exports.import_bindings import imported_names, specifier_of
from workflow_ls.syntax.exports.module_syntax import Export, ExportStar
from workflow_ls.syntax.exports.statements import Statements, find_statements
from workflow_ls.syntax.indices.earlier_text import Places
from workflow_ls.syntax.parser import Source, TopLevel
from workflow_ls.syntax.references.literals import identifier_name, string_value
from workflow_ls.syntax.references.names.clauses import parse_export_clause
from workflow_ls.syntax.spelling.trivia import TRIVIA
from workflow_ls.syntax.spelling.unknown_spellings import NAME, STRING
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node


class ExportedAlias(NamedTuple):
    """A local name that is exported, under the same or another name."""

    name: str
    local: str
    type_only: bool
    span: Span
    is_expression: bool = False  # of `export default`, where a global variable may be meant, too


@record(frozen=False, slots=False)
class ExportScan:
    """What the statements of a file say: exports with meanings, and names whose meanings other statements have."""

    text: bytes
    statements: Sequence[Node]
    ambient: bool
    exports: list[Export] = field(default_factory=list)
    aliases: list[ExportedAlias] = field(default_factory=list)
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

    @classmethod
    def of(cls, source: Source, statements: Statements) -> ExportScan:
        """A file of which no statement was read yet."""
        return cls(source.text, statements.nodes, ambient=source.path.endswith((".d.ts", ".d.mts", ".d.cts")))


class _Said(Enum):
    """What a statement says by itself."""

    NOTHING = "nothing"
    IMPORTS = "imports"
    DECLARES = "declares"  # without `export`
    EXPORTS = "exports"  # what it declares


class _Statement(NamedTuple):
    """Where a statement was that says all by itself, how long it is, and what it says or exports.

    Of one that exports nothing, where it is now is not kept up.
    """

    start: int
    size: int
    said: _Said
    exports: tuple[Export, ...] = ()

    def at(self, start: int) -> _Statement:
        """The same statement elsewhere."""
        span = Span(start, start + self.size)
        exports = [_exported(each.name, each.value, each.type, span) for each in self.exports]
        return _Statement(start, self.size, self.said, tuple(exports))


def scan_exports(source: Source) -> ExportScan:
    """Read the statements of a file."""
    statements = find_statements(source)
    scan = ExportScan.of(source, statements)
    nodes, starts, ends, old_starts = _placed(source, statements)
    earlier = None if source.earlier is None else source.earlier.found.get(scan_exports)
    before: Mapping[int | None, _Statement | None] = earlier or {}
    kept = list[_Statement | None]()
    # Each key comes by here with all statements of a file, of which most are what they were.
    for node, start, end, statement in zip(nodes, starts, ends, map(before.get, old_starts)):
        # In a broken text, the same words may start a statement of another size.
        if statement is not None and statement.size == end - start:
            kept.append(statement)
        elif (statement := _read(node, scan.text)) is not None:
            kept.append(None if node.has_error else statement)
        else:
            kept.append(None)
            _statement(node, scan)
            continue
        said = statement.said
        if said is _Said.DECLARES:
            scan.has_others = scan.has_code = True
            scan.declarations.append(node)
        elif said is _Said.IMPORTS:
            scan.is_module = scan.has_others = True
            scan.imports.append(node)
        elif said is not _Said.NOTHING:
            scan.is_module = scan.has_others = True
            if statement.start != start:
                statement = kept[-1] = statement.at(start)
            scan.exports += statement.exports
    for offset in statements.unparsed:
        _unread(offset, scan)
    source.found[scan_exports] = dict(zip(starts, kept))
    return scan


def _placed(source: Source, statements: Statements) -> TopLevel:
    """The statements, and where each was in the version of the text before."""
    nodes, earlier = statements.nodes, source.earlier
    if nodes is source.top_level.nodes:
        return source.top_level
    old = [None] * len(nodes) if earlier is None else earlier.old_starts_of(nodes)
    return TopLevel(nodes, *Places.of(nodes), old)


def _read(node: Node, text: bytes) -> _Statement | None:
    """A statement that says all by itself; None where others, or parts of it, must be looked at."""
    kind, span = node.type, Span(node.start_byte, node.end_byte)
    start, size = span.start, span.end - span.start
    if exports_late(text, start) or (kind in _CUT_KINDS and cut_off(text, start) is not None):
        return None
    if kind == "export_statement":
        exports = _exports_by_name(node, span)
        return None if exports is None else _Statement(start, size, _Said.EXPORTS, exports)
    said = _Said.NOTHING if kind in _NOTHING or _is_directive(node) else _Said.DECLARES
    return _Statement(start, size, _Said.IMPORTS if kind == "import_statement" else said)


def _exports_by_name(node: Node, span: Span) -> tuple[Export, ...] | None:
    """The exports of a declaration with `export`; None for another statement that exports."""
    declaration = node.child_by_field_name("declaration")
    if declaration is None or declaration.type == "import_alias":
        return None
    if node.child_by_field_name("source") is not None or any(child.type in _NOT_BY_NAME for child in node.children):
        return None
    return tuple(_exported(*each, span) for each in declarations_of(declaration))


_NOT_BY_NAME = ("default", "namespace")


def _exported(name: str, value: bool, is_type: bool, span: Span) -> Export:
    """The export of a name that is declared by it."""
    return Export(name, value, is_type, span, source=name)


def _statement(node: Node, scan: ExportScan) -> None:
    """Record a statement that does not say by itself all that there is to know."""
    if exports_late(scan.text, node.start_byte):
        _unread(node.start_byte, scan)
        return
    cut = cut_off(scan.text, node.start_byte) if node.type in _CUT_KINDS else None
    if cut is not None:
        scan.has_others = scan.has_code = True
        if cut.declares:
            scan.declarations.append(node.child_by_field_name("declaration") or node)
    elif any(child.type == "namespace" for child in node.children):
        scan.has_others = scan.has_code = True  # `export as namespace` alone makes no module
    else:
        scan.is_module = True
        _export(node, scan)


_CUT_KINDS = (
    *("export_statement", "ambient_declaration", "abstract_class_declaration", "type_alias_declaration"),
    *("interface_declaration", "module"),
)
_NOTHING = ("comment", "hash_bang_line", "empty_statement")


def _is_directive(node: Node) -> bool:
    return node.type == "expression_statement" and [child.type for child in node.named_children] == ["string"]


def _export(node: Node, scan: ExportScan) -> None:
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
        scan.aliases.append(ExportedAlias("default", name, False, span, is_expression=True))
        if declaration is not None:
            scan.declarations.append(declaration)
    elif "default" in kinds:
        _default(node, declaration, span, scan)
    elif declaration is not None and declaration.type == "import_alias":
        _exported_alias(node, declaration, span, scan)
    elif "=" in kinds:
        scan.has_export_list = scan.has_assignment = True
    elif "export_clause" in kinds:
        scan.has_export_list = True
        clause = parse_export_clause(scan.text, kinds["export"].end_byte, kinds["export_clause"].end_byte)
        for item in () if clause is None else clause.names:
            exported = item.name if item.local is None else item.local
            scan.aliases.append(ExportedAlias(exported, item.name, item.type_only, item.span))


def _exported_alias(statement: Node, declaration: Node, span: Span, scan: ExportScan) -> None:
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


_REQUIRED = compile_on_use(
    rb"export" + TRIVIA + rb"import" + TRIVIA + rb"(?P<type>type" + TRIVIA + rb"(?!=))?(?P<name>" + NAME + rb")"
    + TRIVIA + rb"=" + TRIVIA + rb"require" + TRIVIA + rb"\(" + TRIVIA + rb"(?P<specifier>" + STRING + rb")"
)  # fmt: skip


def _required(match: re.Match[bytes], span: Span) -> Export:
    """The export of `export import a = require('…')`."""
    name, specifier = identifier_name(match["name"]), string_value(match["specifier"][1:-1])
    return Export(name, not match["type"], True, span, specifier)


def _unread(offset: int, scan: ExportScan) -> None:
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


def _re_export(kinds: dict[str, Node], source: Node, span: Span, scan: ExportScan) -> None:
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


def _default(node: Node, declaration: Node | None, span: Span, scan: ExportScan) -> None:
    value = node.child_by_field_name("value")
    scan.has_export_list |= declaration is None
    path = None if value is None else dotted_names(value)
    if path is not None and len(path) == 1:
        scan.aliases.append(ExportedAlias("default", path[0], False, span, is_expression=True))
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


def _name(node: Node, text: bytes) -> str:
    return identifier_name(text[node.start_byte : node.end_byte])
