"""The names of a target that are of another declaration than those of the same spelling that move.

Two legacy modules may export the same name for different things, and a barrel of the new package has one of them.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from workflow_ls.config.module_names import normalize_module
from workflow_ls.diagnostics import Blocked, Related
from workflow_ls.project.exports.export_index import ExportIndex
from workflow_ls.project.exports.module_exports import ModuleExports, Origin
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.workspace import Workspace
from workflow_ls.vfs.files import is_within


class Namesakes(Component):
    """Finds the names of a target that came from another legacy module than the one that a reference names."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.workspace = Workspace.of(database)
        self.index = database.component(ExportIndex)

    def obstacle(self, specifier: str, path: str, names: Iterable[str], legacy: ModuleExports | None) -> Blocked | None:
        """Why the file `path`, behind `specifier`, has not the `names` of a legacy module, but others of that spelling.

        None where nothing shows that they are others, as where the legacy module is gone.
        """
        if legacy is None:
            return None
        exports = self.index.exports(path)
        for name in names:
            old, new = legacy.origins.get(name), exports.origins.get(name)
            other = None if old is None or new is None else self._other(old, new)
            if other is not None and old is not None:
                reason = f"the `{name}` that `{specifier}` exports is that of {other}, and this is that of {old.path}"
                related = (Related(path, None, "the module"), Related(other, None, "another module"))
                return Blocked(reason, f"move that of {old.path}, too, or add a row for it to `names`", related)
        return None

    @query
    def _other(self, old: Origin, new: Origin) -> str | None:
        """The legacy file that had the declaration of a new one, if that is not the `old` one."""
        if self.table.module_at(old.path) is None or new == old:
            return None
        if self.table.module_at(new.path) is not None:
            return new.path
        modules = set(self._modules_of(new.path))
        if self.table.module_at(old.path) in modules:
            return None
        for module in sorted(modules):
            file = self.workspace.resolver.legacy_file(module)
            if file is not None and Origin(file, new.name) in self.index.exports(file).origins.values():
                return file
        return None

    def _modules_of(self, path: str) -> Iterator[str]:
        """The legacy modules whose first candidate names a file of a target package by its path in the sources."""
        for package in self.table.packages:
            sources = posixpath.join(package.directory, package.sources).rstrip("/")
            if not is_within(path, sources):
                continue
            below = normalize_module(path[len(sources) + 1 :])
            specifier = posixpath.join(package.name, below or "").rstrip("/")
            for row in self.table.modules:
                first = row.to[0] if row.to else ""
                before, star, after = first.partition("*")
                if not star or "*" not in row.module:
                    modules = (row.module,) if specifier == first and "*" not in row.module else ()
                elif specifier.startswith(before) and specifier.endswith(after):
                    modules = (row.module.replace("*", specifier[len(before) : len(specifier) - len(after)]),)
                else:
                    modules = ()
                for module in modules:
                    if next(iter(self.table.candidates(module)), None) == specifier:
                        yield module
