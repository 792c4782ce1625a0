"""Where the aliases of a build or test runner lead the new specifier of a reference, if not to its target."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from workflow_ls.diagnostics import Blocked, Related
from workflow_ls.project.builds.aliases.alias_rules import AliasRule, Family, Way, matches
from workflow_ls.project.builds.aliases.build_resolution import BuildAnswer, BuildResolution, Lead
from workflow_ls.project.builds.aliases.import_maps import is_import_map
from workflow_ls.project.builds.build_files import BuildFiles
from workflow_ls.project.builds.lookups.resolving_programs import ResolvingPrograms
from workflow_ls.project.exports.export_index import ExportIndex
from workflow_ls.project.file_facts import Area, FileFacts, area_of
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.project.resolution.build_outputs import is_output
from workflow_ls.project.runtime.server_modules import ServerModules
from workflow_ls.project.source_index import Sources
from workflow_ls.project.test_files import is_test_code
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.rewrite.loading.build_conditions import condition_obstacle
from workflow_ls.rewrite.loading.computed_resolution import computed_obstacle
from workflow_ls.rewrite.loading.manual_stubs import manual_stub_obstacle
from workflow_ls.rewrite.packages.package_lookup import Conditions, PackageLocation, conditions_of, locate
from workflow_ls.syntax.model import Reference
from workflow_ls.vfs.files import join

_TESTS = (Family.VITE, Family.JEST)  # a build of the application builds its packages first; tests run on sources

_COMPILERS = (Family.BABEL, Family.SWC)


@record
class MisledSpecifier:
    """A specifier that a build leads elsewhere than to the file that its package has for it.

    `configuration` is the path of the build's configuration, `actual` the file that it finds, None for none.  `rule` is
    the alias that applies, None if none does.  `packages` is unset if the build does not look in `node_modules`.
    """

    configuration: str
    specifier: str
    expected: str
    actual: str | None
    rule: AliasRule | None
    packages: bool = True


class BuildObstacles(Component):
    """The specifiers that builds and test runners would lead elsewhere."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.workspace = Workspace.of(database)
        self.files_of_builds = database.component(BuildFiles)
        self.builds = database.component(BuildResolution)
        self.programs = database.component(ResolvingPrograms)
        self.sources = database.component(Sources)
        self.servers = database.component(ServerModules)
        self.exports = database.component(ExportIndex)

    def obstacle(
        self, importer: str, reference: Reference, specifier: str, location: PackageLocation
    ) -> Blocked | None:
        """Why a build or test that runs the file `importer` would not find the target of a new specifier."""
        if not any(not condition.for_types for condition in conditions_of(reference)):
            return None
        found = next(self._misled(importer, reference, specifier, location.path), None)
        if found is None:
            return (
                self._swapped(importer, reference, specifier, location.path)
                or self._substitute(importer, reference, specifier, location.path)
                or condition_obstacle(self.builds, importer, reference.specifier, specifier)
                or computed_obstacle(self.programs, importer, reference.specifier, specifier)
                or manual_stub_obstacle(self.files, importer, reference.specifier, specifier)
            )
        related = (Related(found.configuration, None, "this configuration"),)
        is_directory = found.rule is not None and found.rule.way is Way.DIRECTORY
        if found.rule is not None:
            what = "it looks here" if is_directory else "this alias applies"
            related = (Related(found.rule.at.path, found.rule.key_at.span, what),)
        package = _package_of(specifier)
        remedy = f"add an alias for `{package}` to {found.configuration} first"
        if found.rule is not None and is_own(found.rule, package):
            remedy = "correct that alias first"
        elif is_directory:
            remedy = "put `node_modules` before that directory first"
        elif found.rule is None and not found.packages:
            remedy = "add `node_modules` to its directories first"
        return Blocked(reason_of(found), remedy, related)

    def _substitute(self, importer: str, reference: Reference, specifier: str, expected: str) -> Blocked | None:
        """Why a new specifier would load its target, where an alias gives a stub for the present one."""
        directory = importer.rpartition("/")[0]
        for path in self.files_of_builds.governing(directory) if reference.specifier != specifier else ():
            for number, table in enumerate(self.files_of_builds.possible_tables(path)):
                stub = self._stub(path, number, reference.specifier, directory)
                if stub is None or stub.rule is None or is_same_module(stub.path, expected):
                    continue
                new = self.builds.resolve(table, specifier, importer)
                if (new.lead, new.path) != (stub.lead, stub.path):
                    given = stub.path or "an empty module"
                    reason = f"an alias in {path} replaces `{reference.specifier}` by {given}"
                    related = (Related(stub.rule.at.path, stub.rule.key_at.span, "this alias applies"),)
                    return Blocked(reason, f"add an alias for `{specifier}` there first", related)
        return None

    def _swapped(self, importer: str, reference: Reference, specifier: str, expected: str) -> Blocked | None:
        """Why a new specifier would load something else in a browser, by the `browser` of a manifest.

        That of the importer's package counts, and that of the package whose file is found.
        """
        packages, legacy = self.workspace.packages, self.table.legacy_package
        owners = [packages.package_of(importer), packages.package_of(expected)]
        owners.append(None if legacy is None else packages.package_at(legacy.directory))
        if is_test_code(importer) or not any(owner is not None and isinstance(owner.browser, dict) for owner in owners):
            return None
        file = self.servers.modules.resolve_id(reference.specifier, importer)[1]
        old, manifest = self._in_browser(importer, reference.specifier, file)
        new, new_manifest = self._in_browser(importer, specifier, expected)
        is_own = old is not None and old != "" and self.table.is_own_place(old)
        if old == new or (is_own and old is not None and is_same_module(old, new or expected)):
            return None
        key, given = (reference.specifier, old) if old is not None else (specifier, new)
        where = manifest if old is not None else new_manifest
        reason = f"`browser` in {where} replaces `{key}` by {given or 'an empty module'}"
        remedy = "remove that, or import the module by hand"
        if old is not None:
            package = packages.package_of(importer)
            there = "there" if package is None or package.path == where else f"to that of {package.path}"
            remedy = f"add `{specifier}` {there} first"
        return Blocked(reason, remedy, (Related(where, None, "this manifest"),))

    def _in_browser(self, importer: str, specifier: str, file: str | None) -> tuple[str | None, str]:
        """What a browser gets in the place of a module, None for the module itself; and the manifest that says so."""
        for place in (importer, file):
            found = None if place is None else self.servers.replaced(specifier, file, place)
            package = None if found is None or place is None else self.workspace.packages.package_of(place)
            if package is not None:
                return found, package.path
        return None, ""

    @query
    def _stub(self, path: str, number: int, specifier: str, directory: str) -> BuildAnswer | None:
        """What an alias puts in the place of a legacy module, if that is neither the module nor its successor."""
        importer = f"{directory}/importer.ts" if directory else "importer.ts"
        found = self.builds.captured(self.files_of_builds.possible_tables(path)[number], specifier, importer)
        if found is None or found.lead not in (Lead.FILE, Lead.EMPTY):
            return None
        return None if found.path is not None and self.table.is_own_place(found.path) else found

    def _misled(self, importer: str, reference: Reference, specifier: str, expected: str) -> Iterator[MisledSpecifier]:
        directory = importer.rpartition("/")[0]
        for path in self.files_of_builds.governing(directory):
            for number, table in enumerate(self.files_of_builds.possible_tables(path)):
                answer = self._answer(path, number, specifier, directory)
                if answer is None or is_same_module(answer.path, expected) or self._passes_on(expected, answer.path):
                    continue
                if reference.specifier == specifier:
                    is_needed = answer.lead is Lead.NOWHERE and (
                        answer.rule is not None or self._serves_legacy(path, number)
                    )
                elif answer.rule is None:
                    found = self.builds.captured(table, reference.specifier, importer)
                    is_needed = found is not None and found.lead is Lead.FILE
                else:
                    # A build that does not find the present module does not load this file.
                    present = self.builds.resolve(table, reference.specifier, importer)
                    # What a compiler leaves as it is, another tool finds.
                    is_left = table.family in _COMPILERS and present.rule is None
                    is_stub = present.path is not None and not self.table.is_own_place(present.path)
                    is_same = is_stub and present.path == answer.path
                    is_needed = is_left or (present.lead is Lead.FILE and not is_same)
                if is_needed:
                    yield MisledSpecifier(path, specifier, expected, answer.path, answer.rule, table.packages)

    @query
    def _passes_on(self, path: str, actual: str | None) -> bool:
        """Whether the module at `path` does nothing but re-export the one at `actual`, which is as good as it then.

        Names that it renames, or has from elsewhere, make a difference.
        """
        seen, last = {path}, path
        while actual is not None and last != actual and self.sources.may_re_export(last):
            shape = self.sources.shape(last)
            targets = {self.exports.target(specifier, last) for specifier in shape.specifiers}
            following = next(iter(targets), None)
            if not shape.only_re_exports or len(targets) != 1 or following is None or following in seen:
                return False
            last = following
            seen.add(last)
        if actual is None or last != actual:
            return False
        wanted, has = self.exports.exports(path), self.exports.exports(actual)
        is_known = wanted.opaque is None and not wanted.unresolved
        return is_known and all(has.origins.get(name) == origin for name, origin in wanted.origins.items())

    @query
    def _serves_legacy(self, path: str, number: int) -> bool:
        """Whether an alias of a build is for legacy modules, so that its files had them by aliases."""
        roots = self.table.roots
        specifiers = [specifier for root in roots for specifier in (root, f"{root}/x", f"{root}/x/y")]
        return any(
            rule.start.startswith(roots) or any(matches(rule, each) for each in specifiers)
            for rule in self.files_of_builds.possible_tables(path)[number].rules
        )

    @query
    def _answer(self, path: str, number: int, specifier: str, directory: str) -> BuildAnswer | None:
        """Where a build leads a specifier, as far as it is known; None if it finds what its package has for it.

        The build is the one with the table of this number in the configuration at `path`.
        """
        # A table as an argument would be hashed as a whole.
        table = self.files_of_builds.possible_tables(path)[number]
        importer = f"{directory}/importer.ts" if directory else "importer.ts"
        captured = self.builds.captured(table, specifier, importer)
        if captured is not None:
            return captured if captured.lead in (Lead.FILE, Lead.EMPTY, Lead.NOWHERE) else None
        if not table.packages and table.complete:
            return None if self.builds.finds_by_paths(table, specifier, importer) else BuildAnswer(Lead.NOWHERE)
        if table.uses_paths is not False or not table.complete or not (table.rules or table.lookups):
            return None
        is_there = (
            self.builds.finds_packages(table)
            and self.builds.is_linked(specifier)
            and not (table.family in _TESTS and self._is_unbuilt(specifier))
        )
        return None if is_there else BuildAnswer(Lead.NOWHERE)

    @query
    def _is_unbuilt(self, specifier: str) -> bool:
        """Whether a package of the workspace serves a specifier by the output of a build that is not there."""
        location = locate(self.workspace, specifier, "", (Conditions.IMPORT,))
        named = split_package(specifier)
        package = None if named is None else self.workspace.packages.package_named(named[0], "")
        if package is None or not isinstance(location, PackageLocation) or location.runtime is None:
            return False
        path = join(package.directory, location.runtime)
        return path is not None and self.files.kind(path) is None and is_output(self.workspace.packages, package, path)

    @query
    def needed(self, configuration: str) -> tuple[MisledSpecifier, ...]:
        """The specifiers of the table's packages that the configuration at `configuration` leads elsewhere.

        Those are counted that files of its package have, or would get for a legacy reference.
        """
        found = dict[tuple[str, str], MisledSpecifier]()
        for file in self._governed().get(configuration, ()):
            for misled in self._of_file(file):
                if misled.configuration == configuration:
                    found.setdefault((misled.specifier, misled.expected), misled)
        return tuple(found.values())

    @query
    def _governed(self) -> dict[str, tuple[str, ...]]:
        """The candidate files that each configuration governs."""
        found = dict[str, list[str]]()
        for file in self.sources.candidates():
            for path in self.files_of_builds.governing(file.rpartition("/")[0]):
                found.setdefault(path, []).append(file)
        return {path: tuple(files) for path, files in found.items()}

    @query
    def _of_file(self, file: str) -> tuple[MisledSpecifier, ...]:
        facts = self.sources.facts_without_text(file)
        return () if facts is None else tuple(self._in_facts(facts))

    def _in_facts(self, facts: FileFacts) -> Iterator[MisledSpecifier]:
        for reference, specifiers in self._specifiers(facts):
            if all(condition.for_types for condition in conditions_of(reference)):
                continue
            for specifier in specifiers:
                location = locate(self.workspace, specifier, facts.path, conditions_of(reference))
                if isinstance(location, PackageLocation):
                    yield from self._misled(facts.path, reference, specifier, location.path)
                    break

    def _specifiers(self, facts: FileFacts) -> Iterator[tuple[Reference, tuple[str, ...]]]:
        """The references of a file to the legacy tree and to its targets, each with its candidates in order."""
        for reference in facts.canonical_references:
            yield reference, (reference.specifier,)
        in_place = area_of(self.table, facts.path) in (Area.ELSEWHERE, Area.CANONICAL)
        for legacy in facts.legacy_references if in_place else ():
            yield legacy.reference, tuple(self.table.candidates(legacy.module))


def reason_of(misled: MisledSpecifier) -> str:
    """What a build does with a specifier, as a clause."""
    where = misled.configuration
    if misled.rule is None and is_import_map(where):
        return f"{where} has no alias for `{misled.specifier}`, and nothing else leads to the package there"
    if misled.rule is None and not misled.packages:
        return f"{where} has no alias for `{misled.specifier}`, and does not look in `node_modules`"
    if misled.rule is None:
        return f"{where} has no alias for `{misled.specifier}`, and the package is not built or not linked"
    if misled.rule.ignored:
        return f"the alias `{misled.rule.key}` in {where} replaces `{misled.specifier}` by an empty module"
    if misled.rule.way is Way.DIRECTORY:
        return (
            f"{where} looks in a directory of its own first, and finds {misled.actual} there for `{misled.specifier}`"
        )
    place = "nowhere" if misled.actual is None else f"to {misled.actual}"
    key = misled.rule.key if len(misled.rule.key) < _LONG else f"{misled.rule.key[:_LONG]}…"
    return f"the alias `{key}` in {where} leads `{misled.specifier}` {place} instead of to {misled.expected}"


def is_same_module(path: str | None, expected: str) -> bool:
    """Whether two paths are one module: a source, or the output and the declaration of one."""
    return path is not None and (path == expected or _stem(path) == _stem(expected))


def is_own(rule: AliasRule, package: str) -> bool:
    """Whether an alias is for a package of this name, or for what is below it."""
    key = rule.key.replace("\\", "").strip("^$")
    return key == package or key.startswith(f"{package}/")


_LONG = 60


def _package_of(specifier: str) -> str:
    named = split_package(specifier)
    return specifier if named is None else named[0]


def _stem(path: str) -> str:
    name = posixpath.basename(path)
    for ending in (".d.ts", ".d.mts", ".d.cts"):
        if name.endswith(ending):
            return path.removesuffix(ending)
    return posixpath.splitext(path)[0]
