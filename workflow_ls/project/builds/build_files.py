"""The configurations of bundlers and test runners in a workspace, and which of them govern a file."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from workflow_ls.project.builds.build_aliases import BuildAlias, build_aliases
from workflow_ls.project.builds.evaluation import Configurations
from workflow_ls.project.builds.governed_directories import GovernedDirectories
from workflow_ls.project.builds.import_maps import NAMES, PAGES, TOOL, is_import_map
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query, parents

_STEMS = ("config", "workspace", "projects", "main", "webpack.common", "webpack.base", "webpack.dev", "webpack.prod")
_SCRIPTS = ("build", "bundle")
_JSON = (".babelrc", "babel.config.json", "jest.config.json")
_ENDINGS = (*(stem + extension for stem in _STEMS for extension in SOURCE_EXTENSIONS), *_JSON)
_NEEDLES = (
    "alias",
    "Alias",
    "moduleNameMapper",
    "extraNodeModules",
    *(f"{word}{sign}." for word in ("from ", "require(") for sign in "'\""),
)
_NAME = re.compile(
    r"(?:^|/)(?:\.storybook/main|\.babelrc|[\w.-]*?"
    r"(vite|vitest|webpack|rspack|rsbuild|next|rollup|rolldown|tsup|tsdown|esbuild|jest|babel|metro|parcel|astro|nuxt|svelte|"
    r"playwright|cypress|vue|electron\.vite|craco|remix)\b[\w.-]*)(?:\.\w+)?$"
)
_OWN = re.compile(r"(?:[\w-]+\.(?:config|workspace)\.[\w.]+|\.babelrc)$")
_RUNNERS = tuple(
    re.compile(rf"{tool}\.[cm]?[jt]s(?:on)?$")
    for tool in (r"vitest\.workspace", r"vitest\.config", r"vite\.config", r"jest\.config")
)
_SCRIPT = re.compile(r"(?:^|/)(?:build|bundle)[\w-]*\.[cm]?[jt]sx?$")


class BuildFiles(Component):
    """The aliases that builds and test runners resolve by."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.packages = database.component(Packages)
        self.configurations = database.component(Configurations)
        self.governed = database.component(GovernedDirectories)

    @query
    def with_aliases(self) -> tuple[str, ...]:
        """The configurations that seem to have aliases, sorted."""
        found = self.files.search(
            (
                Query(_ENDINGS, _NEEDLES),
                Query(("package.json",), ('"moduleNameMapper"', '"alias"')),
                Query(NAMES, ('"imports"', '"scopes"')),
                Query(PAGES, ("importmap",)),
                Query(tuple(stem + extension for stem in _SCRIPTS for extension in SOURCE_EXTENSIONS), ("esbuild",)),
            )
        )
        return tuple(path for path in found if self._is_configuration(path) and not self.context.is_exempt(path))

    def _is_configuration(self, path: str) -> bool:
        if not _SCRIPT.search(path):
            return bool(tool_of(path))
        text = self.files.read(path) or b""
        return b"esbuild" in text and b"alias" in text

    @query
    def aliases(self, path: str) -> tuple[BuildAlias, ...]:
        """The aliases of the configuration at `path`."""
        value = self.configurations.value(path)
        return () if value is None else build_aliases(path, value)

    def directory_of(self, path: str) -> str:
        """The first directory whose files a configuration governs."""
        return self.governed.of(path)[0]

    @query
    def _by_directory(self) -> dict[str, dict[str, list[str]]]:
        found = dict[str, dict[str, list[str]]]()
        for path in self.with_aliases():
            for directory in self.governed.of(path):
                found.setdefault(directory, {}).setdefault(tool_of(path), []).append(path)
        return found

    @query
    def governing(self, directory: str) -> tuple[str, ...]:
        """The configurations with aliases for the files in a directory: of each tool, the nearest above them.

        A nearer configuration without aliases leaves those above it without effect.
        """
        by_directory, known = self._by_directory(), dict[str, list[str]]()
        for folder in (directory, *parents(directory)) if by_directory else ():
            for tool, paths in by_directory.get(folder, {}).items():
                # Deno lays the map of a member over that of the workspace.
                known[tool] = [*known.get(tool, []), *paths] if tool == TOOL else known.setdefault(tool, paths)
            for tool in self._tools_in(folder):
                known.setdefault(tool, [])
        return tuple(sorted(path for paths in known.values() for path in paths))

    @query
    def _tools_in(self, folder: str) -> frozenset[str]:
        """The tools that have their configuration in a directory."""
        return frozenset(tool for name in self.files.listing(folder) if _OWN.match(name) and (tool := tool_of(name)))

    @query
    def runner(self, directory: str) -> str | None:
        """The configuration of the test runner for the files in a directory: the nearest above them.

        Vitest reads its own before that of Vite, and both count before Jest's.
        """
        return next(filter(None, map(self._runner_in, (directory, *parents(directory)))), None)

    @query
    def _runner_in(self, folder: str) -> str | None:
        """The configuration of the test runner that lies in a directory, or that governs it from elsewhere."""
        names = self.files.listing(folder).keys()
        found = next((name for runner in _RUNNERS for name in sorted(names) if runner.match(name)), None)
        if found is not None:
            return f"{folder}/{found}" if folder else found
        named = self.governed.named_by(folder)
        if named and (elsewhere := self._runner_among(named)) is not None:
            return elsewhere
        manifest = f"{folder}/package.json" if folder else "package.json"
        is_runner = "package.json" in names and b'"moduleNameMapper"' in (self.files.read(manifest) or b"")
        return manifest if is_runner else None

    @staticmethod
    def _runner_among(paths: tuple[str, ...]) -> str | None:
        found = (path for runner in _RUNNERS for path in paths if runner.match(posixpath.basename(path)))
        return next(found, None)

    def aliases_of(self, directory: str) -> Iterator[BuildAlias]:
        """The aliases for the files in a directory."""
        return (alias for path in self.governing(directory) for alias in self.aliases(path))


def tool_of(path: str) -> str:
    """The tool of the configuration at `path`: a part of its name, or "package.json"; "" for another file."""
    if posixpath.basename(path) == "package.json":
        return "package.json"
    if is_import_map(path):
        return TOOL
    name = _NAME.search(path)
    if name is None:
        return "esbuild" if _SCRIPT.search(path) else ""
    return name[1] or (".storybook" if "/.storybook/" in f"/{path}" else "babel")
