"""The configurations of bundlers and test runners in a workspace, and which of them govern a file."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from workflow_ls.project.builds.build_aliases import BuildAlias, build_aliases
from workflow_ls.project.builds.evaluation import Configurations
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query, parents

_STEMS = ("config", "workspace", "projects", "main", "webpack.common", "webpack.base", "webpack.dev", "webpack.prod")
_ENDINGS = (*(stem + extension for stem in _STEMS for extension in SOURCE_EXTENSIONS), ".babelrc", "babel.config.json")
_NEEDLES = ("alias", "Alias", "moduleNameMapper")
_NAME = re.compile(
    r"(?:^|/)(?:\.storybook/main|\.babelrc|[\w.-]*?"
    r"(vite|vitest|webpack|rspack|rsbuild|next|rollup|rolldown|tsup|tsdown|esbuild|jest|babel|metro|parcel|astro|nuxt|svelte|"
    r"playwright|cypress|electron\.vite|craco|remix)\b[\w.-]*)(?:\.\w+)?$"
)


class BuildFiles(Component):
    """The aliases that builds and test runners resolve by."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.packages = database.component(Packages)
        self.configurations = database.component(Configurations)

    @query
    def with_aliases(self) -> tuple[str, ...]:
        """The configurations that seem to have aliases, sorted."""
        found = self.files.search(
            (Query(_ENDINGS, _NEEDLES), Query(("package.json",), ('"moduleNameMapper"', '"alias"')))
        )
        return tuple(path for path in found if _tool_of(path) and not self.context.is_exempt(path))

    @query
    def aliases(self, path: str) -> tuple[BuildAlias, ...]:
        """The aliases of the configuration at `path`."""
        value = self.configurations.value(path)
        return () if value is None else build_aliases(path, value)

    @staticmethod
    def tool_of(path: str) -> str:
        """The tool that a file configures, "" for another file."""
        return _tool_of(path)

    def directory_of(self, path: str) -> str:
        """The directory whose files a configuration governs: that of its package, or its own."""
        directory = posixpath.dirname(path)
        package = self.packages.package_of(path)
        return directory if package is None else package.directory

    @query
    def _by_directory(self) -> dict[str, dict[str, list[str]]]:
        found = dict[str, dict[str, list[str]]]()
        for path in self.with_aliases():
            found.setdefault(self.directory_of(path), {}).setdefault(_tool_of(path), []).append(path)
        return found

    @query
    def governing(self, directory: str) -> tuple[str, ...]:
        """The configurations for the files in a directory: of each tool, the nearest above them."""
        by_directory, known = self._by_directory(), dict[str, list[str]]()
        for folder in (directory, *parents(directory)) if by_directory else ():
            for tool, paths in by_directory.get(folder, {}).items():
                known.setdefault(tool, paths)
        return tuple(sorted(path for paths in known.values() for path in paths))

    def aliases_of(self, directory: str) -> Iterator[BuildAlias]:
        """The aliases for the files in a directory."""
        return (alias for path in self.governing(directory) for alias in self.aliases(path))


def _tool_of(path: str) -> str:
    """The tool of a configuration, "" for another file."""
    if posixpath.basename(path) == "package.json":
        return "package.json"
    name = _NAME.search(path)
    return "" if name is None else name[1] or posixpath.basename(posixpath.dirname(path)) or "babel"
