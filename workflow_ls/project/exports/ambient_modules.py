"""The modules that `declare module '…'` declares for a whole program, as a bundler or a plugin makes them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from workflow_ls.project.all_references import AllReferences
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.configuration.tsconfig import TsConfig
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.source_index import Sources
from workflow_ls.syntax.model import Form
from workflow_ls.vfs.files import Query, join

_SEARCH = (Query((".ts", ".mts", ".cts", ".tsx"), ("declare module",)),)


class AmbientModules(Component):
    """Which specifiers a program declares (TypeScript, "Ambient modules").

    Only a script declares a module; in a module, `declare module` adds to one that exists.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.packages = database.component(Packages)
        self.sources = database.component(Sources)
        self.references = database.component(AllReferences)

    def serves(self, specifier: str, importer: str) -> bool:
        """Whether the program of the file `importer` declares the module that a specifier names."""
        config = self.packages.tsconfig_for(importer)
        return any(
            fits(pattern, specifier) and any(self._is_in_program(config, path) for path in paths)
            for pattern, paths in self._declared().items()
        )

    @query
    def _declared(self) -> Mapping[str, tuple[str, ...]]:
        """The declared specifiers, some with one `*`, each with the files that declare it."""
        found: dict[str, list[str]] = {}
        for path in self.files.search(_SEARCH):
            for specifier in self._declared_in(path):
                found.setdefault(specifier, []).append(path)
        return {specifier: tuple(paths) for specifier, paths in found.items()}

    @query
    def _declared_in(self, path: str) -> tuple[str, ...]:
        if not self.sources.shape(path).script:
            return ()
        references = self.references.of_file(path) or ()
        return tuple(each.specifier for each in references if each.form is Form.DECLARE_MODULE)

    def _is_in_program(self, config: TsConfig | None, path: str) -> bool:
        """Whether a configuration includes a file; without a configuration, any file may be meant."""
        return config is None or any(pattern.fullmatch(path) for pattern in self._included(config.path))

    @query
    def _included(self, path: str) -> tuple[re.Pattern[str], ...]:
        """What `files` and `include` of a configuration match: those of the first of its chain that has any."""
        config = self.packages.tsconfig(path)
        for each in config.chain:
            root, directory = self.packages.json_root(each), posixpath.dirname(each)
            own = None if root is None else [root.at("files"), root.at("include")]
            listed = [str(item.data) for node in own or () if node is not None for item in node.items]
            if listed:
                return tuple(_included_by(directory, listed))
        return tuple(_included_by(posixpath.dirname(path), ["**/*"]))


def fits(pattern: str, specifier: str) -> bool:
    """Whether a declared specifier, which may have one `*`, is the one at hand."""
    before, star, after = pattern.partition("*")
    if not star:
        return pattern == specifier
    return len(specifier) >= len(before) + len(after) and specifier.startswith(before) and specifier.endswith(after)


def _included_by(directory: str, patterns: Iterable[str]) -> Iterator[re.Pattern[str]]:
    for pattern in patterns:
        place = join(directory, pattern.replace("${configDir}", "."))
        if place is not None:
            yield _compiled(place)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of `include` as a regular expression: without an ending or a wildcard, it names a directory."""
    name = posixpath.basename(pattern)
    if "*" not in name and "?" not in name and "." not in name:
        pattern = posixpath.join(pattern, "**/*")
    tokens = re.split(r"(\*\*/|\*|\?)", pattern)
    return re.compile("".join(_TOKENS.get(token) or re.escape(token) for token in tokens))


_TOKENS = {"**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
