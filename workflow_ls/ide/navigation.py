"""What a reader may ask of a place in a file: which module it names, where that went, and which files stand behind."""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.diagnostics import Status
from workflow_ls.project.file_facts import FileFacts
from workflow_ls.project.resolver import module_file
from workflow_ls.records import record
from workflow_ls.rewrite.conflicts import Outcome, find_outcomes
from workflow_ls.rewrite.package_lookup import locate, views_of
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.syntax.model import Reference, Suppression
from workflow_ls.text import Span


@record
class LegacySymbol:
    """A legacy reference and its outcome.

    `source` is the file in the legacy tree, None where it is gone.  `targets` are the specifiers that it goes to, each
    with the exports key that leads there and the file behind it, as far as they are known.  `notes` are what the
    table's rows say of the module and of the names asked for.
    """

    outcome: Outcome
    source: str | None
    targets: tuple[tuple[str, str | None, str | None], ...]
    notes: tuple[str, ...]

    @property
    def reference(self) -> Reference:
        """The reference that was read."""
        return self.outcome.legacy.reference

    @property
    def paths(self) -> tuple[str, ...]:
        """The files to go to: those it was verified to go to, else the legacy one."""
        found = tuple(path for _, _, path in self.targets if path is not None)
        if self.outcome.target.status is Status.VERIFIED and found:
            return tuple(dict.fromkeys(found))
        return () if self.source is None else (self.source,)


@record
class CanonicalSymbol:
    """A reference to a package that legacy modules went to.

    `source` is the file behind it, `key` the exports key that leads there.  `failure` says why the package does not
    serve it, and `unblock` what would help.  `missing` are the names asked for that the file does not export;
    `hidden` says why that can't be told, and then `missing` is empty.
    """

    reference: Reference
    source: str | None
    key: str | None = None
    failure: str | None = None
    unblock: str = ""
    missing: tuple[str, ...] = ()
    hidden: str | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """The files to go to."""
        return () if self.source is None else (self.source,)


def symbol_at(
    targets: TargetResolver, facts: FileFacts, offset: int
) -> LegacySymbol | CanonicalSymbol | Suppression | None:
    """What is at a byte offset of a file: a specifier or a suppression comment, ends included; None elsewhere."""
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
    """All specifiers of a file that lead to workflow code, the legacy ones first."""
    for outcome in find_outcomes(targets, facts):
        yield _legacy_symbol(targets, outcome)
    for reference in facts.canonical_references:
        yield _canonical_symbol(targets, facts.path, reference)


def _holds(span: Span, offset: int) -> bool:
    return span.start <= offset <= span.end


def _legacy_symbol(targets: TargetResolver, outcome: Outcome) -> LegacySymbol:
    workspace, module = targets.workspace, outcome.legacy.module
    passed = {candidate.specifier: candidate for candidate in outcome.target.tried if candidate.failure is None}
    specifiers = dict.fromkeys(piece.specifier for piece in outcome.target.parts)
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
    location = locate(targets.workspace, reference.specifier, importer, views_of(reference))
    if location.path is None:
        # The compiler may still find a file, by an alias or by a condition that the running program lacks.
        source = targets.workspace.resolver.resolve(reference.specifier, importer)
        return CanonicalSymbol(reference, source, failure=location.failure, unblock=location.unblock)
    exports = targets.index.exports(location.path)
    missing = tuple(name.name for name in reference.names if name.name not in exports.names)
    hidden = exports.opaque
    if missing and exports.unresolved:
        hidden = f"names may hide behind `export * from '{exports.unresolved[0]}'`, which can't be followed"
    missing = () if hidden is not None else tuple(dict.fromkeys(missing))
    return CanonicalSymbol(reference, location.path, location.key, missing=missing, hidden=hidden)
