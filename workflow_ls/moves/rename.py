"""A rename of files or folders in an editor, after which each reference keeps its kind."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence

from workflow_ls.config.table import Table
from workflow_ls.diagnostics import FileEdit
from workflow_ls.moves.affected_files import affected_files
from workflow_ls.moves.move_set import MoveSet
from workflow_ls.moves.outside.editor_mentions import EditorMentions
from workflow_ls.moves.plan_model import Problem
from workflow_ls.moves.rewrite import changes_in
from workflow_ls.moves.updates.references import Change
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.vfs.files import is_within
from workflow_ls.vfs.overlay import Move


class Rename:
    """Renames in one workspace before they are made.

    `paths` are the old paths of the files that may hold a reference to update.
    """

    def __init__(self, workspace: Workspace, moves: Iterable[Move]) -> None:
        """Only moves that touch the legacy tree, or the sources of the table's packages, count."""
        renames = [move for move in moves if move.old != move.new and _is_relevant(workspace.table, move)]
        self._move_set = MoveSet(workspace.component(TargetResolver), renames=renames, partial=True)
        self._move_set.manifests_final = True
        self._mentions = EditorMentions(self._move_set)
        self.paths = tuple(dict.fromkeys((*affected_files(self._move_set), *self._mentions.paths))) if renames else ()

    def edits(self, path: str) -> tuple[FileEdit | None, tuple[Problem, ...]]:
        """The edits to a file, None where it needs none, and the references in it that can't be updated."""
        edits, problems = list(self._mentions.edits(path)), list[Problem]()
        for specifier, _, change, _ in changes_in(self._move_set, path):
            if isinstance(change, Change):
                edits += change.edits
            else:
                problems.append(Problem(path, change.blocked, specifier=specifier))
        return FileEdit(path, tuple(edits), self._move_set.text(path)) if edits else None, tuple(problems)


def _is_relevant(table: Table, move: Move) -> bool:
    directories = [*table.trees, *(posixpath.join(p.directory, p.sources).rstrip("/") for p in table.packages)]
    return any(is_within(path, d) or is_within(d, path) for path in (move.old, move.new) for d in directories)


def describe(problems: Sequence[Problem], most: int = 3) -> str:
    """The references that can't be updated, in one message."""
    shown = [f"{problem.path}: {problem.message}".removesuffix(".") + "." for problem in problems[:most]]
    more = [f"And {len(problems) - most} more."] if len(problems) > most else []
    return " ".join([*shown, *more])
