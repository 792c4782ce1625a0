"""Finds the subpaths of a package that references request and that the package does not serve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from workflow_ls.config.module_names import normalize_module
from workflow_ls.config.table_records import TargetPackage
from workflow_ls.diagnostics import Blocked
from workflow_ls.manifests.target_manifest import Manifest, module_of, open_manifest, source_candidates
from workflow_ls.project.builds.aliases.build_resolution import BuildResolution
from workflow_ls.project.exports.ambient_modules import AmbientModules
from workflow_ls.project.file_facts import FileFacts, LegacyReference
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.rewrite.conflicts import find_outcomes
from workflow_ls.rewrite.packages.package_lookup import Conditions, PackageLocation, conditions_of, locate, locate_file
from workflow_ls.rewrite.required_names import ANY, known_names
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.syntax.model import Form, Reference


class SubpathRequest(NamedTuple):
    """A reference in the file `path` that needs a subpath of a package."""

    path: str
    reference: Reference
    subpath: str


class UnresolvedReference(NamedTuple):
    """A reference to a package of the table whose subpath the package does not serve, and why."""

    reference: Reference
    known: TargetPackage
    subpath: str
    blocked: Blocked


def unresolved_references(targets: TargetResolver, facts: FileFacts) -> Iterator[UnresolvedReference]:
    """The references of a file to the table's packages that do not resolve; none in the core, which may not have any.

    `declare module` is left out, and so are the modules that it declares or that a bundler has an alias for, and
    packages that can't be looked into.
    """
    workspace, ambient = targets.workspace, targets.database.component(AmbientModules)
    builds = targets.database.component(BuildResolution)
    if workspace.table.is_core(facts.path):
        return
    for reference in facts.canonical_references:
        split = workspace.table.split(reference.specifier)
        if split is not None and reference.form is not Form.DECLARE_MODULE:
            conditions = conditions_of(reference)
            if not isinstance(targets.checker.locate(reference.specifier, facts.path, conditions), PackageLocation):
                location = locate(workspace, reference.specifier, facts.path, conditions)
                served = ambient.serves(reference.specifier, facts.path)
                if isinstance(location, Blocked) and not served and not builds.serves(reference.specifier, facts.path):
                    yield UnresolvedReference(reference, *split, location)


class SubpathRequests(Component):
    """The subpaths that references request and that a package of the table does not serve.

    The requests are unresolved references, and legacy references whose rewrite is blocked: their module is in the
    package and exports their names, but the package does not export its subpath.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.targets = database.component(TargetResolver)

    def of_package(self, known: TargetPackage) -> dict[str, list[SubpathRequest]]:
        """The subpaths that the workspace requests of a package, with their requests in the order of the files."""
        requests: dict[str, list[SubpathRequest]] = {}
        for path in self.targets.workspace.sources.candidates():
            for request in self._of_file(path, known):
                requests.setdefault(request.subpath, []).append(request)
        return requests

    @query
    def _of_file(self, path: str, known: TargetPackage) -> tuple[SubpathRequest, ...]:
        targets = self.targets
        manifest, facts = open_manifest(targets.workspace, known), targets.workspace.sources.facts_without_text(path)
        if manifest is None or facts is None:
            return ()
        return (*_direct_requests(targets, manifest, facts), *_legacy_requests(targets, manifest, facts))


def requested_conditions(requests: Iterable[SubpathRequest]) -> tuple[Conditions, ...]:
    """All conditions that apply to the requesting references."""
    return tuple(dict.fromkeys(each for request in requests for each in conditions_of(request.reference)))


def canonical_spelling(manifest: Manifest, subpath: str, conditions: Iterable[Conditions]) -> str | None:
    """The specifier of the same module without ending, `/index` and source folder, if the package serves it."""
    module = normalize_module(subpath)
    if module is None:
        return None
    below = f"{module}/".removeprefix(f"{manifest.known.sources}/").rstrip("/")
    for plain in dict.fromkeys((module, below)):
        specifier = manifest.specifier(f"./{plain}" if plain else ".")
        if specifier != manifest.specifier(subpath):
            found = locate_file(manifest.workspace, specifier, manifest.package.path, tuple(conditions))
            if found in source_candidates(manifest, [plain]):
                return specifier
    return None


def _direct_requests(targets: TargetResolver, manifest: Manifest, facts: FileFacts) -> Iterator[SubpathRequest]:
    for unresolved in unresolved_references(targets, facts):
        if (
            unresolved.known == manifest.known
            and canonical_spelling(manifest, unresolved.subpath, conditions_of(unresolved.reference)) is None
        ):
            yield SubpathRequest(facts.path, unresolved.reference, unresolved.subpath)


def _legacy_requests(targets: TargetResolver, manifest: Manifest, facts: FileFacts) -> Iterator[SubpathRequest]:
    table = targets.workspace.table
    for outcome in find_outcomes(targets, facts) if facts.legacy_references and not table.is_core(facts.path) else ():
        one_to_one = next(iter(targets.choices.candidates(outcome.legacy.module)), "")
        split = table.split(one_to_one)
        tried = next((candidate for candidate in outcome.candidates if candidate.specifier == one_to_one), None)
        if split is None or split[0] != manifest.known or tried is None or not isinstance(outcome.target, Blocked):
            continue
        if tried.path is None:
            fits = source_candidates(manifest, [module_of(split[1])])
            if any(_is_use(targets, facts, outcome.legacy, path) for path in fits):
                yield SubpathRequest(facts.path, outcome.legacy.reference, split[1])


def _is_use(targets: TargetResolver, facts: FileFacts, legacy: LegacyReference, path: str) -> bool:
    """Whether a module exports the names of a reference that its module exports, and does not re-export its file."""
    real = targets.workspace.files.real(path)
    if real is None or targets.index.reaches(real, facts.path):
        return False
    exports, choice = targets.index.exports(real), targets.choices.choice(legacy.module)
    if choice.is_opaque_asset:
        return real.endswith(choice.ending)
    names = known_names(dict.fromkeys((name.name for name in legacy.reference.names), ANY), choice.legacy)
    return names.keys() <= exports.names.keys()
