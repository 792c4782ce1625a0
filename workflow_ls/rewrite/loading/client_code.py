"""Whether a rewrite would make a file that may run in a browser load what only servers run."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from workflow_ls.diagnostics import Blocked, Obstacle, Related
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.queries.database import Component, Database
from workflow_ls.project.resolution.bare_specifiers import TYPES_CONDITIONS
from workflow_ls.project.resolution.resolver import Resolver
from workflow_ls.project.runtime.module_graph import ImportEdge, ModuleGraph
from workflow_ls.project.runtime.server_modules import ServerChain, ServerModules
from workflow_ls.project.test_files import is_test_code
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.vfs.files import join

_NEVER_LOADS = (Form.IMPORT_TYPE, Form.JSDOC_IMPORT, Form.DECLARE_MODULE, Form.REFERENCE, Form.RESOLVE, Form.MOCK)


class ClientCode(Component):
    """Guards the files that may run in a browser."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.modules = database.component(ModuleGraph)
        self.servers = database.component(ServerModules)
        self.packages = database.component(Packages)
        self.resolver = database.component(Resolver)

    def obstacle(self, importer: str, reference: Reference, specifier: str, target: str) -> Blocked | None:
        """What the file `importer` would newly load through the file `target`, and must not; None if nothing.

        A file runs on servers only if it loads what only servers run: any other may run in a browser, unless it is a
        test.  A `'use client'` file may load no more of it than it does.
        """
        if reference.type_only or reference.form in _NEVER_LOADS or is_test_code(importer):
            return None
        servers = self.servers
        target = servers.file_in_browser(specifier, importer, target) or target
        if servers.is_action(target) or servers.chain(target, frozenset(), True) is None:
            return None
        edge = self._edge(importer, reference)
        if edge is None or servers.runs_on_servers(importer):
            return None
        if edge.path is None and not servers.is_client(importer):
            return None  # what a deleted module loaded is unknown
        chain = servers.chain(target, servers.reached(importer), True)
        return None if chain is None else self._refusal(importer, reference, specifier, chain)

    def _edge(self, importer: str, reference: Reference) -> ImportEdge | None:
        """The import that a reference is when the file runs; None if it is erased with the types."""
        edges = self.modules.imports(importer).edges
        return next((edge for edge in edges if edge.span == reference.span), None)

    def _refusal(self, importer: str, reference: Reference, specifier: str, chain: ServerChain) -> Blocked:
        kind = "a client component" if self.servers.is_client(importer) else "which may run in a browser"
        files = [importer, *chain.files]
        shown = files if len(files) <= _SHOWN else [*files[: _SHOWN - 2], "…", files[-1]]
        written = " > ".join((*shown, f"`{chain.specifier}`"))
        reason = (
            f"`{specifier}` would make this file, {kind}, load `{chain.specifier}`, which only servers run ({written})"
        )
        summary = f"{{}} would make files that may run in a browser load `{chain.specifier}`, which only servers run"
        shared = Obstacle("client", chain.files[-1], summary, items=(specifier,))
        remedy = self._remedy(importer, reference, specifier, chain)
        return Blocked(reason, remedy, tuple(self._places(chain)), obstacle=shared)

    def _remedy(self, importer: str, reference: Reference, specifier: str, chain: ServerChain) -> str:
        best = self._one_to_one(importer, reference)
        known = None if best is None or best == specifier else self.table.split(best)
        if known is not None:
            package = self.packages.package_at(known[0].directory)
            if package is not None and self.resolver.look_up(package, known[1], TYPES_CONDITIONS).path is None:
                return f"add `{known[1]}`, which a browser can load, to the `exports` of {package.path}"
        return f"move what needs `{chain.specifier}` out of {chain.files[-1]}"

    def _one_to_one(self, importer: str, reference: Reference) -> str | None:
        """The first target that the table has for a legacy reference."""
        specifier = reference.specifier
        module = self.table.module_of(specifier)
        if module is None and specifier.startswith("."):
            path = join(posixpath.dirname(importer), specifier)
            module = None if path is None else self.table.module_at(path)
        return None if module is None else next(iter(self.table.candidates(module)), None)

    def _places(self, chain: ServerChain) -> Iterator[Related]:
        """The import in each file of a chain that leads to the next."""
        for path, following in zip(chain.files, (*chain.files[1:], None)):
            edge = next(
                (
                    edge
                    for edge in self.modules.imports(path).edges
                    if (edge.specifier == chain.specifier if following is None else edge.path == following)
                ),
                None,
            )
            shown = f"`{chain.specifier}`" if following is None else following
            yield Related(path, None if edge is None else edge.span, f"loads {shown}")


_SHOWN = 4  # files of a chain
