"""What the moves ask of strings: those that name a moved file, and those by which a moved file finds another."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from workflow_ls.cutover.references import Change
from workflow_ls.cutover.specifiers import Stuck, specifier_to
from workflow_ls.cutover.state import Cut
from workflow_ls.rewrite.spelling import spelling
from workflow_ls.rewrite.surgery import escape
from workflow_ls.syntax.mentions import find_mentions
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.syntax.parser import Source
from workflow_ls.text import Edit, Span
from workflow_ls.workspace.files import is_source, is_within, join
from workflow_ls.workspace.mentions import Occurrence, find_occurrences

_URL = re.compile(rb"new\s+URL\(\s*(?P<args>(['\"`])[^'\"`\n]*\2)\s*,\s*import\.meta\.url\b")
_DIRECTORY = re.compile(
    rb"\b(?:__dirname|import\.meta\.dirname)\s*,\s*(?P<args>(['\"])[^'\"\n]*\2(?:\s*,\s*\2[^'\"\n]*\2)*)"
)
_ARGUMENT = re.compile(rb"(['\"`])([^'\"`\n]*)\1")


def follow_strings(cut: Cut, path: str) -> Iterator[tuple[str, int, Change | Stuck]]:
    """The strings of the file `path` (where it lies now) that have to change, with what they say and their offset."""
    facts = cut.before.facts(path)
    for occurrence in find_occurrences(cut.before, facts) if facts is not None else ():
        new = _renamed(cut, path, occurrence)
        if isinstance(new, Stuck):
            yield occurrence.text, occurrence.span.start, new
        elif new != occurrence.text:
            edit = Edit(occurrence.span, escape(new, occurrence.quote))
            yield occurrence.text, occurrence.span.start, Change((edit,), "deprecated-reference", new)
    if facts is not None and cut.moved(path) != path:
        yield from _climbing(cut, path, facts.source)


def _renamed(cut: Cut, path: str, occurrence: Occurrence) -> str | Stuck:
    """What a string names a moved file or folder by, afterwards."""
    if occurrence.unfinished is not None:
        return Stuck(occurrence.unfinished)
    if occurrence.path is None:
        return _specifier(cut, path, occurrence)
    files, old = cut.before.files, occurrence.path
    if occurrence.text.endswith("/") or files.kind(old) == "directory":
        new = new_directory(cut, old)
        if new is None:
            return Stuck(f"the files of {old} do not stay together")
        return _written(cut, path, occurrence, new + "/" * occurrence.text.endswith("/"))
    target = old if files.kind(old) == "file" else cut.tree_of(occurrence.module)
    if target is None:
        return Stuck(f"{old} is not there")
    if target in cut.dissolved:
        return Stuck(f"{target} is dissolved")
    if target not in cut.follows:
        return Stuck(f"{target} does not move")
    new = cut.moved(target)
    if is_source(target):
        new = (
            spelling(occurrence.text, target)(new)
            if is_source(occurrence.text)
            else new[: len(new) - _cut(target, old)]
        )
    return _written(cut, path, occurrence, new)


def _cut(target: str, old: str) -> int:
    """How many characters of a file's path a string leaves out at the end."""
    return len(target) - len(old)


def _specifier(cut: Cut, path: str, occurrence: Occurrence) -> str | Stuck:
    """What imports of a module say afterwards, wherever the string is."""
    target = cut.tree_of(occurrence.module)
    if target is None:
        return Stuck(f"`{occurrence.text}` names no file")
    if target in cut.dissolved:
        return Stuck(f"{target} is dissolved")
    if target not in cut.follows:
        return Stuck(f"{target} does not move")
    reference = Reference(Form.DECLARE_MODULE, occurrence.text, occurrence.span, occurrence.quote, type_only=True)
    outside = "any-file.ts" if is_within(path, cut.before.table.tree) else path
    return specifier_to(cut, reference, outside, target)


def _written(cut: Cut, path: str, occurrence: Occurrence, new: str) -> str:
    """A new path in the way that a string writes the old one."""
    importer, slash = cut.moved(path), "/" * new.endswith("/")
    if occurrence.prefix is not None:
        landed = join(posixpath.dirname(path), occurrence.text)
        by_file = importer != path and occurrence.text.startswith(".") and landed == occurrence.path
        if not by_file:
            return occurrence.prefix + new
    relative = posixpath.relpath(new, posixpath.dirname(importer) or ".") + slash
    return relative if relative.startswith("..") else f"./{relative}"


def new_directory(cut: Cut, directory: str) -> str | None:
    """Where a directory of the legacy tree goes as a whole; None where its files part."""
    found: str | None = None
    for placement in cut.placements:
        if is_within(placement.old, directory) and placement.new is not None:
            below = placement.old[len(directory) :]
            place = placement.new[: -len(below)] if placement.new.endswith(below) else None
            if place is None or found not in (None, place):
                return None
            found = place
    return found


def _climbing(cut: Cut, path: str, source: Source) -> Iterator[tuple[str, int, Change | Stuck]]:
    """The paths from a moved file's own place to others: `new URL('…', import.meta.url)`, `join(__dirname, '…')`."""
    strings = {mention.span for mention in find_mentions(source, {".."}, ())}
    for match in (*_URL.finditer(source.text), *_DIRECTORY.finditer(source.text)):
        arguments = list(_ARGUMENT.finditer(source.text, *match.span("args")))
        if not any(Span(*argument.span(2)) in strings for argument in arguments):
            continue
        written = posixpath.join("", *(argument[2].decode("utf-8", "replace") for argument in arguments))
        old = join(posixpath.dirname(path), written)
        if old is None:
            continue
        new = cut.moved(old)
        if new == old and is_within(old, cut.before.table.tree):
            new = new_directory(cut, old) or old
        relative = posixpath.relpath(new, posixpath.dirname(cut.moved(path)) or ".")
        if relative == posixpath.relpath(old, posixpath.dirname(path) or "."):
            continue
        if cut.before.files.kind(old) is None:
            yield written, match.start("args"), Stuck(f"{old} is not there")
            continue
        relative += "/" * written.endswith("/")
        relative = relative if relative.startswith("..") else f"./{relative}"
        quote = arguments[0][1].decode()
        edit = Edit(Span(*match.span("args")), quote + escape(relative, quote) + quote)
        yield written, match.start("args"), Change((edit,), "moved", relative)
