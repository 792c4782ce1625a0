"""What a test asserts of an expression, or of a text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workflow_ls.syntax.callee_names import is_path_argument, is_path_helper
from workflow_ls.syntax.model import StringUse
from workflow_ls.syntax.scopes import first_child, text_of

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
_EQUAL = r"\.(?:toBe|toEqual|toStrictEqual)"
_FALSE = re.compile(_EQUAL + r"\(\s*false\s*,?\s*\)|\.toBeFalsy\(|\.not\s*\.toBe(?:Truthy|\(\s*true)")
_ABSENT = re.compile(
    r"\.toBe(?:Undefined|Null)\(|\.(?:toBe|toEqual)\(\s*-1|\.toBeLessThan\(\s*0|\.toThrow|\.toHaveLength\(\s*0"
)
_TRUE = re.compile(_EQUAL + r"\(\s*true\s*,?\s*\)|\.toBeTruthy\(|\.not\s*\.toBe(?:Falsy|\(\s*false)")
_TESTED = re.compile(r"sourc|src|text|code|content|file|module|implement|raw|body|script|output", re.IGNORECASE)


def is_refuted(call: Node) -> bool:
    """Whether a test expects that a call gives false, or fails."""
    chain = _assertion(call)
    if chain is None:
        return False
    head, tail = chain
    if re.match(r"!|\(?\s*!", head):
        return not _FALSE.match(tail)
    return _FALSE.match(tail) is not None or _ABSENT.match(tail) is not None or tail == "false"


def _assertion(call: Node) -> tuple[str, str] | None:
    """The asserted expression around a call, and what is expected of it: the text after `expect(…)`, or "false"."""
    node, parent = call, call.parent
    while parent is not None and parent.type in _THROUGH:
        if parent.type == "arguments" and parent.parent is not None:
            outer = parent.parent
            callee = text_of(outer.child_by_field_name("function"))
            if callee == "expect" or callee.startswith("expect."):
                statement = outer
                while statement.parent is not None and statement.parent.type in (
                    "member_expression",
                    "call_expression",
                ):
                    statement = statement.parent
                return text_of(node), re.sub(r"\s+", "", text_of(statement)[outer.end_byte - statement.start_byte :])
            if callee.partition(".")[0] == "assert":
                others = [text_of(argument) for argument in parent.named_children if argument != node]
                no = "false" in others[:1] or callee.endswith(("isFalse", "notOk", "isNotOk", "throws", "rejects"))
                return text_of(node), "false" if no else ".toBe(true)"
            if not is_path_argument(re.sub(r"\s+", "", callee), 0) and not is_path_helper(callee):
                return None
        node, parent = parent, parent.parent
    return None


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


def use_in_search(call: Node) -> StringUse:
    """The use of a text that another one is searched for: what the search must give decides."""
    chain = _assertion(call)
    if chain is None:
        return StringUse.COMPARED
    head, tail = chain
    if is_refuted(call):
        return StringUse.BANNED
    positive = _TRUE.match(tail) or tail.startswith(".toBeGreaterThan")
    return StringUse.CODE if positive and _TESTED.search(head) else StringUse.COMPARED
