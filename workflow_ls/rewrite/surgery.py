"""Verbs for changing module references: each returns edits of one file, and touches nothing it need not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workflow_ls.rewrite.target import Piece
from workflow_ls.syntax.model import Form, Name, Reference
from workflow_ls.text import Edit, Span

_LONG_LINE = 100


def rewrite(text: bytes, *, reference: Reference, pieces: Sequence[Piece]) -> tuple[Edit, ...]:
    """Send a reference to its pieces: the specifier alone where that suffices, else the statement is split.

    `pieces` with more than one specifier, or with a changed name, need a reference whose `statement` is known.
    """
    renamed = any(name.name != new for piece in pieces for name, new in piece.names)
    if len(pieces) == 1 and not renamed:
        return replace_specifier(reference=reference, specifier=pieces[0].specifier)
    return split_statement(text, reference=reference, pieces=pieces)


def replace_specifier(*, reference: Reference, specifier: str) -> tuple[Edit, ...]:
    """Replace the text between the quotes."""
    return (Edit(reference.span, escape(specifier, reference.quote)),)


def escape(specifier: str, quote: str) -> str:
    """A specifier as it must stand between these quotes."""
    escaped = specifier.replace("\\", "\\\\").replace(quote, f"\\{quote}") if quote else specifier
    return escaped.replace("${", "\\${") if quote == "`" else escaped


def split_statement(text: bytes, *, reference: Reference, pieces: Sequence[Piece]) -> tuple[Edit, ...]:
    """One import or export declaration becomes one for each piece, in the pieces' order.

    Aliases, `type` modifiers, comments beside an element, attributes, the quote style, a closing semicolon, the
    line break style, the indentation and the layout (one line, or one element a line) are kept.
    """
    statement = reference.statement
    if statement is None:
        raise ValueError("only an import or export declaration can be split")
    layout = _layout(text, reference, statement)
    written = [_declaration(layout, reference, piece) for piece in pieces]
    return (Edit(statement, (layout.line_break + layout.indent).join(written)),)


@dataclass(frozen=True, slots=True)
class _Layout:
    keyword: str  # "import", "import type", "export", "export type", as written
    tail: str  # from the closing quote to the end: attributes and semicolon
    indent: str
    line_break: str
    multiline: bool
    inner: str  # the indentation of an element
    trailing_comma: bool
    elements: dict[Span, tuple[str, str]]  # comments before and after each element


def _layout(text: bytes, reference: Reference, statement: Span) -> _Layout:
    whole = text[statement.start : reference.span.start - 1].decode()
    match = re.match(r"(import|export)(\s+type\b(?!\s*(?:,|from\b)))?", whole)
    line_start = max(text.rfind(b"\n", 0, statement.start), text.rfind(b"\r", 0, statement.start)) + 1
    before = text[line_start : statement.start].decode()
    indent = before if before.isspace() else ""
    braces = whole.partition("{")[2].rpartition("}")[0]
    inner = re.search(r"[\r\n]+([ \t]*)\S", braces)
    return _Layout(
        keyword=match[0] if match else "import",
        tail=text[reference.span.end + 1 : statement.end].decode(),
        indent=indent,
        line_break="\r\n" if b"\r\n" in text else "\n",
        multiline=bool(inner),
        inner=inner[1] if inner else f"{indent}  ",
        trailing_comma=braces.rstrip().endswith(","),
        elements=_comments(text, reference),
    )


def _comments(text: bytes, reference: Reference) -> dict[Span, tuple[str, str]]:
    """The comments around each element: those before it, and those behind it on its own line."""
    found: dict[Span, tuple[str, str]] = {}
    names = sorted(reference.names, key=lambda name: name.span)
    for index, name in enumerate(names):
        start = names[index - 1].span.end if index else text.rfind(b"{", 0, name.span.start) + 1
        closing = text.find(b"}", name.span.end)
        end = names[index + 1].span.start if index + 1 < len(names) else max(closing, name.span.end)
        before, after = text[start : name.span.start].decode(), text[name.span.end : end].decode()
        # Up to the line break, what follows the element belongs to it; the rest belongs to the next one.
        own_line = "" if index == 0 else re.split(r"[\r\n]", before, maxsplit=1)[0]
        lead = before[len(own_line) :] if "\n" in before or "\r" in before or index == 0 else ""
        trail = after if index + 1 == len(names) else re.split(r"[\r\n]", after, maxsplit=1)[0]
        if index + 1 < len(names) and "\n" not in after and "\r" not in after:
            trail = after  # all on one line: a comment belongs to the element it follows
        found[name.span] = (" ".join(_COMMENT.findall(lead)), " ".join(_COMMENT.findall(trail)))
    return found


_COMMENT = re.compile(r"/\*.*?\*/|//[^\r\n]*", re.DOTALL)


def _declaration(layout: _Layout, reference: Reference, piece: Piece) -> str:
    default, listed = "", list[str]()
    for name, new_name in piece.names:
        if reference.form is Form.IMPORT and new_name == name.name == "default" and _is_bare(name):
            default = name.local or ""
        else:
            listed.append(_element(layout, name, new_name, reference.form))
    parts = [default] if default else []
    if listed or not default:
        parts.append(_braces(layout, listed))
    quoted = f"{reference.quote}{escape(piece.specifier, reference.quote)}{reference.quote}"
    line = f"{layout.keyword} {', '.join(parts)} from {quoted}{layout.tail}"
    if layout.multiline or "\n" in line or len(layout.indent) + len(line) <= _LONG_LINE or not listed:
        return line
    parts[-1] = _one_a_line(layout, listed)
    return f"{layout.keyword} {', '.join(parts)} from {quoted}{layout.tail}"


def _is_bare(name: Name) -> bool:
    """Whether a default import is written `import D`, not `import { default as D }`: then its span is its name."""
    return name.local is not None and name.span.end - name.span.start == len(name.local.encode())


def _element(layout: _Layout, name: Name, new_name: str, form: Form) -> str:
    local = name.local or name.name
    shown = new_name if re.fullmatch(r"[\w$]+", new_name) else f"'{new_name}'"
    text = shown if local == new_name else f"{shown} as {local}"
    if name.type_only and not layout.keyword.endswith("type"):
        text = f"type {text}"
    before, after = layout.elements.get(name.span, ("", ""))
    if form is Form.IMPORT and _is_bare(name):
        return text
    if before.startswith("//"):
        before += layout.line_break + layout.inner
    lead = f"{before} " if before and not before[-1].isspace() else before
    # A line comment must end its line, so the comma goes before it.
    return f"{lead}{text}" + (f"\0{after}" if after else "")


def _braces(layout: _Layout, elements: Sequence[str]) -> str:
    if layout.multiline or any("\0//" in element or "\n" in element for element in elements):
        return _one_a_line(layout, elements)
    return "{ " + ", ".join(element.replace("\0", " ") for element in elements) + " }"


def _one_a_line(layout: _Layout, elements: Sequence[str]) -> str:
    lines = []
    for index, element in enumerate(elements):
        text, _, comment = element.partition("\0")
        comma = "," if index + 1 < len(elements) or layout.trailing_comma or not layout.multiline else ""
        lines.append(f"{layout.inner}{text}{comma}" + (f" {comment}" if comment else ""))
    return "{" + layout.line_break + layout.line_break.join(lines) + layout.line_break + layout.indent + "}"
