"""A workspace at one moment: a facade for its packages, its sources and module resolution."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple, TypeVar

from workflow_ls.config.settings import Settings
from workflow_ls.config.table import Table
from workflow_ls.diagnostics import Notice
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.exports.export_index import ExportIndex
from workflow_ls.project.parsed_sources import ParsedSources
from workflow_ls.project.queries.database import Component, Database
from workflow_ls.project.queries.fork_edits import edits_between
from workflow_ls.project.queries.workspace_context import WorkspaceContext
from workflow_ls.project.resolution.resolver import Resolver
from workflow_ls.project.source_index import Sources
from workflow_ls.vfs.files import Files
from workflow_ls.vfs.overlay import EditedFiles, Move

C = TypeVar("C", bound=Component)


class ReadSoFar(NamedTuple):
    """The paths of the manifests and configurations that were read, and the numbers of files that were analysed."""

    manifests: tuple[str, ...]
    tsconfigs: tuple[str, ...]
    facts: int
    modules: int


class Workspace:
    """A workspace: its files, its table and its settings, and all that is derived from them.

    Derived data is computed on demand, and kept until its inputs change; the database tracks the inputs.  A change of
    the table or of the settings needs a new object.  Only one thread at a time may use a workspace and its forks.
    """

    def __init__(self, files: Files, table: Table, settings: Settings, *, parsed: ParsedSources | None = None) -> None:
        """`parsed` is the cache of syntax trees of another workspace of the same files."""
        self._start(Database(files, WorkspaceContext(table, settings, parsed or ParsedSources())))

    @classmethod
    def of(cls, database: Database) -> Workspace:
        """The workspace of a database."""
        workspace = cls.__new__(cls)
        workspace._start(database)
        return workspace

    def _start(self, database: Database) -> None:
        self.database = database
        self.context = database.context
        self.files = database.files
        self.table = database.context.table
        self.settings = database.context.settings
        self.packages = database.component(Packages)
        self.resolver = database.component(Resolver)
        self.sources = database.component(Sources)
        self.exports = database.component(ExportIndex)

    def component(self, kind: type[C]) -> C:
        """The component of the class `kind` for this workspace."""
        return self.database.component(kind)

    def fork(
        self,
        texts: Mapping[str, bytes] | None = None,
        *,
        removed: Collection[str] = (),
        moves: Sequence[Move] = (),
    ) -> Workspace:
        """The workspace after edits: `moves` rename, `removed` deletes, and `texts` sets the contents of files.

        The fork shares all derived data that does not depend on the edits.  It is valid until this workspace changes.
        """
        below = self.files.untracked
        files = EditedFiles(below, texts or {}, removed=removed, moves=moves)
        return Workspace.of(Database(files, self.context, self.database, edits_between(below, files)))

    def changed(self, paths: Collection[str], act: Callable[[], object] = lambda: None) -> bool:
        """Run `act`, which creates, changes or deletes files and directories at `paths` or below them.

        Returns whether a text was read before that may differ now.
        """
        touched = self.files.change(paths, act)
        self.database.changed(touched)
        return any(node.kind == "text" for node in touched)

    def put(self, path: str, act: Callable[[], object]) -> None:
        """Run `act`, which changes the text of the file at `path`: as `changed`, but faster for an existing file."""
        self.database.typed(self.files.put(path, act))

    def is_exempt(self, path: str) -> bool:
        """Whether the table counts a file as documentation, or the settings ignore it."""
        return self.context.is_exempt(path)

    def notices(self) -> tuple[Notice, ...]:
        """The problems of the manifests and configurations that were read so far."""
        return self.packages.notices()

    def read_so_far(self) -> ReadSoFar:
        """The files that were read since the start."""
        manifests = (posixpath.join(p.directory, "package.json") for p in self.packages.known_packages())
        tsconfigs = {path for config in self.packages.known_tsconfigs() for path in config.chain}
        facts, modules = self.database.count(Sources.facts_without_text), self.database.count(Sources.syntax)
        return ReadSoFar(tuple(sorted(manifests)), tuple(sorted(tsconfigs)), facts, modules)
