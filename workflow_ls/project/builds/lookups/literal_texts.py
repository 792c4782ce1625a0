"""The texts in a piece of code that say which specifiers it has to do with."""

from __future__ import annotations

import re

from workflow_ls.regular_expressions import compile_on_use

_LITERAL = compile_on_use(
    r"""'((?:\\.|[^'\\\r\n])*)'|"((?:\\.|[^"\\\r\n])*)"|`((?:\\.|[^`\\$])*)[`$]|(?<=[=(,:!&|?\s])/\^?((?:\\.|[^/\\\r\n*\s])(?:\\.|[^/\\\r\n])*)/"""
)
_COMMENT = compile_on_use(r"/\*(?:.*?\*/|.*)|(?<![:\\'\"/])//[^\r\n]*", re.DOTALL)
_PATTERN_START = compile_on_use(r"(?:(?:[\w@/~#-]|\\[^\w\s])(?![?*+{]))*")
_MOST_STARTS = 500


def literal_texts(code: str) -> tuple[str, ...]:
    """The texts in a piece of code, and the beginnings of its regular expressions, without relative paths."""
    found = dict[str, None]()
    for match in _LITERAL.finditer(_COMMENT.sub(" ", code)):
        quoted = next((group for group in match.groups()[:3] if group is not None), None)
        if quoted is None:
            start = _PATTERN_START.match(match[4])
            quoted = "" if start is None else start[0].replace("\\", "")
        if quoted and quoted[0] != "." and len(found) < _MOST_STARTS:
            found[quoted] = None
    return tuple(found)
