"""Which files an entry of a configuration concerns, so that the others need not be compared."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping

from workflow_ls.manifests.entries.specifiers_elsewhere import SpecifiersElsewhere
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.source_index import Sources
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.vfs.files import is_within

_CONFIG = compile_on_use(r"[tj]sconfig[\w.-]*\.json")


class GovernedSources(Component):
    """The files that name the move, by what concerns them."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.packages = database.component(Packages)
        self.sources = database.component(Sources)
        self.elsewhere = database.component(SpecifiersElsewhere)

    @query
    def by_configuration(self) -> Mapping[str, tuple[str, ...]]:
        """The source files by each configuration of TypeScript that may govern them, or that such a one extends."""
        return self._by_configuration(self.sources.candidates())

    @query
    def texts_by_configuration(self) -> Mapping[str, tuple[str, ...]]:
        """The same for files that are no sources."""
        return self._by_configuration(self.elsewhere.texts(False))

    def _by_configuration(self, paths: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        found = defaultdict[str, list[str]](list)
        for path in paths:
            nearest = self.packages.tsconfig_for(path)
            for each in () if nearest is None else self._around(nearest.path):
                found[each].append(path)
        return {config: tuple(each) for config, each in found.items()}

    @query
    def _around(self, path: str) -> tuple[str, ...]:
        """The configurations in the directory of one, and those that they extend."""
        directory = posixpath.dirname(path)
        beside = [posixpath.join(directory, name) for name in self.files.entries(directory) if _CONFIG.fullmatch(name)]
        configs = (self.packages.tsconfig(each) for each in (path, *beside))
        return tuple(dict.fromkeys(each for config in configs for each in config.chain))

    def below(self, directory: str) -> tuple[str, ...]:
        """The source files below a directory."""
        paths = self._sorted()
        start = bisect_left(paths, f"{directory}/") if directory else 0
        end = next((at for at in range(start, len(paths)) if not is_within(paths[at], directory)), len(paths))
        return paths[start:end]

    @query
    def _sorted(self) -> tuple[str, ...]:
        return tuple(sorted(self.sources.candidates()))

    def naming(self, keys: Iterable[str]) -> tuple[str, ...]:
        """The source files with a legacy specifier that starts as a key of an alias does, or is that key."""
        by_specifier, specifiers = self._by_specifier(), self._specifiers()
        found = set[str]()
        for key in keys:
            start = key.partition("*")[0]
            at = bisect_left(specifiers, start)
            while at < len(specifiers) and specifiers[at].startswith(start):
                found.update(by_specifier[specifiers[at]])
                at += 1
        return tuple(sorted(found))

    @query
    def _by_specifier(self) -> Mapping[str, tuple[str, ...]]:
        found = defaultdict[str, dict[str, None]](dict)
        for path in self.sources.candidates():
            for specifier in self._specifiers_of(path):
                found[specifier][path] = None
        return {specifier: tuple(paths) for specifier, paths in found.items()}

    @query
    def _specifiers_of(self, path: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(reference.specifier for reference in self.sources.bare_references(path)))

    @query
    def _specifiers(self) -> tuple[str, ...]:
        return tuple(sorted(self._by_specifier()))
