"""Plans the removal of aliases and `exports` entries, and finds the references that depend on them.

A reference depends on an entry if it resolves to another file, or to none, in the workspace without the entry.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from workflow_ls.diagnostics import Applicability, Blocked, FileEdit, Fix, Related, Severity, Status
from workflow_ls.project.file_facts import FileFacts
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.rewrite.conflicts import find_outcomes
from workflow_ls.rewrite.file_outcomes import ReferenceOutcome
from workflow_ls.rewrite.package_lookup import Conditions, conditions_of
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.rewrite.target import cause_of
from workflow_ls.syntax.model import Reference
from workflow_ls.text import Edit, LineIndex, Span, apply_edits, line_of

_REWRITES = "deprecated-import"  # the rule that rewrites legacy specifiers


@record
class Dependents:
    """The legacy references, by specifier, that resolve worse with an edit.

    `remaining` are those that no fix of the workspace rewrites, with their files and places.  `rewritten` is the number
    of the others; `unverified` says that one of these has an unverified target.
    """

    remaining: tuple[tuple[str, Span], ...]
    rewritten: int
    unverified: bool


@record
class Removal:
    """A fix that removes entries; `unverified` is None if all rewrites that it depends on are verified."""

    fix: Fix
    unverified: Blocked | None = None

    @property
    def status(self) -> Status:
        """VERIFIED or UNVERIFIED."""
        return Status.VERIFIED if self.unverified is None else Status.UNVERIFIED


def with_edits(workspace: Workspace, path: str, edits: Sequence[Edit]) -> Workspace:
    """The workspace after edits to one file."""
    text = apply_edits(workspace.files.read(path) or b"", edits)
    return workspace.fork({path: text})


def find_dependents(targets: TargetResolver, path: str, edits: Sequence[Edit]) -> Dependents:
    """The legacy references that depend on what edits to `paths` or `exports` in the file at `path` remove.

    Both the compiler, which reads aliases, and a program, which reads the package's `exports`, must find the same file
    with the edits as without them: if only one were compared, the other could hide that nothing is left.
    """
    comparison = _Comparison(targets, path, edits)
    remaining, rewritten, unverified = list[tuple[str, Span]](), 0, False
    for facts in targets.workspace.sources.candidate_facts():
        worse = {
            legacy.reference.span
            for legacy in facts.legacy_references
            if not legacy.relative and comparison.is_worse(legacy.reference, facts.path)
        }
        for outcome in find_outcomes(targets, facts) if worse else ():
            span = outcome.legacy.reference.span
            if span not in worse:
                continue
            if _remains(targets.workspace, facts, outcome):
                remaining.append((facts.path, span))
            else:
                rewritten += 1
                unverified = unverified or cause_of(outcome.target) is not None
    return Dependents(tuple(remaining), rewritten, unverified)


def first_broken_reference(workspace: Workspace, path: str, edits: Sequence[Edit]) -> tuple[str, Span] | None:
    """The first reference to the table's packages that no longer resolves after edits to the file at `path`."""
    after = with_edits(workspace, path, edits)
    for facts in workspace.sources.candidate_facts():
        for reference in facts.canonical_references:
            found = workspace.resolver.resolve(reference.specifier, facts.path)
            if found is not None and after.resolver.resolve(reference.specifier, facts.path) is None:
                return facts.path, reference.span
    return None


def plan_removal(targets: TargetResolver, path: str, edits: Sequence[Edit], what: str) -> Removal | Blocked:
    """The fix that removes what the edits remove, called `what` ("the legacy aliases"), from the file at `path`."""
    if not edits:
        return Blocked(f"{path} can't be edited as it is written", "remove the keys by hand")
    dependents = find_dependents(targets, path, edits)
    if dependents.remaining:
        return _refusal(targets.workspace, dependents.remaining, what)
    title, files = f"Remove {what}", (FileEdit(path, tuple(edits)),)
    if not dependents.rewritten:
        return Removal(Fix(title, files))
    users = "the import that uses" if dependents.rewritten == 1 else f"the {dependents.rewritten} imports that use"
    fix = Fix(f"{title} (with {users} them)", files, Applicability.WORKSPACE_FIX)
    if dependents.unverified:
        reason = f"imports that use {what} move to a package that can't be looked into"
        return Removal(fix, Blocked(reason, "install it, and check again"))
    return Removal(fix)


def _refusal(workspace: Workspace, remaining: Sequence[tuple[str, Span]], what: str) -> Blocked:
    path, span = remaining[0]
    line = line_of(workspace.files.read(path) or b"", span.start)
    if len(remaining) == 1:
        reason = f"the import in {path}:{line} needs {what}, and can't be rewritten yet"
        remedy = "fix that import first"
    else:
        reason = f"{len(remaining)} imports need {what}, and can't be rewritten yet; the first is in {path}:{line}"
        remedy = "fix these imports first"
    return Blocked(reason, remedy, (Related(path, span, f"still needs {what}"),))


class _Comparison:
    """Compares how specifiers resolve before and after edits to one file, aliases or `exports`.

    Most references are decided by whether the file concerns them; the others resolve alike within a directory.
    """

    def __init__(self, targets: TargetResolver, path: str, edits: Sequence[Edit]) -> None:
        self._before = targets.workspace
        self._after = with_edits(targets.workspace, path, edits)
        self._path = path
        self._package = self._before.packages.package_of(path) if posixpath.basename(path) == "package.json" else None
        self._known: dict[tuple[str, str, tuple[Conditions, ...]], bool] = {}

    def is_worse(self, reference: Reference, importer: str) -> bool:
        specifier, directory = reference.specifier, importer.rpartition("/")[0]
        conditions = conditions_of(reference) if self._package is not None else ()
        key = (specifier, directory, conditions)
        if key not in self._known:
            self._known[key] = self._concerns(specifier, importer) and self._differs(specifier, importer, conditions)
        return self._known[key]

    def _concerns(self, specifier: str, importer: str) -> bool:
        """Whether the edits may change how a specifier resolves."""
        if self._package is not None:
            parts = split_package(specifier)
            return parts is not None and parts[0] == self._package.name
        config = self._before.packages.tsconfig_for(importer)
        if config is None or self._path not in config.chain:
            return False
        edited = self._after.packages.tsconfig_for(importer)
        return edited is None or edited.path_targets(specifier) != config.path_targets(specifier)

    def _differs(self, specifier: str, importer: str, conditions: tuple[Conditions, ...]) -> bool:
        before, after = (_files(state, specifier, importer, conditions) for state in (self._before, self._after))
        return any(path is not None and path != other for path, other in zip(before, after))


def _files(
    workspace: Workspace, specifier: str, importer: str, conditions: tuple[Conditions, ...]
) -> Iterator[str | None]:
    """The files behind a specifier: for the compiler with its aliases, and as the package's manifest says."""
    yield workspace.resolver.resolve(specifier, importer)
    for each in conditions:
        target = workspace.resolver.resolve_in_package(specifier, importer, each.value)
        yield None if target is None else target.path


def _remains(workspace: Workspace, facts: FileFacts, outcome: ReferenceOutcome) -> bool:
    """Whether a fix of the whole workspace leaves a reference as it is."""
    if isinstance(outcome.target, Blocked):
        return True
    disabled = workspace.settings.severity(_REWRITES, Severity.WARNING) is None
    return disabled or _is_suppressed(facts, outcome.legacy.reference)


def _is_suppressed(facts: FileFacts, reference: Reference) -> bool:
    relevant = [suppression for suppression in facts.suppressions if _REWRITES in suppression.rules]
    if not relevant:
        return False
    lines, statement = LineIndex(facts.text), reference.statement
    starts = (reference.span.start, *((statement.start,) if statement is not None else ()))
    at = {lines.line_at(start) for start in starts}
    return any(suppression.line is None or suppression.line in at for suppression in relevant)
