"""The files that name a folder above the tree, and thereby less after the move: images, pipelines and owners.

COPY shared/ ./shared/       in a Dockerfile that does not copy the new package
paths: ['shared/**']         in a CI workflow that does not run for the new package
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from workflow_ls.moves.move_set import MoveSet
from workflow_ls.moves.plan_model import OtherMention
from workflow_ls.project.mentions.mention_kinds import MentionKind, kind_of
from workflow_ls.project.mentions.mention_model import FilePart, Role
from workflow_ls.project.parsed_sources import is_utf8
from workflow_ls.text import LineIndex
from workflow_ls.vfs.files import Query, holds_code, is_within, parents

_KINDS = ("Dockerfile", "compose file", "CI workflow", "owners file")
_AROUND = re.compile(r"^(?:\./|/)+|/?(?:\*+/?)*$")


def find_covering_paths(move_set: MoveSet) -> Iterator[OtherMention]:
    """The first path of each such file that covers the tree, where none covers the folder that the files move to."""
    workspace, tree = move_set.before, move_set.before.table.tree
    above = tuple(directory for directory in parents(tree) if directory)
    packages = {p.directory for m in move_set.file_moves if m.new is not None and (p := move_set.package_of(m.new))}
    if not above or not packages:
        return
    for path in workspace.files.search((Query(("",), above),)):
        kind = None if holds_code(path) or workspace.is_exempt(path) else kind_of(path)
        text = workspace.files.read(path) if kind is not None and kind.name in _KINDS else None
        if kind is None or text is None or len(text) > workspace.settings.max_file_size or not is_utf8(text):
            continue
        covering = [(part, _directory(kind, path, text, part)) for part in kind.read(text) if part.whole]
        named = [each for part, each in covering if each is not None and part.role in (Role.PATH, Role.ITEM)]
        left = [each for each in sorted(packages) if not _covers(named, each)]
        first = next((p for p, each in covering if each in above and p.role in (Role.PATH, Role.ITEM)), None)
        if first is not None and left and not _covers(named, f"{tree}/x", exactly=above):
            place = LineIndex(text).position(first.start, "utf-32")
            written = text[first.start : first.end].decode()
            message = f"{written}: files leave it for {' and '.join(left)}, which this {kind.name} does not name. "
            yield OtherMention(
                path, place.line + 1, kind.name, message + "Name it, too, if they are needed here.", place.column + 1
            )


def _directory(kind: MentionKind, path: str, text: bytes, part: FilePart) -> str | None:
    """The directory from the root that a part names as a whole; None if it names something else."""
    written = _AROUND.sub("", text[part.start : part.end].decode())
    if re.search(r"[*?{\[\s:$]", written):
        return None
    base = "" if kind.at_root or not written.startswith("..") else posixpath.dirname(path)
    joined = posixpath.normpath(posixpath.join(base, written)) if written else ""
    return "" if joined == "." else joined


def _covers(named: Iterable[str], path: str, exactly: tuple[str, ...] = ()) -> bool:
    """Whether a directory that is named holds a path, or lies in it; `exactly` are left out."""
    return any(is_within(path, each) or is_within(each, path) for each in named if each not in exactly)
