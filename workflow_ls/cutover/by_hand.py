"""A part of the cutover, as a person makes it: files of the legacy tree that are moved in an editor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from workflow_ls.cutover.manifests import declare_dependencies, export_subpaths
from workflow_ls.cutover.model import Placement
from workflow_ls.cutover.references import Change
from workflow_ls.cutover.rewriting import Wanted, changes_of, concerned
from workflow_ls.cutover.state import Cut
from workflow_ls.cutover.tree import tree_files
from workflow_ls.diagnostics import FileEdit
from workflow_ls.mapping.table import Table
from workflow_ls.rewrite.renaming import Left
from workflow_ls.rewrite.target import Targets
from workflow_ls.text import Edit, OverlappingEditsError, edit_between, sort_edits
from workflow_ls.workspace.files import is_source, is_within
from workflow_ls.workspace.moved import Move, moved


def leaves_tree(table: Table, moves: Iterable[Move]) -> bool:
    """Whether files go from the legacy tree to packages of the table, and nothing else moves."""
    return all(
        is_within(move.old, table.tree)
        and any(is_within(move.new, package.directory) for package in table.packages)
        and not is_within(move.new, table.tree)
        for move in moves
    )


class MovesByHand:
    """Moves out of the legacy tree before they are made.

    First each of `paths` is looked at, then what the manifests lack is settled, then the edits of each are asked for;
    in between, other work may be done.
    """

    def __init__(self, targets: Targets, moves: Sequence[Move]) -> None:
        files = targets.workspace.files
        went = [(path, moved(path, moves)) for path in tree_files(targets.workspace)]
        placements = [
            Placement(old, new, "moved", new if files.kind(new) == "file" else None) for old, new in went if old != new
        ]
        staying = [old for old, new in went if old == new]
        self._cut = Cut(targets, placements, partial=True, staying=staying)
        self._wanted = Wanted()
        # What stays in the tree may ask for what goes, and by no name that a search could look for.
        tree = (path for path, _ in went if is_source(path) and not targets.workspace.is_exempt(path))
        self.paths = tuple(sorted({*concerned(self._cut), *tree} - self._cut.superseded))

    def look(self, path: str) -> None:
        """Find which subpaths the references of a file need."""
        self._wanted.add(self._cut, path)

    def settle(self) -> Iterator[FileEdit]:
        """Make the manifests serve and declare what is needed; returns the edits to them."""
        cut = self._cut
        export_subpaths(cut, self._wanted.views)
        declare_dependencies(cut)
        cut.settled = True
        for path, text in sorted(cut.manifests.items()):
            before = cut.before.files.read(path) or b""
            if before != text:
                yield FileEdit(path, (edit_between(before, text),))

    def edits(self, path: str) -> tuple[FileEdit | None, tuple[Left, ...]]:
        """The edits to a file, at its present path, None where it needs none; and what is left in it as it is.

        A string that stays is not told: most are about files that do not move.
        """
        edits, left = list[Edit](), list[Left]()
        for old, _, found, is_string in changes_of(self._cut, path):
            if isinstance(found, Change):
                edits += found.edits
            elif not is_string:
                left.append(Left(path, old, found.reason))
        try:
            return FileEdit(path, sort_edits(edits)) if edits else None, tuple(left)
        except OverlappingEditsError as error:
            return None, (*left, Left(path, path, f"its changes meet in one place ({error})"))
