"""A part of the cutover, as a person makes it: files of the legacy tree that are moved in an editor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from workflow_ls.config.table import Table
from workflow_ls.diagnostics import FileEdit
from workflow_ls.moves.destinations import meet
from workflow_ls.moves.legacy_tree import tree_files
from workflow_ls.moves.manifests import declare_dependencies, export_subpaths
from workflow_ls.moves.model import Placement
from workflow_ls.moves.move_set import Cut
from workflow_ls.moves.references import Change
from workflow_ls.moves.rename import Left
from workflow_ls.moves.rewrite import Wanted, changes_of, concerned, joined
from workflow_ls.moves.verify import shadowed
from workflow_ls.printable import listed
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.text import Edit, OverlappingEditsError, apply_edits, edit_between, sort_edits
from workflow_ls.vfs.files import Files, is_source, is_within
from workflow_ls.vfs.overlay import Move, moved


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
    in between, other work may be done.  `remarks` say what the moves overwrite that no edit brings back, and which
    names mean something else then.

    A file that goes where another one is replaces it.  Where the cutover would make one of the two, the file that goes
    gets that text before it does.
    """

    def __init__(self, targets: TargetResolver, moves: Sequence[Move]) -> None:
        files = targets.workspace.files
        went = [(path, moved(path, moves)) for path in tree_files(targets.workspace)]
        self.remarks = tuple(_replaced_folders(files, moves))
        placements = list[Placement]()
        for old, new in went:
            if old != new:
                placement, remark = _place(targets, old, new)
                placements.append(placement)
                self.remarks += (remark,) if remark else ()
        staying = [old for old, new in went if old == new]
        self._cut = Cut(targets, placements, partial=True, staying=staying)
        self.remarks += tuple(f"{problem.path}: {problem.message}" for problem in shadowed(self._cut))
        self._wanted = Wanted()
        self._into = {p.replaced: p for p in placements if p.absorbed}
        self._joined = {p.old: p for p in placements if p.how == "joined with the barrel"}
        # What stays in the tree may ask for what goes, and by no name that a search could look for.
        tree = (path for path, _ in went if is_source(path) and not targets.workspace.is_exempt(path))
        concern = {*concerned(self._cut), *tree, *filter(None, self._into)}
        self.paths = tuple(sorted(concern - self._cut.superseded - self._cut.absorbed))

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

        Those of a file that is replaced are made in the one that replaces it.  A string that stays is not told: most
        are about files that do not move.
        """
        edits, left = list[Edit](), list[Left]()
        for old, _, found, is_string in changes_of(self._cut, path):
            if isinstance(found, Change):
                edits += found.edits
            elif not is_string:
                left.append(Left(path, old, found.reason))
        try:
            edits = list(sort_edits(edits))
        except OverlappingEditsError as error:
            return None, (*left, Left(path, path, f"its changes meet in one place ({error})"))
        if path in self._into:
            return self._instead(self._into[path].old, apply_edits(self._read(path), edits)), tuple(left)
        if path in self._joined:
            text, wrong = joined(self._cut, self._joined[path], apply_edits(self._read(path), edits))
            left += (Left(problem.path, path, problem.message) for problem in wrong)
            return self._instead(path, text), tuple(left)
        return FileEdit(path, tuple(edits)) if edits else None, tuple(left)

    def _read(self, path: str) -> bytes:
        return self._cut.before.files.read(path) or b""

    def _instead(self, path: str, text: bytes) -> FileEdit | None:
        before = self._read(path)
        return FileEdit(path, (edit_between(before, text),)) if before != text else None


def _place(targets: TargetResolver, old: str, new: str) -> tuple[Placement, str]:
    """What becomes of a file that goes to `new`, and what is lost there, "" for nothing."""
    files = targets.workspace.files
    if files.kind(new) != "file":
        return Placement(old, new, "moved"), ""
    if files.read(new) == files.read(old):
        return Placement(old, new, "same file", new), ""
    found = meet(targets, old, new, new) if is_source(old) and is_source(new) else None
    if isinstance(found, Placement) and found.new is not None:
        return found, ""
    remark = f"the move replaces {new}, which is another file"
    if found is not None:
        here, there = targets.index.exports(old).names, targets.index.exports(new).names
        lost = sorted(there.keys() - here.keys())
        names = listed([f"`{name}`" for name in lost])
        remark += f" and exports {names}" if lost else ""
    return Placement(old, new, "moved", new), remark


def _replaced_folders(files: Files, moves: Iterable[Move]) -> Iterator[str]:
    """What is said of folders that go where a folder is: some editors put the one in the place of the other."""
    for move in moves:
        if files.kind(move.old) == "directory" and files.kind(move.new) == "directory" and files.entries(move.new):
            yield f"{move.new} is there already, and may be replaced as a whole; move what is in {move.old} instead"
