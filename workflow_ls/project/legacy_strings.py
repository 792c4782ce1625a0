"""What the strings of a file name of the legacy tree: modules by specifier, files and directories by path."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from workflow_ls.project.resolution.bare_specifiers import TYPES_CONDITIONS
from workflow_ls.project.resolution.resolver import module_file
from workflow_ls.records import record
from workflow_ls.syntax.string_literals import StringMatch, character_offsets
from workflow_ls.text import Span
from workflow_ls.vfs.files import is_within, join, parents

if TYPE_CHECKING:
    from workflow_ls.config.table import Table, TargetPackage
    from workflow_ls.project.file_facts import FileFacts
    from workflow_ls.project.workspace import Workspace

_WRITTEN = re.compile(r"[\w@./-]+")
_FULL_STOP = re.compile(r"(?<=[^./])\.+$")
_PATTERN = ("*", "{", "[", "(")
"""What goes on from here stands for more than one text."""


@record
class LegacyString:
    """A legacy specifier, or a path into the legacy tree, in a string.

    `text` is what is written and `span` its place in the file; `quote` and `literal` are the string's.  `module` is
    the module's path below the tree.  `path` is the path below the root that a path stands for, None for a specifier;
    `prefix` is what a path has before the name of the tree, None where it reaches the tree without naming it.
    `unfinished` says why `text` is only a part of what the program uses, None where it is all of it.
    """

    text: str
    span: Span
    quote: str
    literal: int
    module: str
    path: str | None = None
    prefix: str | None = None
    unfinished: str | None = None


def find_legacy_strings(workspace: Workspace, facts: FileFacts) -> tuple[LegacyString, ...]:
    """What the mentions of a file name, in file order.

    A legacy specifier counts wherever it ends in whole segments; a path, where it names something that is in the
    legacy tree, or that was there and is in the canonical package now.
    """
    return tuple(found for string in facts.string_matches for found in _legacy_strings(workspace, facts, string))


def moved_directory(workspace: Workspace, module: str) -> str | None:
    """Where the directory at `module` below the legacy tree is now; None where there is no such directory."""
    places = _places(workspace.table, module)
    return next((place for place in places if workspace.files.kind(place) == "directory"), None)


def moved_file(workspace: Workspace, module: str) -> str | None:
    """The file that a legacy module moved to; None where it is nowhere to be found.

    It lies in the package of its first candidate: below the sources, as it lay below the legacy tree or as its new
    specifier says, or else where `exports` leads to.  The further candidates are barrels, which are not the module.
    """
    found = (module_file(workspace.files, place, "") for place in _places(workspace.table, module))
    path = next((path for path in found if path is not None), None)
    target, subpath = _target(workspace.table, module)
    package = workspace.packages.package_at(target.directory) if path is None and subpath else None
    return path if package is None else workspace.resolver.look_up(package, subpath, TYPES_CONDITIONS).path


def _target(table: Table, module: str) -> tuple[TargetPackage, str]:
    """The package that a module went to and its subpath there, which is "" where no row of the table says."""
    return table.split(next(iter(table.candidates(module)), "")) or (table.canonical, "")


def _places(table: Table, module: str) -> Iterator[str]:
    """Where a module may lie below the sources of its package."""
    package, subpath = _target(table, module)
    for below in (module, *((subpath,) if len(subpath) > 1 else ())):
        yield posixpath.normpath(posixpath.join(package.directory, package.sources, below))


def _legacy_strings(workspace: Workspace, facts: FileFacts, string: StringMatch) -> Iterator[LegacyString]:
    text, table = string.text, workspace.table
    names = (*table.roots, table.tree)
    offsets: Sequence[int] = ()
    # Between `}` and `${`, what is written may be a part of a longer name.
    computed = facts.text[string.span.end : string.span.end + 2] == b"${"
    for match in _WRITTEN.finditer(text):
        written = match[0]
        if not written.startswith(".") and not any(name in written for name in names):
            continue
        at_end = match.end() == len(text) and computed
        partial = at_end or text.startswith(_PATTERN, match.end())
        if not partial:
            written = _FULL_STOP.sub("", written)
            written = written[:-3] if written.endswith("/...") else written
        found = _specifier(table, written, at_end)
        if found is None and not text.startswith("//", match.start()):
            found = _path(workspace, facts.path, written, partial)
        if found is None:
            continue
        start, written, module, path, prefix = found
        unfinished = None
        if at_end:
            unfinished = "what follows is computed when the program runs"
        elif path is None and start > 0:
            unfinished = "it is a part of a longer path"
        elif path is None and (partial or written.endswith("/")):
            unfinished = "it stands for more than one module"
        begin = match.start() + start
        offsets = offsets or character_offsets(facts.text, string)
        span = Span(offsets[begin], offsets[begin + len(written)])
        yield LegacyString(written, span, string.quote, string.literal, module, path, prefix, unfinished)


_Found = tuple[int, str, str, "str | None", "str | None"]
"""Where it starts in what is written, and the text, module, path and prefix of an occurrence."""


def _specifier(table: Table, written: str, goes_on: bool) -> _Found | None:
    for root in table.roots:
        at = written.find(root)
        # Behind a slash it may be a part of the path to an installed package.
        if at >= 0 and (at == 0 or written[at - 1] == "/"):
            specifier = written[at:]
            module = table.module_of(specifier)
            if module is not None and not (goes_on and specifier == root):
                return at, specifier, module, None, None
    return None


def _path(workspace: Workspace, importer: str, written: str, partial: bool) -> _Found | None:
    table, files = workspace.table, workspace.files
    if partial:
        written = written[: written.rfind("/") + 1]
    match = re.search(rf"(?:^|/)({re.escape(table.tree)})(?=/|$)", written)
    if match is not None:
        prefix, path = written[: match.start(1)], written[match.start(1) :].rstrip("/")
        if not _may_lead_to_root(workspace, importer, written, prefix):
            return None
    else:
        relative = written.startswith(("./", "../")) and not is_within(importer, table.tree)
        landed = join(posixpath.dirname(importer), written) if relative else None
        if landed is None or not is_within(landed, table.tree):
            return None
        prefix, path = None, landed
    module = table.module_at(path)
    if module is None:
        return None
    there = files.kind(path) is not None or module_file(files, table.tree, module) is not None
    was_there = module and (moved_file(workspace, module) or moved_directory(workspace, module)) is not None
    return (0, written, module, path, prefix) if there or was_there else None


def _may_lead_to_root(workspace: Workspace, importer: str, written: str, prefix: str) -> bool:
    """Whether the text before the tree's name can stand for the root of the workspace, from wherever it is used.

    It can't where the path names a package, or something else in the workspace: seen from the root, or from a
    directory that holds the file.
    """
    files, tree = workspace.files, workspace.table.tree
    if any(segment.startswith("@") or segment == "node_modules" for segment in prefix.split("/")):
        return False
    folder = join("", prefix.strip("/")) if not prefix.startswith(".") else ""
    if folder and files.kind(folder) == "directory":
        return False
    for directory in parents(importer):
        landed = join(directory, written.strip("/"))
        if landed is None or is_within(landed, tree):
            continue
        if files.kind(landed) is not None or module_file(files, landed, "") is not None:
            return False
    return True
