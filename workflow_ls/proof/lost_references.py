"""The references of an edited file that lead nowhere, or to a module without the names that they import."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from workflow_ls.project.all_references import AllReferences
from workflow_ls.project.exports.module_exports import Meaning
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.regression import Regression
from workflow_ls.rewrite.packages.package_lookup import PackageLocation, conditions_of
from workflow_ls.rewrite.required_names import required_of
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.vfs.files import holds_code


class _Use(NamedTuple):
    """How a file takes a name from a legacy module: the form, and the name that it has in the file."""

    form: Form
    local: str


def lost_references(before: Workspace, after: Workspace, path: str, written: Collection[str]) -> Iterator[Regression]:
    """What the references of the file at `path` lose whose specifiers are `written` by fixes.

    A name that the legacy module did not export may be missing.
    """
    wanted = _wanted(before, path) if written else {}
    targets = after.component(TargetResolver)
    for reference in _references(after, path, written):
        found = _file_of(targets, path, reference)
        specifiers = frozenset({reference.specifier})
        if found is None:
            if reference.form not in _MAY_LEAD_NOWHERE:
                yield Regression(path, f"`{reference.specifier}` would lead nowhere (in {path})", specifiers)
            continue
        exports = targets.index.exports(found)
        for name in reference.names if exports.opaque is None and not exports.unresolved else ():
            meaning, now = wanted.get(_Use(reference.form, name.local or name.name)), exports.names.get(name.name)
            if meaning is not None and (now is None or meaning.value > now.value or meaning.type > now.type):
                what = "export" if now is None else "fully export"
                reason = f"`{reference.specifier}` would not {what} `{name.name}`, which {path} imports"
                yield Regression(path, reason, specifiers, (found,))


_MAY_LEAD_NOWHERE = (Form.DECLARE_MODULE, Form.CALL)


def _references(workspace: Workspace, path: str, written: Collection[str]) -> Iterator[Reference]:
    """The references of a file that have one of the specifiers."""
    facts = workspace.sources.facts(path) if written else None
    if facts is None:
        return
    found = facts.canonical_references
    if not {reference.specifier for reference in found}.issuperset(written):
        found = workspace.component(AllReferences).of_file(path) or ()  # relative paths are no facts
    yield from (reference for reference in found if reference.specifier in written)


def unresolved_by(
    before: Workspace, after: Workspace, paths: Iterable[str], configurations: Sequence[str]
) -> Iterator[Regression]:
    """The references in the files at `paths` that lead nowhere after edits of manifests and `configurations`."""
    for path in paths if configurations else ():
        facts = after.sources.facts(path) if holds_code(path) else None
        if facts is None:
            continue
        references = (*(legacy.reference for legacy in facts.legacy_references), *facts.canonical_references)
        for specifier in dict.fromkeys(each.specifier for each in references if each.form not in _MAY_LEAD_NOWHERE):
            if before.resolver.resolve(specifier, path) and after.resolver.resolve(specifier, path) is None:
                reason = f"`{specifier}` would lead nowhere (in {path})"
                yield Regression(path, reason, frozenset({specifier}), tuple(configurations))


def _wanted(before: Workspace, path: str) -> dict[_Use, Meaning]:
    """The names that a file takes from legacy modules which export them, with the meanings that it needs."""
    facts = before.sources.facts(path)
    wanted: dict[_Use, Meaning] = {}
    modules: dict[_Use, str] = {}
    if facts is None:
        return wanted
    for legacy in facts.legacy_references:
        real = before.resolver.legacy_file(legacy.module)
        if real is None:
            continue
        exports = before.exports.exports(real)
        for name in legacy.reference.names:
            use = _Use(legacy.reference.form, name.local or name.name)
            if modules.setdefault(use, legacy.module) != legacy.module:
                wanted.pop(use, None)  # a name that is imported twice is an error of the file, and says nothing
            elif name.name in exports.names:
                wanted[use] = required_of(facts, legacy.reference, name, exports)
    return wanted


def _file_of(targets: TargetResolver, path: str, reference: Reference) -> str | None:
    """The file that a reference leads to: through its package where the table knows it, else as TypeScript does."""
    if targets.table.split(reference.specifier) is not None:
        location = targets.checker.locate(reference.specifier, path, conditions_of(reference))
        if isinstance(location, PackageLocation):
            return location.path
    return targets.workspace.resolver.resolve(reference.specifier, path)
