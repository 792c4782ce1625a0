"""Reads statements of a syntax tree as plain data: what is declared, assigned, called and returned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workflow_ls.syntax.values.expression_model import (
    AssignmentStatement,
    DeclaredName,
    EvaluationStatement,
    LoopStatement,
    NameExpression,
    OpaqueExpression,
    ReturnStatement,
    Statement,
)
from workflow_ls.syntax.values.expression_reader import DEEPEST, ExpressionReader, span_of

if TYPE_CHECKING:
    from tree_sitter import Node

_BLOCKS = (
    "statement_block",
    "if_statement",
    "else_clause",
    "try_statement",
    "catch_clause",
    "finally_clause",
    "switch_statement",
    "switch_body",
    "switch_case",
    "switch_default",
    "labeled_statement",
    "while_statement",
)
_CERTAIN = ("statement_block", "labeled_statement", "finally_clause")


class StatementReader(ExpressionReader):
    """Reads the statements of one text, with the expressions in them."""

    def statements(self, node: Node, depth: int) -> Iterator[Statement]:
        """What a statement does, and the statements in it; `depth` says how deep it is nested."""
        if depth > DEEPEST:
            return
        if node.type in ("lexical_declaration", "variable_declaration"):
            for declarator in node.named_children:
                target, value = declarator.child_by_field_name("name"), declarator.child_by_field_name("value")
                if target is not None and value is not None:
                    yield from self.bindings(target, self.expression(value, depth + 1))
        elif node.type == "function_declaration":
            name = node.child_by_field_name("name")
            yield DeclaredName("" if name is None else self.written(name), self.expression(node, depth + 1))
        elif node.type in _OTHERS:
            yield from _OTHERS[node.type](self, node, depth)
        elif node.type in _BLOCKS:
            for child in node.named_children:
                for found in self.statements(child, depth + 1):
                    if isinstance(found, AssignmentStatement) and node.type not in _CERTAIN:
                        yield AssignmentStatement(found.target, found.value, found.span, certain=False)
                    else:
                        yield found

    def _returned(self, node: Node, depth: int) -> Iterator[Statement]:
        for value in self.values_in(node)[:1]:
            yield ReturnStatement(self.expression(value, depth + 1))

    def _evaluated(self, node: Node, depth: int) -> Iterator[Statement]:
        for child in node.named_children[:1]:
            yield from self.effects(child, depth + 1)

    def _loop(self, node: Node, depth: int) -> Iterator[Statement]:
        target, values = node.child_by_field_name("left"), node.child_by_field_name("right")
        body = node.child_by_field_name("body")
        if target is None or values is None or body is None:
            return
        operator = node.child_by_field_name("operator")
        item = f"<{node.start_byte}>"
        bound = self.bindings(target, NameExpression(item, span_of(target)))
        done = (*bound, *self.statements(body, depth + 1))
        is_over_keys = operator is not None and operator.type == "in"
        yield LoopStatement(item, self.expression(values, depth + 1), done, is_over_keys)

    def _counting_loop(self, node: Node, depth: int) -> Iterator[Statement]:
        """A loop whose variables have values that are not known."""
        start, body = node.child_by_field_name("initializer"), node.child_by_field_name("body")
        for found in () if start is None else self.statements(start, depth + 1):
            if isinstance(found, DeclaredName):
                yield DeclaredName(found.name, OpaqueExpression(node.type, span_of(node)))
        if body is not None:
            yield from self.statements(body, depth + 1)

    def effects(self, node: Node, depth: int) -> Iterator[Statement]:
        """What an expression does: assignments, also in a sequence, and calls."""
        if node.type == "parenthesized_expression" and len(node.named_children) == 1:
            node = node.named_children[0]
        if node.type == "sequence_expression":
            for child in node.named_children:
                yield from self.effects(child, depth + 1)
        elif node.type in ("assignment_expression", "augmented_assignment_expression"):
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is not None and right is not None:
                target, value = self.expression(left, depth + 1), self.expression(right, depth + 1)
                yield AssignmentStatement(target, value, span_of(node))
        elif node.type == "unary_expression" and self.written(node).startswith("delete"):
            target = self.expression(node.named_children[-1], depth + 1)
            yield AssignmentStatement(target, OpaqueExpression("delete", span_of(node)), span_of(node))
        else:
            yield EvaluationStatement(self.expression(node, depth + 1))

    def body(self, node: Node, depth: int) -> Iterator[Statement]:
        """What a function does: the statements of its block, or those of an expression and what that returns."""
        if node.type == "statement_block":
            yield from self.statements(node, depth)
            return
        unwrapped = node
        while unwrapped.type == "parenthesized_expression" and len(unwrapped.named_children) == 1:
            unwrapped = unwrapped.named_children[0]
        if unwrapped.type == "sequence_expression":
            for part in unwrapped.named_children[:-1]:
                yield from self.effects(part, depth)
        elif unwrapped.type == "assignment_expression":
            yield from self.effects(unwrapped, depth)
        yield ReturnStatement(self.expression(node, depth))


_OTHERS = {
    "return_statement": StatementReader._returned,
    "expression_statement": StatementReader._evaluated,
    "for_in_statement": StatementReader._loop,
    "for_statement": StatementReader._counting_loop,
}
