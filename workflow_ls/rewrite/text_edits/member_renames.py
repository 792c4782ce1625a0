"""Renames what is taken of a module without an import clause: by a pattern, a member access, or an import type."""

from __future__ import annotations

import re
from collections.abc import Iterable

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.model import Form, Name, Reference
from workflow_ls.text import Edit, Span, is_identifier

_FORMS = (Form.REQUIRE, Form.DYNAMIC_IMPORT, Form.IMPORT_TYPE, Form.JSDOC_IMPORT)
_KEY = compile_on_use(rb"(?P<key>[\w$\x80-\xff]+|\"[^\"]*\"|'[^']*')\s*:")


def member_renames(text: bytes, reference: Reference, names: Iterable[tuple[Name, str]]) -> tuple[Edit, ...] | None:
    """The edits that take new names under the same local ones; None if the text shows too little for that.

    `{ a }` becomes `{ b: a }`, `{ a: x }` becomes `{ b: x }`, and `.a` becomes `.b`.
    """
    if reference.form not in _FORMS or reference.whole:
        return None
    edits = list[Edit]()
    for name, new_name in names:
        if name.name == new_name:
            continue
        edit = _renamed(text, name, new_name) if is_identifier(new_name) else None
        if edit is None:
            return None
        edits.append(edit)
    return tuple(edits)


def _renamed(text: bytes, name: Name, new_name: str) -> Edit | None:
    start, end = name.span
    written = text[start:end]
    key = _KEY.match(written)
    if key is not None:
        return Edit(Span(start, start + len(key["key"])), new_name)
    if name.local is not None:
        is_shorthand = re.match(rb"[\w$\x80-\xff]+", written)
        return Edit(Span(start, start), f"{new_name}: ") if is_shorthand and name.local == name.name else None
    return Edit(name.span, new_name) if written.decode("utf-8", "replace") == name.name else None
