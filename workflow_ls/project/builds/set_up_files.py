"""The files that a test runner loads before each test file, as the configuration of the test says.

test: { setupFiles: ['./vitest.setup.ts'] }             Vitest, also in the projects of a configuration or a workspace
setupFiles: ['<rootDir>/setup.ts']                      Jest, as setupFilesAfterEnv

`globalSetup` runs in a process of its own, and mocks nothing for a test.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from workflow_ls.project.builds.evaluation import Configurations
from workflow_ls.project.builds.values import (
    ArrayValue,
    ObjectValue,
    PossibleValue,
    TextValue,
    Value,
    workspace_path,
)
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.resolver import Resolver
from workflow_ls.vfs.files import SOURCE_EXTENSIONS

_RUNNERS = re.compile(
    r"^(?:vitest|jest)(?:[.-][\w-]+)*\.(?:config|workspace|projects)(?:\.[\w-]+)*\.(?:[cm]?[jt]s|json)$"
    r"|^vitest\.(?:config|workspace|projects)\.[cm]?[jt]s$"
)
_BUNDLER = re.compile(r"^vite(?:[.-][\w-]+)*\.config(?:\.[\w-]+)*\.[cm]?[jt]s$")
_KEYS = ("setupFiles", "setupFilesAfterEnv")
_ROOTS = ("root", "rootDir")
_DEEPEST = 12


class SetupFiles(Component):
    """The set-up files of each test."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.configurations = database.component(Configurations)
        self.resolver = database.component(Resolver)

    def of_test(self, path: str) -> tuple[str, ...] | None:
        """The files that are loaded before a test, in order; None if no configuration above it can be read."""
        return self._in(posixpath.dirname(path))

    @query
    def _in(self, directory: str) -> tuple[str, ...] | None:
        configurations = self._configurations(directory)
        if any(self.configurations.value(path) is not None for path in configurations):
            return tuple(dict.fromkeys(file for path in configurations for file in self.named_by(path)))
        return self._in(posixpath.dirname(directory)) if directory else None

    @query
    def _configurations(self, directory: str) -> tuple[str, ...]:
        """The configurations of runners in a directory; that of a bundler counts where it configures tests."""
        names = self.files.entries(directory)
        paths = [posixpath.join(directory, name) for name in sorted(names)]
        found = [path for path in paths if _RUNNERS.match(posixpath.basename(path))]
        if not found:
            bundlers = (path for path in paths if _BUNDLER.match(posixpath.basename(path)))
            found = [path for path in bundlers if b"test" in (self.files.read(path) or b"")]
        manifest = posixpath.join(directory, "package.json")
        if not found and "package.json" in names and b'"jest"' in (self.files.read(manifest) or b""):
            value = self.configurations.value(manifest)
            found = [manifest] if isinstance(value, ObjectValue) and value.get("jest") is not None else []
        return tuple(found)

    @query
    def named_by(self, path: str) -> tuple[str, ...]:
        """The set-up files that a configuration names, in order."""
        value = self.configurations.value(path)
        if value is None:
            return ()
        directory = posixpath.dirname(path)
        value = (
            value.get("jest") or value if path.endswith("package.json") and isinstance(value, ObjectValue) else value
        )
        found = (self._file(written, folders, path) for written, folders in _setups(value, (directory,), 0))
        return tuple(dict.fromkeys(file for file in found if file is not None))

    def _file(self, written: str, folders: tuple[str, ...], path: str) -> str | None:
        """The file that a configuration means by a path, or by the name of a module."""
        for folder in folders:
            below = written.removeprefix("<rootDir>").lstrip("/") if written.startswith("<rootDir>") else written
            place = workspace_path(below, folder)
            for each in () if place is None else (place, *(place + ending for ending in SOURCE_EXTENSIONS)):
                if self.files.kind(each) == "file":
                    return each
        if written.startswith((".", "/", "<")):
            return None
        return self.resolver.resolve(written, path)


def _setups(value: Value, folders: tuple[str, ...], depth: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The paths under the keys for set-up files, with the folders that they may start from, the nearest first."""
    if depth > _DEEPEST:
        return
    for each in _alternatives(value):
        if not isinstance(each, ObjectValue):
            continue
        for key in _ROOTS:
            for root in _texts(each.get(key)):
                place = workspace_path(root.removeprefix("<rootDir>").lstrip("/") or ".", folders[0])
                folders = folders if place is None else (place, *folders)
        for entry in each.entries:
            if entry.key in _KEYS:
                yield from ((text, folders) for text in _texts(entry.value))
            elif entry.key in ("test", "projects", "default"):
                yield from _setups(entry.value, folders, depth + 1)


def _alternatives(value: Value) -> Iterator[Value]:
    if isinstance(value, ArrayValue):
        for item in value.items:
            yield from _alternatives(item)
    elif isinstance(value, PossibleValue):
        for each in value.values:
            yield from _alternatives(each)
    else:
        yield value


def _texts(value: Value | None) -> Iterator[str]:
    if value is not None:
        yield from (each.value for each in _alternatives(value) if isinstance(each, TextValue))
