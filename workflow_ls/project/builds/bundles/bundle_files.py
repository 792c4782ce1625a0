"""The bundles of a workspace, and the files that each of them holds."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from workflow_ls.project.builds.aliases.build_resolution import BuildResolution, Lead
from workflow_ls.project.builds.build_files import WITH_ALIASES, BuildFiles
from workflow_ls.project.builds.build_paths import BuildPath
from workflow_ls.project.builds.bundles.bundle_model import Bundle, Decision, SpecifierFacts
from workflow_ls.project.builds.bundles.bundle_reader import TOOLS, read_bundles
from workflow_ls.project.builds.bundles.command_bundles import command_bundles
from workflow_ls.project.builds.evaluation import Configurations
from workflow_ls.project.builds.governed_directories import GovernedDirectories
from workflow_ls.project.builds.kinds.configuration_names import tool_of
from workflow_ls.project.builds.values import ObjectValue, ValuePlace
from workflow_ls.project.configuration.package_manager import Installer
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.project.resolution.resolver import Resolver
from workflow_ls.project.runtime.module_graph import ModuleGraph
from workflow_ls.project.runtime.reachability import MAX_FILES
from workflow_ls.project.source_index import Sources
from workflow_ls.project.test_files import is_development_code, is_test_code
from workflow_ls.syntax.runtime_imports import scan_imports
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, files_below, holds_code, is_source, is_within, with_endings
from workflow_ls.vfs.searching.globs import Globs

_COMMANDS = (b"tsup", b"esbuild")


class BundleFiles(Component):
    """Which bundles there are, what they hold, and what each of them leaves out."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.builds = database.component(BuildFiles)
        self.configurations = database.component(Configurations)
        self.governed = database.component(GovernedDirectories)
        self.resolution = database.component(BuildResolution)
        self.packages = database.component(Packages)
        self.resolver = database.component(Resolver)
        self.modules = database.component(ModuleGraph)
        self.sources = database.component(Sources)

    @query
    def all(self) -> tuple[Bundle, ...]:
        """The bundles of the workspace, by the paths of their configurations."""
        searched = (path for path in self.files.search(WITH_ALIASES) if tool_of(path) in TOOLS)
        directories = self._directories()
        listed = (path for directory in directories for path in self._listed(directory))
        paths = sorted({*searched, *listed})
        found = [bundle for path in paths if not self.context.is_exempt(path) for bundle in self.of(path)]
        for directory in directories:
            found += self._of_manifest(directory)
        return tuple(found)

    @query
    def _directories(self) -> tuple[str, ...]:
        """The directories of the packages that are members of the workspace, or have files that import its modules."""
        members = (package.directory for package in self.packages.members().values())
        owners = (self.packages.package_of(file) for file in self.sources.candidates())
        return tuple(dict.fromkeys(("", *members, *(owner.directory for owner in owners if owner is not None))))

    def _listed(self, directory: str) -> Iterator[str]:
        """The configurations of bundlers in a directory."""
        for name in self.files.listing(directory):
            if is_source(name) and tool_of(name) in TOOLS:
                yield posixpath.join(directory, name)

    @query
    def of(self, path: str) -> tuple[Bundle, ...]:
        """The bundles of the configuration at `path`."""
        if not self.builds.is_configuration(path):
            return ()
        value = self.configurations.value(path)
        found = list[Bundle]()
        for directory in () if value is None else self.governed.of(path):
            linked = self._is_linked(directory)
            found += read_bundles(path, tool_of(path), value, directory, self._code, is_linked=linked) if value else ()
        return tuple(found)

    @query
    def _of_manifest(self, directory: str) -> tuple[Bundle, ...]:
        """The bundles of the scripts and of the key `tsup` of a manifest, where no file configures the tool."""
        path = posixpath.join(directory, "package.json")
        text = self.files.read(path) or b""
        root = self.packages.json_root(path) if any(name in text for name in _COMMANDS) else None
        if root is None:
            return ()
        configured = {tool_of(each) for each in self._listed(directory)} - {"esbuild"}
        value = self.configurations.value(path) if root.at("tsup") is not None else None
        own = value.get("tsup") if isinstance(value, ObjectValue) else None
        if own is not None:
            return read_bundles(path, "tsup", own, directory, self._code, is_linked=False)
        return tuple(each for each in command_bundles(path, root, directory) if each.tool not in configured)

    def _is_linked(self, directory: str) -> bool:
        """Whether the packages of the workspace are linked into `node_modules` of a directory."""
        manager = self.packages.package_manager(directory)
        return not directory or manager.installer is Installer.PNPM or self.packages.workspace_root(directory) is None

    def _code(self, at: ValuePlace) -> str:
        return (self.files.read(at.path) or b"")[at.span.start : at.span.end].decode(errors="replace")

    def decide(self, bundle: Bundle, specifier: str, importer: str, sections: tuple[str, ...] | None) -> Decision:
        """What a bundle does with a specifier of the file `importer`.

        `sections` are those in which the manifest of the build will declare the package, None for those that do.
        """
        if sections is None:
            sections = self._sections(bundle.directory, specifier)
        directory, named = importer.rpartition("/")[0], split_package(specifier)
        known = SpecifierFacts(
            frozenset(sections),
            any(step.paths for step in bundle.steps) and self._by_paths(specifier, directory),
            any(step.aliases for step in bundle.steps) and self._by_alias(bundle.configuration, specifier, directory),
            named is not None and self.packages.package_named(named[0], importer) is None,
        )
        return bundle.decide(specifier, known)

    def _sections(self, directory: str, specifier: str) -> tuple[str, ...]:
        """The sections of the manifest of a directory that declare the package of a specifier."""
        named, package = split_package(specifier), self.packages.package_of(f"{directory}/x" if directory else "x")
        if named is None or package is None:
            return ()
        return tuple(section for section, versions in package.sections.items() if named[0] in versions)

    @query
    def _by_alias(self, path: str, specifier: str, directory: str) -> bool:
        """Whether an alias of a configuration leads a specifier to a file, as far as that is known."""
        importer = f"{directory}/importer.ts" if directory else "importer.ts"
        found = (self.resolution.captured(table, specifier, importer) for table in self.builds.tables(path))
        return any(answer is not None and answer.lead is not Lead.NOWHERE for answer in found)

    @query
    def _by_paths(self, specifier: str, directory: str) -> bool:
        """Whether `paths` of TypeScript lead a specifier to a file."""
        importer = f"{directory}/importer.ts" if directory else "importer.ts"
        return next(self.resolver.resolve_alias(specifier, importer), None) is not None

    def holds(self, number: int, path: str) -> bool:
        """Whether the bundle with a number among `all` holds a file.

        Its entries load it; or they are not known, and it is code of its package.
        """
        bundle = self.all()[number]
        if bundle.entries is None:
            return is_within(path, bundle.directory) and self._is_built(path)
        return path in self._held(number)

    def held(self, number: int) -> frozenset[str]:
        """The files that the bundle with a number among `all` holds."""
        bundle = self.all()[number]
        if bundle.entries is None:
            return frozenset(path for path in files_below(self.files, bundle.directory) if self._is_built(path))
        return self._held(number)

    def _is_built(self, path: str) -> bool:
        return holds_code(path) and not is_test_code(path) and not is_development_code(path)

    @query
    def _held(self, number: int) -> frozenset[str]:
        """The files that the entries of a bundle load, as far as they come into it."""
        bundle = self.all()[number]
        todo = [file for entry in bundle.entries or () for file in self._starts(entry)]
        seen = set(todo)
        while todo and bundle.joins and len(seen) <= MAX_FILES:
            path = todo.pop()
            for specifier in self.specifiers(path):
                if self.decide(bundle, specifier, path, None).leaves is True:
                    continue
                file = self.modules.resolve_id(specifier, path)[1]
                if file is not None and file not in seen and holds_code(file):
                    seen.add(file)
                    todo.append(file)
        return frozenset(seen)

    @query
    def specifiers(self, path: str) -> frozenset[str]:
        """The modules that a file of the workspace may load."""
        text = self.files.read(path) if "node_modules" not in path.split("/") else None
        return frozenset() if text is None else scan_imports(self.context.parsed.parts(path, text))[0]

    def _starts(self, entry: BuildPath) -> Iterator[str]:
        """The files that an entry names."""
        if entry.rest:
            globs = Globs((f"/{posixpath.join(entry.path, entry.rest)}",))
            yield from (
                path for path in files_below(self.files, entry.path) if self._is_built(path) and globs.match(path)
            )
        elif self.files.kind(entry.path) == "file":
            yield entry.path
        else:
            yield from with_endings(self.files, entry.path, SOURCE_EXTENSIONS)
            yield from with_endings(self.files, posixpath.join(entry.path, "index"), SOURCE_EXTENSIONS)
