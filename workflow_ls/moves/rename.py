"""What a rename of files asks of the references to them, and of those they hold.

A reference follows its file: a relative path is written anew, a legacy specifier and a canonical one get the new path
below their root.  Every new specifier is looked up in the workspace as it will be; one that does not lead to the file
there is not written, and the reason is told.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence

from workflow_ls.config.table import Table, TargetPackage
from workflow_ls.diagnostics import FileEdit
from workflow_ls.project.build_outputs import split_extension
from workflow_ls.project.file_facts import Area, area_of
from workflow_ls.project.resolver import module_file
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.rewrite.package_lookup import conditions_of, locate_file
from workflow_ls.rewrite.relative_specifier import way_to
from workflow_ls.rewrite.specifier_style import alike, spelling, stem_of
from workflow_ls.rewrite.target import CORE_WITHOUT_EE
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.syntax.references.finder import find_references
from workflow_ls.text import Edit
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query, is_source, is_within, join
from workflow_ls.vfs.overlay import Move, moved

_RELATIVE = re.compile(r"\.\.?(/|$)")


@record
class Left:
    """A reference that a rename breaks and that is left as it is: the file, its specifier, and why."""

    path: str
    specifier: str
    reason: str


class Renaming:
    """A set of moves in one workspace, before they are made."""

    def __init__(self, workspace: Workspace, moves: Iterable[Move]) -> None:
        """Only moves out of, into, or within the legacy tree and the sources of the table's packages count."""
        self._before = workspace
        self._table = workspace.table
        self.moves = tuple(move for move in moves if move.old != move.new and _concerns(workspace.table, move))
        self._after = workspace.fork(moves=self.moves)

    def paths(self) -> tuple[str, ...]:
        """The files that may hold a reference that must follow, at their present paths, sorted."""
        if not self.moves:
            return ()
        found = self._before.files.search(tuple(self._queries()))
        return tuple(path for path in found if not self._before.is_exempt(path))

    def edits(self, path: str) -> tuple[FileEdit | None, tuple[Left, ...]]:
        """The edits to one file, None where it needs none; and what is left in it as it is."""
        source = self._before.sources.source(path)
        edits, left = list[Edit](), list[Left]()
        for reference in () if source is None else find_references(source, callees=self._before.settings.callees):
            outcome = self._follow(path, reference)
            if isinstance(outcome, Left):
                left.append(outcome)
            elif outcome is not None:
                edits.append(Edit(reference.span, outcome))
        return FileEdit(path, tuple(edits)) if edits else None, tuple(left)

    def _queries(self) -> Iterator[Query]:
        table = self._table
        yield Query(SOURCE_EXTENSIONS, (*table.needles, *(package.name for package in table.packages)))
        for move in self.moves:
            # Its new path, too: it may come to stand before another file of that name.
            for path in (move.old, move.new):
                directory, name = posixpath.split(split_extension(path)[0])
                if name == "index":
                    # Its directory's name stands for it, and inside the directory dots alone do.
                    yield Query(SOURCE_EXTENSIONS, (), under=directory)
                    name = posixpath.basename(directory)
                yield Query(SOURCE_EXTENSIONS, (f"/{name}",))
                yield Query(SOURCE_EXTENSIONS, (name,), under=directory)  # `/// <reference path="name.ts" />`
            if self._before.files.kind(move.old) == "directory":
                yield Query(SOURCE_EXTENSIONS, (), under=move.old)
            else:
                directory, name = posixpath.split(move.old)
                yield Query((name,), (), under=directory)

    def _follow(self, importer: str, reference: Reference) -> str | Left | None:
        """The new specifier of a reference, or why there is none; None where the moves are of no concern to it."""
        specifier = reference.specifier
        target = self._resolve(self._before, reference, importer)
        if target is None:
            return None
        # Also where neither moves: another file may come to stand before the target.
        new_importer, new_target = moved(importer, self.moves), moved(target, self.moves)
        if self._resolve(self._after, reference, new_importer) == new_target:
            return None
        rewritten = self._rewritten(reference, importer, target)
        if isinstance(rewritten, str):
            trial = Reference(reference.form, rewritten, reference.span, reference.quote)
            if self._resolve(self._after, trial, new_importer) == new_target:
                return rewritten
            return Left(importer, specifier, f"`{rewritten}` would not lead to {new_target}")
        return rewritten

    def _resolve(self, workspace: Workspace, reference: Reference, importer: str) -> str | None:
        """The file behind a reference, as TypeScript finds it, or else as the table names it."""
        specifier, table = reference.specifier, self._table
        if reference.form is Form.REFERENCE:
            path = join(posixpath.dirname(importer), specifier)
            if path is not None and workspace.files.kind(path) == "file":
                return path
        found = workspace.resolver.resolve(specifier, importer)
        module = table.module_of(specifier)
        if found is not None or module is None:
            return found
        path = module_file(workspace.files, table.tree, module)
        return None if path is None else workspace.files.real(path)

    def _rewritten(self, reference: Reference, importer: str, target: str) -> str | Left | None:
        specifier, new_target = reference.specifier, moved(target, self.moves)
        # `/// <reference path>` names a file whether it starts with a dot or not, `types` a module.
        is_file = reference.form is Form.REFERENCE and self._table.module_of(specifier) is None
        relative = _RELATIVE.match(specifier) or is_file
        if relative and not (reference.form is not Form.REFERENCE and self._leaves(importer, target)):
            return self._relative(specifier, importer, target)
        if reference.form is not Form.REFERENCE and self._goes_along(importer, target):
            return self._relative(f"./{specifier}", importer, target)
        if target == new_target:
            return None  # an alias that leads nowhere from the importer's new place is not about the workflow code
        if self._table.module_of(specifier) is not None and is_within(new_target, self._table.tree):
            root = next(root for root in self._table.roots if is_within(specifier, root))
            return root + spelling(specifier, target)(new_target)[len(self._table.tree) :]
        return self._in_package(reference, importer, target)

    def _leaves(self, importer: str, target: str) -> bool:
        """Whether a file goes from the legacy tree to a package, seen from a file that is to name it by that."""
        package = self._package_of(moved(target, self.moves))
        here = moved(importer, self.moves)
        outside = package is not None and not is_within(here, package.directory)
        return outside and is_within(target, self._table.tree) and area_of(self._table, here) is Area.ELSEWHERE

    def _goes_along(self, importer: str, target: str) -> bool:
        """Whether two files of the legacy tree go to one package."""
        package = self._package_of(moved(target, self.moves))
        in_tree = is_within(importer, self._table.tree) and is_within(target, self._table.tree)
        return in_tree and package is not None and is_within(moved(importer, self.moves), package.directory)

    def _package_of(self, path: str) -> TargetPackage | None:
        return next((package for package in self._table.packages if is_within(path, package.directory)), None)

    def _relative(self, specifier: str, importer: str, target: str) -> str:
        new = moved(target, self.moves)
        relative = way_to(moved(importer, self.moves), spelling(specifier, target)(new), new)
        if relative.startswith("../") or relative == ".." or not _RELATIVE.match(specifier):
            return relative
        return "." if relative == "." else f"./{relative}"

    def _in_package(self, reference: Reference, importer: str, target: str) -> str | Left:
        """The specifier by the name of the table's package that holds the target's new place."""
        table, specifier, new_target = self._table, reference.specifier, moved(target, self.moves)
        package = self._package_of(new_target)
        named = table.split(specifier)
        known = table.module_of(specifier) is not None or named is not None or _RELATIVE.match(specifier) is not None
        stays = named is not None and named[0] == package
        if package is None or not known:
            guess = alike(specifier, target, new_target)
            if guess is not None:
                return guess
            return Left(importer, specifier, f"no specifier of its kind leads to {new_target}")
        if not stays and area_of(table, importer) is Area.CORE:
            return Left(importer, specifier, CORE_WITHOUT_EE.message)
        sources = posixpath.join(package.directory, package.sources) if package.sources else package.directory
        if not is_within(new_target, sources):
            return Left(importer, specifier, f"{new_target} is outside of {sources}")
        stem = stem_of(new_target)[len(sources) :]
        ending = posixpath.splitext(specifier)[1] if is_source(specifier) else ""
        new_importer = moved(importer, self.moves)
        plain, views = stem.removesuffix("/index"), conditions_of(reference)
        same = (stem if posixpath.basename(stem_of(specifier)) == "index" else plain) + ending
        # A specifier that stays keeps its spelling; one that is new says no more than it must.
        for subpath in dict.fromkeys((same, plain, stem) if stays else (plain, stem, stem + ending)):
            found = self._after.resolver.resolve(package.name + subpath, new_importer)
            served = stays or locate_file(self._after, package.name + subpath, new_importer, views) == new_target
            if found == new_target and served:
                return package.name + subpath
        manifest = posixpath.join(package.directory, "package.json")
        return Left(importer, specifier, f"`exports` of {manifest} does not lead from `.{plain}` to {new_target}")


def _concerns(table: Table, move: Move) -> bool:
    places = [table.tree, *(posixpath.join(package.directory, package.sources) for package in table.packages)]
    places = [place.rstrip("/") for place in places]
    return any(is_within(path, place) or is_within(place, path) for path in (move.old, move.new) for place in places)


def describe(left: Sequence[Left], most: int = 3) -> str:
    """What was left as it is, in one message."""
    shown = [f"{item.path}: `{item.specifier}` stays: {item.reason}" for item in left[:most]]
    return "; ".join(shown) + (f"; and {len(left) - most} more" if len(left) > most else "")
