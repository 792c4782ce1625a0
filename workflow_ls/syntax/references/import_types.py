"""Import types, which look like calls of `import()`: `import('…').T`, `typeof import('…')`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.model import Form, Name, Reference
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.literals import Literal, RecoveredString
from workflow_ls.syntax.references.preceding_tokens import Callee, node_text
from workflow_ls.syntax.spelling.trivia import TRIVIA, skip_trivia
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node

# Before `import('…')`, these make it a type.  A promise is never compared, so an operator before it belongs to a type
# that the grammar misread.
_TYPE_TOKENS = {"typeof", "keyof", "infer", "is", "as", "satisfies", "extends", "implements", "readonly", "<", "|", "&"}
_TYPE_NODES = {"asserts", "constraint", "extends_type_clause", "implements_clause", "type_alias_declaration"}
_TYPE_NODE_ENDINGS = ("_type", "type_annotation", "type_arguments", "type_predicate", "type_query")
_PROMISE_METHODS = {b"then", b"catch", b"finally"}
_MEMBER = compile_on_use(rb"\." + TRIVIA + rb"(?P<name>[\w$\x80-\xff]+)")


def is_import_type(source: Source, callee: Callee, node: Node | RecoveredString, value: Node | None) -> bool:
    """Whether an `import('…')` is an import type."""
    if callee.before is not None and node_text(source, callee.before) in _TYPE_TOKENS:
        return True
    member = _member(source, node, value)
    if member is not None and member["name"] not in _PROMISE_METHODS:
        return True
    while value is not None and (parent := source.ancestry.parent(value)) is not None:
        if parent.type in _TYPE_NODES or parent.type.endswith(_TYPE_NODE_ENDINGS):
            return True
        if parent.type != "member_expression":
            break
        value = parent
    return False


def import_type_reference(
    source: Source, found: Literal, node: Node | RecoveredString, value: Node | None
) -> Reference:
    """The reference that an import type is; `value` is the call that it looks like."""
    member = _member(source, node, value)
    if member is None:
        return Reference(Form.IMPORT_TYPE, *found, whole=True, type_only=True)
    name = Name(member["name"].decode("utf-8", "replace"), None, True, Span(*member.span("name")))
    return Reference(Form.IMPORT_TYPE, *found, names=(name,), type_only=True)


def _member(source: Source, node: Node | RecoveredString, value: Node | None) -> re.Match[bytes] | None:
    """The `.name` after `import('…')`."""
    end = skip_trivia(source.text, node.end_byte) + 1 if value is None else value.end_byte
    return _MEMBER.match(source.text, skip_trivia(source.text, end))
