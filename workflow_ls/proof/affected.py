"""The files whose findings may change by the edits of some files, where not all files of the workspace are fixed."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Sequence

from workflow_ls.diagnostics import Diagnostic
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.source_index import Sources
from workflow_ls.project.workspace import Workspace
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.vfs.files import holds_code

_MOCKS = compile_on_use(rb"(?:[mM]ock|[mM]odule)\s*\(")


def affected_paths(
    before: Workspace, after: Workspace, edited: Collection[str], applied: Sequence[Diagnostic]
) -> tuple[str, ...]:
    """The files to compare: the edited ones, what configures them, and what depends on them.

    A test depends on them if it mocks a module that they imported.  All files do if an edited module exports other
    names than before, or the manifest of a package of the table is edited.
    """
    found = dict.fromkeys(edited)
    found.update(dict.fromkeys(governing(after, edited)))
    found.update(dict.fromkeys(finding.path for finding in applied))
    manifests = {posixpath.join(package.directory, "package.json") for package in before.table.packages}
    names = (
        before.exports.exports(path).names != after.exports.exports(path).names for path in _modules(after, edited)
    )
    if not manifests.isdisjoint(edited) or any(names):
        found.update(dict.fromkeys((*after.sources.candidates(), *after.sources.configurations())))
        return tuple(found)
    specifiers = {each for finding in applied for each in (finding.specifier, *finding.replacements) if each}
    named = tuple(each.rpartition("/")[2].encode() for each in specifiers)
    for path in before.component(MockingFiles).paths():
        text = before.files.read(path) or b""
        if any(each in text for each in named):
            found[path] = None
    return tuple(found)


class MockingFiles(Component):
    """The files that may mock a module, by a look at their texts."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)

    @query
    def paths(self) -> tuple[str, ...]:
        """The candidates that may mock a module."""
        return tuple(path for path in self.sources.candidates() if self._may_mock(path))

    @query
    def _may_mock(self, path: str) -> bool:
        return _MOCKS.search(self.files.read(path) or b"") is not None


def governing(workspace: Workspace, paths: Collection[str]) -> Iterator[str]:
    """The manifests and configurations of TypeScript that govern the files `paths`."""
    found = set[str]()
    for path in paths:
        package, config = workspace.packages.package_of(path), workspace.packages.tsconfig_for(path)
        found.update(() if package is None else (package.path,))
        found.update(() if config is None else config.chain)
    yield from (path for path in workspace.sources.configurations() if path in found)


def _modules(workspace: Workspace, edited: Collection[str]) -> Iterator[str]:
    """The edited files that others may re-export, and whose exports may depend on their imports."""
    for path in edited:
        if holds_code(path) and (workspace.sources.shape(path).specifiers):
            yield path
