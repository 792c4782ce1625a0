"""The facts about a workspace that decide what its first `workflow-ls.json` says."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from workflow_ls.config.module_names import package_name
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.project.configuration.manifest import Package
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.configuration.tsconfig import TsConfig
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Files, Query, is_within

_TOOLS = {"nx.json": "Nx", "turbo.json": "Turborepo", "lerna.json": "Lerna", "rush.json": "Rush"}
_IMPORTS = compile_on_use(rb"\b(?:from|import|require|import\s*\(|require\s*\()\s*\(?\s*([\"'])([^\"'\n\\]+)\1")
_NAME = compile_on_use(r"(?:@[a-z0-9~-][\w.~-]*/)?[a-z0-9~-][\w.~-]*", re.ASCII)  # npm, "name" of package.json
_NEEDLES = ("from '", 'from "', "import '", 'import "', "import(", "require(")
_TSCONFIG = compile_on_use(r"(?:^|/)(?:tsconfig[\w.-]*|jsconfig)\.json$")


@record
class UnresolvedPackage:
    """A package that files import, and that is nowhere: how many imports name it, in how many files.

    `linked` says that a manifest declares it as a package of the workspace.
    """

    name: str
    imports: int
    files: int
    linked: bool


class WorkspaceFacts:
    """What is looked up in the files of a workspace, each when it is needed."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.workspace = Workspace(files, builtin_table(), Settings())
        self.packages = self.workspace.component(Packages)

    @property
    def members(self) -> Mapping[str, Package]:
        """The packages of the workspace by name, that of its root included."""
        root = self.packages.package_at("")
        named = {} if root is None or not root.name else {root.name: root}
        return {**named, **{name: each for name, each in self.packages.members().items() if name}}

    @property
    def tools(self) -> tuple[str, ...]:
        """The package manager, where the files show it, and the tools that run the workspace."""
        manager = self.packages.package_manager("").installer
        listing = self.files.listing("")
        return (*(() if manager is None else (manager.value,)), *(_TOOLS[name] for name in _TOOLS if name in listing))

    def configurations(self) -> Iterator[TsConfig]:
        """Every TypeScript configuration of the workspace, by path."""
        for path in sorted(
            self.files.search((Query((".json",), ("compilerOptions",)), Query((".json",), ("extends",))))
        ):
            if _TSCONFIG.search(path):
                yield self.packages.tsconfig(path)

    def aliases(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """The aliases that each configuration sets itself: by its path, the key and the paths from the root."""
        return {
            config.path: {key: _from_root(config, targets) for key, targets in config.paths.items()}
            for config in self.configurations()
            if config.paths and config.paths_from == config.path
        }

    def base_urls(self) -> Iterator[tuple[str, str]]:
        """The folders below which configurations look specifiers up, each with the folder of the configuration."""
        for config in self.configurations():
            if config.base_url is not None:
                yield config.base_url, posixpath.dirname(config.path)

    def importing(self, specifier: str) -> Iterator[str]:
        """The files that import a specifier, or one below it."""
        for path in sorted(self.files.search((Query(SOURCE_EXTENSIONS, (f"'{specifier}", f'"{specifier}')),))):
            if any(is_within(each, specifier) for each in self._imported(path)):
                yield path

    def is_package(self, specifier: str) -> bool:
        """Whether a specifier is that of a module of Node, of a member, or of what a member depends on."""
        name, members = package_name(specifier), self.members
        return name in members or name in _NODE or any(name in each for each in self._dependencies(members))

    def _imported(self, path: str) -> Iterator[str]:
        """What a file imports, by its text."""
        for _, written in _IMPORTS.findall(self.files.read(path) or b""):
            yield written.decode("utf-8", "replace")

    def _dependencies(self, members: Mapping[str, Package]) -> Iterator[Mapping[str, str]]:
        """What each of these packages, and that of the root, depends on."""
        for package in (*members.values(), self.packages.package_at("")):
            yield {} if package is None else package.dependencies or {}

    def unresolved(self) -> tuple[UnresolvedPackage, ...]:
        """The packages that files import, and that are no member, not declared, not installed and no alias.

        The most imported first.  A dependency on a package of the workspace (`workspace:`) that is no member counts.
        """
        members, declared, linked = self.members, set[str](), set[str]()
        for dependencies in self._dependencies(members):
            for name, version in dependencies.items():
                (linked if version.startswith(("workspace:", "link:", "portal:", "file:")) else declared).add(name)
        keys = [key for aliases in self.aliases().values() for key in aliases]
        installed = _Installed(self.files)
        imports, files = Counter[str](), Counter[str]()
        for path in sorted(self.files.search((Query(SOURCE_EXTENSIONS, _NEEDLES),))):
            names = Counter(
                package_name(specifier)
                for specifier in self._imported(path)
                if split_package(specifier) is not None
                and _NAME.fullmatch(package_name(specifier))
                and not any(_matches(key, specifier) for key in keys)
            )
            for name, count in names.items():
                if name in members or name in declared or name in _NODE or (name not in linked and installed.has(name)):
                    continue
                imports[name] += count
                files[name] += 1
        return tuple(
            UnresolvedPackage(name, count, files[name], name in linked) for name, count in imports.most_common()
        )


class _Installed:
    """Which packages are installed at the root, or have types there."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._known = dict[str, bool]()

    def has(self, name: str) -> bool:
        if name not in self._known:
            types = f"node_modules/@types/{name.removeprefix('@').replace('/', '__')}"
            self._known[name] = any(self._files.kind(path) is not None for path in (f"node_modules/{name}", types))
        return self._known[name]


def _from_root(config: TsConfig, targets: tuple[str, ...]) -> tuple[str, ...]:
    joined = (posixpath.normpath(posixpath.join(config.base or "", target)) for target in targets)
    return tuple(path for path in joined if config.base is not None and not path.startswith(".."))


def _matches(key: str, specifier: str) -> bool:
    before, star, after = key.partition("*")
    return specifier == key if not star else specifier.startswith(before) and specifier.endswith(after)


# Node's own modules (Node, `module.builtinModules`), which need no `node:`, and what runtimes bring along.
_NODE = frozenset(
    "assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain "  # noqa: SIM905
    "events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl "
    "stream string_decoder sys test timers tls trace_events tty url util v8 vm wasi worker_threads zlib "
    "bun server-only client-only".split()
)
