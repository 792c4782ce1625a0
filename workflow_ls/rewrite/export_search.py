"""Names that a package's module is asked for and does not export, and the module of the package that does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from workflow_ls.config.table import TargetPackage
from workflow_ls.project.export_index import Meaning, Origin
from workflow_ls.project.file_facts import FileFacts
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.import_edits import rewrite
from workflow_ls.rewrite.package_lookup import views_of
from workflow_ls.rewrite.package_subpaths import Subpath, list_subpaths
from workflow_ls.rewrite.required_names import name_use, required_meaning
from workflow_ls.rewrite.resolution import ImportPart, TargetResolver
from workflow_ls.syntax.model import Form, Name, Reference
from workflow_ls.syntax.value_usage import is_used_as_value
from workflow_ls.text import Edit

_NAMELESS = (Form.MOCK, Form.CALL, Form.RESOLVE, Form.DECLARE_MODULE, Form.REFERENCE)
"""Forms that use no name of their module: the keys of a mock's factory, for one, are what it makes up."""


class Missing(NamedTuple):
    """A name that the module of a reference does not export as it is used.

    `path` is the module, `found` what it exports under that name, None where it exports no such thing.  `ambiguous`
    says that two of its stars disagree on the name.  `wanted` is what the file uses the name as.
    """

    reference: Reference
    name: Name
    path: str
    wanted: Meaning
    found: Meaning | None
    ambiguous: bool


class ExportCandidate(NamedTuple):
    """Where a name is exported from: the specifier, the file behind it, and where the name is declared.

    `distance` is the kind of distance from the module that was asked for it.
    """

    specifier: str
    path: str
    origin: Origin
    distance: int


def missing_names(targets: TargetResolver, facts: FileFacts) -> Iterator[Missing]:
    """The names that a file asks of the table's packages in vain, in file order.

    Nothing is said of a module that can't be found or read, of one that may hide names behind a star that leads
    nowhere, and of the core, which may not have such references.
    """
    workspace = targets.workspace
    if workspace.table.is_core(facts.path):
        return
    for reference in facts.canonical_references:
        if not reference.names or reference.form in _NAMELESS:
            continue
        path = targets.location(reference.specifier, facts.path, views_of(reference)).path
        exports = None if path is None else targets.index.exports(path)
        if path is None or exports is None or exports.opaque is not None or exports.unresolved:
            continue
        for name in reference.names:
            found = exports.names.get(name.name)
            if found is not None and found.value:
                continue
            wanted = required_meaning(name_use(reference, name, _uses_as_value(workspace, facts)), None)
            if found is None or wanted.value:
                yield Missing(reference, name, path, wanted, found, name.name in exports.ambiguous)


def _uses_as_value(workspace: Workspace, facts: FileFacts) -> Callable[[str], bool]:
    return lambda local: is_used_as_value(workspace.context.parsed.get(facts.path, facts.text), local)


def find_export_candidates(
    targets: TargetResolver, facts: FileFacts, missing: Sequence[Missing]
) -> list[ExportCandidate | str]:
    """For each missing name of one reference the nearest module of the package that exports it as it is used.

    In its place stands the reason where there is none to choose.  Nearest are the enclosing barrels, then the modules
    below, the module that declares the name, others that pass it on, and the root, which loads everything.  All that
    export a name must mean one declaration.
    """
    reference = missing[0].reference
    split = targets.workspace.table.split(reference.specifier)
    subpaths = [] if split is None else list(_subpaths(targets, split[0], reference))
    return [_nearest(targets, facts, each, subpaths) for each in missing]


def move_names(text: bytes, reference: Reference, moves: Sequence[tuple[Name, str]]) -> tuple[Edit, ...] | str:
    """The edits that ask other specifiers for some names of a reference; else why it can't be done.

    The others stay in a declaration of their own, which only an import or export declaration can be split for.
    """
    going = {name.span: specifier for name, specifier in moves}
    parts: dict[str, list[tuple[Name, str]]] = {}
    for name in sorted(reference.names, key=lambda name: (name.span in going, name.span)):
        parts.setdefault(going.get(name.span, reference.specifier), []).append((name, name.name))
    if reference.whole:
        return "this form may use other names of the module, too; import this one by itself"
    if len(parts) > 1 and reference.statement is None:
        return "this form can't be split, and not all its names are there; split it by hand"
    listed = [ImportPart(specifier, tuple(names)) for specifier, names in parts.items()]
    return rewrite(text, reference=reference, parts=listed)


def _subpaths(targets: TargetResolver, known: TargetPackage, reference: Reference) -> Iterator[Subpath]:
    """What the package of a reference serves, the nearest to it first."""
    found = list_subpaths(targets.workspace, views_of(reference))
    own = (s for s in found if (split := targets.workspace.table.split(s.specifier)) and split[0] == known)
    return iter(sorted(own, key=lambda subpath: _distance(known, reference.specifier, subpath.specifier)))


_OTHER, _ROOT = 2, 3


def _distance(known: TargetPackage, here: str, there: str) -> tuple[int, int, str]:
    """How far a module is: an enclosing barrel, a module below, another, or the root; then by segments between."""
    if there == known.name:
        kind = _ROOT
    elif here.startswith(f"{there}/"):
        kind = 0
    else:
        kind = 1 if there.startswith(f"{here}/") and here != known.name else _OTHER
    return kind, abs(here.count("/") - there.count("/")), there


def _nearest(
    targets: TargetResolver, facts: FileFacts, missing: Missing, subpaths: Sequence[Subpath]
) -> ExportCandidate | str:
    name, specifier = missing.name.name, missing.reference.specifier
    if name == "default":
        return "a default export has no name to be found by; import what you need by name"
    places = list(_places(targets, facts, missing, subpaths))
    # Of the modules elsewhere, the one that declares the name comes before barrels that pass it on.
    near = [place for place in places if place.distance < _OTHER]
    far = sorted((p for p in places if p.distance >= _OTHER), key=lambda p: (p.path != p.origin.path, p.distance))
    places = near + far
    if not places:
        shown = f"`{name}`" if missing.found is None else f"that `{name}` as a value"
        return f"no subpath beside `{specifier}` exports {shown}; export it from {missing.path}, or do without"
    other = next((place for place in places if place.origin != places[0].origin), None)
    if other is not None:
        return f"`{places[0].specifier}` and `{other.specifier}` each export a `{name}` of their own; choose one"
    return places[0]


def _places(
    targets: TargetResolver, facts: FileFacts, missing: Missing, subpaths: Sequence[Subpath]
) -> Iterator[ExportCandidate]:
    """The modules that export a name as it is used, without those that come back to the file.

    Of a name that is exported as a type only, they export the same declaration.
    """
    name, wanted = missing.name.name, missing.wanted
    declared = targets.index.exports(missing.path).origins.get(name)
    split = targets.workspace.table.split(missing.reference.specifier)
    for subpath in subpaths:
        exports = targets.index.exports(subpath.path)
        found = exports.names.get(name)
        if found is None or (wanted.value and not found.value):
            continue
        origin = exports.origins[name]
        if declared in (None, origin) and not targets.index.reaches(subpath.path, facts.path):
            far = _OTHER if split is None else _distance(split[0], missing.reference.specifier, subpath.specifier)[0]
            yield ExportCandidate(subpath.specifier, subpath.path, origin, far)
