"""The exports of a module, read from its own text; re-exports are not followed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from workflow_ls.syntax.exports.commonjs import exported_names, opaque_reason, passed_on
from workflow_ls.syntax.exports.declarations import (
    Declaration,
    declarations_of,
)
from workflow_ls.syntax.exports.entity_names import Entity
from workflow_ls.syntax.exports.export_scan import ExportScan, scan_exports
from workflow_ls.syntax.exports.hoisting import hoisted_declarations
from workflow_ls.syntax.exports.import_bindings import specifier_of
from workflow_ls.syntax.exports.module_syntax import Export, ModuleSyntax
from workflow_ls.syntax.exports.statements import find_statements
from workflow_ls.syntax.parser import Source
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node


def find_exports(source: Source) -> ModuleSyntax:
    """Find the exports of a file: ECMAScript export declarations, and the common forms of CommonJS.

    Implements the static semantics of ECMA-262, 16.2.3 (ExportedNames), and TypeScript's type exports.
    """
    scan = scan_exports(source)
    if not scan.is_module:
        return _common_js(source, scan)
    exports = [*scan.exports, *_aliased(source, scan)]
    if scan.ambient and not scan.has_export_list:
        exports += _implied(scan)
    opaque = "it uses `export =`" if scan.has_assignment else None
    proxy = bool(exports or scan.stars) and not scan.has_others
    passed = passed_on(source) if scan.has_assignment else frozenset[str]()
    only_re_exports = proxy or bool(passed) or _passes_all_on(scan, exports)
    stars, undeclared = tuple(scan.stars), tuple(scan.undeclared)
    return ModuleSyntax(tuple(exports), stars, opaque, proxy, only_re_exports, undeclared=undeclared, passed_on=passed)


def entity_of(source: Source, names: tuple[str, ...], only_namespace: bool) -> Entity:
    """What dotted names mean at the top of a file; nothing, if it does not declare the first of them."""
    scan = ExportScan.of(source, find_statements(source))
    return scan.entities.entity(names, only_namespace=only_namespace)


def _passes_all_on(scan: ExportScan, exports: Iterable[Export]) -> bool:
    """Whether a module has nothing but re-exports and imports of the modules that it re-exports."""
    if scan.has_code or scan.has_assignment or any(export.specifier is None for export in exports):
        return False
    passed = {export.specifier for export in exports} | {star.specifier for star in scan.stars}
    imported = {
        specifier_of(source, scan.text) for node in scan.imports if (source := node.child_by_field_name("source"))
    }
    return bool(passed) and imported <= passed


def _aliased(source: Source, scan: ExportScan) -> Iterator[Export]:
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


def _may_be_declared(source: Source, name: str, scan: ExportScan) -> bool:
    """Whether a declaration of a name may be in what could not be parsed; the compiler reports a name without one."""
    if not source.tree.root_node.has_error:
        return False
    word = re.compile(rb"(?<![\w$.])" + re.escape(name.encode()) + rb"(?![\w$])")
    listed = {alias.span for alias in scan.aliases}
    return any(not any(span.start <= match.start() < span.end for span in listed) for match in word.finditer(scan.text))


def _locals(scan: ExportScan) -> dict[str, tuple[bool, bool]]:
    """The meanings of the names that a module declares, merged by name.

    If some declarations of a name are exported and some are not, an export list means the latter.
    """
    exported = (Declaration(e.source, e.value, e.type) for e in scan.exports if e.specifier is None and e.source)
    local = (each for node in scan.declarations for each in _declared(node, scan))
    return {**_merged(exported), **_merged((*local, *scan.unparsed))}


def _declared(node: Node, scan: ExportScan) -> Iterator[Declaration]:
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


def _implied(scan: ExportScan) -> Iterator[Export]:
    """All declarations: a declaration file without export lists exports them (TypeScript, ambient modules)."""
    for node in scan.declarations:
        if node.type != "import_alias":
            for name, value, is_type in declarations_of(node):
                yield Export(name, value, is_type, Span(node.start_byte, node.end_byte), source=name)
    for name, value, is_type in scan.unparsed:
        yield Export(name, value, is_type, Span(0, 0), source=name)


def _common_js(source: Source, scan: ExportScan) -> ModuleSyntax:
    if not scan.has_others:
        return ModuleSyntax()
    opaque = opaque_reason(source) if source.is_javascript else None
    names = exported_names(source) if source.is_javascript and opaque is None else {}
    passed = passed_on(source)
    if not names:
        opaque = opaque or ("it fills `exports` when it runs" if passed else None)
        reason, is_script = opaque or "it is a script, not a module", opaque is None
        return ModuleSyntax(opaque=reason, script=is_script, only_re_exports=bool(passed), passed_on=passed)
    exports = tuple(Export(name, True, False, span, source=name) for name, span in names.items())
    return ModuleSyntax(exports, only_re_exports=bool(passed), passed_on=passed)
