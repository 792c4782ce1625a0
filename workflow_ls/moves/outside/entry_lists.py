"""Adds entries to the list that a build starts from, as its other entries are written."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from workflow_ls.project.builds.build_paths import BuildList, BuildPath
from workflow_ls.project.resolution.build_outputs import split_extension
from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.text import Edit, Span, is_identifier
from workflow_ls.vfs.searching.globs import Globs

_COMMA = compile_on_use(rb"[ \t]*,")
_INDENT = compile_on_use(rb"[\r\n]([ \t]*)\Z")
_QUOTES = ("'", '"', "`")


@record
class EntryStyle:
    """How the entries of a list are written: `prefix` and the path below `directory`, in quotes."""

    directory: str
    prefix: str
    quote: str
    is_object: bool
    quotes_names: bool

    def item(self, path: str) -> str | None:
        """A new item for the file at `path`; None if the style has no way to write it."""
        if not path.startswith(f"{self.directory}/") or not self.prefix:
            return None
        below = path[len(self.directory) + 1 :]
        text = f"{self.quote}{self.prefix}{below}{self.quote}"
        if not self.is_object:
            return text
        name = split_extension(below)[0]
        plain = is_identifier(name) and not self.quotes_names
        return f"{name if plain else self.quote + name + self.quote}: {text}"


def covers(entries: BuildList, path: str) -> bool:
    """Whether a build that starts from a list builds the file at `path` by an entry or glob of its own."""
    for entry in entries.paths:
        if not entry.rest and entry.path == path:
            return True
    globs = tuple(f"/{entry.path}/{entry.rest}".replace("//", "/") for entry in entries.paths if entry.rest)
    negated = [entry.text.value.startswith("!") for entry in entries.paths if entry.rest]
    return bool(globs) and _matches(globs, negated, path)


def _matches(globs: Sequence[str], negated: Sequence[bool], path: str) -> bool:
    patterns = list[str]()
    for glob, is_negated in zip(globs, negated):
        patterns += (("!" if is_negated else "") + each for each in _expanded(glob))
    try:
        return Globs(patterns).match(path)
    except ValueError:
        return False


def _expanded(glob: str) -> Iterator[str]:
    """A glob without braces, for each alternative in them."""
    found = re.search(r"\{([^{}]*)\}", glob)
    if found is None:
        yield glob
        return
    for each in found[1].split(",")[:20]:
        yield from _expanded(glob[: found.start()] + each + glob[found.end() :])


def style_of(text: bytes, entries: BuildList) -> EntryStyle | None:
    """The style of a list of single files; None if it has none, or only one that is computed."""
    if not entries.whole or not entries.paths or any(entry.rest for entry in entries.paths):
        return None
    quotes_names = any(text[e.at.span.start : e.at.span.start + 1].decode() in _QUOTES for e in entries.paths)
    for entry in reversed(entries.paths):
        style = _style(text, entries, entry, quotes_names=quotes_names)
        if style is not None:
            return style
    return None


def _style(text: bytes, entries: BuildList, entry: BuildPath, *, quotes_names: bool) -> EntryStyle | None:
    written = entry.text
    if written.pieces != (written.at,) or written.at.path != entries.at.path:
        return None
    quote = text[written.at.span.start - 1 : written.at.span.start].decode(errors="replace")
    if quote not in _QUOTES:
        return None
    stem, ending = split_extension(written.value)
    name = entry.key if entry.key is not None else posixpath.basename(stem)
    if not stem.endswith(name) or not entry.path.endswith(name + ending):
        return None
    prefix = stem[: len(stem) - len(name)]
    directory = entry.path[: len(entry.path) - len(name + ending)].rstrip("/")
    if entry.key is None:
        # Of a path without a name of its own, the first folder is that of the sources.
        lead = "./" if prefix.startswith("./") else ""
        top = prefix[len(lead) :].partition("/")[0]
        above = prefix[len(lead) :].rstrip("/").count("/")
        prefix = f"{lead}{top}/" if top else lead
        for _ in range(above):
            directory = posixpath.dirname(directory)
    return EntryStyle(directory, prefix, quote, entries.is_object, quotes_names)


def added_items(text: bytes, entries: BuildList, items: Sequence[str]) -> tuple[Edit, ...]:
    """The edit that adds items behind the last one, on lines of their own if that has one."""
    last = max(outer_span(text, entry.at.span) for entry in entries.paths)
    indent = _INDENT.search(text[max(0, last.start - 200) : last.start])
    comma = _COMMA.match(text, last.end)
    line_break = "\r\n" if b"\r\n" in text else "\n"
    between = f",{line_break}{indent[1].decode()}" if indent is not None else ", "
    joined = "".join(between + item for item in items)
    if comma is not None:
        # The comma behind the last item stays where it is, so that only lines are added.
        return (Edit(Span(comma.end(), comma.end()), joined[1:] + ("," if indent is not None else "")),)
    return (Edit(Span(last.end, last.end), joined),)


def outer_span(text: bytes, span: Span) -> Span:
    """The place of a literal with its quotes; that of another expression as it is."""
    before, after = text[span.start - 1 : span.start], text[span.end : span.end + 1]
    return Span(span.start - 1, span.end + 1) if before == after and before.decode() in _QUOTES else span
