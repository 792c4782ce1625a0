"""Splits `const { a, b } = require('…')`, and the same of `await import('…')`, into a declaration for each module."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.rewrite.target import ImportPart
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.text import LINE_BREAK, Edit, Span, is_identifier, line_start

_FORMS = (Form.REQUIRE, Form.DYNAMIC_IMPORT)
_BEFORE = compile_on_use(rb"(?P<indent>[ \t]*)(?P<keyword>const|let|var)\s*\{(?P<blank>\s*)")
_BETWEEN = compile_on_use(rb"\s*,\s*")
_CALL = compile_on_use(rb"\s*,?\s*\}\s*=\s*(?P<call>(?:await\s+)?(?:require|import)\(\s*)['\"`]")
_BEHIND = compile_on_use(rb"['\"`](?P<close>\s*\))(?P<end>;?)(?=[ \t]*(?://[^\r\n]*)?(?:[\r\n]|$))")
_CONTINUED = compile_on_use(rb"\s*[.(\[`?!+\-*/%&|^<>=,:]")
_ELEMENT = compile_on_use(r"(?P<key>[\w$]+|\"[^\"]*\"|'[^']*')\s*(?::\s*(?P<local>[\w$]+))?\Z")


class _Declaration(NamedTuple):
    """A declaration by a pattern, in its parts: `call` ends before the specifier, and `close` starts after it."""

    span: Span
    indent: str
    keyword: str
    blank: str
    call: str
    close: str


def is_split_pattern(text: bytes, reference: Reference) -> bool:
    """Whether a reference is one of a declaration that can be split: a statement of its own, with plain names."""
    return _declaration(text, reference) is not None


def split_pattern(text: bytes, reference: Reference, parts: Sequence[ImportPart]) -> tuple[Edit, ...]:
    """The edit that makes one declaration for each part, in the order of the parts, under the same local names.

    Raises ValueError if the declaration can't be split.
    """
    found = _declaration(text, reference)
    if found is None:
        raise ValueError("only a declaration by a pattern can be split")
    line_break = LINE_BREAK.search(text)
    written = list[str]()
    for part in parts:
        elements = ", ".join(
            text[slice(*name.span)].decode() if new == name.name else _renamed(new, name.local or name.name)
            for name, new in part.names
        )
        specifier = part.specifier.replace(reference.quote, f"\\{reference.quote}")
        source = f"{reference.quote}{specifier}{reference.quote}"
        written.append(f"{found.keyword} {{{found.blank}{elements}{found.blank}}} = {found.call}{source}{found.close}")
    joint = (line_break[0].decode() if line_break else "\n") + found.indent
    return (Edit(found.span, joint.join(written)),)


def _renamed(name: str, local: str) -> str:
    key = name if is_identifier(name) else f"'{name}'"
    return key if key == local else f"{key}: {local}"


def _declaration(text: bytes, reference: Reference) -> _Declaration | None:
    names = reference.names
    if reference.form not in _FORMS or reference.whole or not names or any(name.local is None for name in names):
        return None
    first, last = names[0].span, names[-1].span
    if any(_BETWEEN.fullmatch(text, one.span.end, other.span.start) is None for one, other in pairwise(names)):
        return None
    if any(_ELEMENT.match(text[slice(*name.span)].decode("utf-8", "replace")) is None for name in names):
        return None
    call = _CALL.fullmatch(text, last.end, reference.span.start)
    behind = _BEHIND.match(text, reference.span.end)
    start = _start_of_line(text, first.start)
    before = None if start is None else _BEFORE.fullmatch(text, start, first.start)
    if call is None or behind is None or before is None:
        return None
    if not behind["end"] and _CONTINUED.match(text, behind.end()):
        return None
    return _Declaration(
        Span(before.start("keyword"), behind.end()),
        before["indent"].decode(),
        before["keyword"].decode(),
        "" if not before["blank"] else " ",
        call["call"].decode(),
        (behind["close"] + behind["end"]).decode(),
    )


def _start_of_line(text: bytes, offset: int) -> int | None:
    """Where the line with the keyword starts: that of the opening brace."""
    brace = text.rfind(b"{", 0, offset)
    return None if brace < 0 else line_start(text, brace)
