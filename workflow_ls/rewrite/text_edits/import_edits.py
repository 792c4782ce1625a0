"""Edits of module references in one file; all other text, comments and layout are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workflow_ls.rewrite.target import ImportPart
from workflow_ls.rewrite.text_edits.import_declaration import (
    Element,
    ImportDeclaration,
    Layout,
    parse_declaration,
    words_of,
)
from workflow_ls.rewrite.text_edits.member_renames import member_renames
from workflow_ls.rewrite.text_edits.pattern_split import split_pattern
from workflow_ls.syntax.model import Form, Name, Reference
from workflow_ls.text import Edit, Span, is_identifier

_LONG_LINE = 100
"""The width above which a declaration on one line is broken into several, unless it was as wide before."""


def rewrite(text: bytes, *, reference: Reference, parts: Sequence[ImportPart]) -> tuple[Edit, ...]:
    """Rewrite a reference to its parts; with one part, the specifier and the names change in place if possible.

    With several parts, or with names that change, the reference must be one that `split_statement` accepts,
    or `split_pattern`.
    """
    if len(parts) == 1:
        renamed = [(name, new_name) for name, new_name in parts[0].names if name.name != new_name]
        members = member_renames(text, reference, renamed) if renamed and reference.statement is None else None
        if members is not None:
            return (*members, *replace_specifier(reference=reference, specifier=parts[0].specifier))
        if not any(_is_bare_default(text, reference, name) for name, _ in renamed):
            edits = [_rename(text, reference, name, new_name) for name, new_name in renamed]
            return (*edits, *replace_specifier(reference=reference, specifier=parts[0].specifier))
    if reference.statement is None:
        return split_pattern(text, reference, parts)
    return split_statement(text, reference=reference, parts=parts)


def replace_specifier(*, reference: Reference, specifier: str) -> tuple[Edit, ...]:
    """Replace the text between the quotes."""
    return (Edit(reference.span, escape(specifier, reference.quote)),)


def escape(specifier: str, quote: str) -> str:
    """A specifier, escaped for these quotes."""
    escaped = specifier.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return escaped.replace("${", "\\${") if quote == "`" else escaped


def split_statement(text: bytes, *, reference: Reference, parts: Sequence[ImportPart]) -> tuple[Edit, ...]:
    """Split an import or export declaration into one for each part, in the order of the parts.

    The declaration has names and no star or namespace, and each of its names is in one part.  Aliases, `type`
    modifiers, the quotes, attributes, a closing semicolon, line breaks, indentation and layout (one line, or one
    element a line) are kept.  Comments move with the element that they describe; those on the declaration stay in the
    first one, and those after the specifier in the last.

    Raises ValueError if the reference is no import or export declaration.
    """
    declaration = parse_declaration(text, reference)
    elements = {element.name.span: element for element in declaration.elements}
    layout, written = declaration.layout, list[str]()
    longest = max(_LONG_LINE, _width(layout, text[slice(*declaration.span)].decode()))
    for index, part in enumerate(parts):
        declared = declaration.part(first=index == 0, last=index + 1 == len(parts))
        chosen = [_choose(text, reference, elements[name.span], new_name) for name, new_name in part.names]
        source = reference.quote + escape(part.specifier, reference.quote) + reference.quote
        line = _declared(declared, chosen, source, multiline=layout.multiline)
        if _width(layout, line) > longest:
            line = _declared(declared, chosen, source, multiline=True)
        written.append(line)
    return (Edit(declaration.span, f"{layout.line_break}{layout.indent}".join(written)),)


def _is_bare_default(text: bytes, reference: Reference, name: Name) -> bool:
    """Whether a name is the `D` of `import D from`."""
    return reference.form is Form.IMPORT and name.name == "default" and len(words_of(text, name.span)) == 1


def _rename(text: bytes, reference: Reference, name: Name, new_name: str) -> Edit:
    """Import `new_name` instead of a name, under the same local name."""
    words = words_of(text, name.span)
    if len(words) in {2, 4}:
        words = words[1:]  # `type`
    written, alias = words[0], words[-1]
    local = text[slice(*alias)].decode()
    shown = new_name
    if not is_identifier(new_name):
        shown = reference.quote + escape(new_name, reference.quote) + reference.quote
    if new_name == name.local and b"/" not in text[written.end : alias.start]:
        return _put(text, Span(written.start, alias.end), local)
    return _put(text, written, shown if alias != written else f"{shown} as {local}")


def _put(text: bytes, span: Span, new: str) -> Edit:
    """Write `new` over a word or string of an element, apart from the words next to it."""
    # A string may follow `type` and precede `as` without a blank.
    before = " " if text[span.start - 1 : span.start].isalpha() else ""
    after = " " if text[span.end : span.end + 1].isalpha() else ""
    return Edit(span, before + new + after)


_Chosen = tuple[Element, str]
"""An element, and the new text of its core."""


def _choose(text: bytes, reference: Reference, element: Element, new_name: str) -> _Chosen:
    start, end = element.core
    if new_name == element.name.name:
        return element, text[start:end].decode()
    edit = _rename(text, reference, element.name, new_name)
    core = text[start : edit.span.start] + edit.new.encode() + text[edit.span.end : end]
    return element._replace(is_default=False), core.decode()


def _declared(part: ImportDeclaration, chosen: Sequence[_Chosen], source: str, *, multiline: bool) -> str:
    layout = part.layout
    listed = [(element, core) for element, core in chosen if not element.is_default]
    clause = list[str]()
    for element, core in chosen:
        if element.is_default:
            clause += [f"{core}," if listed else core, *element.beside]
    if listed:
        clause.append(_braces(layout, listed, multiline=multiline))
    link = part.link
    if clause[-1].startswith("//"):
        link = layout.line_break + layout.indent + link.lstrip()
    elif clause[-1][-1] != "}" and not link[0].isspace():
        link = f" {link}"
    return part.intro + _in_a_row(clause, layout.line_break + layout.indent) + link + source + part.tail


def _braces(layout: Layout, listed: Sequence[_Chosen], *, multiline: bool) -> str:
    if not multiline and not any(_needs_lines(element) for element, _ in listed):
        blank = " " if layout.spaced else ""
        return "{" + blank + ", ".join(" ".join((core, *element.beside)) for element, core in listed) + blank + "}"
    line_break = layout.line_break + layout.inner
    lines = ["{"]
    for index, (element, core) in enumerate(listed):
        comma = "," if index + 1 < len(listed) or layout.trailing_comma or not layout.multiline else ""
        lines += [*element.above, _in_a_row((core + comma, *element.beside), line_break), *element.below]
    return line_break.join(lines) + layout.line_break + layout.indent + "}"


def _needs_lines(element: Element) -> bool:
    # A declaration with comments above an element has several lines anyway.
    return bool(element.below) or any(comment.startswith("//") for comment in element.beside)


def _in_a_row(parts: Iterable[str], line_break: str) -> str:
    """The parts with spaces between, and a line break after a comment that needs one."""
    *before, last = parts
    return "".join(part + (line_break if part.startswith("//") else " ") for part in before) + last


def _width(layout: Layout, statement: str) -> int:
    return max(map(len, (layout.indent + statement).splitlines()))
