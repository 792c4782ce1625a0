"""Reads expressions of a syntax tree, and the patterns that bind names, as plain data."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING

from workflow_ls.syntax.references.literals import string_value
from workflow_ls.syntax.values.expression_model import (
    ArrayExpression,
    CallExpression,
    ChoiceExpression,
    Concatenation,
    DeclaredName,
    Expression,
    FunctionExpression,
    LiteralExpression,
    MemberExpression,
    NameExpression,
    ObjectExpression,
    ObjectMember,
    OpaqueExpression,
    RegularExpression,
    SpreadExpression,
    Statement,
    TemplateExpression,
)
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node

_TRANSPARENT = (
    "parenthesized_expression",
    "as_expression",
    "satisfies_expression",
    "non_null_expression",
    "await_expression",
    "type_assertion",
)
_FUNCTIONS = ("arrow_function", "function_expression", "function_declaration", "method_definition", "function")
_NOT_VALUES = ("comment", "type_annotation", "type_arguments")
_CONSTANTS = {"true": True, "false": False, "null": None, "undefined": None}
DEEPEST = 200  # of nested expressions; configurations nest some ten


class ExpressionReader(ABC):
    """Reads the expressions of one text; what is not known becomes an `OpaqueExpression`."""

    def __init__(self, text: bytes) -> None:
        self.text = text

    @abstractmethod
    def body(self, node: Node, depth: int) -> Iterator[Statement]:
        """What a function does, by its block, or by the expression that it returns."""

    def written(self, node: Node) -> str:
        """The text of a node."""
        return self.text[node.start_byte : node.end_byte].decode(errors="replace")

    def values_in(self, node: Node) -> list[Node]:
        """The parts of a node that have values: no comments, no types."""
        return [child for child in node.named_children if child.type not in _NOT_VALUES]

    def name_of(self, node: Node) -> str:
        """The name that a node writes as an identifier or a string."""
        return self.string_of(node) if node.type == "string" else self.written(node)

    def string_of(self, node: Node) -> str:
        """The value of a string literal."""
        return string_value(self.text[node.start_byte + 1 : node.end_byte - 1])

    def bindings(self, target: Node, value: Expression) -> Iterator[DeclaredName]:
        """The names that a declaration, or a pattern in it, binds."""
        if target.type in ("identifier", "shorthand_property_identifier_pattern"):
            yield DeclaredName(self.written(target), value)
        elif target.type == "object_pattern":
            for part in target.named_children:
                key, inner = part.child_by_field_name("key"), part.child_by_field_name("value")
                if part.type == "shorthand_property_identifier_pattern":
                    key, inner = part, part
                elif part.type == "object_assignment_pattern":
                    inner = part.child_by_field_name("left")
                    key = inner
                if key is not None and inner is not None:
                    name = LiteralExpression(self.name_of(key), span_of(key))
                    yield from self.bindings(inner, MemberExpression(value, name, span_of(part)))
        elif target.type == "array_pattern":
            for index, part in enumerate(target.named_children):
                yield from self.bindings(
                    part, MemberExpression(value, LiteralExpression(index, span_of(part)), span_of(part))
                )
        elif target.type == "assignment_pattern":
            left = target.child_by_field_name("left")
            if left is not None:
                yield from self.bindings(left, value)

    def parameters(self, node: Node) -> Iterator[DeclaredName]:
        """The parameters of a function; the names in a pattern follow it."""
        single = node.child_by_field_name("parameter")
        listed = node.child_by_field_name("parameters")
        targets = [single] if single is not None else [] if listed is None else listed.named_children
        for position, parameter in enumerate(targets):
            target = parameter.child_by_field_name("pattern") or parameter
            if target.type == "identifier":
                yield DeclaredName(self.written(target), None)
            elif target.type in ("object_pattern", "array_pattern", "assignment_pattern"):
                name = f"<{position}>"
                yield DeclaredName(name, None)
                yield from self.bindings(target, NameExpression(name, span_of(target)))

    def expression(self, node: Node, depth: int) -> Expression:
        """The expression of a node, which is nested `depth` deep."""
        span = span_of(node)
        if depth > DEEPEST:
            return OpaqueExpression(node.type, span)
        read = _READERS.get(node.type)
        return OpaqueExpression(node.type, span) if read is None else read(self, node, depth + 1)

    def inner(self, node: Node, depth: int) -> Expression:
        parts = self.values_in(node)
        index = -1 if node.type == "type_assertion" else 0
        return self.expression(parts[index], depth) if parts else OpaqueExpression(node.type, span_of(node))

    def string(self, node: Node, _depth: int) -> Expression:
        return LiteralExpression(self.string_of(node), Span(node.start_byte + 1, node.end_byte - 1))

    def number(self, node: Node, _depth: int) -> Expression:
        try:
            return LiteralExpression(float(self.written(node).replace("_", "")), span_of(node))
        except ValueError:
            return OpaqueExpression(node.type, span_of(node))

    def constant(self, node: Node, _depth: int) -> Expression:
        return LiteralExpression(_CONSTANTS[node.type], span_of(node))

    def pattern(self, node: Node, _depth: int) -> Expression:
        source, flags = node.child_by_field_name("pattern"), node.child_by_field_name("flags")
        return RegularExpression(
            "" if source is None else self.written(source), "" if flags is None else self.written(flags), span_of(node)
        )

    def template(self, node: Node, depth: int) -> Expression:
        parts, at = list[Expression](), node.start_byte + 1
        for child in (child for child in node.named_children if child.type == "template_substitution"):
            parts.append(self.text_between(at, child.start_byte))
            parts.append(self.inner(child, depth))
            at = child.end_byte
        parts.append(self.text_between(at, node.end_byte - 1))
        if len(parts) == 1:
            return parts[0]
        return TemplateExpression(tuple(parts), span_of(node))

    def text_between(self, start: int, end: int) -> Expression:
        raw = self.text[start:end].decode(errors="replace")
        return (
            OpaqueExpression("escape_sequence", Span(start, end))
            if "\\" in raw
            else LiteralExpression(raw, Span(start, end))
        )

    def object(self, node: Node, depth: int) -> Expression:
        members = list[ObjectMember | SpreadExpression]()
        for child in node.named_children:
            if child.type == "pair":
                key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
                if key is not None and value is not None:
                    members.append(ObjectMember(self.key(key, depth), self.expression(value, depth), span_of(child)))
            elif child.type == "shorthand_property_identifier":
                name = self.written(child)
                members.append(
                    ObjectMember(
                        LiteralExpression(name, span_of(child)), NameExpression(name, span_of(child)), span_of(child)
                    )
                )
            elif child.type == "spread_element":
                members.append(SpreadExpression(self.inner(child, depth), span_of(child)))
            elif child.type == "method_definition":
                name_node = child.child_by_field_name("name")
                if name_node is not None:
                    members.append(
                        ObjectMember(self.key(name_node, depth), self.function(child, depth), span_of(child))
                    )
        return ObjectExpression(tuple(members), span_of(node))

    def key(self, node: Node, depth: int) -> Expression:
        if node.type == "computed_property_name":
            return self.inner(node, depth)
        if node.type in ("string", "number"):
            return self.expression(node, depth)
        return LiteralExpression(self.written(node), span_of(node))

    def array(self, node: Node, depth: int) -> Expression:
        elements = (self.argument(child, depth) for child in node.named_children if child.type not in _NOT_VALUES)
        return ArrayExpression(tuple(elements), span_of(node))

    def argument(self, node: Node, depth: int) -> Expression:
        if node.type == "spread_element":
            return SpreadExpression(self.inner(node, depth), span_of(node))
        return self.expression(node, depth)

    def identifier(self, node: Node, _depth: int) -> Expression:
        return NameExpression(self.written(node), span_of(node))

    def access(self, node: Node, depth: int) -> Expression:
        if self.written(node).replace(" ", "") == "import.meta":
            return NameExpression("import.meta", span_of(node))
        owner = node.child_by_field_name("object")
        key = node.child_by_field_name("property") or node.child_by_field_name("index")
        if owner is None or key is None:
            return OpaqueExpression(node.type, span_of(node))
        literal = LiteralExpression(self.written(key), span_of(key))
        name = self.expression(key, depth) if node.type == "subscript_expression" else literal
        return MemberExpression(self.expression(owner, depth), name, span_of(node))

    def call(self, node: Node, depth: int) -> Expression:
        callee = node.child_by_field_name("function") or node.child_by_field_name("constructor")
        written = node.child_by_field_name("arguments")
        if callee is None:
            return OpaqueExpression(node.type, span_of(node))
        parts = () if written is None or written.type != "arguments" else written.named_children
        arguments = tuple(self.argument(part, depth) for part in parts if part.type not in _NOT_VALUES)
        called = (
            NameExpression("import", span_of(callee)) if callee.type == "import" else self.expression(callee, depth)
        )
        return CallExpression(called, arguments, span_of(node))

    def choice(self, node: Node, depth: int) -> Expression:
        names = ("consequence", "alternative") if node.type == "ternary_expression" else ("left", "right")
        found = (node.child_by_field_name(name) for name in names)
        operands = tuple(self.expression(part, depth) for part in found if part is not None)
        operator = node.child_by_field_name("operator")
        sign = "" if operator is None else operator.type
        if node.type == "ternary_expression" or sign in ("||", "??"):
            return ChoiceExpression(operands, span_of(node))
        if sign == "&&":
            return ChoiceExpression(operands[1:], span_of(node))
        return Concatenation(operands, span_of(node)) if sign == "+" else OpaqueExpression(node.type, span_of(node))

    def sequence(self, node: Node, depth: int) -> Expression:
        return self.expression(node.named_children[-1], depth)

    def function(self, node: Node, depth: int) -> Expression:
        body = node.child_by_field_name("body")
        done = () if body is None else tuple(self.body(body, depth))
        return FunctionExpression(tuple(self.parameters(node)), done, span_of(node))

    def assignment(self, node: Node, depth: int) -> Expression:
        right = node.child_by_field_name("right")
        return OpaqueExpression(node.type, span_of(node)) if right is None else self.expression(right, depth)


def span_of(node: Node) -> Span:
    """The bytes of a node."""
    return Span(node.start_byte, node.end_byte)


_READERS = {
    **dict.fromkeys(_TRANSPARENT, ExpressionReader.inner),
    **dict.fromkeys(_FUNCTIONS, ExpressionReader.function),
    **dict.fromkeys(_CONSTANTS, ExpressionReader.constant),
    "string": ExpressionReader.string,
    "number": ExpressionReader.number,
    "regex": ExpressionReader.pattern,
    "template_string": ExpressionReader.template,
    "object": ExpressionReader.object,
    "array": ExpressionReader.array,
    "identifier": ExpressionReader.identifier,
    "this": ExpressionReader.identifier,
    "member_expression": ExpressionReader.access,
    "subscript_expression": ExpressionReader.access,
    "meta_property": ExpressionReader.identifier,
    "call_expression": ExpressionReader.call,
    "new_expression": ExpressionReader.call,
    "ternary_expression": ExpressionReader.choice,
    "binary_expression": ExpressionReader.choice,
    "sequence_expression": ExpressionReader.sequence,
    "assignment_expression": ExpressionReader.assignment,
}
