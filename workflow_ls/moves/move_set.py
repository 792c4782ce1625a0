"""The workspace before and after the moves, and which file is where in each."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from functools import cached_property

from workflow_ls.config.table import TargetPackage
from workflow_ls.moves.model import Placement
from workflow_ls.project.resolver import module_file
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.finder import find_references
from workflow_ls.vfs.files import is_within, join


class Cut:
    """A workspace before its files move, and as it will be as far as files and manifests go: texts are not rewritten.

    `follows` tells where each file goes that goes elsewhere or is replaced; `dissolved` are those that go nowhere.
    `manifests` are the texts of manifests that have changed for it already.  In a `partial` cut, files of the legacy
    tree without a placement stay there; else they are in the way of the whole.  `staying` are those of them that are
    known.  `ignored` are files and directories of the tree that git ignores, which do not move.
    """

    def __init__(
        self,
        targets: TargetResolver,
        placements: Sequence[Placement],
        *,
        partial: bool = False,
        staying: Iterable[str] = (),
        ignored: Sequence[str] = (),
    ) -> None:
        self.targets = targets
        self.placements = placements
        self.partial = partial
        self.staying = frozenset(staying)
        self.ignored = ignored
        self.dissolved = frozenset(placement.old for placement in placements if placement.new is None)
        self.follows = {placement.old: placement.new for placement in placements if placement.new is not None}
        for placement in placements:
            if placement.new is not None and placement.replaced not in (None, placement.new):
                self.follows[str(placement.replaced)] = placement.new
        self.manifests: dict[str, bytes] = {}
        self.settled = False  # whether the manifests are as they will be
        self._sources: dict[str, tuple[Source, tuple[Reference, ...]] | None] = {}
        self.after = self._as_moved()

    @property
    def before(self) -> Workspace:
        """The workspace as it is."""
        return self.targets.workspace

    @cached_property
    def gone(self) -> frozenset[str]:
        """The paths at which nothing will be."""
        left = {placement.old for placement in self.placements}
        left |= {p.replaced for p in self.placements if p.replaced is not None and p.replaced != p.new}
        return frozenset(left)

    @cached_property
    def superseded(self) -> frozenset[str]:
        """The files whose text is not carried on: a moved file takes their place, or nothing does."""
        return frozenset(p.replaced for p in self.placements if p.replaced is not None and not p.absorbed)

    @cached_property
    def absorbed(self) -> frozenset[str]:
        """The files of the legacy tree that another file stands for from then on."""
        return frozenset(placement.old for placement in self.placements if placement.absorbed)

    def rebuild(self) -> None:
        """Look at the workspace anew, as it will be with the manifests that have been changed so far."""
        self.after = self._as_moved()

    def _as_moved(self) -> Workspace:
        files = self.before.files
        arriving = {
            placement.new: files.read(placement.old) or b""
            for placement in self.placements
            if placement.new is not None and not placement.absorbed
        }
        return self.before.fork({**arriving, **self.manifests}, removed=self.gone)

    def moved(self, path: str) -> str:
        """Where a file is afterwards."""
        return self.follows.get(path, path)

    def references(self, path: str) -> tuple[Source, tuple[Reference, ...]] | None:
        """A source file as it is, with its references; None where it can't be read."""
        if path not in self._sources:
            source = self.before.sources.source(path)
            readable = source is not None and len(source.text) <= self.before.settings.max_file_size
            found = find_references(source, callees=self.before.settings.callees) if source and readable else ()
            self._sources[path] = (source, tuple(found)) if source is not None and readable else None
        return self._sources[path]

    def target(self, path: str, reference: Reference) -> str | None:
        """The file that a reference of the file `path` leads to now."""
        return find_file(self.before, reference.form, reference.specifier, path)

    def leads_to(self, form: Form, specifier: str, importer: str) -> str | None:
        """The file that a specifier will lead to, seen from where `importer` (its new path) is then."""
        return find_file(self.after, form, specifier, importer)

    def package_of(self, path: str) -> TargetPackage | None:
        """The package of the table whose sources hold a path."""
        return next((package for package in self.before.table.packages if is_within(path, package.directory)), None)

    def tree_of(self, module: str) -> str | None:
        """The file of a legacy module, as it lies in the tree now."""
        path = module_file(self.before.files, self.before.table.tree, module)
        return None if path is None else self.before.files.real(path)


def find_file(workspace: Workspace, form: Form, specifier: str, importer: str) -> str | None:
    """The file behind a specifier, as TypeScript finds it, or else as the table names it."""
    table = workspace.table
    if form is Form.REFERENCE:
        path = join(posixpath.dirname(importer), specifier)
        if path is not None and workspace.files.kind(path) == "file":
            return path
    found = workspace.resolver.resolve(specifier, importer)
    module = table.module_of(specifier)
    if found is not None or module is None:
        return found
    path = module_file(workspace.files, table.tree, module)
    return None if path is None else workspace.files.real(path)
