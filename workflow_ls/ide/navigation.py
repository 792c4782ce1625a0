"""Describes the specifier or suppression comment at a place in a file: its module, its target, and their files."""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.diagnostics import Blocked, Status
from workflow_ls.project.file_facts import FileFacts
from workflow_ls.project.resolution.resolver import module_file
from workflow_ls.records import record
from workflow_ls.rewrite.conflicts import find_outcomes
from workflow_ls.rewrite.file_outcomes import ReferenceOutcome
from workflow_ls.rewrite.packages.package_lookup import PackageLocation, UnavailablePackage, conditions_of, locate
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.syntax.model import Reference, Suppression
from workflow_ls.text import Span


@record
class LegacySymbol:
    """A legacy reference and its outcome.

    `source` is the file in the legacy tree, None if it is deleted.  `targets` are the new specifiers, each with the key
    of `exports` and the file that it leads to, as far as they are known.  `notes` are those of the table's rows for the
    module and for the imported names.
    """

    outcome: ReferenceOutcome
    source: str | None
    targets: tuple[tuple[str, str | None, str | None], ...]
    notes: tuple[str, ...]

    @property
    def reference(self) -> Reference:
        """The reference that was read."""
        return self.outcome.legacy.reference

    @property
    def paths(self) -> tuple[str, ...]:
        """The files to open: those of a verified target, else the legacy one."""
        found = tuple(path for _, _, path in self.targets if path is not None)
        if self.outcome.target.status is Status.VERIFIED and found:
            return tuple(dict.fromkeys(found))
        return () if self.source is None else (self.source,)


@record
class CanonicalSymbol:
    """A reference to a package that legacy modules moved to.

    `source` is the file behind it, `key` the key of `exports` that leads there.  `blocked` says why the package does
    not serve it.  `missing` are the imported names that the file does not export; `hidden` says why that can't be
    known, and then `missing` is empty.
    """

    reference: Reference
    source: str | None
    key: str | None = None
    blocked: Blocked | None = None
    missing: tuple[str, ...] = ()
    hidden: str | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """The files to open."""
        return () if self.source is None else (self.source,)


def symbol_at(
    targets: TargetResolver, facts: FileFacts, offset: int
) -> LegacySymbol | CanonicalSymbol | Suppression | None:
    """The specifier or suppression comment at a byte offset of a file, ends included; None elsewhere."""
    suppression = next((found for found in facts.suppressions if _holds(found.span, offset)), None)
    if suppression is not None:
        return suppression
    canonical = next((reference for reference in facts.canonical_references if _holds(reference.span, offset)), None)
    if canonical is not None:
        return _canonical_symbol(targets, facts.path, canonical)
    if not any(_holds(legacy.reference.span, offset) for legacy in facts.legacy_references):
        return None
    outcomes = find_outcomes(targets, facts)
    return next(_legacy_symbol(targets, found) for found in outcomes if _holds(found.legacy.reference.span, offset))


def all_symbols(targets: TargetResolver, facts: FileFacts) -> Iterator[LegacySymbol | CanonicalSymbol]:
    """All specifiers of workflow code in a file, the legacy ones first."""
    for outcome in find_outcomes(targets, facts):
        yield _legacy_symbol(targets, outcome)
    for reference in facts.canonical_references:
        yield _canonical_symbol(targets, facts.path, reference)


def _holds(span: Span, offset: int) -> bool:
    return span.start <= offset <= span.end


def _legacy_symbol(targets: TargetResolver, outcome: ReferenceOutcome) -> LegacySymbol:
    workspace, module = targets.workspace, outcome.legacy.module
    passed = {candidate.specifier: candidate for candidate in outcome.candidates if candidate.passed}
    specifiers = () if isinstance(outcome.target, Blocked) else outcome.target.replacements
    names = [workspace.table.note(module, name.name) for name in outcome.legacy.reference.names]
    notes = dict.fromkeys(note for note in (workspace.table.note(module), *names) if note is not None)
    return LegacySymbol(
        outcome,
        module_file(workspace.files, workspace.table.tree, module),
        tuple(
            (specifier, passed[specifier].key, passed[specifier].path)
            if specifier in passed
            else (specifier, None, None)
            for specifier in specifiers
        ),
        tuple(notes),
    )


def _canonical_symbol(targets: TargetResolver, importer: str, reference: Reference) -> CanonicalSymbol:
    location = locate(targets.workspace, reference.specifier, importer, conditions_of(reference))
    if not isinstance(location, PackageLocation):
        # The compiler may still find a file, by an alias or by a condition that the running program lacks.
        source = targets.workspace.resolver.resolve(reference.specifier, importer)
        blocked = location.cause if isinstance(location, UnavailablePackage) else location
        return CanonicalSymbol(reference, source, blocked=blocked)
    exports = targets.index.exports(location.path)
    missing = tuple(name.name for name in reference.names if name.name not in exports.names)
    hidden = exports.opaque
    if missing and exports.unresolved:
        hidden = f"names may come from `export * from '{exports.unresolved[0]}'`, which can't be followed"
    missing = () if hidden is not None else tuple(dict.fromkeys(missing))
    return CanonicalSymbol(reference, location.path, location.key, missing=missing, hidden=hidden)
