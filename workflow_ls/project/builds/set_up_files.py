"""The files that a test runner loads before each test file, as the configuration of the test says.

test: { setupFiles: ['./vitest.setup.ts'] }             Vitest, also in the projects of a configuration or a workspace
setupFiles: ['<rootDir>/setup.ts']                      Jest, as setupFilesAfterEnv

`globalSetup` runs in a process of its own, and mocks nothing for a test.
"""

from __future__ import annotations

import posixpath

from workflow_ls.project.builds.evaluation import Configurations
from workflow_ls.project.builds.values import ObjectValue, workspace_path
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.resolver import Resolver
from workflow_ls.project.test_files import NAME_PARTS
from workflow_ls.project.test_runs.runner_projects import RunnerProject, runner_projects
from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.vfs.files import SOURCE_EXTENSIONS

_RUNNERS = compile_on_use(
    r"^(?:vitest|jest)" + NAME_PARTS + r"\.(?:config|workspace|projects)(?:\.[\w-]+)*\.(?:[cm]?[jt]s|json)$"
    r"|^vitest\.(?:config|workspace|projects)\.[cm]?[jt]s$"
)
_BUNDLER = compile_on_use(r"^vite" + NAME_PARTS + r"\.config(?:\.[\w-]+)*\.[cm]?[jt]s$")


@record
class TestProject:
    """A project of a configuration, and its set-up files."""

    __test__ = False  # no test of pytest

    described: RunnerProject
    set_ups: tuple[str, ...]

    def runs(self, path: str) -> bool:
        """Whether a test is one of the project's."""
        return self.described.runs(path)


class SetupFiles(Component):
    """The set-up files of each test."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.configurations = database.component(Configurations)
        self.resolver = database.component(Resolver)

    def of_test(self, path: str) -> tuple[str, ...] | None:
        """The files that are loaded before a test, in order; None if no configuration above it can be read.

        Of a configuration with projects, those of the projects that run the test.
        """
        configurations = self._in(posixpath.dirname(path))
        if configurations is None:
            return None
        found = (project for each in configurations for project in self.projects(each) if project.runs(path))
        return tuple(dict.fromkeys(file for project in found for file in project.set_ups))

    def around(self, path: str) -> tuple[str, ...] | None:
        """The files that are loaded before any test that the configuration above a file runs."""
        configurations = self._in(posixpath.dirname(path))
        if configurations is None:
            return None
        found = (project for each in configurations for project in self.projects(each))
        return tuple(dict.fromkeys(file for project in found for file in project.set_ups))

    @query
    def _in(self, directory: str) -> tuple[str, ...] | None:
        """The configurations that govern the tests in a directory: the nearest ones that can be read."""
        configurations = self._configurations(directory)
        if any(self.configurations.value(path) is not None for path in configurations):
            return configurations
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
    def projects(self, path: str) -> tuple[TestProject, ...]:
        """The projects of a configuration, each with its set-up files, in order."""
        value = self.configurations.value(path)
        if value is None:
            return ()
        if path.endswith("package.json") and isinstance(value, ObjectValue):
            value = value.get("jest") or value
        found = list[TestProject]()
        for project in runner_projects(value, posixpath.dirname(path), self.configurations.value):
            files = (self._file(written, folders, path) for written, folders in project.set_ups)
            found.append(TestProject(project, tuple(dict.fromkeys(file for file in files if file is not None))))
        return tuple(found)

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
