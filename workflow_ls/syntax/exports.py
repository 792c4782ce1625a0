"""What a module's own text says about its exports, without following any of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workflow_ls.syntax.parser import Source
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True, slots=True)
class Export:
    """One exported name.

    `value` and `type` say what the name can be used as.  For a re-export, `specifier` names the module it comes
    from and `source` the name there (None for the module's namespace object); then `value` and `type` are the most
    that this module lets through.
    """

    name: str
    value: bool
    type: bool
    span: Span
    specifier: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Star:
    """An `export * from`; `type_only` for `export type * from`."""

    specifier: str
    type_only: bool
    span: Span


@dataclass(frozen=True, slots=True)
class ModuleSyntax:
    """The exports of one file.

    `exports` may hold a name twice (overloads, merged declarations).  `opaque` is None, or says why the names can't
    be read from the text.  `proxy` is true where the module has re-exports and nothing else.
    """

    exports: tuple[Export, ...] = ()
    stars: tuple[Star, ...] = ()
    opaque: str | None = None
    proxy: bool = False

    @property
    def specifiers(self) -> frozenset[str]:
        """The specifiers of the modules it re-exports from."""
        named = (export.specifier for export in self.exports if export.specifier is not None)
        return frozenset((*named, *(star.specifier for star in self.stars)))


def find_exports(source: Source) -> ModuleSyntax:
    """Read the exports of a file: ECMAScript export declarations, and the common forms of CommonJS.

    Follows the static semantics of ECMA-262, 16.2.3 (ExportedNames), with TypeScript's type exports beside them.
    """
    scan = _Scan()
    for node in source.tree.root_node.named_children:
        _statement(node, scan)
    if scan.esm:
        return _finish(scan, source)
    return _common_js(source, scan)


@dataclass
class _Scan:
    locals: dict[str, tuple[bool, bool]] = field(default_factory=dict)  # name -> (value, type)
    imports: dict[str, tuple[str, str | None, bool]] = field(default_factory=dict)  # local -> module, name, type only
    exports: list[Export] = field(default_factory=list)
    aliases: list[tuple[str, str, bool, Span]] = field(default_factory=list)  # exported, local, type only
    stars: list[Star] = field(default_factory=list)
    assignment: bool = False  # export =
    listed: bool = False  # export {} or export default: ends the implicit exports of a declaration file
    esm: bool = False
    others: int = 0  # statements that are no re-export


_DECLARATIONS = {
    "function_declaration": (True, False),
    "generator_function_declaration": (True, False),
    "function_signature": (True, False),
    "class_declaration": (True, True),
    "abstract_class_declaration": (True, True),
    "enum_declaration": (True, True),
    "interface_declaration": (False, True),
    "type_alias_declaration": (False, True),
    "internal_module": (True, True),
    "module": (True, True),
    "import_alias": (True, True),
}


def _statement(node: Node, scan: _Scan) -> None:
    kind = node.type
    if kind == "comment":
        return
    if kind == "export_statement":
        scan.esm = True
        _export(node, scan)
        return
    scan.others += 1
    if kind == "import_statement":
        scan.esm = True
        _import(node, scan)
    else:
        for name, value, is_type in _declared(node):
            _merge(scan.locals, name, value, is_type)


def _merge(names: dict[str, tuple[bool, bool]], name: str, value: bool, is_type: bool) -> None:
    before = names.get(name, (False, False))
    names[name] = (before[0] or value, before[1] or is_type)


def _declared(node: Node) -> Iterator[tuple[str, bool, bool]]:
    """The names that a statement declares, each with what it can be used as."""
    kind = node.type
    if kind in ("lexical_declaration", "variable_declaration"):
        for declarator in node.named_children:
            name = declarator.child_by_field_name("name") if declarator.type == "variable_declarator" else None
            if name is not None:
                yield from ((bound, True, False) for bound in _bound(name))
    elif kind in ("ambient_declaration", "expression_statement"):
        for child in node.named_children:
            if kind == "ambient_declaration" or child.type == "internal_module":
                yield from _declared(child)
    elif kind in _DECLARATIONS:
        name = node.child_by_field_name("name") or next(iter(node.named_children), None)
        if name is not None and name.type in ("identifier", "type_identifier"):
            yield _text(name), *_DECLARATIONS[kind]


def _bound(pattern: Node) -> Iterator[str]:
    """The identifiers that a binding pattern binds (ECMA-262, 8.2.1 BoundNames)."""
    kind = pattern.type
    if kind in ("identifier", "shorthand_property_identifier_pattern"):
        yield _text(pattern)
    elif kind in ("pair_pattern", "assignment_pattern", "object_assignment_pattern"):
        target = pattern.child_by_field_name("value" if kind == "pair_pattern" else "left")
        if target is not None:
            yield from _bound(target)
    elif kind in ("object_pattern", "array_pattern", "rest_pattern"):
        for child in pattern.named_children:
            yield from _bound(child)


_TYPE_EXPORT = re.compile(rb"export\s+type\b(?!\s*=)")


def _export(node: Node, scan: _Scan) -> None:
    span = Span(node.start_byte, node.end_byte)
    head = (node.text or b"")[:64]
    source = node.child_by_field_name("source")
    if source is not None:
        _re_export(node, _string(source), bool(_TYPE_EXPORT.match(head)), scan)
        return
    scan.others += 1
    declaration = node.child_by_field_name("declaration")
    is_default = any(child.type == "default" for child in node.children)
    if is_default:
        scan.listed = True
        _default(node, declaration, span, scan)
    elif declaration is not None:
        for name, value, is_type in _declared(declaration):
            _merge(scan.locals, name, value, is_type)
            scan.exports.append(Export(name, value, is_type, span))
    elif any(child.type == "=" for child in node.children):
        scan.assignment = True
    else:
        scan.listed = True
        type_only = bool(_TYPE_EXPORT.match(head))
        for clause in node.named_children:
            if clause.type == "export_clause":
                for name, alias, is_type, where in _specifiers(clause):
                    scan.aliases.append((alias or name, name, type_only or is_type, where))


def _default(node: Node, declaration: Node | None, span: Span, scan: _Scan) -> None:
    value = node.child_by_field_name("value")
    if value is not None and value.type == "identifier":
        scan.aliases.append(("default", _text(value), False, span))
        return
    meaning = (True, False)
    if declaration is not None:
        meaning = _DECLARATIONS.get(declaration.type, meaning)
        for name, is_value, is_type in _declared(declaration):
            _merge(scan.locals, name, is_value, is_type)
    scan.exports.append(Export("default", *meaning, span))


def _re_export(node: Node, specifier: str, type_only: bool, scan: _Scan) -> None:
    span = Span(node.start_byte, node.end_byte)
    for child in node.named_children:
        if child.type == "namespace_export":
            name = _text(child.named_children[0]) if child.named_children else ""
            if name.startswith(("'", '"')):
                name = name[1:-1]
            scan.exports.append(Export(name, not type_only, True, span, specifier, None))
            return
        if child.type == "export_clause":
            for name, alias, is_type, where in _specifiers(child):
                only = type_only or is_type
                scan.exports.append(Export(alias or name, not only, True, where, specifier, name))
            return
    # The grammar wraps the star of `export type *` in an ERROR, so a star is what is left.
    scan.stars.append(Star(specifier, type_only, span))


def _specifiers(clause: Node) -> Iterator[tuple[str, str | None, bool, Span]]:
    """Each element of `{ … }`: the name, its alias, whether it is marked `type`, and where it stands."""
    for element in clause.named_children:
        if element.type not in ("export_specifier", "import_specifier"):
            continue
        name, alias = element.child_by_field_name("name"), element.child_by_field_name("alias")
        if name is None:
            continue
        is_type = any(child.type == "type" for child in element.children)
        span = Span(element.start_byte, element.end_byte)
        yield _name(name), None if alias is None else _name(alias), is_type, span


_TYPE_IMPORT = re.compile(rb"import\s+type\s+(?!from\b|,)")


def _import(node: Node, scan: _Scan) -> None:
    source = node.child_by_field_name("source")
    type_only = bool(_TYPE_IMPORT.match((node.text or b"")[:64]))
    for clause in node.named_children:
        if clause.type == "import_require_clause" and clause.named_children:
            _merge(scan.locals, _text(clause.named_children[0]), not type_only, True)
        if clause.type != "import_clause" or source is None:
            continue
        specifier = _string(source)
        for child in clause.named_children:
            if child.type == "identifier":
                scan.imports[_text(child)] = (specifier, "default", type_only)
            elif child.type == "namespace_import" and child.named_children:
                scan.imports[_text(child.named_children[-1])] = (specifier, None, type_only)
            elif child.type == "named_imports":
                for name, alias, is_type, _ in _specifiers(child):
                    scan.imports[alias or name] = (specifier, name, type_only or is_type)


def _finish(scan: _Scan, source: Source) -> ModuleSyntax:
    exports = list(scan.exports)
    for exported, local, type_only, span in scan.aliases:
        if local in scan.imports:
            specifier, name, import_type_only = scan.imports[local]
            only = type_only or import_type_only
            exports.append(Export(exported, not only, True, span, specifier, name))
        else:
            # A name that is declared nowhere here is a global, or a mistake that the compiler reports.
            value, is_type = scan.locals.get(local, (True, True))
            exports.append(Export(exported, value and not type_only, is_type, span))
    if source.path.endswith((".d.ts", ".d.mts", ".d.cts")) and not scan.listed and not scan.assignment:
        named = {export.name for export in exports}
        exports += (Export(n, v, t, Span(0, 0)) for n, (v, t) in scan.locals.items() if n not in named)
    opaque = "it uses `export =`" if scan.assignment else None
    return ModuleSyntax(tuple(exports), tuple(scan.stars), opaque, proxy=bool(exports or scan.stars) and not scan.others)


_CJS_NAME = re.compile(rb"(?:^|[^\w$.])(?:module\.)?exports\.([A-Za-z_$][\w$]*)\s*=(?!=)")
_CJS_WHOLE = re.compile(rb"(?:^|[^\w$.])module\.exports\s*=(?!=)")


def _common_js(source: Source, scan: _Scan) -> ModuleSyntax:
    """Names of a CommonJS module, as far as Node's own lexer (cjs-module-lexer) would see plain assignments."""
    if _CJS_WHOLE.search(source.text):
        return ModuleSyntax(opaque="it assigns `module.exports`")
    names = {match[1].decode() for match in _CJS_NAME.finditer(source.text)}
    if not names:
        return ModuleSyntax(opaque="it is a script, not a module" if scan.others else None)
    where = Span(0, 0)
    return ModuleSyntax(tuple(Export(name, True, False, where) for name in sorted(names | {"default"})))


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _name(node: Node) -> str:
    return _string(node) if node.type == "string" else _text(node)


def _string(node: Node) -> str:
    return _text(node)[1:-1]
