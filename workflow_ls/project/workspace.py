"""A workspace at one moment: files, table and settings, with what has been read of them remembered."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from workflow_ls.config.settings import Settings
from workflow_ls.config.table import Table
from workflow_ls.diagnostics import Notice
from workflow_ls.jsonc.model import Node
from workflow_ls.jsonc.parser import parse_json
from workflow_ls.project.candidates import candidate_queries, is_candidate
from workflow_ls.project.exports_field import resolve_exports
from workflow_ls.project.file_facts import FileFacts, find_facts
from workflow_ls.project.manifest import Package, read_package
from workflow_ls.project.resolver import TYPES_OF_REQUIRE_VIEW, PackageTarget, split_package
from workflow_ls.project.tsconfig import TsConfig, read_tsconfig
from workflow_ls.syntax.exports.finder import ModuleSyntax, find_exports
from workflow_ls.syntax.parser import Source, parse
from workflow_ls.vfs.files import Files, is_configuration, is_source, join, parents
from workflow_ls.vfs.overlay import EditedFiles, Move


class ReadSoFar(NamedTuple):
    """What a workspace has read: paths of manifests and configurations, and how many files were looked into."""

    manifests: tuple[str, ...]
    tsconfigs: tuple[str, ...]
    facts: int
    modules: int


class Workspace:
    """A view of a workspace.

    All that is derived from `files` is computed on demand and kept, until `forget` is told that files changed; a
    change of the table or of the settings needs a new object.  `sources` holds files that are parsed already, such as
    an editor's.  One thread at a time may use it.
    """

    def __init__(self, files: Files, table: Table, settings: Settings) -> None:
        self.files = files
        self.table = table
        self.settings = settings
        self.sources: dict[str, Source] = {}
        self._packages: dict[str, Package | None] = {}
        self._package_of: dict[str, Package | None] = {}  # by directory
        self._members: dict[str, Package] | None = None
        self._named: dict[tuple[str, str], Package | None] = {}  # by name and the importer's directory
        self.looked_up: dict[tuple[int, str, tuple[str, ...]], PackageTarget] = {}  # kept for `resolve.py`
        self._tsconfigs: dict[str, TsConfig | None] = {}
        self._tsconfig_of: dict[str, TsConfig | None] = {}
        self._syntax: dict[str, ModuleSyntax] = {}
        self._json: dict[str, Node | None] = {}
        self._broken: dict[str, bool] = {}
        self._facts: dict[str, FileFacts | None] = {}
        self._candidates: tuple[str, ...] | None = None
        self._sources_found: tuple[str, ...] | None = None
        self._candidates_of: dict[str, list[str]] | None = None  # by the directory of their package

    def fork(
        self,
        texts: Mapping[str, bytes] | None = None,
        *,
        removed: Collection[str] = (),
        moves: Sequence[Move] = (),
    ) -> Workspace:
        """The workspace as it would be: `moves` rename, `removed` go, and `texts` are the contents of these paths."""
        files = EditedFiles(self.files, texts or {}, removed=removed, moves=moves)
        return Workspace(files, self.table, self.settings)

    def candidates(self) -> tuple[str, ...]:
        """The source files that may hold something to report, sorted, without exempt and ignored ones."""
        if self._sources_found is None:
            self._sources_found = tuple(path for path in self._found() if is_source(path))
        return self._sources_found

    def configurations(self) -> tuple[str, ...]:
        """The manifests and configurations of TypeScript that may hold something to report, sorted.

        Those of the table, those that name a legacy module, and the manifests of the packages of all candidates.
        """
        table = self.table
        packages = [*table.packages, *((table.legacy_package,) if table.legacy_package is not None else ())]
        owners = {package.path for path in self.candidates() if (package := self.package_of(path)) is not None}
        named = (
            *(posixpath.join(package.directory, "package.json") for package in packages),
            *self.listed_tsconfigs(),
        )
        known = {path for path in named if self.files.kind(path) == "file"} | owners
        found = {path for path in self._found() if not is_source(path)}
        return tuple(sorted(path for path in known | found if not self.is_exempt(path)))

    def listed_tsconfigs(self) -> tuple[str, ...]:
        """The configurations that must carry the canonical alias, as far as they are there: of a list, the first."""
        found = (next((f for f in files if self.files.kind(f) == "file"), None) for files in self.table.tsconfigs)
        return tuple(dict.fromkeys(path for path in found if path is not None))

    def _found(self) -> tuple[str, ...]:
        if self._candidates is None:
            found = self.files.search(candidate_queries(self.table))
            self._candidates = tuple(path for path in found if is_candidate(path) and not self.is_exempt(path))
        return self._candidates

    def candidates_of(self, package: Package) -> tuple[str, ...]:
        """The candidates that belong to a package."""
        if self._candidates_of is None:
            self._candidates_of = {}
            for path in self.candidates():
                owner = self.package_of(path)
                if owner is not None:
                    self._candidates_of.setdefault(owner.directory, []).append(path)
        return tuple(self._candidates_of.get(package.directory, ()))

    def is_exempt(self, path: str) -> bool:
        """Whether the table counts a file as documentation, or the settings ignore it."""
        return self.table.is_doc(path) or self.settings.ignores(path)

    def facts(self, path: str) -> FileFacts | None:
        """What the rules look at in a file; None where it is absent, too large, or not UTF-8."""
        if path not in self._facts:
            source = self.source(path)
            usable = source is not None and len(source.text) <= self.settings.max_file_size
            self._facts[path] = find_facts(self, source) if source is not None and usable else None
        return self._facts[path]

    def source(self, path: str) -> Source | None:
        """A source file, not kept unless it was parsed already; None where it is absent, too large, or not UTF-8."""
        if path in self.sources:
            return self.sources[path]
        text = self.files.read(path)
        if text is None or len(text) > self.settings.max_file_size or not is_utf8(text):
            return None
        return parse(text, path)

    def forget(self, paths: Iterable[str], *, listed: bool = True) -> bool:
        """Drop what was read of the files at `paths`, whose content changed.

        `listed`: they may also have appeared or gone.  Returns whether what other files resolve to, or find exported,
        may differ from before.
        """
        differs, resolved_anew = listed, listed
        for path in paths:
            self._facts.pop(path, None)
            self._json.pop(path, None)
            self._broken.pop(path, None)
            if posixpath.basename(path) == "package.json" or any(path in c.chain for c in self._configs()):
                differs = resolved_anew = True
                self._packages.clear()
                self._package_of.clear()
                self._named.clear()
                self.looked_up.clear()
                self._candidates_of = None
                self._members = None
                self._forget_configs()
            before = self._syntax.pop(path, None)
            if before is not None and not differs:
                differs = before.shape != self.syntax(path).shape
        self._candidates = self._sources_found = self._candidates_of = None
        if listed:
            self._named.clear()
            self.looked_up.clear()
            self._forget_configs()
        if resolved_anew:
            # Whether a specifier in the core leads to EE code is for manifests and configurations to say.
            for path in [path for path in self._facts if self.table.is_core(path)]:
                del self._facts[path]
        return differs

    def _configs(self) -> Iterator[TsConfig]:
        return (config for config in self._tsconfigs.values() if config is not None)

    def _forget_configs(self) -> None:
        self._tsconfigs.clear()
        self._tsconfig_of.clear()

    def candidate_facts(self) -> Iterator[FileFacts]:
        """The facts of every candidate file that can be read."""
        return (facts for path in self.candidates() if (facts := self.facts(path)) is not None)

    def notices(self) -> tuple[Notice, ...]:
        """What is wrong with the manifests and configurations that were read so far."""
        manifests = [package.broken for package in self._packages.values() if package is not None and package.broken]
        configs = [problem for config in self._configs() for problem in config.problems]
        return tuple(sorted(set(manifests + configs), key=lambda notice: (notice.path, notice.line or 0)))

    def read_so_far(self) -> ReadSoFar:
        """What was read since the start, or since it was last forgotten."""
        manifests = (directory for directory, package in self._packages.items() if package is not None)
        return ReadSoFar(
            tuple(sorted(posixpath.join(directory, "package.json") for directory in manifests)),
            tuple(sorted({path for config in self._configs() for path in config.chain})),
            len(self._facts),
            len(self._syntax),
        )

    def package_at(self, directory: str) -> Package | None:
        """The package whose manifest lies in `directory`; None where there is none."""
        if directory not in self._packages:
            text = self.files.read(posixpath.join(directory, "package.json"))
            self._packages[directory] = None if text is None else read_package(text, directory)
        return self._packages[directory]

    def configuration(self, path: str) -> Node | None:
        """The value of a manifest or configuration, with its places; None for another file, or for a broken one."""
        root = self.json_root(path) if is_configuration(path) else None
        return root if root is not None and not self._broken_json(path) else None

    def _broken_json(self, path: str) -> bool:
        if path not in self._broken:
            comments = posixpath.basename(path) != "package.json"
            self._broken[path] = bool(parse_json(self.files.read(path) or b"", comments=comments).problems)
        return self._broken[path]

    def json_root(self, path: str) -> Node | None:
        """The value of a JSON file with the place of all that is in it; None where it can't be read."""
        if path not in self._json:
            text = self.files.read(path)
            self._json[path] = None if text is None else parse_json(text, comments=True).root
        return self._json[path]

    def package_of(self, path: str) -> Package | None:
        """The package that a file belongs to: the nearest manifest above it."""
        directory = path.rpartition("/")[0]
        if directory not in self._package_of:
            here = self.package_at(directory)
            self._package_of[directory] = self.package_of(directory) if here is None and directory else here
        return self._package_of[directory]

    def package_named(self, name: str, importer: str) -> Package | None:
        """The package that `name` means for the file `importer`.

        In order: the importer's own package, if it has `exports` (Node, PACKAGE_SELF_RESOLVE); a package of the table
        in its place; `node_modules` from the importer upwards (Node, PACKAGE_RESOLVE); the workspace members of the
        root manifest, which is where installing would link to.
        """
        key = (name, importer.rpartition("/")[0])
        if key not in self._named:
            self._named[key] = self._find_package(name, importer)
        return self._named[key]

    def _find_package(self, name: str, importer: str) -> Package | None:
        own = self.package_of(importer)
        if own is not None and own.name == name and own.exports is not None:
            return own
        known = next((package for package in self.table.packages if package.name == name), None)
        if known is not None:
            package = self.package_at(known.directory)
            if package is not None and (package.name == name or package.broken is not None):
                return package
        for folder in parents(importer):
            directory = f"{folder}/node_modules/{name}" if folder else f"node_modules/{name}"
            if self.files.kind(directory) == "directory":
                real = self.files.real(directory) or directory
                return self.package_at(real) or Package(real)
        return self.members().get(name)

    def members(self) -> Mapping[str, Package]:
        """The members of the workspace that the root manifest lists, by name."""
        if self._members is None:
            root = self.package_at("")
            patterns = root.workspaces if root is not None else ()
            excluded = {path for p in patterns if p.startswith("!") for path in self._glob(p[1:])}
            self._members = {}
            for pattern in patterns:
                for directory in self._glob(pattern) if not pattern.startswith("!") else ():
                    package = self.package_at(directory)
                    if package is not None and directory not in excluded:
                        self._members.setdefault(package.name, package)
        return self._members

    def _glob(self, pattern: str) -> list[str]:
        """The directories that a `workspaces` pattern means: `*` is part of a name, `**` any depth."""
        found = [""]
        for part in pattern.strip("/").removeprefix("./").split("/"):
            if part == "**":
                found = [below for directory in found for below in self._below(directory)]
            elif any(special in part for special in "*?["):
                found = [child for directory in found for child in self._children(directory, part)]
            else:
                found = [path for directory in found if (path := join(directory, part)) is not None]
            found = list(dict.fromkeys(found))  # one `**` after another leads to the same place in many ways
        return [directory for directory in found if self.files.kind(directory) == "directory"]

    def _children(self, directory: str, pattern: str) -> Iterator[str]:
        for name in self.files.entries(directory):
            hidden = name == "node_modules" or (name.startswith(".") and not pattern.startswith("."))
            if not hidden and fnmatchcase(name, pattern):
                yield posixpath.join(directory, name)

    def _below(self, directory: str) -> Iterator[str]:
        yield directory
        for child in self._children(directory, "*"):
            # A link may lead round in a circle, and what it leads to is found in its own place.
            if self.files.kind(child) == "directory" and self.files.real(child) == child:
                yield from self._below(child)

    def tsconfig(self, path: str) -> TsConfig:
        """The configuration in the file at `path`, after `extends`."""
        return read_tsconfig(self.files, path, self._find_config)

    def tsconfig_at(self, directory: str) -> TsConfig | None:
        """The configuration in a directory: `tsconfig.json`, or `jsconfig.json`."""
        if directory not in self._tsconfigs:
            names = ("tsconfig.json", "jsconfig.json") if directory else _ROOT_CONFIGS
            present = set(self.files.entries(directory)).intersection(names)
            path = next((posixpath.join(directory, name) for name in names if name in present), None)
            self._tsconfigs[directory] = None if path is None else self.tsconfig(path)
        return self._tsconfigs[directory]

    def tsconfig_for(self, path: str) -> TsConfig | None:
        """The configuration that governs a file: the nearest above it, as editors choose it."""
        directory = path.rpartition("/")[0]
        if directory not in self._tsconfig_of:
            configs = (self.tsconfig_at(folder) for folder in (directory, *(parents(directory) if directory else ())))
            self._tsconfig_of[directory] = next((config for config in configs if config is not None), None)
        return self._tsconfig_of[directory]

    def _find_config(self, entry: str, directory: str) -> str | None:
        parts = split_package(entry)
        package = None if parts is None else self.package_named(parts[0], posixpath.join(directory, "tsconfig.json"))
        if parts is None or package is None:
            return None
        subpath: str | None = parts[1]
        if package.exports is not None:
            subpath = resolve_exports(package.exports, parts[1], TYPES_OF_REQUIRE_VIEW).target
        path = None if subpath is None else join(package.directory, subpath)
        if path is None:
            return None
        candidates = (path, f"{path}.json", posixpath.join(path, "tsconfig.json"))
        return next((candidate for candidate in candidates if self.files.kind(candidate) == "file"), None)

    def syntax(self, path: str) -> ModuleSyntax:
        """What the file at `path` says of its exports; opaque for what is no module of TypeScript or JavaScript."""
        if path not in self._syntax:
            self._syntax[path] = self._read_syntax(path)
        return self._syntax[path]

    def _read_syntax(self, path: str) -> ModuleSyntax:
        if not is_source(path):
            return ModuleSyntax(opaque="it is neither TypeScript nor JavaScript")
        known = self._facts.get(path)
        source = known.source if known is not None else self.sources.get(path)
        if source is not None and len(source.text) <= self.settings.max_file_size:
            return find_exports(source)  # it is parsed already, or parsed in part
        text = self.files.read(path)
        if text is None:
            return ModuleSyntax(opaque="it cannot be read")
        if len(text) > self.settings.max_file_size:
            return ModuleSyntax(opaque="it is larger than the limit for a source file")
        return find_exports(parse(text, path))


_ROOT_CONFIGS = ("tsconfig.json", "jsconfig.json", "tsconfig.base.json")


def is_utf8(text: bytes) -> bool:
    """Whether the bytes are valid UTF-8."""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
