"""The tokens before an offset.

The grammar reads `f<typeof import('a')>('b')` as two comparisons and other valid code as an error, but its tokens are
right.  The role of a string is therefore decided by the tokens before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.expressions import (
    is_indirect,
    member_name,
    member_names,
    significant_children,
    unwrapped,
)
from workflow_ls.syntax.spelling.trivia import TRIVIA, has_line_end, skip_trivia

if TYPE_CHECKING:
    from tree_sitter import Node

IDENTIFIER = compile_on_use(rb"[\w$\x80-\xff]+")

_SPACE = b" \t\r\n\f\v"
_CLOSERS = {")": "(", "]": "[", "}": "{"}
_ATTRIBUTES = compile_on_use(rb"(?P<word>with|assert)\b" + TRIVIA + rb"\{[^{}]*\}")
_MAX_TYPE_ARGUMENT_TOKENS = 400
_AROUND_CALLEES = {"member_expression", "call_expression", "subscript_expression", "non_null_expression"}


@record
class Callee:
    """A called expression.

    `a.b.c(` has the names a, b and c.  If the expression starts with the result of a call, as in `x.y(…).a(` and
    `x.y(…)(`, `called` holds the names of that call, x and y, and `root` is the first word of its expression.
    `before` is the token before the expression.  `indirect` says that a name is given by a string (`a['b'](`), or the
    function by the last operand of a comma.  `start` is where the expression of a call's result starts.
    """

    names: tuple[str, ...]
    called: tuple[str, ...] | None
    root: str
    before: Node | None
    indirect: bool = False
    start: int | None = None


def preceding_token(source: Source, offset: int) -> Node | None:
    """The last token that ends at or before `offset`, comments skipped; None at the start of the file."""
    text = source.text
    while True:
        while offset > 0 and text[offset - 1] in _SPACE:
            offset -= 1
        if offset == 0:
            return None
        node = source.ancestry.node_at(offset - 1, offset)
        if node is None:
            return None
        if node.type in {"comment", "html_comment"}:
            offset = node.start_byte
        elif node.child_count:
            offset -= 1  # between tokens: white space outside ASCII
        else:
            return node


def preceding_tokens(source: Source, offset: int) -> Iterator[Node]:
    """The tokens before `offset`, from the last to the first."""
    token = preceding_token(source, offset)
    while token is not None:
        yield token
        # A token in an error may have no width; going back to its end would loop forever.
        token = preceding_token(source, min(token.start_byte, token.end_byte - 1))


def node_text(source: Source, node: Node) -> str:
    """The text of a node."""
    return source.text[node.start_byte : node.end_byte].decode("utf-8", "replace")


def end_of_statement(text: bytes, offset: int) -> int:
    """The end of a statement after its specifier or closing parenthesis: import attributes and the semicolon."""
    attributes = _ATTRIBUTES.match(text, skip_trivia(text, offset))
    if attributes is not None and attributes["word"] == b"assert" and has_line_end(text, offset, attributes.start()):
        attributes = None  # it is a name of the next statement
    end = offset if attributes is None else attributes.end()
    semicolon = skip_trivia(text, end)
    return semicolon + 1 if text[semicolon : semicolon + 1] == b";" else end


def callee_before(source: Source, paren: int) -> Callee | None:
    """The expression that the parenthesis at `paren` calls; None unless it is a name, a property or a call result."""
    names, token, indirect = _names_before(source, paren)
    if token is None or token.type != ")":
        return Callee(names, None, names[0], token, indirect=indirect) if names else None
    arguments = source.ancestry.parent(token)
    if arguments is not None and arguments.type == "parenthesized_expression":
        return _in_parentheses(source, arguments, names, indirect=indirect)
    call = source.ancestry.parent(arguments) if arguments is not None and arguments.type == "arguments" else None
    if arguments is None or call is None:
        return None
    # However long the chain of calls is, the expression starts with its first word.
    word = IDENTIFIER.match(source.text, call.start_byte)
    root = "" if word is None else word[0].decode("utf-8", "replace")
    called = _names_before(source, arguments.start_byte)[0]
    return Callee(
        names, called, root, preceding_token(source, call.start_byte), indirect=indirect, start=call.start_byte
    )


def _in_parentheses(source: Source, node: Node, names: tuple[str, ...], *, indirect: bool) -> Callee | None:
    """The callee that starts with an expression in parentheses: `(a as T).b(` and `(a.b)(`."""
    around = source.ancestry.parent(node)
    if around is None or around.type not in _AROUND_CALLEES:
        return None  # the condition of an `if`, for example
    inner = unwrapped(node)
    if inner.type == "sequence_expression":
        inner, indirect = unwrapped(significant_children(inner)[-1]), True
    first = member_names(source, inner)
    if first is None:
        return None
    before = preceding_token(source, node.start_byte)
    return Callee((*first, *names), None, first[0], before, indirect=indirect or is_indirect(inner))


def _names_before(source: Source, paren: int) -> tuple[tuple[str, ...], Node | None, bool]:
    """The dotted names before a parenthesis, the token before them, and whether a name is a string in brackets.

    The token is `)` if the names belong to a call result, or to an expression in parentheses.
    """
    token = preceding_token(source, paren)
    if token is not None and token.type == "?.":
        token = preceding_token(source, token.start_byte)
    if token is not None and token.type in {">", ">>", ">>>"}:
        start = _type_arguments_start(source, token)
        token = None if start is None else preceding_token(source, start)
    names: list[str] = []
    indirect = False
    while token is not None:
        around = source.ancestry.parent(token) if token.type in {"!", "]"} else None
        if token.type == "!" and around is not None and around.type == "non_null_expression":
            token = preceding_token(source, token.start_byte)
            continue
        if token.type == "]":
            member = around
            name = None if member is None or member.type != "subscript_expression" else member_name(source, member)
            opening = None if member is None or name is None else member.child_by_field_name("object")
            if name is None or opening is None:
                return (), None, False
            names.append(name)
            indirect = True
            token = preceding_token(source, opening.end_byte)
            continue
        if not IDENTIFIER.fullmatch(source.text, token.start_byte, token.end_byte):
            break
        names.append(node_text(source, token))
        token = preceding_token(source, token.start_byte)
        if token is None or token.type not in {".", "?."}:
            return tuple(reversed(names)), None if token is not None and token.type == ")" else token, indirect
        token = preceding_token(source, token.start_byte)
    if token is not None and token.type == ")":
        return tuple(reversed(names)), token, indirect
    return (), None, False


def _type_arguments_start(source: Source, closing: Node) -> int | None:
    """The offset of the `<` that matches the last `>` of a token."""
    depth = len(closing.type)
    brackets: list[str] = []
    for count, token in enumerate(preceding_tokens(source, closing.start_byte)):
        kind = token.type
        if kind in _CLOSERS:
            brackets.append(_CLOSERS[kind])
        elif kind in {"(", "[", "{"}:
            if not brackets or brackets.pop() != kind:
                return None
        elif brackets:
            pass
        elif kind in {">", ">>", ">>>"}:
            depth += len(kind)
        elif kind in {"<", "<<"}:
            depth -= len(kind)
            if depth <= 0:
                return token.start_byte
        elif kind == ";":
            return None
        if count > _MAX_TYPE_ARGUMENT_TOKENS:
            return None
    return None
