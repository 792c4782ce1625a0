"""Keeps `declare module` together with the references that need it.

An augmentation changes the types of a module for its whole program.  If it stays at the legacy module, an import that
goes elsewhere loses what it declares, and the other way round; so all go, or none.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from workflow_ls.diagnostics import Blocked, Related
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.export_index import ExportIndex, Origin
from workflow_ls.project.file_facts import Area, LegacyReference, area_of
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.resolver import Resolver
from workflow_ls.project.source_index import Sources
from workflow_ls.records import record
from workflow_ls.rewrite.target import Target
from workflow_ls.syntax.model import Form
from workflow_ls.text import Span
from workflow_ls.vfs.files import is_within

Outcome = tuple[LegacyReference, "Target | Blocked"]

_AUGMENTS = re.compile(rb"\bdeclare\s+module\s*['\"]")


@record
class Augmentation:
    """The augmentation of a legacy module in the file `path`, for the files below `directory`, that of its package.

    `names` are those that it declares.
    """

    path: str
    directory: str
    module: str
    names: tuple[str, ...]


class Augmentations(Component):
    """The augmentations of legacy modules in a workspace."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)
        self.packages = database.component(Packages)
        self.resolver = database.component(Resolver)
        self.index = database.component(ExportIndex)

    def held(self, path: str, outcomes_of: Callable[[str], Sequence[Outcome]]) -> Mapping[int, Blocked]:
        """The references of a file that have to wait for an augmentation, or for what needs it, by their index.

        `outcomes_of` gives the references of a file, each with its target or why it has none.
        """
        concerned = [each for each in self._all() if is_within(path, each.directory)]
        if not concerned or area_of(self.table, path) is Area.LEGACY:
            return {}
        held: dict[int, Blocked] = {}
        for augmentation in concerned:
            waiting = [
                number
                for number, (legacy, target) in enumerate(outcomes_of(path))
                if not isinstance(target, Blocked) and self._loses(augmentation, legacy, target)
            ]
            cause = self._cause(augmentation, outcomes_of) if waiting else None
            if cause is not None:
                held |= dict.fromkeys(waiting, cause)
        return held

    @query
    def _all(self) -> tuple[Augmentation, ...]:
        return tuple(each for path in self.sources.candidates() for each in self._of_file(path))

    @query
    def _of_file(self, path: str) -> tuple[Augmentation, ...]:
        text = self.files.read(path)
        may_augment = text is not None and b"declare" in text and _AUGMENTS.search(text)
        facts = self.sources.facts(path) if may_augment else None
        if facts is None or area_of(self.table, path) is Area.LEGACY:
            return ()
        package = self.packages.package_of(path)
        directory = posixpath.dirname(path) if package is None else package.directory
        return tuple(
            Augmentation(path, directory, found.module, tuple(name.name for name in found.names))
            for found in facts.legacy_references
            if found.reference.form is Form.DECLARE_MODULE
        )

    def _cause(self, augmentation: Augmentation, outcomes_of: Callable[[str], Sequence[Outcome]]) -> Blocked | None:
        """Why an augmentation and what needs it stay where they are; None if all can go."""
        for legacy, target in outcomes_of(augmentation.path):
            if legacy.module == augmentation.module and _is_augmentation(legacy) and isinstance(target, Blocked):
                reason = f"it needs the `declare module` in {augmentation.path}, which can't be rewritten yet"
                return _waits(reason, "fix that augmentation first", augmentation.path, legacy.reference.span, target)
        for path in self.sources.candidates():
            if not is_within(path, augmentation.directory) or area_of(self.table, path) is Area.LEGACY:
                continue
            for legacy, target in outcomes_of(path):
                stuck = isinstance(target, Blocked) and not _is_augmentation(legacy)
                if stuck and self._needs(augmentation, legacy):
                    reason = f"a reference in {path} needs the `declare module` in {augmentation.path}, and is stuck"
                    return _waits(reason, "fix that reference first", path, legacy.reference.span, target)
        return None

    def _loses(self, augmentation: Augmentation, legacy: LegacyReference, target: Target) -> bool:
        """Whether a reference goes to other declarations than those that an augmentation extends."""
        after = {} if target.path is None else self.index.exports(target.path).origins
        return any(after.get(name) != origin for name, origin in self._extended(augmentation, legacy))

    def _needs(self, augmentation: Augmentation, legacy: LegacyReference) -> bool:
        return any(True for _ in self._extended(augmentation, legacy))

    def _extended(self, augmentation: Augmentation, legacy: LegacyReference) -> Iterator[tuple[str, Origin | None]]:
        """The names that a reference takes from the files that an augmentation extends, with their declarations."""
        if legacy.reference.form is Form.IMPORT and not legacy.names and not legacy.takes_any:
            return  # a side effect
        file = self.resolver.legacy_file(legacy.module)
        origins = {} if file is None else self.index.exports(file).origins
        names = origins if legacy.takes_any else [name.name for name in legacy.names]
        own = legacy.module == augmentation.module
        places = self._places(augmentation)
        for name in names:
            origin = origins.get(name)
            if own or (origin is not None and origin.path in places):
                yield name, origin

    def _places(self, augmentation: Augmentation) -> frozenset[str]:
        """The files that declare what an augmentation extends."""
        file = self.resolver.legacy_file(augmentation.module)
        if file is None:
            return frozenset()
        origins = self.index.exports(file).origins
        return frozenset((file, *(origins[name].path for name in augmentation.names if name in origins)))


def _is_augmentation(legacy: LegacyReference) -> bool:
    return legacy.reference.form is Form.DECLARE_MODULE


def _waits(reason: str, remedy: str, path: str, span: Span, cause: Target | Blocked) -> Blocked:
    why = f"{path} is stuck: {cause.reason}" if isinstance(cause, Blocked) else path
    return Blocked(reason, remedy, (Related(path, span, why),))
