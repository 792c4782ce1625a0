"""The files that name a folder above the tree, and thereby less after the move.

COPY shared/ ./shared/            in a Dockerfile that does not copy the new package
paths: ['shared/**']              in a CI workflow that does not run for the new package
"include": ["../shared/**/*"]     in a configuration of TypeScript, or `content`, `roots`, … of a build or test runner
"dev": "tsx watch a.ts ../shared"    in the scripts of a manifest
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from workflow_ls.moves.move_set import MoveSet
from workflow_ls.moves.plan_model import OtherMention
from workflow_ls.project.builds.build_paths import build_lists
from workflow_ls.project.builds.evaluation import Configurations
from workflow_ls.project.mentions.mention_kinds import MentionKind, known_kind
from workflow_ls.project.mentions.mention_model import FilePart, Role
from workflow_ls.project.workspace import Workspace
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.text import LineIndex, Span, is_utf8
from workflow_ls.vfs.files import Query, is_source, is_within, join, parents

_KINDS = ("Dockerfile", "compose file", "CI workflow", "owners file")
_WITH_OWN_BASE = ("manifest", "TypeScript configuration", "build configuration", "lint configuration")
_AROUND = compile_on_use(r"^(?:\./|/)+|/?(?:\*(?:/?\*)*/?)?$")
_ALL_BELOW = compile_on_use(r"(?:/\*\*)?/\*\*(?:/\*?(?:\.[\w{},.()|+?*@\[\]-]+)?)?$")
_ROOT = compile_on_use(r"^(?:\{workspaceRoot\}|<rootDir>|\$\{workspaceFolder\})(?=/)")
_WORD = compile_on_use(rb"[^\s\"'`=:,;]+")


def find_covering_paths(move_set: MoveSet) -> Iterator[OtherMention]:
    """The first path of each such file that covers the tree, where none covers the folder that the files move to."""
    workspace, tree = move_set.before, move_set.before.table.tree
    above = tuple(directory for directory in parents(tree) if directory)
    packages = {p.directory for m in move_set.file_moves if m.new is not None and (p := move_set.package_of(m.new))}
    if not above or not packages:
        return
    for path in workspace.files.search((Query(("",), above),)):
        kind = None if workspace.is_exempt(path) else known_kind(path)
        # What a package of the tree says of itself is true of what stays.
        if kind is None or (kind.name in _WITH_OWN_BASE and is_within(path, above[-1])):
            continue
        text = workspace.files.read(path) if kind.name in (*_KINDS, *_WITH_OWN_BASE) else None
        if text is None or len(text) > workspace.settings.max_file_size or not is_utf8(text):
            continue
        named = list(_named(workspace, kind, path, text))
        left = [each for each in sorted(packages) if not _covers((place for _, place in named), each)]
        first = next((span for span, place in named if place in above), None)
        if first is not None and left and not _covers((place for _, place in named), f"{tree}/x", exactly=above):
            at = LineIndex(text).position(first.start, "utf-32")
            written = text[first.start : first.end].decode()
            message = f"{written}: files leave it for {' and '.join(left)}, which this {kind.name} does not name. "
            yield OtherMention(
                path, at.line + 1, kind.name, message + "Name it, too, if they are needed here.", at.column + 1
            )


def _named(workspace: Workspace, kind: MentionKind, path: str, text: bytes) -> Iterator[tuple[Span, str]]:
    """The directories from the root that a file names as a whole, each with its place."""
    if is_source(path):
        value = workspace.component(Configurations).value(path)
        for each in () if value is None else build_lists(path, value):
            for item in each.paths:
                is_whole = not item.rest or _ALL_BELOW.fullmatch(f"/{item.rest}")
                if is_whole and item.text.at.path == path and not item.text.value.startswith("!"):
                    yield item.text.at.span, item.path
        return
    for part in kind.read(text):
        if part.role not in (Role.PATH, Role.ITEM):
            continue
        if part.whole:
            place = _directory(kind, path, text[part.start : part.end].decode())
            if place is not None:
                yield Span(part.start, part.end), place
        elif kind.name == "manifest":
            yield from _in_command(workspace, path, text, part)


def _in_command(workspace: Workspace, path: str, text: bytes, part: FilePart) -> Iterator[tuple[Span, str]]:
    """The directories that a command names by a path; a word alone may be the name of a package or a task."""
    for word in _WORD.finditer(text, part.start, part.end):
        written = _ALL_BELOW.sub("", word[0].decode()).rstrip("/")
        if written.startswith("."):
            place = join(posixpath.dirname(path), written)
        elif written.startswith("/") and written.count("/") > 1:
            # A path in an image, which has the workspace below some directory: `/app/shared`.
            mirrored = written[1:].partition("/")
            place = None if workspace.files.kind(mirrored[0]) is not None else mirrored[2]
        else:
            continue
        if place:
            yield Span(*word.span()), place


def _directory(kind: MentionKind, path: str, text: str) -> str | None:
    """The directory from the root that a value names as a whole; None if it names something else."""
    rooted = _ROOT.sub("", text)
    written = _AROUND.sub("", _ALL_BELOW.sub("", rooted))
    if re.search(r"[*?{\[\s:$]", written):
        return None
    own_base = kind.name in _WITH_OWN_BASE and rooted == text
    base = posixpath.dirname(path) if own_base or (written.startswith("..") and not kind.at_root) else ""
    joined = posixpath.normpath(posixpath.join(base, written)) if written or base else ""
    return "" if joined == "." else joined


def _covers(named: Iterable[str], path: str, exactly: tuple[str, ...] = ()) -> bool:
    """Whether a directory that is named holds a path, or lies in it; `exactly` are left out."""
    return any(is_within(path, each) or is_within(each, path) for each in named if each not in exactly)
