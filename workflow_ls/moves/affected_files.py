"""The files that may hold a reference that moves concern, found by text searches."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from workflow_ls.moves.back_doors import back_door_queries
from workflow_ls.moves.move_set import MoveSet
from workflow_ls.project.resolution.build_outputs import split_extension
from workflow_ls.project.workspace import Workspace
from workflow_ls.syntax.strings.path_expressions import may_anchor_path, may_split_path, split_path_needles
from workflow_ls.vfs.files import CODE_EXTENSIONS, Query, holds_code, parents


def affected_files(move_set: MoveSet) -> tuple[str, ...]:
    """The source files that may refer to a moved file, or move: their old paths, sorted."""
    workspace = move_set.before
    if move_set.renames:
        queries = tuple(_rename_queries(move_set))
        return tuple(path for path in workspace.files.search(queries) if not workspace.is_exempt(path))
    found = {*workspace.sources.candidates(), *workspace.files.search(tuple(_queries(move_set)))}
    found.update(_building_paths(workspace))
    moving = (move.old for move in move_set.file_moves if holds_code(move.old) and not workspace.table.is_doc(move.old))
    return tuple(sorted({*moving, *(path for path in found if holds_code(path) and not workspace.is_exempt(path))}))


def _building_paths(workspace: Workspace) -> Iterator[str]:
    """The files that build a path to the tree of several strings, which no search for its name finds."""
    files, tree = workspace.files, workspace.table.tree
    for path in files.search((Query(CODE_EXTENSIONS, split_path_needles(tree)),)) if "/" in tree else ():
        if may_split_path(files.read(path) or b"", tree):
            yield path
    for directory in filter(None, parents(tree)):
        quoted = tuple(quote + tree[len(directory) + 1 :] for quote in ("'", '"', "`"))
        for path in files.search((Query(CODE_EXTENSIONS, quoted, under=directory),)):
            if may_anchor_path(files.read(path) or b""):
                yield path


def _queries(move_set: MoveSet) -> Iterator[Query]:
    """Searches beside those for the table's names: back doors to the tree, and names of replaced files."""
    workspace, tree = move_set.before, move_set.before.table.tree
    yield Query(CODE_EXTENSIONS, (tree,))
    yield from back_door_queries(workspace)
    for file_move in move_set.file_moves:
        if file_move.replaced is not None and file_move.replaced != file_move.new:
            directory, name = posixpath.split(split_extension(file_move.replaced)[0])
            needle = posixpath.basename(directory) if name == "index" else name
            yield Query(CODE_EXTENSIONS, (needle,), under=directory)


def _rename_queries(move_set: MoveSet) -> Iterator[Query]:
    table = move_set.before.table
    yield Query(CODE_EXTENSIONS, (*table.needles, *(package.name for package in table.packages)))
    for move in move_set.renames:
        # At its new path it may be found before another file of that name.
        for path in (move.old, move.new):
            directory, name = posixpath.split(split_extension(path)[0])
            if name == "index":
                # The name of its directory means it, and so do dots alone from inside the directory.
                yield Query(CODE_EXTENSIONS, (), under=directory)
                name = posixpath.basename(directory)
            yield Query(CODE_EXTENSIONS, (f"/{name}",))
            yield Query(CODE_EXTENSIONS, (name,), under=directory)  # `/// <reference path="name.ts" />`
        if move_set.before.files.kind(move.old) == "directory":
            yield Query(CODE_EXTENSIONS, (), under=move.old)
        else:
            directory, name = posixpath.split(move.old)
            yield Query((name,), (), under=directory)
