"""Strings that name a part of the legacy tree: a module by its specifier, a file or directory by its path."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from workflow_ls.config.module_names import without_ending
from workflow_ls.diagnostics import Blocked
from workflow_ls.project.mentions.mention_kinds import known_kind
from workflow_ls.project.resolution.bare_specifiers import TYPES_CONDITIONS
from workflow_ls.project.resolution.resolver import module_file
from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.model import StringUse
from workflow_ls.syntax.strings.string_literals import StringMatch, character_offsets
from workflow_ls.text import Span
from workflow_ls.vfs.files import is_source, join, parents

if TYPE_CHECKING:
    from workflow_ls.config.table import Table
    from workflow_ls.config.table_records import TargetPackage
    from workflow_ls.project.file_facts import FileFacts
    from workflow_ls.project.workspace import Workspace

_CONFIGURATIONS = ("build configuration", "lint configuration")
_ROOT_DIR = "<rootDir>"  # Jest's, which is the directory of its configuration
_WRITTEN = compile_on_use(r"[\w@./-]+")
_FULL_STOP = compile_on_use(r"(?<=[^./])\.+$")
_NAMED_OTHERWISE = compile_on_use(r"[#~]\Z|(?<![\w.])(?!file:)[A-Za-z][\w+-]*:\Z")
"""What comes before a name that is no path: an alias, or a scheme."""
_SUBKEY = compile_on_use(r":[A-Za-z]")
_PATTERN = ("*", "{", "[", "(")
"""Characters that start a pattern, which matches more than one text."""


@record
class LegacyString:
    """A legacy specifier, or a path into the legacy tree, in a string.

    `text` is the specifier or path and `span` its place in the file; `quote` and `literal` are as in StringMatch.
    `module` is the module's path below the tree.  `path` is the path below the root, None for a specifier.  `prefix` is
    the text before the name of the tree in a path, None if a relative path reaches the tree without naming it.
    `unfinished` is the reason why the program uses a longer text than `text`, None if it does not.  `use` is what the
    program uses the string for, and `match` the whole string.  `shown` is set for a path that shows itself to be one.
    """

    text: str
    span: Span
    quote: str
    literal: int
    module: str
    path: str | None = None
    prefix: str | None = None
    unfinished: str | None = None
    match: StringMatch | None = None
    shown: bool = False

    @property
    def use(self) -> StringUse:
        """What the program uses the string for."""
        if self.shown:
            return StringUse.PATH
        return StringUse.UNKNOWN if self.match is None else self.match.use

    @property
    def obstacle(self) -> Blocked | None:
        """Why only a person can change the string; None where its use shows one path or one specifier."""
        if self.unfinished is not None and self.use is not StringUse.BANNED:
            return Blocked(self.unfinished, "correct the string by hand")
        return _KEPT.get(self.use)


_KEPT = {
    StringUse.BANNED: Blocked("it is a check that the old module is gone, or unused", "keep it, or change it by hand"),
    StringUse.COMPARED: Blocked("it is compared with other text", "change it by hand if that text changes, too"),
    StringUse.UNKNOWN: Blocked(
        "its use shows neither a path nor a specifier", "change it by hand if it is one, or leave it"
    ),
}


def find_legacy_strings(workspace: Workspace, facts: FileFacts) -> tuple[LegacyString, ...]:
    """The legacy strings of a file, in file order.

    A legacy specifier counts if it ends in whole segments.  A path counts if it names a file or directory that is in
    the legacy tree, or that moved from it to the canonical package.
    """
    return tuple(found for string in facts.string_matches for found in _legacy_strings(workspace, facts, string))


def moved_directory(workspace: Workspace, module: str) -> str | None:
    """The new path of the directory `module` of the legacy tree; None if there is no such directory."""
    paths = _new_paths(workspace.table, module)
    return next((path for path in paths if workspace.files.kind(path) == "directory"), None)


def moved_file(workspace: Workspace, module: str) -> str | None:
    """The file that a legacy module moved to; None if there is none.

    It lies in the package of the module's first candidate: below the sources, at its old path below the tree or at the
    subpath of its new specifier, or at the target of `exports`.  Later candidates are barrels, not the module itself.
    """
    found = (module_file(workspace.files, stem, "") for stem in _new_paths(workspace.table, module))
    path = next((path for path in found if path is not None), None)
    target, subpath = _target(workspace.table, module)
    package = workspace.packages.package_at(target.directory) if path is None and subpath else None
    return path if package is None else workspace.resolver.look_up(package, subpath, TYPES_CONDITIONS).path


def _target(table: Table, module: str) -> tuple[TargetPackage, str]:
    """The package that a module moved to, and its subpath; "" if the table has no row for the module."""
    return table.split(next(iter(table.candidates(module)), "")) or (table.canonical, "")


def _new_paths(table: Table, module: str) -> Iterator[str]:
    """The possible paths of a module below the sources of its package, without extension."""
    package, subpath = _target(table, module)
    for below in (module, *((subpath,) if len(subpath) > 1 else ())):
        yield posixpath.normpath(posixpath.join(package.directory, package.sources, below))


def _legacy_strings(workspace: Workspace, facts: FileFacts, string: StringMatch) -> Iterator[LegacyString]:
    text, table = string.text, workspace.table
    names = (*table.roots, *map(without_ending, table.trees))
    offsets: Sequence[int] = ()
    # A text that ends at `${` may be a part of a longer name.
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
            if found is not None and _is_no_path(text, match, found, string.use):
                found = None
        if found is None:
            continue
        start, written, module, path, prefix = found
        unfinished = None
        if at_end:
            unfinished = "what follows is computed when the program runs"
        elif path is None and start > 0:
            unfinished = "it is part of a longer path"
        elif path is None and (partial or written.endswith("/")):
            unfinished = "it matches more than one module"
        begin = match.start() + start
        offsets = offsets or character_offsets(facts.text, string)
        span = Span(offsets[begin], offsets[begin + len(written)])
        is_whole = text[: match.start()] in ("", _ROOT_DIR) and (match.end() == len(text) or partial) and not at_end
        lead = "." if match.start() else ""
        is_shown = is_whole and string.use is StringUse.UNKNOWN
        shown = is_shown and _shows_path(facts.path, lead + written, path, partial)
        yield LegacyString(written, span, string.quote, string.literal, module, path, prefix, unfinished, string, shown)


_Found = tuple[int, str, str, "str | None", "str | None"]
"""The start in the text that was searched, and the text, module, path and prefix of a legacy string."""


def _specifier(table: Table, written: str, is_continued: bool) -> _Found | None:
    for root in table.roots:
        at = written.find(root)
        # After a slash it may be part of the path of an installed package.
        if at >= 0 and (at == 0 or written[at - 1] == "/"):
            specifier = written[at:]
            module = table.module_of(specifier)
            if module is not None and not (is_continued and specifier == root):
                return at, specifier, module, None, None
    return None


def _path(workspace: Workspace, importer: str, written: str, partial: bool) -> _Found | None:
    table, files = workspace.table, workspace.files
    if partial:
        written = written[: written.rfind("/") + 1]
    trees = "|".join(re.escape(without_ending(tree)) for tree in table.trees)
    match = re.search(rf"(?:^|/)({trees})(?=/|$|\.\w)", written) if table.parts else None
    if not table.parts:
        match = re.search(rf"(?:^|/)({trees})(?=/|$)", written)
    if match is not None:
        prefix, path = written[: match.start(1)], written[match.start(1) :].rstrip("/")
        if not _may_lead_to_root(workspace, importer, written, prefix):
            return None
    else:
        relative = written.startswith(("./", "../")) and not table.in_tree(importer)
        target = join(posixpath.dirname(importer), written) if relative else None
        if target is None or not table.in_tree(target):
            return None
        prefix, path = None, target
    module = table.module_at(path)
    if module is None:
        return None
    exists = files.kind(path) is not None or module_file(files, table.tree, module) is not None
    has_moved = module and (moved_file(workspace, module) or moved_directory(workspace, module)) is not None
    return (0, written, module, path, prefix) if exists or has_moved else None


def _is_no_path(text: str, match: re.Match[str], found: _Found, use: StringUse) -> bool:
    """Whether what is written around a path shows that it is a name of another kind, such as a key or a route."""
    _, written, _, _, prefix = found
    if _NAMED_OTHERWISE.search(text, 0, match.start()) is not None:
        return True
    if _SUBKEY.match(text, match.start() + len(written)) is not None:
        return True
    folder = "" if prefix is None else prefix.strip("./")
    if not folder:
        return False
    # A path from the root of a file system may go through any folder; from elsewhere, the folder would have to exist.
    absolute = (prefix or "").startswith("/") and match.start() == 0
    return not absolute or (use is not StringUse.PATH and not is_source(written))


def _shows_path(importer: str, written: str, path: str | None, partial: bool) -> bool:
    """Whether a string of a configuration is a path from its directory: a name or a label does not look like one."""
    kind = known_kind(importer)
    if path is None or kind is None or kind.name not in _CONFIGURATIONS:
        return False
    looks_so = written.startswith(("./", "../")) or partial or is_source(written)
    return looks_so and join(posixpath.dirname(importer), written) == path


def _may_lead_to_root(workspace: Workspace, importer: str, written: str, prefix: str) -> bool:
    """Whether the text before the name of the tree may denote the root of the workspace.

    It does not if the path names a package, or resolves to another path of the workspace from the root or from a
    directory that contains the file.
    """
    files, table = workspace.files, workspace.table
    if any(segment.startswith("@") or segment == "node_modules" for segment in prefix.split("/")):
        return False
    folder = join("", prefix.strip("/")) if not prefix.startswith(".") else ""
    if folder and files.kind(folder) == "directory":
        return False
    for directory in parents(importer):
        target = join(directory, written.strip("/"))
        if target is None or table.in_tree(target):
            continue
        if files.kind(target) is not None or module_file(files, target, "") is not None:
            return False
    return True
