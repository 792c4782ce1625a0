"""Whether a module may re-export another one, judging by its text: most modules need no syntax tree for that."""

from __future__ import annotations

import re

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.indices.text_parts import TextParts, ends_in, has_any, has_beyond_ascii
from workflow_ls.syntax.spelling.trivia import COMMENT, TRIVIA

_WORD = compile_on_use(rb"[\w$\x80-\xff]+")
# A word that ends in `export` or begins with `import` counts as well: what begins with a fixed word is found fast.
_HEAD = compile_on_use(rb"export" + TRIVIA + rb"(?P<what>\*|\{|default\b|import\b|type\b)")
# All of these but most exports of declarations.
_EXPORT = compile_on_use(rb"export(?! ?[A-Za-ce-hj-su-z_$])")
_TYPES = compile_on_use(TRIVIA + rb"(?P<what>\*|\{)")
_FROM = compile_on_use(TRIVIA + rb"from\b")
_DECLARATION = compile_on_use(TRIVIA + rb"(?:function|class|interface|enum|abstract|async|new|await|typeof|void)\b")
_NAME = compile_on_use(TRIVIA + rb"(?P<name>[\w$\x80-\xff\\]+)" + TRIVIA + rb"(?P<next>[.\[]?)")
# All that may be between `import` and the end of its clause; clauses without `;` between them are one match.
_CLAUSES = compile_on_use(rb"import(?:[\w$\s{},*\x80-\xff]|" + COMMENT + rb"|'[^'\r\n]*'|\"[^\"\r\n]*\")*")
# What is white space or ends a line only after the text was made readable.
_UNUSUAL = (b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9")


def may_re_export(parts: TextParts) -> bool:
    """Whether a text may pass on what another module exports: by `export … from`, or by a name that it imports.

    Comments and strings count as code, so True may be wrong, and False never is.
    """
    text = parts.text
    if not has_any(parts, (b"export",)):
        return False
    if has_any(parts, (b"\\u",)) or has_beyond_ascii(parts, _UNUSUAL):
        return True
    if has_any(parts, (b"require",)) and has_any(parts, (b"exports", b"export =")):
        return True  # as CommonJS does
    exported = set[bytes]()
    for end in ends_in(parts, _EXPORT):
        head = _HEAD.match(text, end - len(b"export"))
        names = set[bytes]() if head is None else _exported(text, head)
        if names is None:
            return True
        exported |= names
    return bool(exported) and any(not exported.isdisjoint(_WORD.findall(part[0])) for part in _CLAUSES.finditer(text))


def _exported(text: bytes, head: re.Match[bytes]) -> set[bytes] | None:
    """The local names that an export statement may pass on; None if it may be one from another module."""
    what, end = head["what"], head.end()
    if what == b"type":
        types = _TYPES.match(text, end)
        if types is None:
            return set()  # a declaration
        what, end = types["what"], types.end()
    if what == b"{":
        closed = text.find(b"}", end)
        names = text[end:closed] if closed >= 0 else b"'"
        # A comment or a string may contain the brace.
        is_plain = not any(sign in names for sign in (b"/", b"'", b'"')) and _FROM.match(text, closed + 1) is None
        return set(_WORD.findall(names)) if is_plain else None
    if what == b"default":
        if _DECLARATION.match(text, end) is not None:
            return set()
        name = _NAME.match(text, end)
        if name is None:
            # Of what is no name, only one in parentheses or behind an assertion may be passed on.
            return None if text[_after_trivia(text, end)] in b"(<" else set()
        return None if name["next"] else {name["name"]}
    return None


def _after_trivia(text: bytes, offset: int) -> int:
    match = _TRIVIA.match(text, offset)
    return min(offset if match is None else match.end(), len(text) - 1)


_TRIVIA = compile_on_use(TRIVIA)
