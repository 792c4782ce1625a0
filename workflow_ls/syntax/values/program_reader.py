"""Reads a program as plain data: its statements, imports and exports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.values.expression_model import (
    CallExpression,
    DeclaredName,
    Expression,
    LiteralExpression,
    MemberExpression,
    NameExpression,
    ProgramImport,
    ProgramSyntax,
    Statement,
)
from workflow_ls.syntax.values.expression_reader import span_of
from workflow_ls.syntax.values.statement_reader import StatementReader

if TYPE_CHECKING:
    from tree_sitter import Node


def read_program(source: Source) -> ProgramSyntax:
    """The expressions of a program."""
    return _ProgramReader(source.text).program(source.tree.root_node)


class _ProgramReader(StatementReader):
    def program(self, root: Node) -> ProgramSyntax:
        statements, imports, exports = list[Statement](), list[ProgramImport](), list[tuple[str, Expression]]()
        for node in root.named_children:
            if node.type == "import_statement":
                imports += self.imports(node)
            elif node.type == "export_statement":
                found, bound = self.export(node)
                statements += bound
                exports += found
            else:
                statements += self.statements(node, 0)
        return ProgramSyntax(tuple(statements), tuple(imports), tuple(exports))

    def imports(self, node: Node) -> Iterator[ProgramImport]:
        module = node.child_by_field_name("source")
        specifier = None if module is None else self.string_of(module)
        clause = next((child for child in node.named_children if child.type == "import_clause"), None)
        if specifier is None:
            required = next((child for child in node.named_children if child.type == "import_require_clause"), None)
            parts = () if required is None else required.named_children
            if len(parts) == 2:
                yield ProgramImport(self.written(parts[0]), self.string_of(parts[1]), "*")
            return
        for part in () if clause is None else clause.named_children:
            if part.type == "identifier":
                yield ProgramImport(self.written(part), specifier, "default")
            elif part.type == "namespace_import":
                yield ProgramImport(self.written(part.named_children[0]), specifier, "*")
            for each in part.named_children if part.type == "named_imports" else ():
                name, alias = each.child_by_field_name("name"), each.child_by_field_name("alias")
                if name is not None:
                    yield ProgramImport(self.written(alias or name), specifier, self.name_of(name))

    def export(self, node: Node) -> tuple[list[tuple[str, Expression]], list[Statement]]:
        value, declaration = node.child_by_field_name("value"), node.child_by_field_name("declaration")
        module = node.child_by_field_name("source")
        if value is not None:
            return [("default", self.expression(value, 0))], []
        if declaration is not None:
            bound = list(self.statements(declaration, 0))
            is_default = any(child.type == "default" for child in node.children)
            names = [statement.name for statement in bound if isinstance(statement, DeclaredName)]
            found = [("default" if is_default else name, self.name(name, node)) for name in names]
            return list[tuple[str, Expression]](found), bound
        clause = next((child for child in node.named_children if child.type == "export_clause"), None)
        if clause is None:
            return ([("*", self.expression(module, 0))] if module is not None else []), []
        found_names = list[tuple[str, Expression]]()
        for each in clause.named_children:
            name, alias = each.child_by_field_name("name"), each.child_by_field_name("alias")
            if name is None:
                continue
            local: Expression = self.name(self.name_of(name), name)
            if module is not None:
                required = CallExpression(
                    NameExpression("require", span_of(module)), (self.expression(module, 0),), span_of(module)
                )
                local = MemberExpression(required, LiteralExpression(self.name_of(name), span_of(name)), span_of(name))
            found_names.append((self.name_of(alias or name), local))
        return found_names, []

    def name(self, name: str, node: Node) -> Expression:
        return NameExpression(name, span_of(node))
