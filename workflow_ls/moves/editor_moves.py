"""A part of the cutover: files of the legacy tree that a person moves to a package in an editor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from workflow_ls.config.table import Table
from workflow_ls.diagnostics import FileEdit
from workflow_ls.moves.affected_files import affected_files
from workflow_ls.moves.cutover.destinations import resolve_conflict
from workflow_ls.moves.cutover.legacy_tree import tree_files
from workflow_ls.moves.cutover.verify import shadowed_names
from workflow_ls.moves.move_set import MoveSet, changed_texts
from workflow_ls.moves.outside.editor_mentions import EditorMentions
from workflow_ls.moves.plan_model import FileMove, MoveOutcome, Problem
from workflow_ls.moves.rewrite import RequestedSubpaths, append_barrel, changes_in, overlapping
from workflow_ls.moves.updates.manifests import declare_dependencies, export_subpaths
from workflow_ls.moves.updates.references import Change
from workflow_ls.printable import listed
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.text import Edit, OverlappingEditsError, apply_edits, edit_between, sort_edits
from workflow_ls.vfs.files import Files, is_source, is_within
from workflow_ls.vfs.overlay import Move, moved


def leaves_tree(table: Table, moves: Iterable[Move]) -> bool:
    """Whether all moves lead from the legacy tree to packages of the table."""
    return all(
        table.in_tree(move.old)
        and any(is_within(move.new, package.directory) for package in table.packages)
        and not table.in_tree(move.new)
        for move in moves
    )


class EditorMoves:
    """Moves out of the legacy tree before they are made.

    The caller passes each of `paths` to `add_requests`, then calls `edit_manifests`, then passes each of `paths` to
    `edits`; it may do other work in between.  `remarks` are warnings: what the moves overwrite for good, and which
    names change their meaning.

    A file that moves to the path of another file replaces it.  Where the cutover would merge the two, the merged text
    is written to the file that moves.
    """

    def __init__(self, targets: TargetResolver, moves: Sequence[Move]) -> None:
        workspace = targets.workspace
        destinations = {path: moved(path, moves) for path in tree_files(workspace)}
        self.remarks = tuple(_replaced_folders(workspace.files, moves))
        file_moves = list[FileMove]()
        for old, new in destinations.items():
            if old != new:
                file_move, remark = _file_move(targets, old, new)
                file_moves.append(file_move)
                self.remarks += (remark,) if remark else ()
        staying = [old for old, new in destinations.items() if old == new]
        self._move_set = move_set = MoveSet(targets, file_moves, partial=True, staying=staying)
        self.remarks += tuple(f"moving {note.path}: {note.message}" for note in shadowed_names(move_set))
        self._requests = RequestedSubpaths()
        # The file that moves to the place of each file that stays, by the path of the latter.
        self._movers = {str(move.replaced): move.old for move in file_moves if move.is_dropped}
        self._appended = {move.old: move for move in file_moves if move.outcome is MoveOutcome.APPENDED_TO_BARREL}
        # A file that stays in the tree may refer to a moved file by a path that no search finds.
        tree = (path for path in destinations if is_source(path) and not workspace.is_exempt(path))
        self._mentions = EditorMentions(move_set)
        affected = {*affected_files(move_set), *tree, *self._movers, *self._mentions.paths}
        self.paths = tuple(sorted(affected - move_set.overwritten - move_set.dropped))

    def add_requests(self, path: str) -> None:
        """Find which subpaths the references of a file need."""
        self._requests.add(self._move_set, path)

    def edit_manifests(self) -> Iterator[FileEdit]:
        """The edits of manifests that export requested subpaths and declare dependencies."""
        move_set = self._move_set
        export_subpaths(move_set, self._requests.views)
        declare_dependencies(move_set)
        move_set.manifests_final = True
        for path, text in sorted(changed_texts(move_set.before, move_set.manifests).items()):
            before = move_set.text(path)
            yield FileEdit(path, (edit_between(before, text),), before)

    def edits(self, path: str) -> tuple[FileEdit | None, tuple[Problem, ...]]:
        """The edits to a file, None where it needs none, and the references in it that can't be updated.

        The edits to a file that is replaced are made to the file that replaces it.  Strings that can't be updated are
        left out: most of them are about files that do not move.
        """
        edits, problems = list[Edit](self._mentions.edits(path)), list[Problem]()
        for text, offset, change, is_string in changes_in(self._move_set, path):
            if self._mentions.takes(path, offset):
                continue
            if isinstance(change, Change):
                edits += change.edits
            elif not is_string:
                problems.append(Problem(path, change.blocked, specifier=text))
        try:
            edits = list(sort_edits(edits))
        except OverlappingEditsError as error:
            return None, (*problems, Problem(path, overlapping(error)))
        before = self._move_set.text(path)
        if path not in self._movers and path not in self._appended:
            return FileEdit(path, tuple(edits), before) if edits else None, tuple(problems)
        edited = apply_edits(before, edits)
        if path in self._movers:
            return self._edit_to(self._movers[path], edited), tuple(problems)
        edited, blocking = append_barrel(self._move_set, self._appended[path], edited)
        return self._edit_to(path, edited), (*problems, *blocking)

    def _edit_to(self, path: str, text: bytes) -> FileEdit | None:
        before = self._move_set.text(path)
        return FileEdit(path, (edit_between(before, text),), before) if before != text else None


def _file_move(targets: TargetResolver, old: str, new: str) -> tuple[FileMove, str]:
    """The move of a file to `new`, and a warning about what it overwrites, "" for none."""
    files = targets.workspace.files
    if files.kind(new) != "file":
        return FileMove(old, new, MoveOutcome.MOVED), ""
    if files.read(new) == files.read(old):
        return FileMove(old, new, MoveOutcome.SAME_FILE, new), ""
    modules = is_source(old) and is_source(new)
    resolved = resolve_conflict(targets, old, new, new) if modules else None
    if isinstance(resolved, FileMove) and resolved.new is not None:
        return resolved, ""
    remark = f"the move replaces {new}, which is another file"
    if modules:
        before, after = targets.index.exports(new).names, targets.index.exports(old).names
        names = listed([f"`{name}`" for name in sorted(before.keys() - after.keys())])
        remark += f" and exports {names}" if names else ""
    return FileMove(old, new, MoveOutcome.MOVED, new), remark


def _replaced_folders(files: Files, moves: Iterable[Move]) -> Iterator[str]:
    """Warnings about folders that move to the path of a folder: some editors replace the folder there."""
    for move in moves:
        if files.kind(move.old) == "directory" and files.kind(move.new) == "directory" and files.entries(move.new):
            yield (
                f"the folder {move.new} exists, and the editor may replace it as a whole. "
                f"Move the files of {move.old} instead."
            )
