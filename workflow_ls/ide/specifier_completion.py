"""Completes a specifier between quotes, or a name between the braces of an import.

The code is incomplete, so the kind of place is taken from the text before it.  Whether a string is a specifier is
decided by the syntax layer, after a complete one was put in its place.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from workflow_ls.diagnostics import Blocked
from workflow_ls.project.exports.module_exports import Meaning
from workflow_ls.project.file_facts import Area, FileFacts, area_of
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.rewrite.conflicts import find_outcomes
from workflow_ls.rewrite.packages.package_lookup import conditions_of
from workflow_ls.rewrite.packages.package_subpaths import Subpath, list_subpaths, replaced_by
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.syntax.model import Reference
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.reference_finder import find_references
from workflow_ls.text import Span, is_identifier, line_start


class Specifier(NamedTuple):
    """A specifier to insert.

    `typed` is the text that a client compares with the typed text: the legacy specifier that it replaces, else the
    specifier itself.  `path` is its file.
    """

    specifier: str
    typed: str
    path: str


class Exported(NamedTuple):
    """A name to insert: `text` is the inserted text, and `path` the file that declares the name."""

    name: str
    text: str
    meaning: Meaning
    path: str


class Specifiers(NamedTuple):
    """The specifiers to insert between two quotes, best first; each replaces `span`."""

    span: Span
    items: tuple[Specifier, ...]


class Names(NamedTuple):
    """The names to insert between two braces, sorted; each replaces `span`."""

    span: Span
    items: tuple[Exported, ...]


def complete(targets: TargetResolver, facts: FileFacts, offset: int) -> Specifiers | Names | None:
    """The completions at a byte offset of a file; None if no specifier or name of workflow code fits."""
    # The core may not import the packages, and files of the legacy tree name each other by path.
    if area_of(targets.workspace.table, facts.path) in (Area.CORE, Area.LEGACY):
        return None
    names = _complete_names(targets, facts, offset)
    if names is not None:
        return names
    written = _string_at(facts.text, offset)
    if written is None:
        return None
    reference = _as_reference(
        targets.workspace.context.parsed.get(facts.path, facts.text), written, targets.workspace.settings.callees
    )
    if reference is None:
        return None
    typed = facts.text[written.span.start : offset].decode("utf-8", "replace")
    subpaths = list_subpaths(targets.workspace, conditions_of(reference))
    # No module should import itself.
    others = [subpath for subpath in subpaths if subpath.path != facts.path]
    items = dict.fromkeys((*_target_at(targets, facts, offset), *_matching(targets, others, typed)))
    return Specifiers(written.span, tuple(items))


def _target_at(targets: TargetResolver, facts: FileFacts, offset: int) -> Iterator[Specifier]:
    """The target of the legacy specifier at an offset, if it is complete."""
    if not any(_holds(legacy.reference, offset) for legacy in facts.legacy_references):
        return
    for outcome in find_outcomes(targets, facts):
        reference, target = outcome.legacy.reference, outcome.target
        if isinstance(target, Blocked) or not _holds(reference, offset):
            continue
        # An unverified target has no file.
        if len(target.parts) == 1 and target.path is not None:
            yield Specifier(target.parts[0].specifier, reference.specifier, target.path)


def _holds(reference: Reference, offset: int) -> bool:
    return reference.span.start <= offset <= reference.span.end


def _matching(targets: TargetResolver, subpaths: Sequence[Subpath], typed: str) -> Iterator[Specifier]:
    workspace = targets.workspace
    roots = [root for root in workspace.table.roots if typed == root or typed.startswith(f"{root}/")]
    for subpath in subpaths:
        if subpath.specifier.startswith(typed):
            yield Specifier(subpath.specifier, subpath.specifier, subpath.path)
        for root in roots:
            for module in replaced_by(workspace, subpath):
                legacy = f"{root}/{module}" if module else root
                if legacy.startswith(typed):
                    yield Specifier(subpath.specifier, legacy, subpath.path)


class _String(NamedTuple):
    """A string that may be incomplete: `span` is its content, `closed` says whether it has a closing quote."""

    span: Span
    quote: bytes
    closed: bool


_QUOTE = compile_on_use(rb"['\"`]")
# The text right before a specifier: a keyword, the parenthesis of a call, the end of a type assertion or comment.
_INTRODUCED = compile_on_use(rb"(?:\b(?:from|import|module|types\s*=)|[(>/])\s*\Z")
_SPECIFIER = compile_on_use(rb"[\w@/.$~#-]*")
_PLACEHOLDER = "workflow-ls-at-the-cursor"
_LOOKED_BACK = 200


def _string_at(text: bytes, offset: int) -> _String | None:
    """The string around an offset, if a specifier may start at its quote."""
    line = line_start(text, offset)
    for match in reversed(list(_QUOTE.finditer(text, line, offset))):
        start, quote = match.end(), match[0]
        if quote in text[start:offset]:
            continue
        if _INTRODUCED.search(text, max(0, match.start() - _LOOKED_BACK), match.start()):
            rest = _SPECIFIER.match(text, offset)
            end = offset if rest is None else rest.end()
            return _String(Span(start, end), quote, closed=text[end : end + 1] == quote)
    return None


def _as_reference(source: Source, written: _String, callees: Collection[str]) -> Reference | None:
    """The reference that the string would be if it were complete; None if it would name no module."""
    start, end = written.span
    new = _PLACEHOLDER.encode() + (b"" if written.closed else written.quote)
    completed = source.edited(source.raw[:start] + new + source.raw[end:])
    found = find_references(completed, callees=callees, needles=(_PLACEHOLDER,))
    return next((reference for reference in found if reference.span.start == start), None)


_COMMENT = compile_on_use(rb"/\*.*?\*/|//[^\r\n]*", re.DOTALL)
_ELEMENT = compile_on_use(rb"\s*(?P<type>type\s+)?(?P<word>[\w$\x80-\xff]*)\Z")
_WORD = compile_on_use(rb"[\w$\x80-\xff]*")
_TAKEN = compile_on_use(rb"\s*(?:type\s+)?([\w$\x80-\xff]+)")


def _complete_names(targets: TargetResolver, facts: FileFacts, offset: int) -> Names | None:
    reference = next((found for found in facts.canonical_references if _may_name(found, offset)), None)
    if reference is None or reference.statement is None:
        return None
    start = reference.statement.start
    # Comments keep their length, so that offsets stay.
    written = facts.text[start : reference.span.start - 1]
    clause, at = _COMMENT.sub(lambda match: b" " * len(match[0]), written), offset - start
    opening = clause.rfind(b"{", 0, at)
    if opening < 0 or b"}" in clause[opening:at] or _in_comment(written, at):
        return None
    element = _ELEMENT.match(clause, max(opening, clause.rfind(b",", 0, at)) + 1, at)
    rest = _WORD.match(clause, at)
    if element is None or rest is None:
        return None
    span = Span(start + element.start("word"), start + rest.end())
    others = clause[opening + 1 : element.start()], clause[rest.end() :].partition(b"}")[0]
    taken = {match[1].decode("utf-8", "replace") for part in others for match in _each_taken(part)}
    path = targets.workspace.resolver.resolve(reference.specifier, facts.path)
    if path is None:
        return None
    types_only = reference.type_only or element["type"] is not None
    items = _exported(targets, path, taken)
    if types_only:
        return Names(span, tuple(items))
    if targets.workspace.context.parsed.get(facts.path, facts.text).is_javascript:
        return Names(span, tuple(item for item in items if item.meaning.value))
    return Names(span, tuple(item if item.meaning.value else item._replace(text=f"type {item.name}") for item in items))


def _may_name(reference: Reference, offset: int) -> bool:
    statement = reference.statement
    return statement is not None and statement.start < offset < reference.span.start


def _each_taken(part: bytes) -> Iterator[re.Match[bytes]]:
    return (match for piece in part.split(b",") if (match := _TAKEN.match(piece)) is not None)


def _in_comment(text: bytes, at: int) -> bool:
    """Whether an offset is in a comment; the end of a line comment counts."""
    return any(
        match.start() < at < match.end() + (text[match.start() + 1 : match.start() + 2] == b"/")
        for match in _COMMENT.finditer(text)
    )


def _exported(targets: TargetResolver, path: str, taken: set[str]) -> Iterator[Exported]:
    exports = targets.index.exports(path)
    for name, meaning in sorted(exports.names.items()):
        if name not in taken and name != "default" and is_identifier(name):
            yield Exported(name, name, meaning, exports.origins[name].path)
