"""What a test asserts of an expression, or of a text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.model import StringUse
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.scopes import callee_text, excerpt_of, first_child, text_of
from workflow_ls.syntax.strings.callee_names import is_path_argument, is_path_helper

if TYPE_CHECKING:
    from tree_sitter import Node

_THROUGH = frozenset(
    {
        "parenthesized_expression",
        "as_expression",
        "non_null_expression",
        "await_expression",
        "ternary_expression",
        "array",
        "arrow_function",
        "unary_expression",
        "arguments",
        "call_expression",
        "new_expression",
    }
)
_CHAIN = ("member_expression", "call_expression")
_MOST_LEVELS = 100  # of an asserted expression
_LONGEST = 4000  # what is read of the expectations that follow each other
_EQUAL = r"\.(?:toBe|toEqual|toStrictEqual)"
_FALSE = compile_on_use(_EQUAL + r"\(\s*false\s*,?\s*\)|\.toBeFalsy\(|\.not\s*\.toBe(?:Truthy|\(\s*true)")
_ABSENT = compile_on_use(
    r"\.toBe(?:Undefined|Null)\(|\.(?:toBe|toEqual)\(\s*-1|\.toBeLessThan\(\s*0|\.toThrow|\.toHaveLength\(\s*0"
)
_TRUE = compile_on_use(_EQUAL + r"\(\s*true\s*,?\s*\)|\.toBeTruthy\(|\.not\s*\.toBe(?:Falsy|\(\s*false)")
_TESTED = compile_on_use(r"sourc|src|text|code|content|file|module|implement|raw|body|script|output", re.IGNORECASE)


def is_refuted(source: Source, call: Node) -> bool:
    """Whether a test expects that a call gives false, or fails."""
    chain = _assertion(source, call)
    if chain is None:
        return False
    head, tail = chain
    if re.match(r"!|\(?\s*!", head):
        return not _FALSE.match(tail)
    return _FALSE.match(tail) is not None or _ABSENT.match(tail) is not None or tail == "false"


def _assertion(source: Source, call: Node) -> tuple[str, str] | None:
    """The asserted expression around a call, and what is expected of it: the text after `expect(…)`, or "false"."""
    ancestry = source.ancestry
    node, parent = call, ancestry.parent(call)
    for _ in range(_MOST_LEVELS):
        if parent is None or parent.type not in _THROUGH:
            break
        outer = ancestry.parent(parent) if parent.type == "arguments" else None
        if outer is not None:
            callee = callee_text(source, outer.child_by_field_name("function"))
            if callee == "expect" or callee.startswith("expect."):
                statement = ancestry.outermost(outer, _continues_chain)[0]
                expected = source.text[outer.end_byte : min(statement.end_byte, outer.end_byte + _LONGEST)]
                return excerpt_of(source, node), re.sub(r"\s+", "", expected.decode("utf-8", "replace"))
            if callee.partition(".")[0] == "assert":
                first = next((argument for argument in parent.named_children if argument != node), None)
                no = excerpt_of(source, first) == "false" or callee.endswith(
                    ("isFalse", "notOk", "isNotOk", "throws", "rejects")
                )
                return excerpt_of(source, node), "false" if no else ".toBe(true)"
            if not is_path_argument(callee, 0) and not is_path_helper(callee):
                return None
        node, parent = parent, ancestry.parent(parent)
    return None


def _continues_chain(_node: Node, parent: Node) -> bool:
    return parent.type in _CHAIN


def use_in_expectation(callee: str, arguments: Node | None) -> StringUse:
    """The use of a text that a test expects in another one."""
    if re.search(r"\.not\b|\.doesNot|\.notInclude|notMatch", callee):
        return StringUse.BANNED
    if callee.startswith("expect.stringContaining"):
        return StringUse.UNKNOWN
    if callee.startswith("assert"):
        tested = first_child(arguments)
        return StringUse.CODE if _TESTED.search(text_of(tested)) else StringUse.UNKNOWN
    subject = callee[callee.find("(") + 1 : callee.rfind(").")]
    return StringUse.CODE if _TESTED.search(subject) else StringUse.UNKNOWN


def use_in_search(source: Source, call: Node) -> StringUse:
    """The use of a text that another one is searched for: what the search must give decides."""
    chain = _assertion(source, call)
    if chain is None:
        return StringUse.COMPARED
    head, tail = chain
    if is_refuted(source, call):
        return StringUse.BANNED
    positive = _TRUE.match(tail) or tail.startswith(".toBeGreaterThan")
    return StringUse.CODE if positive and _TESTED.search(head) else StringUse.COMPARED
