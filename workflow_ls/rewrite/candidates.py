"""Checks whether a specifier may replace a legacy reference."""

from __future__ import annotations

from collections.abc import Sequence

from workflow_ls.config.module_names import package_name
from workflow_ls.diagnostics import Blocked, Obstacle, Related
from workflow_ls.printable import listed
from workflow_ls.project.configuration.members import is_declared
from workflow_ls.project.exports.export_index import ExportIndex
from workflow_ls.project.exports.module_exports import ModuleExports
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import replace
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.rewrite.loading.build_obstacles import BuildObstacles
from workflow_ls.rewrite.loading.bundled_imports import BundledImports
from workflow_ls.rewrite.loading.client_code import ClientCode
from workflow_ls.rewrite.loading.dropped_imports import DroppedImports
from workflow_ls.rewrite.loading.emitted_imports import EmittedImports
from workflow_ls.rewrite.loading.node_loading import loader_failure, node_could_load
from workflow_ls.rewrite.loading.overriding_paths import overriding_obstacle
from workflow_ls.rewrite.namesakes import Namesakes
from workflow_ls.rewrite.packages.package_lookup import (
    Conditions,
    PackageLocation,
    UnavailablePackage,
    conditions_of,
    locate,
)
from workflow_ls.rewrite.required_names import RequiredExports
from workflow_ls.rewrite.specifiers.self_reference import self_reference_failure
from workflow_ls.rewrite.target import Candidate
from workflow_ls.syntax.model import Form, Reference


class CandidateChecker(Component):
    """Checks candidates: the package must serve them, and the file behind them must export the required names.

    Nor may that file re-export from the importing file, or bring what only servers run into a file that may run in a
    browser.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.workspace = Workspace.of(database)
        self.index = database.component(ExportIndex)
        self.client_code = database.component(ClientCode)
        self.emitted = database.component(EmittedImports)
        self.builds = database.component(BuildObstacles)
        self.bundled = database.component(BundledImports)
        self.dropped = database.component(DroppedImports)
        self.namesakes = database.component(Namesakes)

    def check(
        self,
        importer: str,
        reference: Reference,
        specifier: str,
        required: RequiredExports,
        *,
        legacy: ModuleExports | None = None,
        may_hide: bool = False,
    ) -> Candidate:
        """Whether `specifier` may replace a reference of the file `importer` that needs the `required` names.

        `legacy` are the exports of the module that has these names today, None if it is gone.  `may_hide`: names may
        come from a package that is not installed; then nothing is known of them.
        """
        undeclared = self._undeclared(importer, specifier) if self.table.installed else None
        if undeclared is not None:
            return Candidate(specifier, blocked=undeclared)
        location = self.locate(specifier, importer, conditions_of(reference))
        match location:
            case UnavailablePackage(cause):
                return Candidate(specifier, blocked=cause, is_available=False)
            case Blocked():
                return Candidate(specifier, blocked=location)
        if reference.form is Form.REFERENCE and not location.path.endswith(_DECLARATIONS):
            reason = f"`/// <reference types>` finds declaration files only, and `{specifier}` leads to {location.path}"
            return Candidate(specifier, location.path, blocked=Blocked(reason, "write an import instead"))
        loader = loader_failure(self.workspace, location, importer)
        if loader is not None and node_could_load(self.workspace, reference, importer):
            return Candidate(specifier, location.path, blocked=loader)
        own = self_reference_failure(self.workspace, specifier, importer, location.path)
        if own is not None:
            return Candidate(specifier, location.path, blocked=own)
        candidate = self.check_file(
            importer, reference, specifier, location.path, required, legacy=legacy, may_hide=may_hide
        )
        blocked = candidate.blocked if candidate.is_available else None
        blocked = blocked or self.emitted.obstacle(importer, reference, specifier, location)
        blocked = blocked or self.builds.obstacle(importer, reference, specifier, location)
        blocked = blocked or self.bundled.obstacle(importer, reference, specifier, location)
        blocked = blocked or self.dropped.obstacle(importer, reference, specifier, location)
        blocked = blocked or overriding_obstacle(self.workspace, importer, reference.specifier, specifier)
        if not candidate.is_available and blocked is None:
            return replace(candidate, key=location.key)
        return replace(candidate, key=location.key, blocked=blocked, is_available=True)

    def check_file(
        self,
        importer: str,
        reference: Reference,
        specifier: str,
        path: str,
        required: RequiredExports,
        *,
        legacy: ModuleExports | None = None,
        may_hide: bool = False,
    ) -> Candidate:
        """The same for a specifier that is known to lead to the file `path`."""
        hidden = self._hidden(specifier, path, required) if may_hide else None
        known = required if hidden is None else {n: wanted for n, wanted in required.items() if self._exports(path, n)}
        blocked = self._obstacle(importer, specifier, path, known)
        blocked = blocked or self.namesakes.obstacle(specifier, path, known, legacy)
        if blocked is not None:
            return Candidate(specifier, path, blocked=blocked)
        obstacle = self.client_code.obstacle(importer, reference, specifier, path)
        if hidden is not None and obstacle is None:
            return Candidate(specifier, path, blocked=hidden, is_available=False)
        return Candidate(specifier, path, blocked=obstacle, serves=True)

    def _undeclared(self, importer: str, specifier: str) -> Blocked | None:
        """Why a file may not import a package from outside of the workspace: no manifest around it declares it."""
        name = package_name(specifier)
        if name not in self.table.installed:
            return None
        own, root = self.workspace.packages.package_of(importer), self.workspace.packages.package_at("")
        if any(package is not None and is_declared(package, name) for package in (own, root)):
            return None
        place = "package.json" if own is None else own.path
        return Blocked(f"{place} does not declare {name}, which is not in the workspace", "install it there")

    def _exports(self, path: str, name: str) -> bool:
        return name in self.index.exports(path).names

    def _hidden(self, specifier: str, path: str, required: RequiredExports) -> Blocked | None:
        """Why nothing is known of a name that a file does not export itself: a package of its stars is not installed.

        None where every name is known, and where the star leads to a file of the workspace that is not there.
        """
        exports = self.index.exports(path)
        missing = [name for name in required if name not in exports.names]
        if not missing or "default" in missing or exports.opaque is not None:
            return None  # a star does not re-export `default`
        for star in exports.unresolved if exports.ambiguous.isdisjoint(missing) else ():
            parts = split_package(star)
            if parts is not None and self.workspace.packages.package_named(parts[0], path) is None:
                shown, it = listed([f"`{name}`" for name in missing]), "it" if len(missing) == 1 else "them"
                reason = f"`{specifier}` exports {shown} by `export * from '{star}'` only, and that is not installed"
                shared = Obstacle(
                    "not-installed",
                    path,
                    f"`{specifier}` exports {{}} by `export * from '{star}'` only, and that is not installed",
                    f"install {parts[0]}, and check again",
                    tuple(missing),
                )
                related = (Related(path, None, "the module"),)
                return Blocked(reason, f"install {parts[0]} to have {it} looked up", related, obstacle=shared)
        return None

    def _obstacle(self, importer: str, specifier: str, path: str, required: RequiredExports) -> Blocked | None:
        exports = self.index.exports(path)
        missing = self.missing(path, required)
        if missing and exports.opaque is not None:
            reason = f"the exports of {path} can't be read, since {exports.opaque}"
            shared = Obstacle("opaque", path, reason)
            return Blocked(reason, "check the names by hand", (Related(path, None, "the module"),), obstacle=shared)
        if missing:
            return _missing_names(specifier, path, missing, exports)
        if path == importer:
            return Blocked(f"`{specifier}` is this file itself", "move the implementation here first")
        if self.index.reaches(path, importer):
            reason = f"`{specifier}` re-exports this file, which would import itself"
            summary, remedy = f"`{specifier}` re-exports files that would import themselves", "move the implementation"
            shared = Obstacle("re-export", path, summary, f"{remedy} first")
            return Blocked(reason, "move the implementation first", obstacle=shared)
        return None

    def first_serving(
        self, specifiers: Sequence[str], required: RequiredExports, legacy: ModuleExports | None
    ) -> str | None:
        """The first of the specifiers whose file exports all `required` names of a module; None without any name."""
        for specifier in specifiers if required else ():
            location = self.locate(specifier, "", (Conditions.TYPES,))
            if not isinstance(location, PackageLocation) or self.missing(location.path, required):
                continue
            if self.namesakes.obstacle(specifier, location.path, required, legacy) is None:
                return specifier
        return None

    def leads_to(self, specifier: str, ending: str) -> bool:
        """Whether a specifier leads to a file with an ending."""
        location = self.locate(specifier, "", (Conditions.TYPES,))
        return isinstance(location, PackageLocation) and location.path.endswith((ending, f".d{ending}.ts"))

    @query
    def spelled(self, specifier: str) -> str:
        """A specifier as the `exports` of its package spell it: as it is, or with an ending that their keys have."""
        parts = split_package(specifier)
        package = None if parts is None else self.workspace.packages.package_named(parts[0], "")
        exports = None if package is None else package.exports
        if not isinstance(exports, dict) or isinstance(
            self.locate(specifier, "", (Conditions.TYPES,)), PackageLocation
        ):
            return specifier
        endings = dict.fromkeys(match[0] for key in exports if (match := _SPELLED.search(key)))
        spelled = (specifier + ending for ending in endings)
        conditions = (Conditions.TYPES,)
        return next((s for s in spelled if isinstance(self.locate(s, "", conditions), PackageLocation)), specifier)

    def missing(self, path: str, required: RequiredExports) -> list[str]:
        """The required names that the file `path` does not export with all their meanings."""
        exports = self.index.exports(path)
        missing = []
        for name, wanted in required.items():
            found = exports.names.get(name)
            if found is None or (wanted.value and not found.value) or (wanted.type and not found.type):
                missing.append(name)
        return missing

    def locate(
        self, specifier: str, importer: str, conditions: tuple[Conditions, ...]
    ) -> PackageLocation | Blocked | UnavailablePackage:
        """As `package_lookup.locate`, seen from the file `importer`."""
        # A package of the table has one place for every importer; only the reason of a failure may differ.
        found = self._locate(specifier, "", conditions)
        directory = importer.rpartition("/")[0]
        return (
            found
            if isinstance(found, PackageLocation) or not directory
            else self._locate(specifier, directory, conditions)
        )

    @query
    def _locate(
        self, specifier: str, directory: str, conditions: tuple[Conditions, ...]
    ) -> PackageLocation | Blocked | UnavailablePackage:
        return locate(self.workspace, specifier, f"{directory}/importer.ts" if directory else "", conditions)


# The ending of a key of `exports` that a specifier has to have, too.
_SPELLED = compile_on_use(r"(?<=\w|\*)(?:/index)?(?:\.[mc]?[jt]sx?)?$")
_DECLARATIONS = (".d.ts", ".d.mts", ".d.cts")


def _missing_names(specifier: str, path: str, missing: Sequence[str], exports: ModuleExports) -> Blocked:
    related = (Related(path, None, "the module"),)
    shown = listed([f"`{name}`" for name in missing])
    them = "it" if len(missing) == 1 else "them"
    summary, names = f"`{specifier}` does not export {{}}", tuple(missing)
    shared = Obstacle("names", path, summary, f"export {{}} from {path}", names)
    ambiguous = next((name for name in missing if name in exports.ambiguous), None)
    if ambiguous is not None:
        reason = f"`{ambiguous}` is ambiguous in `{specifier}`: two of its `export *` export it"
        return Blocked(reason, f"export it by name from {path}", related, obstacle=shared)
    if all(name in exports.names for name in missing):
        kind = "a value" if exports.names[missing[0]].value else "a type"
        reason = f"`{specifier}` exports {shown} only as {kind}"
        return Blocked(reason, f"export {them} in full from {path}", related, obstacle=shared)
    reason = f"`{specifier}` does not export {shown}"
    if exports.unresolved:
        reason += f", unless by `export * from '{exports.unresolved[0]}'`, which can't be followed"
    return Blocked(reason, f"export {them} from {path}", related, obstacle=shared)
