"""Finds the subpath of a package that exports a name which the imported module does not export."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from workflow_ls.config.table_records import TargetPackage
from workflow_ls.diagnostics import Blocked
from workflow_ls.project.exports.module_exports import Meaning, Origin
from workflow_ls.project.file_facts import Area, FileFacts, area_of
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import replace
from workflow_ls.rewrite.file_outcomes import ReferenceOutcome
from workflow_ls.rewrite.packages.package_lookup import PackageLocation, conditions_of
from workflow_ls.rewrite.packages.package_subpaths import Subpath, list_subpaths
from workflow_ls.rewrite.required_names import name_use, required_meaning
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.rewrite.target import ImportPart
from workflow_ls.rewrite.text_edits.import_edits import rewrite
from workflow_ls.syntax.model import Form, Name, Reference
from workflow_ls.syntax.value_usage import is_used_as_value
from workflow_ls.text import Edit

_EXEMPT = (Area.LEGACY, Area.CORE)
_NAMELESS = (Form.MOCK, Form.CALL, Form.RESOLVE, Form.DECLARE_MODULE, Form.REFERENCE)
"""Forms that import no name of their module: the keys of a mock's factory, for one, are its own."""


class Missing(NamedTuple):
    """A name that the module of a reference does not export as it is used.

    `path` is the module.  `wanted` is what the file uses the name as, `found` what the module exports under it, None
    for nothing.  `ambiguous` says that two `export *` of the module bring the name.  `specifier` leads to the module:
    that of the reference, or of its rewrite.
    """

    reference: Reference
    name: Name
    path: str
    wanted: Meaning
    found: Meaning | None
    ambiguous: bool
    specifier: str


class ExportCandidate(NamedTuple):
    """A module that exports a missing name: its specifier, its file, and where the name is declared.

    `distance` is 0 for a barrel around the module that lacks the name, 1 for a module below it, 2 for another module,
    and 3 for the root of the package.
    """

    specifier: str
    path: str
    origin: Origin
    distance: int


def missing_names(
    targets: TargetResolver, facts: FileFacts, outcomes: Sequence[ReferenceOutcome] = ()
) -> Iterator[Missing]:
    """The names that a file imports from the table's packages and that are not exported there, in file order.

    So are those that a legacy reference would lack after its rewrite, by its outcome: the legacy module lacks them,
    too.  Modules that can't be found or read are left out, and those that may export a name by an `export *` that
    can't be followed.  So is the core, which may not have such references.
    """
    workspace = targets.workspace
    if workspace.table.is_core(facts.path):
        return
    used_as_value = _uses_as_value(workspace, facts)
    for reference in facts.canonical_references:
        if reference.names and reference.form not in _NAMELESS:
            names = [(name, name.name) for name in reference.names]
            yield from _missing(targets, facts, reference, reference.specifier, names, used_as_value)
    for outcome in outcomes:
        reference, target = outcome.legacy.reference, outcome.target
        if (
            isinstance(target, Blocked)
            or reference.form in _NAMELESS
            or area_of(workspace.table, facts.path) in _EXEMPT
        ):
            continue
        for part in target.parts:
            names = list(part.names) or [(name, name.name) for name in reference.names]
            yield from _missing(
                targets,
                facts,
                reference,
                part.specifier,
                names,
                lambda local: local in facts.values and used_as_value(local),
            )


def missing_keys(targets: TargetResolver, reference: Reference, target: str | None) -> list[Name]:
    """The names of a mock's factory that the file `target` of its module does not export."""
    exports = None if target is None or reference.form is not Form.MOCK else targets.index.exports(target)
    if exports is None or exports.opaque is not None or exports.unresolved:
        return []
    return [name for name in reference.names if name.name not in exports.names]


def _missing(
    targets: TargetResolver,
    facts: FileFacts,
    reference: Reference,
    specifier: str,
    names: Sequence[tuple[Name, str]],
    used_as_value: Callable[[str], bool],
) -> Iterator[Missing]:
    """The names of a reference that `specifier` lacks, each given with its name there."""
    location = targets.checker.locate(specifier, facts.path, conditions_of(reference)) if names else None
    if not isinstance(location, PackageLocation):
        return
    exports = targets.index.exports(location.path)
    if exports.opaque is not None or exports.unresolved:
        return
    for name, exported in names:
        found = exports.names.get(exported)
        if found is not None and found.value:
            continue
        wanted = required_meaning(name_use(reference, name, used_as_value), None)
        if found is None or wanted.value:
            ambiguous = exported in exports.ambiguous
            yield Missing(reference, name, location.path, wanted, found, ambiguous, specifier)


def _uses_as_value(workspace: Workspace, facts: FileFacts) -> Callable[[str], bool]:
    return lambda local: is_used_as_value(workspace.context.parsed.get(facts.path, facts.text), local)


def find_export_candidates(
    targets: TargetResolver, facts: FileFacts, missing: Sequence[Missing]
) -> list[ExportCandidate | Blocked]:
    """For each missing name of one reference the nearest module of the package that exports it as it is used.

    Nearest are the enclosing barrels, then the modules below, the module that declares the name, others that re-export
    it, and the root, which loads everything.  All modules that export the name must mean one declaration.
    """
    reference = replace(missing[0].reference, specifier=missing[0].specifier)
    split = targets.workspace.table.split(reference.specifier)
    subpaths = [] if split is None else list(_subpaths(targets, split[0], reference))
    return [_nearest(targets, facts, each, subpaths) for each in missing]


def move_names(text: bytes, reference: Reference, moves: Sequence[tuple[Name, str]]) -> tuple[Edit, ...] | Blocked:
    """The edits that import some names of a reference from other specifiers.

    The other names stay in a declaration of their own, which only an import or export declaration can be split for.
    """
    new_specifiers = {name.span: specifier for name, specifier in moves}
    names: dict[str, list[tuple[Name, str]]] = {}
    for name in sorted(reference.names, key=lambda name: (name.span in new_specifiers, name.span)):
        names.setdefault(new_specifiers.get(name.span, reference.specifier), []).append((name, name.name))
    if reference.whole:
        return Blocked("this form may use other names of the module, too", "import this name by itself")
    if len(names) > 1 and reference.statement is None:
        return Blocked("this form can't be split, and not all its names are exported there", "split it by hand")
    parts = [ImportPart(specifier, tuple(each)) for specifier, each in names.items()]
    return rewrite(text, reference=reference, parts=parts)


def _subpaths(targets: TargetResolver, known: TargetPackage, reference: Reference) -> Iterator[Subpath]:
    """What the package of a reference serves, the nearest to it first."""
    found = list_subpaths(targets.workspace, conditions_of(reference))
    of_package = (s for s in found if (split := targets.workspace.table.split(s.specifier)) and split[0] == known)
    return iter(sorted(of_package, key=lambda subpath: _distance(known, reference.specifier, subpath.specifier)))


_BARREL, _BELOW, _OTHER, _ROOT = range(4)


def _distance(known: TargetPackage, specifier: str, other: str) -> tuple[int, int, str]:
    """The distance of a module from another: its kind, the number of segments between them, and the specifier."""
    if other == known.name:
        kind = _ROOT
    elif specifier.startswith(f"{other}/"):
        kind = _BARREL
    else:
        kind = _BELOW if other.startswith(f"{specifier}/") and specifier != known.name else _OTHER
    return kind, abs(specifier.count("/") - other.count("/")), other


def _nearest(
    targets: TargetResolver, facts: FileFacts, missing: Missing, subpaths: Sequence[Subpath]
) -> ExportCandidate | Blocked:
    name = missing.name.name
    if name == "default":
        return Blocked("a default export can't be found by its name", "import what you need by name")
    found = list(_exporting(targets, facts, missing, subpaths))
    # Of the modules elsewhere, the one that declares the name comes before barrels that re-export it.
    nearby = [module for module in found if module.distance < _OTHER]
    remote = [module for module in found if module.distance >= _OTHER]
    modules = nearby + sorted(remote, key=lambda module: (module.path != module.origin.path, module.distance))
    if not modules:
        shown = f"`{name}`" if missing.found is None else f"`{name}` as a value"
        return Blocked(f"no other subpath of the package exports {shown}", f"export it from {missing.path}")
    first = modules[0]
    other = next((module for module in modules if module.origin != first.origin), None)
    if other is not None:
        return Blocked(f"`{first.specifier}` and `{other.specifier}` each declare a `{name}`", "choose one")
    return first


def _exporting(
    targets: TargetResolver, facts: FileFacts, missing: Missing, subpaths: Sequence[Subpath]
) -> Iterator[ExportCandidate]:
    """The modules that export a name as it is used, without those that re-export the file.

    If the imported module exports the name as a type only, they must export the same declaration.
    """
    name, wanted = missing.name.name, missing.wanted
    declared = targets.index.exports(missing.path).origins.get(name)
    split = targets.workspace.table.split(missing.specifier)
    for subpath in subpaths:
        exports = targets.index.exports(subpath.path)
        found = exports.names.get(name)
        if found is None or (wanted.value and not found.value):
            continue
        origin = exports.origins[name]
        if declared in (None, origin) and not targets.index.reaches(subpath.path, facts.path):
            kind = _OTHER if split is None else _distance(split[0], missing.specifier, subpath.specifier)[0]
            yield ExportCandidate(subpath.specifier, subpath.path, origin, kind)
