"""Where the aliases of a build or test runner lead a specifier, as the tool itself follows them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from enum import Enum

from workflow_ls.project.builds.aliases.alias_rules import AliasRule, Family, Way, is_under, matches, rewritten
from workflow_ls.project.builds.aliases.table_parts import AliasTable
from workflow_ls.project.builds.build_files import BuildFiles
from workflow_ls.project.builds.evaluation import Configurations
from workflow_ls.project.builds.kinds.configuration_names import tool_of
from workflow_ls.project.builds.lookups.module_directories import places_of
from workflow_ls.project.builds.values import absolute, workspace_path
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.bare_specifiers import IMPORT_CONDITIONS, split_package
from workflow_ls.project.resolution.resolver import Resolver
from workflow_ls.project.test_runs.runner_projects import runner_projects
from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.vfs.files import is_within, join

_MOST_LOOKUPS = 50  # webpack looks the result of an alias up among the aliases again
_RELATIVE = ("./", "../")
_SCHEME = compile_on_use(r"(?:https?|npm|jsr|node|data|blob):")
_TEST_RUNNERS = ("vitest", "jest", "package.json")
_NO_RUNNERS = (Family.PARCEL, Family.SWC, Family.BABEL)
_SUBSTITUTES = {".js": (".ts", ".tsx"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}

FROM_ROOT = frozenset(Family) - {Family.VITE, Family.ROLLUP, Family.WEBPACK, Family.JEST}
"""The tools whose relative targets begin at their root."""


class Lead(Enum):
    """What is at the end of an alias."""

    FILE = "file"
    EMPTY = "empty"  # the tool puts an empty module in its place
    OUTSIDE = "outside"  # a path outside the workspace
    NOWHERE = "nowhere"
    UNKNOWN = "unknown"  # the configuration computes it


@record
class BuildAnswer:
    """Where a tool finds a specifier: `path` is the file, if there is one; `rule` the alias that applied, if any."""

    lead: Lead
    path: str | None = None
    rule: AliasRule | None = None


class BuildResolution(Component):
    """Resolves specifiers as builds and test runners do."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.packages = database.component(Packages)
        self.builds = database.component(BuildFiles)
        self.configurations = database.component(Configurations)
        self.resolver = database.component(Resolver)

    def tables(self, path: str) -> tuple[AliasTable, ...]:
        """The tables of aliases of the configuration at `path`."""
        return self.builds.tables(path)

    def leads_elsewhere(self, specifier: str, importer: str) -> bool:
        """Whether the builds of the file `importer` with an alias for a specifier lead it to other files than the tree.

        The first alias that applies decides in each, which need not be that for the tree; another may be for a part
        of the files only.  What one of them leaves open is no answer.
        """
        has_alias = False
        for path in self.builds.governing(importer.rpartition("/")[0]):
            aliases = (alias for written in self.builds.aliases(path) for alias in written.aliases)
            if not self.builds.bases(path) and all(alias.star_of(specifier) is None for alias in aliases):
                continue
            tables = self.tables(path)
            for table in tables:
                found = self.captured(table, specifier, importer)
                if found is None and table.complete and table.family is Family.IMPORT_MAP:
                    continue
                if found is None or found.lead not in (Lead.FILE, Lead.EMPTY, Lead.OUTSIDE):
                    return False
                if found.path is not None and self.table.is_own_place(found.path):
                    return False
            has_alias = has_alias or bool(tables)
            if not tables:
                return False
        return has_alias

    def serves(self, specifier: str, importer: str) -> bool:
        """Whether a build of the file `importer` has an alias for just this specifier, which leads somewhere.

        An alias for a whole package is no sign of that, nor is what only tests get.
        """
        return self._serves(specifier, importer.rpartition("/")[0])

    @query
    def _serves(self, specifier: str, directory: str) -> bool:
        importer = f"{directory}/importer.ts" if directory else "importer.ts"
        paths = (path for path in self.builds.governing(directory) if tool_of(path) not in _TEST_RUNNERS)
        tables = (table for path in paths for table in self.tables(path))
        found = (self.captured(table, specifier, importer) for table in tables)
        return any(
            answer is not None
            and answer.lead is not Lead.NOWHERE
            and answer.rule is not None
            and answer.rule.start == specifier
            for answer in found
        )

    @query
    def runner_table(self, directory: str) -> AliasTable | None:
        """The aliases of the test runner for the files in a directory; None without one, or if several may apply.

        Projects of one configuration may have aliases of their own: those of the project whose tests lie there.
        """
        path = self.builds.runner(directory)
        found = () if path is None else tuple(t for t in self.tables(path) if t.family not in _NO_RUNNERS)
        if path is None or len(found) < 2:
            return found[0] if found else None
        value = self.configurations.value(path)
        projects = () if value is None else runner_projects(value, posixpath.dirname(path), self.configurations.value)
        inline = [project for project in projects if project.is_inline]
        if len(inline) != len(found):
            return None
        holding = [
            (len(folder), table)
            for project, table in zip(inline, found)
            for folder in project.folders
            if is_within(directory, folder)
        ]
        deepest = max((depth for depth, _ in holding), default=0)
        nearest = list(dict.fromkeys(table for depth, table in holding if depth == deepest))
        return nearest[0] if len(nearest) == 1 else None

    @query
    def capturing(self) -> tuple[str, ...]:
        """The configurations with an alias that applies to a package of the mapping table or to the legacy modules."""
        names = (*(package.name for package in self.table.packages), *self.table.roots)
        specifiers = [specifier for name in names for specifier in (name, f"{name}/x", f"{name}/x/y")]

        def applies(rule: AliasRule) -> bool:
            return rule.start.startswith(names) or any(matches(rule, specifier) for specifier in specifiers)

        return tuple(
            path
            for path in self.builds.with_aliases()
            if any(applies(rule) for table in self.tables(path) for rule in table.rules)
        )

    @query
    def leads_to_packages(self, path: str) -> bool:
        """Whether an alias of the configuration at `path` leads into another package of the workspace."""
        home = self.builds.directory_of(path)
        for table in self.tables(path):
            for place in (workspace_path(t, table.root) for rule in table.rules for t in rule.targets if t[:1] in "./"):
                package = None if place is None else self.packages.package_of(f"{place}/")
                if package is not None and package.directory not in ("", home):
                    return True
        return False

    def finds_packages(self, table: AliasTable) -> bool:
        """Whether a tool looks in `node_modules` without an alias: browsers do not, and Deno does with a manifest."""
        if not table.packages:
            return False
        manifest = posixpath.join(table.root, "package.json")
        return table.family is not Family.IMPORT_MAP or self.files.kind(manifest) == "file"

    @query
    def is_linked(self, specifier: str) -> bool:
        """Whether an installation puts the package of a specifier into `node_modules`, as far as that is known."""
        named = split_package(specifier)
        package = None if named is None else self.packages.package_named(named[0], "")
        if package is None or "node_modules" in package.directory.split("/"):
            return True
        has_root = self.packages.has_workspaces(package.directory)
        return not has_root or self.packages.workspace_root(package.directory) is not None

    def captured(self, table: AliasTable, specifier: str, importer: str) -> BuildAnswer | None:
        """Where an alias of the table leads a specifier of the file `importer`; None if no alias applies."""
        return self._captured(table, specifier, importer, iter(range(_MOST_LOOKUPS)))

    def resolve(self, table: AliasTable, specifier: str, importer: str) -> BuildAnswer:
        """Where the tool finds a specifier of the file `importer`, by an alias or without."""
        found = self.captured(table, specifier, importer)
        if found is not None:
            return found
        path = self._without_alias(table, specifier, importer)
        if path is None:
            return BuildAnswer(Lead.NOWHERE if table.complete else Lead.UNKNOWN)
        return BuildAnswer(Lead.FILE, path)

    def _captured(self, table: AliasTable, specifier: str, importer: str, left: Iterator[int]) -> BuildAnswer | None:
        for rule in table.rules:
            if not (specifier.startswith(rule.start) and matches(rule, specifier) and is_under(rule, importer)):
                continue
            answer = self._by_rule(table, rule, specifier, importer, left)
            if answer is not None:
                return answer
        return self._looked_up(table, specifier, importer, left) if table.lookups else None

    def _by_rule(
        self, table: AliasTable, rule: AliasRule, specifier: str, importer: str, left: Iterator[int]
    ) -> BuildAnswer | None:
        """Where an alias that matches leads a specifier; None if it leads to itself."""
        if rule.ignored:
            return BuildAnswer(Lead.EMPTY, None, rule)
        if not rule.known:
            return BuildAnswer(Lead.UNKNOWN, None, rule)
        made = rewritten(rule, specifier)
        if not made:
            return None
        answers = [self._target(table, target, importer, left) for target in made]
        best = next((a for a in answers if a.lead in (Lead.FILE, Lead.EMPTY)), None) or answers[-1]
        return BuildAnswer(best.lead, best.path, rule)

    def _looked_up(self, table: AliasTable, specifier: str, importer: str, left: Iterator[int]) -> BuildAnswer | None:
        """What a tool finds for a bare name besides `node_modules`, before it looks there or where that lacks it."""
        fits = [rule for rule in table.lookups if matches(rule, specifier)]
        for rule in fits:
            found = None if rule.is_late else self._in_directory(table, rule, specifier, importer)
            if found is not None:
                return BuildAnswer(Lead.FILE, found, rule)
        late = [rule for rule in fits if rule.is_late]
        if not late or (table.packages and self._without_alias(table, specifier, importer) is not None):
            return None
        for rule in late:
            if rule.way is not Way.DIRECTORY:
                answer = self._by_rule(table, rule, specifier, importer, left)
                if answer is not None and answer.lead is not Lead.NOWHERE:
                    return answer
                continue
            found = self._in_directory(table, rule, specifier, importer)
            if found is not None:
                return BuildAnswer(Lead.FILE, found, rule)
        return None

    def _in_directory(self, table: AliasTable, rule: AliasRule, specifier: str, importer: str) -> str | None:
        for place in places_of(rule, posixpath.dirname(importer)):
            path = join(place, specifier)
            found = None if path is None else self._file(table, path)
            if found is not None:
                return found
        return None

    def _target(self, table: AliasTable, target: str, importer: str, left: Iterator[int]) -> BuildAnswer:
        """Where a target of an alias is; `left` yields once for each further look-up among the aliases."""
        if _SCHEME.match(target) and not _is_inside(target):
            return BuildAnswer(Lead.OUTSIDE)
        again = table.family is Family.WEBPACK and next(left, None) is not None
        further = self._captured(table, target, importer, left) if again else None
        if further is not None:
            return further
        if target.startswith("/") and not _is_inside(target):
            place = join(table.root, f".{target}") if table.family is Family.VITE else None
            path = None if place is None else self._file(table, place)
            return BuildAnswer(Lead.OUTSIDE) if path is None else BuildAnswer(Lead.FILE, path)
        path = self._without_alias(table, target, importer, from_root=table.family in FROM_ROOT)
        return BuildAnswer(Lead.NOWHERE) if path is None else BuildAnswer(Lead.FILE, path)

    def finds_by_paths(self, table: AliasTable, specifier: str, importer: str) -> bool:
        """Whether a tool may find a specifier by the `paths` of TypeScript."""
        return (
            table.uses_paths is not False and next(self.resolver.resolve_alias(specifier, importer), None) is not None
        )

    def _without_alias(
        self, table: AliasTable, specifier: str, importer: str, *, from_root: bool = False
    ) -> str | None:
        if _is_inside(specifier) or specifier.startswith(_RELATIVE) or specifier in (".", ".."):
            place = workspace_path(specifier, table.root if from_root else posixpath.dirname(importer))
            return None if place is None else self._file(table, place)
        start = posixpath.join(table.root, "index.ts") if from_root else importer
        if table.uses_paths is not False:
            found = next(self.resolver.resolve_alias(specifier, start), None)
            if found is not None:
                return self.files.real(found)
        if specifier.startswith(("/", "#")):
            return self.resolver.resolve(specifier, importer)
        package = self.resolver.resolve_in_package(specifier, start, IMPORT_CONDITIONS) if table.packages else None
        return None if package is None or package.path is None else self.files.real(package.path)

    def _file(self, table: AliasTable, place: str) -> str | None:
        """The file that a path means: itself, with an ending of the tool, or the entry of the directory."""
        found = next(self._files(table, place), None)
        return None if found is None else self.files.real(found)

    def _files(self, table: AliasTable, place: str) -> Iterator[str]:
        kind = self.files.kind(place)
        if kind == "file":
            yield place
        stem, extension = posixpath.splitext(place)
        if table.family in (Family.VITE, Family.ESBUILD):
            candidates = (stem + ending for ending in _SUBSTITUTES.get(extension, ()))
            yield from (path for path in candidates if self.files.kind(path) == "file")
        yield from (path for end in table.extensions if self.files.kind(path := place + end) == "file")
        if kind != "directory" or not table.enters:
            return
        package = self.packages.package_at(place)
        entry = join(place, package.main) if package is not None and package.main else None
        if entry is not None and entry != place:
            yield from self._files(table, entry)
        index = posixpath.join(place, "index")
        yield from (path for end in table.extensions if self.files.kind(path := index + end) == "file")


def _is_inside(target: str) -> bool:
    """Whether a text is an absolute path of the workspace."""
    written = target.removeprefix("file://")
    return written == absolute("") or written.startswith(absolute("x")[:-1])
