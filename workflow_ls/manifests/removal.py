"""Who still needs what an edit of a manifest or configuration takes away.

Whether a reference resolves as before is found out by resolving it in the workspace as it would be with the edit.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from workflow_ls.diagnostics import Applicability, FileEdit, Fix, Related, Severity, Status
from workflow_ls.project.file_facts import FileFacts
from workflow_ls.project.specifiers import (
    IMPORT_CONDITIONS,
    REQUIRE_CONDITIONS,
    TYPES_CONDITIONS,
    TYPES_OF_REQUIRE_CONDITIONS,
    split_package,
)
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.rewrite.conflicts import Outcome, find_outcomes
from workflow_ls.rewrite.package_lookup import views_of
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.syntax.model import Reference
from workflow_ls.text import Edit, LineIndex, Span, apply_edits, line_of

_REWRITES = "deprecated-import"  # the rule that rewrites legacy specifiers


@record
class Dependents:
    """The legacy references, by specifier, that resolve worse with an edit.

    `staying` are those that can't be rewritten, or that nobody asks to, with their files and places; `leaving` is how
    many others there are, `unchecked` whether one of these has a target that can't be looked into.
    """

    staying: tuple[tuple[str, Span], ...]
    leaving: int
    unchecked: bool


@record
class Removal:
    """What becomes of an edit that takes something away: its fix, if it may be made, and what stands in its way."""

    fix: Fix | None
    status: Status
    reason: str | None = None
    related: tuple[Related, ...] = ()


def with_edits(workspace: Workspace, path: str, edits: Sequence[Edit]) -> Workspace:
    """The workspace as it would be with edits to one file."""
    text = apply_edits(workspace.files.read(path) or b"", edits)
    return workspace.fork({path: text})


def find_dependents(targets: TargetResolver, path: str, edits: Sequence[Edit]) -> Dependents:
    """The legacy references that need what edits to `paths` or `exports` of the file at `path` take away.

    A reference needs it where the compiler, or who goes by the package's `exports`, finds another file with the edits
    than it finds without, or none.  Both count, since an alias may go as well as an export: each alone would hide that
    nothing is left.
    """
    comparison = _Comparison(targets, path, edits)
    staying, leaving, unchecked = list[tuple[str, Span]](), 0, False
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
            if _stays(targets.workspace, facts, outcome):
                staying.append((facts.path, span))
            else:
                leaving += 1
                unchecked = unchecked or outcome.target.status is Status.UNVERIFIED
    return Dependents(tuple(staying), leaving, unchecked)


def first_broken_reference(workspace: Workspace, path: str, edits: Sequence[Edit]) -> tuple[str, Span] | None:
    """The first reference to a target package that resolves no more with edits to the file at `path`, and its file."""
    after = with_edits(workspace, path, edits)
    for facts in workspace.sources.candidate_facts():
        for reference in facts.canonical_references:
            found = workspace.resolver.resolve(reference.specifier, facts.path)
            if found is not None and after.resolver.resolve(reference.specifier, facts.path) is None:
                return facts.path, reference.span
    return None


def plan_removal(targets: TargetResolver, path: str, edits: Sequence[Edit], what: str) -> Removal:
    """How to take away what the edits take away, called `what` ("the legacy aliases"), from the file at `path`."""
    if not edits:
        return Removal(None, Status.BLOCKED, "this can't be edited as it is written; remove the keys by hand")
    needed = find_dependents(targets, path, edits)
    if needed.staying:
        return _refusal(targets.workspace, needed.staying, what)
    title, files = f"Remove {what}", (FileEdit(path, tuple(edits)),)
    if not needed.leaving:
        return Removal(Fix(title, files), Status.VERIFIED)
    users = "the import that uses" if needed.leaving == 1 else f"the {needed.leaving} imports that use"
    fix = Fix(f"{title} (with {users} them)", files, Applicability.WORKSPACE_FIX)
    if needed.unchecked:
        return Removal(fix, Status.UNVERIFIED, "imports that use them go to a package that can't be looked into")
    return Removal(fix, Status.VERIFIED)


def _refusal(workspace: Workspace, staying: Sequence[tuple[str, Span]], what: str) -> Removal:
    path, span = staying[0]
    line = line_of(workspace.files.read(path) or b"", span.start)
    if len(staying) == 1:
        reason = f"an import that can't be rewritten yet still needs {what}, in {path}:{line}; settle that one first"
    else:
        reason = (
            f"{len(staying)} imports that can't be rewritten yet still need {what}, first {path}:{line}; "
            "settle these first"
        )
    return Removal(None, Status.BLOCKED, reason, (Related(path, span, f"still needs {what}"),))


class _Comparison:
    """How specifiers resolve before and after edits to one file, aliases or `exports`.

    Most references are settled by a look at what the file has to do with them; of the others, those in one directory
    resolve alike.
    """

    def __init__(self, targets: TargetResolver, path: str, edits: Sequence[Edit]) -> None:
        self._before = targets.workspace
        self._after = with_edits(targets.workspace, path, edits)
        self._path = path
        self._package = self._before.packages.package_of(path) if posixpath.basename(path) == "package.json" else None
        self._known: dict[tuple[str, str, tuple[str, ...]], bool] = {}

    def is_worse(self, reference: Reference, importer: str) -> bool:
        specifier, directory = reference.specifier, importer.rpartition("/")[0]
        views = views_of(reference) if self._package is not None else ()
        key = (specifier, directory, views)
        if key not in self._known:
            self._known[key] = self._concerns(specifier, importer) and self._differs(specifier, importer, views)
        return self._known[key]

    def _concerns(self, specifier: str, importer: str) -> bool:
        """Whether the edits say something else of a specifier."""
        if self._package is not None:
            parts = split_package(specifier)
            return parts is not None and parts[0] == self._package.name
        config = self._before.packages.tsconfig_for(importer)
        if config is None or self._path not in config.chain:
            return False
        edited = self._after.packages.tsconfig_for(importer)
        return edited is None or edited.path_targets(specifier) != config.path_targets(specifier)

    def _differs(self, specifier: str, importer: str, views: tuple[str, ...]) -> bool:
        now, then = (_found(workspace, specifier, importer, views) for workspace in (self._before, self._after))
        return any(path is not None and path != other for path, other in zip(now, then))


def _found(workspace: Workspace, specifier: str, importer: str, views: tuple[str, ...]) -> Iterator[str | None]:
    """The files behind a specifier: for the compiler with its aliases, and as the package's manifest says."""
    yield workspace.resolver.resolve(specifier, importer)
    for view in views:
        target = workspace.resolver.resolve_in_package(specifier, importer, _CONDITIONS[view])
        yield None if target is None else target.path


_CONDITIONS = {
    "types": TYPES_CONDITIONS,
    "types of require": TYPES_OF_REQUIRE_CONDITIONS,
    "import": IMPORT_CONDITIONS,
    "require": REQUIRE_CONDITIONS,
}


def _stays(workspace: Workspace, facts: FileFacts, outcome: Outcome) -> bool:
    """Whether a reference is left as it is by a fix of the whole workspace."""
    if outcome.target.status is Status.BLOCKED:
        return True
    off = workspace.settings.severity(_REWRITES, Severity.WARNING) is None
    return off or _is_suppressed(facts, outcome.legacy.reference)


def _is_suppressed(facts: FileFacts, reference: Reference) -> bool:
    relevant = [suppression for suppression in facts.suppressions if _REWRITES in suppression.rules]
    if not relevant:
        return False
    lines, statement = LineIndex(facts.text), reference.statement
    starts = (reference.span.start, *((statement.start,) if statement is not None else ()))
    at = {lines.line_at(start) for start in starts}
    return any(suppression.line is None or suppression.line in at for suppression in relevant)
