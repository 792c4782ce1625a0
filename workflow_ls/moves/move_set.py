"""The workspace before and after files move, and where each file is in both."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from workflow_ls.config.table_records import TargetPackage
from workflow_ls.moves.plan_model import FileMove, MoveOutcome
from workflow_ls.project.all_references import AllReferences
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.text import Span
from workflow_ls.vfs.files import is_within, join
from workflow_ls.vfs.overlay import Move, moved


class MoveSet:
    """Files that move together: `before` is the workspace today, `after` the workspace with the files moved.

    In `after`, files and manifests are as they will be, while references are not yet rewritten.  `destinations` maps
    the old path of each file that moves or is replaced to the new path; `inlined` are barrels that have none.
    `manifests` are the new texts of manifests, by path; `manifests_final` is true once no further edit of them follows.
    `cuts` are parts of files, by old path, that go.

    A move set is of one of two kinds.  `file_moves` are moves out of the legacy tree, whose references become
    canonical.  `renames` are any other moves, of files or folders, after which each reference keeps its kind: a
    relative path, a legacy specifier, or a canonical one.

    In a `partial` move set, files of the legacy tree without a file move stay where they are; otherwise they block the
    whole.  `staying` are those that are known.  `ignored` are files and folders of the tree that git ignores, which do
    not move.
    """

    def __init__(
        self,
        targets: TargetResolver,
        file_moves: Sequence[FileMove] = (),
        *,
        renames: Sequence[Move] = (),
        partial: bool = False,
        staying: Iterable[str] = (),
        ignored: Sequence[str] = (),
    ) -> None:
        self.targets = targets
        self.file_moves = file_moves
        self.renames = tuple(renames)
        self.partial = partial
        self.staying = frozenset(staying)
        self.ignored = ignored
        self.inlined = frozenset(move.old for move in file_moves if move.new is None)
        self.destinations = {move.old: move.new for move in file_moves if move.new is not None}
        for move in file_moves:
            if move.new is not None and move.replaced not in (None, move.new):
                self.destinations[str(move.replaced)] = move.new
        self.manifests: dict[str, bytes] = {}
        self.manifests_final = False
        self.cuts: Mapping[str, tuple[Span, ...]] = {}
        self._references = targets.workspace.component(AllReferences)
        arriving = {
            move.new: self.before.files.read(move.old) or b""
            for move in file_moves
            if move.new is not None and not move.is_dropped
        }
        self.after = self.before.fork(arriving, removed=self.removed, moves=self.renames)

    @property
    def before(self) -> Workspace:
        """The workspace as it is."""
        return self.targets.workspace

    @cached_property
    def removed(self) -> frozenset[str]:
        """The paths at which there is no file afterwards."""
        removed = {move.old for move in self.file_moves}
        removed |= {m.replaced for m in self.file_moves if m.replaced is not None and m.replaced != m.new}
        return frozenset(removed)

    @cached_property
    def overwritten(self) -> frozenset[str]:
        """The files at new paths whose text is not kept."""
        return frozenset(m.replaced for m in self.file_moves if m.replaced is not None and not m.is_dropped)

    @cached_property
    def dropped(self) -> frozenset[str]:
        """The moved files whose text is not kept, since the file at the new path stays."""
        return frozenset(move.old for move in self.file_moves if move.is_dropped)

    @cached_property
    def _drops(self) -> Mapping[str, FileMove]:
        return {move.old: move for move in reversed(self.file_moves) if move.is_dropped}

    def drop_of(self, path: str) -> FileMove | None:
        """The move of a file whose text is not kept; None of any other."""
        return self._drops.get(path)

    @cached_property
    def _merged(self) -> Mapping[str, tuple[str, ...]]:
        found = dict[str, list[str]]()
        for move in self.file_moves:
            if move.outcome is MoveOutcome.MERGED_INTO_BARREL and move.new is not None:
                found.setdefault(move.new, []).append(move.old)
        return {new: tuple(olds) for new, olds in found.items()}

    def merged_into(self, path: str) -> tuple[str, ...]:
        """The barrels that become a part of the one at a new path."""
        return self._merged.get(path, ())

    def edit_manifest(self, path: str, text: bytes) -> None:
        """Give a manifest another text."""
        self.manifests[path] = text
        self.after = self.after.fork({path: text})

    def destination(self, path: str) -> str:
        """The path of a file afterwards."""
        return moved(path, self.renames) if self.renames else self.destinations.get(path, path)

    def moves_file(self, path: str) -> bool:
        """Whether a file gets another path, or another file takes its place."""
        return path in self.destinations or self.destination(path) != path

    def references(self, path: str) -> tuple[Reference, ...] | None:
        """The references of a source file as it is today, those aside that go; None where it can't be read."""
        references = self._references.of_file(path)
        if references is None or path not in self.cuts:
            return references
        return tuple(reference for reference in references if not self.is_cut(path, reference.span.start))

    def is_cut(self, path: str, offset: int) -> bool:
        """Whether a place is in a part that goes."""
        return any(span.start <= offset < span.end for span in self.cuts.get(path, ()))

    def text(self, path: str) -> bytes:
        """The text of a file as it is today, empty where there is none."""
        return self.before.files.read(path) or b""

    def target(self, path: str, reference: Reference) -> str | None:
        """The file that a reference of the file `path` leads to today."""
        return find_file(self.before, reference.form, reference.specifier, path)

    def target_after(self, form: Form, specifier: str, importer: str) -> str | None:
        """The file that a specifier leads to afterwards, seen from `importer`, which is a new path."""
        return find_file(self.after, form, specifier, importer)

    def package_of(self, path: str) -> TargetPackage | None:
        """The package of the table that holds a path."""
        return next((package for package in self.before.table.packages if is_within(path, package.directory)), None)


def find_file(workspace: Workspace, form: Form, specifier: str, importer: str) -> str | None:
    """The file that a specifier leads to, as TypeScript resolves it, or else as the table maps it."""
    if form is Form.REFERENCE:
        path = join(posixpath.dirname(importer), specifier)
        if path is not None and workspace.files.kind(path) == "file":
            return path
    found = workspace.resolver.resolve(specifier, importer)
    if found is not None:
        return found
    module = workspace.table.module_of(specifier)
    return None if module is None else workspace.resolver.legacy_file(module)


def changed_texts(workspace: Workspace, texts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Those of `texts`, by path, that differ from what the workspace holds."""
    return {path: text for path, text in texts.items() if workspace.files.read(path) != text}
