"""Keeps `declare module` together with the references that need it.

An augmentation changes the types of a module for its whole program.  If it stays at the legacy module, an import that
goes elsewhere loses what it declares, and the other way round; so all go, or none.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence

from workflow_ls.diagnostics import Blocked, Related
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.exports.export_index import ExportIndex
from workflow_ls.project.exports.module_exports import Origin
from workflow_ls.project.file_facts import Area, LegacyReference, area_of
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.resolver import Resolver
from workflow_ls.project.source_index import Sources
from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.rewrite.target import Target
from workflow_ls.syntax.indices.text_parts import has_any
from workflow_ls.syntax.model import Form
from workflow_ls.text import Span
from workflow_ls.vfs.files import parents

Outcome = tuple[LegacyReference, "Target | Blocked"]

Subject = tuple[str, str]
"""What augmentations extend: ("module", a legacy module), or ("file", the path of one that declares a name)."""

Place = tuple[str, Subject]
"""The directory of a package, and what its augmentations extend."""

Causes = Mapping[Place, tuple[int, Blocked]]
"""Why augmentations stay: of the last one of each place, its number, and the cause."""

_AUGMENTS = compile_on_use(rb"\bdeclare\s+module\s*['\"]")


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

    def held(self, path: str, outcomes: Sequence[Outcome], causes: Callable[[], Causes]) -> Mapping[int, Blocked]:
        """The references of a file that have to wait for an augmentation, or for what needs it, by their index.

        `outcomes` are its references, each with its target or why it has none; `causes` gives those of the workspace.
        """
        if all(isinstance(target, Blocked) for _, target in outcomes):
            return {}
        known = self._directories()
        directories = [each for each in parents(path) if each in known]
        if not directories or area_of(self.table, path) is Area.LEGACY:
            return {}
        held: dict[int, Blocked] = {}
        for number, (legacy, target) in enumerate(outcomes):
            lost = () if isinstance(target, Blocked) else self._lost(legacy, target)
            found = [causes().get((each, subject)) for subject in lost for each in directories]
            last = max((cause for cause in found if cause is not None), key=lambda cause: cause[0], default=None)
            if last is not None:
                held[number] = last[1]
        return held

    def causes(self, outcomes_of: Callable[[str], Sequence[Outcome]]) -> Causes:
        """Why augmentations and what needs them stay where they are.

        `outcomes_of` gives the references of a file, each with its target or why it has none.
        """
        stuck, needed = dict[tuple[str, str], Blocked](), dict[Place, tuple[str, Span, Blocked]]()
        known = self._directories()
        for path in self.sources.candidates() if known else ():
            directories = [each for each in parents(path) if each in known]
            if not directories or area_of(self.table, path) is Area.LEGACY:
                continue
            for legacy, target in outcomes_of(path):
                if not isinstance(target, Blocked):
                    continue
                span = legacy.reference.span
                if _is_augmentation(legacy):
                    reason = f"this reference needs the `declare module` in {path}, which can't be rewritten yet"
                    waits = _waits(reason, "fix that augmentation first", path, span, target)
                    stuck.setdefault((path, legacy.module), waits)
                    continue
                for subject in self._needed(legacy):
                    for each in directories:
                        needed.setdefault((each, subject), (path, span, target))
        order = {path: number for number, path in enumerate(dict.fromkeys(path for path, _, _ in needed.values()))}
        found = dict[Place, tuple[int, Blocked]]()
        for number, augmentation in enumerate(self._all()):
            places = [(augmentation.directory, subject) for subject in self._subjects(augmentation)]
            cause = stuck.get((augmentation.path, augmentation.module))
            needing = [needed[place] for place in places if place in needed]
            if cause is None and needing:
                path, span, target = min(needing, key=lambda each: (order[each[0]], each[1]))
                what = f"a reference in {path} needs the `declare module` in {augmentation.path}"
                reason = f"{what}, and can't be rewritten yet"
                cause = _waits(reason, "fix that reference first", path, span, target)
            if cause is not None:
                found.update(dict.fromkeys(places, (number, cause)))
        return found

    @query
    def _directories(self) -> frozenset[str]:
        """The directories for whose files augmentations count."""
        return frozenset(augmentation.directory for augmentation in self._all())

    @query
    def _all(self) -> tuple[Augmentation, ...]:
        return tuple(each for path in self.sources.candidates() for each in self._of_file(path))

    @query
    def _of_file(self, path: str) -> tuple[Augmentation, ...]:
        text = self.files.read(path)
        parts = None if text is None else self.sources.context.parsed.parts(path, text)
        may_augment = parts is not None and has_any(parts, (b"declare",)) and _AUGMENTS.search(parts.text)
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

    def _subjects(self, augmentation: Augmentation) -> Iterator[Subject]:
        """What an augmentation extends: its module, and the files that declare the names in it."""
        yield "module", augmentation.module
        file = self.resolver.legacy_file(augmentation.module)
        if file is not None:
            origins = self.index.exports(file).origins
            paths = (file, *(origins[name].path for name in augmentation.names if name in origins))
            yield from (("file", path) for path in dict.fromkeys(paths))

    def _lost(self, legacy: LegacyReference, target: Target) -> dict[Subject, None]:
        """What a reference takes no more once it goes to its target, which has other declarations."""
        after = {} if target.path is None else self.index.exports(target.path).origins
        return _of_names(legacy, {name: o for name, o in self._taken(legacy).items() if after.get(name) != o})

    def _needed(self, legacy: LegacyReference) -> dict[Subject, None]:
        """What a reference takes."""
        return _of_names(legacy, self._taken(legacy))

    def _taken(self, legacy: LegacyReference) -> Mapping[str, Origin | None]:
        """The names that a reference takes, with their declarations."""
        if legacy.reference.form is Form.IMPORT and not legacy.names and not legacy.takes_any:
            return {}  # a side effect
        file = self.resolver.legacy_file(legacy.module)
        origins = {} if file is None else self.index.exports(file).origins
        return origins if legacy.takes_any else {name.name: origins.get(name.name) for name in legacy.names}


def _of_names(legacy: LegacyReference, taken: Mapping[str, Origin | None]) -> dict[Subject, None]:
    """What augmentations may extend of the names that a reference takes."""
    files = (("file", origin.path) for origin in taken.values() if origin is not None)
    return dict.fromkeys((("module", legacy.module), *files) if taken else ())


def _is_augmentation(legacy: LegacyReference) -> bool:
    return legacy.reference.form is Form.DECLARE_MODULE


def _waits(reason: str, remedy: str, path: str, span: Span, cause: Target | Blocked) -> Blocked:
    why = f"{path} can't be rewritten yet: {cause.reason}" if isinstance(cause, Blocked) else path
    return Blocked(reason, remedy, (Related(path, span, why),))
