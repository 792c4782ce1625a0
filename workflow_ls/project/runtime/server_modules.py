"""The modules that run on servers only, and by which imports a file loads them.

A bundler for browsers follows each import that is left after types are erased, so one import of a barrel brings all
that the barrel loads.  It stops at a file of server actions (`'use server'`), which clients call over the network, and
at what a manifest's `browser` field replaces by nothing; of `exports` it reads the condition `browser`.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.project.runtime.module_graph import ModuleGraph
from workflow_ls.project.runtime.reachability import MAX_FILES, Reachability, distances_to, path_to
from workflow_ls.records import record
from workflow_ls.syntax.directives import find_directives
from workflow_ls.syntax.runtime_imports import LoadKind
from workflow_ls.vfs.files import holds_code

# fmt: off
_NODE_ONLY = frozenset({
    "async_hooks", "child_process", "cluster", "crypto", "dgram", "diagnostics_channel", "dns", "fs", "http",
    "http2", "https", "inspector", "module", "net", "os", "path", "perf_hooks", "readline", "repl", "tls",
    "trace_events", "tty", "v8", "vm", "wasi", "worker_threads", "zlib",
})
# fmt: on
"""Node's own modules, without those that bundlers replace for browsers anyway (`buffer`, `events`, `url`, …)."""

_PARTS = frozenset(["", "posix", "promises", "win32"])
_WITH_SCHEME = frozenset(["node:sea", "node:sqlite", "node:test"])

_REPLACEABLE = frozenset(["crypto", "http", "https", "os", "path", "tty", "vm", "zlib"])
"""Those of them that some bundlers replace: a file that loads no others may still run in a browser."""

_BROWSER_CONDITIONS = ("browser", "import")


class Load(NamedTuple):
    """A module that a file loads by an import.

    `server` is its name if it runs on servers only; `path` is its file where a bundler follows it.
    """

    specifier: str
    server: str | None
    path: str | None
    is_lazy: bool


@record
class ServerChain:
    """How a file loads a module that runs on servers only: through `files`, the file itself first."""

    files: tuple[str, ...]
    specifier: str


class ServerModules(Component):
    """Which files load modules that run on servers only."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.modules = database.component(ModuleGraph)
        self.reachability = database.component(Reachability)

    @query
    def directives(self, path: str) -> frozenset[str]:
        """The directives of a file, such as `use client` and `use server`."""
        text = self.files.read(path) if holds_code(path) else None
        return frozenset() if text is None or b"use " not in text else frozenset(find_directives(text))

    def runs_on_servers(self, path: str) -> bool:
        """Whether a file is known to run on servers: by `'use server'`, or by what it loads before it runs."""
        return self.is_action(path) or (not self.is_client(path) and self.chain(path, _REPLACEABLE, False) is not None)

    @query
    def loads(self, path: str) -> tuple[Load, ...]:
        """What a file loads; the same for two texts that differ in places only."""
        found = dict[Load, None]()
        for edge in self.modules.imports(path).edges:
            if edge.kind is not LoadKind.ACTUAL:
                server, file = self._classified(edge.specifier, edge.path, path)
                found[Load(edge.specifier, server, file, edge.kind is LoadKind.DYNAMIC)] = None
        return tuple(found)

    def _classified(self, specifier: str, file: str | None, importer: str) -> tuple[str | None, str | None]:
        file = self.file_in_browser(specifier, importer, file)
        followed = file is not None and holds_code(file) and "node_modules" not in file.split("/")
        name = self._server_name(specifier, is_file=followed)
        replaced = self.replaced(specifier, file if followed else None, importer)
        if replaced is not None:
            return None, replaced or None
        return (name, None) if name is not None else (None, file if followed else None)

    def _server_name(self, specifier: str, *, is_file: bool = False) -> str | None:
        """The name of a module that runs on servers only; None for any other."""
        if specifier.startswith("."):
            return None
        name = specifier.removeprefix("node:")
        first, _, rest = name.partition("/")
        builtin = first in _NODE_ONLY and rest in _PARTS and (name != specifier or not is_file)
        return name if builtin or specifier in _WITH_SCHEME or self.table.is_server_only(specifier) else None

    def replaced(self, specifier: str, file: str | None, importer: str) -> str | None:
        """What the `browser` field of the importer's package has in the place of a module (package.json, "browser").

        "" for nothing; None where it has no say.  `file` is the module's, if it has one.
        """
        package = self.modules.packages.package_of(importer)
        browser = None if package is None else package.browser
        if package is None or not isinstance(browser, Mapping):
            return None
        keys = [specifier, specifier.removeprefix("node:")]
        if file is not None:
            relative = f"./{posixpath.relpath(file, package.directory or '.')}"
            keys += [relative, posixpath.splitext(relative)[0], f"{posixpath.splitext(relative)[0]}.js"]
        value = next((browser[key] for key in keys if key in browser), None)
        if value is False:
            return ""
        if not isinstance(value, str):
            return None
        manifest = f"{package.directory}/index.ts" if package.directory else "index.ts"
        return self.modules.resolve_id(value, manifest)[1] or ""

    def file_in_browser(self, specifier: str, importer: str, file: str | None) -> str | None:
        """The file that a browser loads for a specifier of the file `importer`, where Node loads `file`."""
        parts = split_package(specifier) if self._divided() else None
        if parts is None or parts[0] not in self._divided():
            return file
        if next(self.modules.resolver.resolve_alias(specifier, importer), None) is not None:
            return file
        found = self.modules.resolver.resolve_in_package(specifier, importer, _BROWSER_CONDITIONS)
        path = None if found is None or found.path is None else self.files.real(found.path)
        return path or file

    @query
    def _divided(self) -> frozenset[str]:
        """The packages of the workspace whose `exports` differ between browsers and Node."""
        packages = self.modules.packages
        known = [*packages.members().values(), *(packages.package_at(each.directory) for each in self.table.packages)]
        return frozenset(package.name for package in known if package is not None and _is_divided(package.exports))

    @query
    def _mentions(self, path: str) -> tuple[frozenset[str], tuple[str, ...]]:
        """The server-only modules that the text of a file names, and the files that it may load."""
        imports = self.reachability.imports(path)
        names = (self._server_name(module) for module in imports.modules)
        for_browsers = (self.file_in_browser(module, path, None) for module in imports.modules if self._divided())
        files = (*imports.files, *self._replacements(path), *(file for file in for_browsers if file is not None))
        return frozenset(name for name in names if name is not None), files

    def _replacements(self, importer: str) -> tuple[str, ...]:
        """The files that a `browser` field of the importer's package has in the place of others."""
        package = self.modules.packages.package_of(importer)
        browser = None if package is None else package.browser
        if package is None or not isinstance(browser, Mapping):
            return ()
        manifest = f"{package.directory}/index.ts" if package.directory else "index.ts"
        files = (self.modules.resolve_id(value, manifest)[1] for value in browser.values() if isinstance(value, str))
        return tuple(file for file in files if file is not None)

    @query
    def chain(self, start: str, known: frozenset[str], lazy: bool) -> ServerChain | None:
        """A short chain of imports from a file to a module that runs on servers only, and is not among `known`.

        With `lazy`, what is imported while files run counts, too.
        """
        # Texts are scanned by distance, and only files on a path to a mention are parsed.
        users, goals = defaultdict[str, list[str]](list), list[str]()
        for level in self._levels(start, users):
            new = [path for path in level if not self._mentions(path)[0] <= known and self._names(path, lazy) - known]
            if new:
                goals += new
                found = self._search(start, known, lazy, distances_to(goals, users))
                if found is not None:
                    return found
        return None

    @query
    def reached(self, start: str) -> frozenset[str]:
        """The names of all modules that a file loads, directly or through others, and that run on servers only."""
        users = defaultdict[str, list[str]](list)
        goals = [path for level in self._levels(start, users) for path in level if self._mentions(path)[0]]
        within, found = distances_to(goals, users), set[str]()
        seen, todo = {start}, [start]
        while todo:
            for load in self.loads(todo.pop()):
                if load.server is not None:
                    found.add(load.server)
                if load.path is not None and load.path in within and load.path not in seen:
                    seen.add(load.path)
                    if not self.is_action(load.path):
                        todo.append(load.path)
        return frozenset(found)

    def is_client(self, path: str) -> bool:
        """Whether a file says that it runs in a browser."""
        return "use client" in self.directives(path)

    def is_action(self, path: str) -> bool:
        """Whether a file holds server actions, which a client calls without loading the file."""
        return "use server" in self.directives(path)

    def _names(self, path: str, lazy: bool) -> set[str]:
        return {load.server for load in self.loads(path) if load.server is not None and (lazy or not load.is_lazy)}

    def _levels(self, start: str, users: Mapping[str, list[str]]) -> Iterator[list[str]]:
        """The files that a file may load, judging by their texts, by distance; `users` gets who may load each."""
        seen, level = {start}, [start]
        while level and len(seen) <= MAX_FILES:
            yield level
            following = list[str]()
            for path in level:
                for file in self._mentions(path)[1]:
                    users[file].append(path)
                    if file not in seen:
                        seen.add(file)
                        if not self.is_action(file):
                            following.append(file)
            level = following

    def _search(self, start: str, known: Collection[str], lazy: bool, within: Mapping[str, int]) -> ServerChain | None:
        """As `chain`, through the files `within`."""
        parents, todo = {start: ""}, deque([start])
        while todo:
            path = todo.popleft()
            for load in self.loads(path):
                if load.is_lazy and not lazy:
                    continue
                if load.server is not None and load.server not in known:
                    return ServerChain(path_to(path, parents), load.specifier)
                if (
                    load.path is not None
                    and load.path in within
                    and load.path not in parents
                    and not self.is_action(load.path)
                ):
                    parents[load.path] = path
                    todo.append(load.path)
        return None


def _is_divided(exports: object) -> bool:
    if isinstance(exports, list):
        return any(map(_is_divided, exports))
    return isinstance(exports, dict) and any(
        key in ("browser", "node") or _is_divided(value) for key, value in exports.items()
    )
