"""What can be written at a place: a specifier between quotes, or a name between the braces of an import.

The code at hand is incomplete, so the place is told from the text before it, and a specifier is told from other
strings by putting a whole one in its place and asking what the syntax layer makes of that.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from workflow_ls.project.export_index import Meaning
from workflow_ls.project.file_facts import Area, FileFacts, area_of
from workflow_ls.rewrite.conflicts import find_outcomes
from workflow_ls.rewrite.package_lookup import views_of
from workflow_ls.rewrite.package_subpaths import Subpath, list_subpaths, replaced_by
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.syntax.model import Reference
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.finder import find_references
from workflow_ls.text import Span, is_identifier, line_start


class Specifier(NamedTuple):
    """A specifier that fits.

    `typed` is what a client compares with what is there: the legacy specifier that it replaces, else itself.  `path`
    is the file behind it.
    """

    specifier: str
    typed: str
    path: str


class Exported(NamedTuple):
    """A name that fits: `text` is what to insert, and `path` the file that declares it."""

    name: str
    text: str
    meaning: Meaning
    path: str


class Specifiers(NamedTuple):
    """The specifiers that fit between two quotes, best first; `span` is what each replaces."""

    span: Span
    items: tuple[Specifier, ...]


class Names(NamedTuple):
    """The names that fit between two braces, sorted; `span` is what each replaces."""

    span: Span
    items: tuple[Exported, ...]


def complete(targets: TargetResolver, facts: FileFacts, offset: int) -> Specifiers | Names | None:
    """What can be written at a byte offset of a file; None where nothing of ours can."""
    # The core may not import the packages, and the legacy tree speaks of itself by path.
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
    subpaths = list_subpaths(targets.workspace, views_of(reference))
    # A module that imports itself is no help.
    others = [subpath for subpath in subpaths if subpath.path != facts.path]
    fitting = dict.fromkeys((*_chosen(targets, facts, offset), *_fitting(targets, others, typed)))
    return Specifiers(written.span, tuple(fitting))


def _chosen(targets: TargetResolver, facts: FileFacts, offset: int) -> Iterator[Specifier]:
    """Where the legacy specifier at a place goes, if it stands there in full."""
    if not any(
        legacy.reference.span.start <= offset <= legacy.reference.span.end for legacy in facts.legacy_references
    ):
        return
    for outcome in find_outcomes(targets, facts):
        reference, target = outcome.legacy.reference, outcome.target
        here = reference.span.start <= offset <= reference.span.end
        # What is not verified has no file.
        if here and len(target.parts) == 1 and target.path is not None:
            yield Specifier(target.parts[0].specifier, reference.specifier, target.path)


def _fitting(targets: TargetResolver, subpaths: Sequence[Subpath], typed: str) -> Iterator[Specifier]:
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
    """A string that may be incomplete: `span` is its content, `quote` its opening quote, `closed` whether it ends."""

    span: Span
    quote: bytes
    closed: bool


_QUOTE = re.compile(rb"['\"`]")
# What stands right before a specifier: a keyword, the parenthesis of a call, the end of a type assertion or comment.
_INTRODUCED = re.compile(rb"(?:\b(?:from|import|module|types\s*=)|[(>/])\s*\Z")
_SPECIFIER = re.compile(rb"[\w@/.$~#-]*")
_PLACEHOLDER = "workflow-ls-at-the-cursor"
_LOOKED_BACK = 200


def _string_at(text: bytes, offset: int) -> _String | None:
    """The string around a place whose quote stands where a specifier may start."""
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
    """What the string would be if it were complete; None where it would name no module."""
    start, end = written.span
    new = _PLACEHOLDER.encode() + (b"" if written.closed else written.quote)
    completed = source.edited(source.text[:start] + new + source.text[end:])
    found = find_references(completed, callees=callees, needles=(_PLACEHOLDER,))
    return next((reference for reference in found if reference.span.start == start), None)


_COMMENT = re.compile(rb"/\*.*?\*/|//[^\r\n]*", re.DOTALL)
_ELEMENT = re.compile(rb"\s*(?P<type>type\s+)?(?P<word>[\w$\x80-\xff]*)\Z")
_WORD = re.compile(rb"[\w$\x80-\xff]*")
_TAKEN = re.compile(rb"\s*(?:type\s+)?([\w$\x80-\xff]+)")


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
    """Whether a place is in a comment; the end of a line comment is."""
    return any(
        match.start() < at < match.end() + (text[match.start() + 1 : match.start() + 2] == b"/")
        for match in _COMMENT.finditer(text)
    )


def _exported(targets: TargetResolver, path: str, taken: set[str]) -> Iterator[Exported]:
    exports = targets.index.exports(path)
    for name, meaning in sorted(exports.names.items()):
        if name not in taken and name != "default" and is_identifier(name):
            yield Exported(name, name, meaning, exports.origins[name].path)
