"""Mentions of moved files in sources that no rewrite covers: in configurations, scripts and regular expressions."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from workflow_ls.project.resolution.resolver import module_file
from workflow_ls.project.workspace import Workspace
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.strings.string_literals import find_string_matches
from workflow_ls.text import LineIndex
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query, join, parents

_PATTERN = compile_on_use(r"[*?{\[(!]")
_COMMENT = compile_on_use(r"\s*(?://|/?\*)")
_LINE = 160


def mentions_below(
    before: Workspace, after: Workspace, destinations: Mapping[str, str]
) -> Iterator[tuple[str, int, str]]:
    """The strings that name moved files by their path below a folder, where a build or a script runs.

    Each has its file, its line (from 1), and what to do.  `destinations` maps old paths to new ones.
    """
    tree = before.table.tree
    for directory in filter(None, parents(tree)):
        below = tree[len(directory) + 1 :]
        for path in after.files.search((Query(SOURCE_EXTENSIONS, (f"{below}/",), under=directory),)):
            if after.is_exempt(path):
                continue
            source = after.sources.source(path)
            if source is None:
                continue
            lines = LineIndex(source.text)
            for match in find_string_matches(source, {f"{below}/"}, ()):
                old = _moved_path(before, path, directory, match.text)
                if old is not None:
                    yield path, lines.line_at(match.span.start) + 1, _told(match.text, old, destinations)


def _moved_path(before: Workspace, path: str, directory: str, text: str) -> str | None:
    """The path in the tree that a string names from a folder or from its file; None if there was nothing."""
    pattern = _PATTERN.search(text)
    written = text if pattern is None else text[: text.rfind("/", 0, pattern.start()) + 1]
    for start in (directory, posixpath.dirname(path)):
        found = join(start, written) if written and not written.startswith("/") else None
        if found is not None and before.table.in_tree(found):
            found = found.rstrip("/")
            if before.files.kind(found) is not None:
                return found
            return module_file(before.files, found, "")
    return None


def _told(text: str, old: str, destinations: Mapping[str, str]) -> str:
    new = destinations.get(old)
    where = f"{old} moved to {new}" if new is not None else f"{old} is no longer there"
    return f"{text}: {where}. Change it, or move what uses it to the new package."


def lines_of_source(text: bytes, pattern: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """The lines of a source (from 1) that match, without those that are comments."""
    for number, line in enumerate(text.decode().splitlines(), 1):
        if pattern.search(line) and _COMMENT.match(line) is None:
            yield number, line.strip()[:_LINE]


def escaped(name: str) -> str:
    """A name as a regular expression literal writes it."""
    return name.replace("/", "\\/")
