"""The subpaths of a package that references ask for and do not get."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from workflow_ls.config.table import TargetPackage, normalize_module
from workflow_ls.diagnostics import Status
from workflow_ls.manifests.target_manifest import Manifest, module_of, source_candidates
from workflow_ls.project.file_facts import FileFacts
from workflow_ls.rewrite.conflicts import find_outcomes
from workflow_ls.rewrite.package_lookup import Location, locate, views_of
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.syntax.model import Form, Reference


class SubpathRequest(NamedTuple):
    """A reference in the file `path` that waits for a subpath of a package."""

    path: str
    reference: Reference
    subpath: str


class UnresolvedReference(NamedTuple):
    """A reference to a package of the table whose subpath the package does not serve, and why."""

    reference: Reference
    known: TargetPackage
    subpath: str
    location: Location


def unresolved_references(targets: TargetResolver, facts: FileFacts) -> Iterator[UnresolvedReference]:
    """The references of a file to the table's packages that lead nowhere; none of the core, which may not have any.

    `declare module` may name what is nowhere else, and a package that can't be looked into says nothing.
    """
    workspace = targets.workspace
    if workspace.table.is_core(facts.path):
        return
    for reference in facts.canonical_references:
        split = workspace.table.split(reference.specifier)
        if split is not None and reference.form is not Form.DECLARE_MODULE:
            views = views_of(reference)
            if targets.location(reference.specifier, facts.path, views).path is None:
                location = locate(workspace, reference.specifier, facts.path, views)
                if location.path is None and not location.absent:
                    yield UnresolvedReference(reference, *split, location)


def find_subpath_requests(targets: TargetResolver, manifest: Manifest) -> dict[str, list[SubpathRequest]]:
    """What the workspace asks a package for in vain, by subpath, in order of the files.

    Besides the failed references these are legacy ones that can't go to their own module in the package, though it is
    there and exports their names, since `exports` does not admit it.
    """
    wishes: dict[str, list[SubpathRequest]] = {}
    for facts in targets.workspace.sources.candidate_facts():
        for wish in (*_failed_wishes(targets, manifest, facts), *_legacy_wishes(targets, manifest, facts)):
            wishes.setdefault(wish.subpath, []).append(wish)
    return wishes


def views_asked(wishes: Iterable[SubpathRequest]) -> tuple[str, ...]:
    """All views in which references ask."""
    return tuple(dict.fromkeys(view for wish in wishes for view in views_of(wish.reference)))


def canonical_spelling(manifest: Manifest, subpath: str, views: Iterable[str]) -> str | None:
    """The specifier of the same module without ending, `/index` or the folder of the sources, where that is served."""
    module = normalize_module(subpath)
    if module is None:
        return None
    below = f"{module}/".removeprefix(f"{manifest.known.sources}/").rstrip("/")
    for plain in dict.fromkeys((module, below)):
        specifier = manifest.specifier(f"./{plain}" if plain else ".")
        if specifier != manifest.specifier(subpath):
            found = locate(manifest.workspace, specifier, manifest.package.path, tuple(views)).path
            if found in source_candidates(manifest, [plain]):
                return specifier
    return None


def _failed_wishes(targets: TargetResolver, manifest: Manifest, facts: FileFacts) -> Iterator[SubpathRequest]:
    for failed in unresolved_references(targets, facts):
        if (
            failed.known == manifest.known
            and canonical_spelling(manifest, failed.subpath, views_of(failed.reference)) is None
        ):
            yield SubpathRequest(facts.path, failed.reference, failed.subpath)


def _legacy_wishes(targets: TargetResolver, manifest: Manifest, facts: FileFacts) -> Iterator[SubpathRequest]:
    table = targets.workspace.table
    for outcome in find_outcomes(targets, facts) if facts.legacy_references and not table.is_core(facts.path) else ():
        own = next(iter(table.candidates(outcome.legacy.module)), "")
        split = table.split(own)
        tried = next((candidate for candidate in outcome.target.tried if candidate.specifier == own), None)
        if split is None or split[0] != manifest.known or tried is None or outcome.target.status is not Status.BLOCKED:
            continue
        if tried.path is None:
            fits = source_candidates(manifest, [module_of(split[1])])
            if any(_is_use(targets, facts, outcome.legacy.reference, path) for path in fits):
                yield SubpathRequest(facts.path, outcome.legacy.reference, split[1])


def _is_use(targets: TargetResolver, facts: FileFacts, reference: Reference, path: str) -> bool:
    """Whether a module exports what a reference asks for by name, and does not come back to its file."""
    real = targets.workspace.files.real(path)
    if real is None or targets.index.reaches(real, facts.path):
        return False
    exports = targets.index.exports(real)
    return all(name.name in exports.names for name in reference.names)
