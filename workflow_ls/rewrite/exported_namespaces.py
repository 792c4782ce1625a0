"""What the importers of a file take of a namespace that it exports: `export * as engine from './engine'`."""

from __future__ import annotations

import posixpath

from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.resolver import Resolver
from workflow_ls.project.source_index import Sources
from workflow_ls.rewrite.specifiers.specifier_style import stem_of
from workflow_ls.syntax.model import Form, Name
from workflow_ls.syntax.references.names.taken_names import taken_names
from workflow_ls.syntax.references.names.variable_uses import members_of
from workflow_ls.syntax.references.reference_finder import find_references
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query, is_source

_OTHERS = (".json", ".vue", ".svelte", ".astro", ".mdx", ".html")
"""The endings of files that may lead to a module, and are not read here."""
_MOST = 300  # files that are read for one answer


class ExportedNamespaces(Component):
    """The namespaces that files of a workspace export."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.packages = database.component(Packages)
        self.resolver = database.component(Resolver)
        self.sources = database.component(Sources)

    @query
    def taken(self, path: str, name: str, is_type: bool) -> tuple[Name, ...] | None:
        """The names that others take of the namespace that the file `path` exports as `name`; None if that is unknown.

        Only direct importers are looked at, in a package that nobody installs: a file that passes the namespace on may
        take anything, and so may one that imports the type of a namespace (`is_type`).
        """
        stem = posixpath.basename(stem_of(path))
        package = self.packages.package_of(path)
        root = None if package is None else self.packages.json_root(package.path)
        private = None if root is None else root.at("private")
        if stem == "index" or private is None or private.data is not True:
            return None
        taken, importers = list[Name](), self.files.search((Query((*SOURCE_EXTENSIONS, *_OTHERS), (stem,)),))
        if len(importers) > _MOST:
            return None
        for importer in importers:
            if importer == path:
                continue
            names = self._taken_in(importer, path, name, is_type=is_type) if is_source(importer) else None
            if names is None:
                return None
            taken += names
        return tuple(taken)

    def _taken_in(self, importer: str, path: str, name: str, *, is_type: bool) -> tuple[Name, ...] | None:
        source, stem = self.sources.source(importer), posixpath.basename(stem_of(path))
        if source is None:
            return None
        found = list[Name]()
        for reference in find_references(source, callees=self.settings.callees, needles=(stem,)):
            if self.resolver.resolve(reference.specifier.partition("?")[0], importer) != path:
                continue
            more = taken_names(source, reference) if reference.whole else ()
            if more is None or any(each.name == name for each in more):
                return None
            for imported in reference.names:
                if imported.name != name:
                    continue
                if is_type or reference.form is not Form.IMPORT or imported.local is None:
                    return None
                used, any_other = members_of(source, imported.local.encode(), reference)
                if any_other:
                    return None
                found += used
        return tuple(found)
