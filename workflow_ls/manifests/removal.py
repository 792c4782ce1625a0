"""Plans the removal of aliases and `exports` entries, and finds the references that depend on them.

A reference depends on an entry if it resolves to another file, or to none, in the workspace without the entry, be it
now or after a build.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from workflow_ls.diagnostics import Applicability, Blocked, FileEdit, Fix, Related, Severity, Status
from workflow_ls.manifests.entries.needed_entries import EntryComparison, mentions_elsewhere
from workflow_ls.manifests.entries.specifiers_elsewhere import SpecifiersElsewhere
from workflow_ls.manifests.governed_sources import GovernedSources
from workflow_ls.project.all_references import AllReferences
from workflow_ls.project.configuration.alias import Alias
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.source_index import Sources
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record, replace
from workflow_ls.rewrite.conflicts import Outcomes
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.rewrite.target import cause_of
from workflow_ls.syntax.model import Reference
from workflow_ls.text import LineIndex, Span, apply_edits, line_of
from workflow_ls.vfs.files import is_source

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


def with_edits(workspace: Workspace, edit: FileEdit) -> Workspace:
    """The workspace after edits to one file."""
    return workspace.fork({edit.path: apply_edits(edit.before, edit.edits)})


def find_dependents(targets: TargetResolver, edit: FileEdit) -> Dependents:
    """The legacy references that depend on what an edit removes from the `paths` or `exports` of a file.

    Both the compiler, which reads aliases, and a program, which reads the package's `exports`, must find the same file
    with the edits as without them: if only one were compared, the other could hide that nothing is left.  Files of
    other kinds, such as style sheets, count with what they name.
    """
    workspace = targets.workspace
    comparison = EntryComparison(workspace, edit.path, with_edits(workspace, edit))
    if comparison.package is None:
        governed = workspace.component(GovernedSources)
        sources = governed.by_configuration().get(edit.path, ())
        texts = governed.texts_by_configuration().get(edit.path, ())
    else:
        sources = workspace.sources.candidates()
        texts = workspace.component(SpecifiersElsewhere).texts(True)
    found = dependents_of(targets, comparison.is_worse, sources, own=sources if comparison.package is None else ())
    elsewhere = tuple(mentions_elsewhere(workspace, comparison, texts))
    return replace(found, remaining=(*found.remaining, *elsewhere))


def dependents_of(
    targets: TargetResolver,
    is_worse: Callable[[Reference, str], bool],
    paths: Iterable[str],
    *,
    own: Iterable[str] = (),
) -> Dependents:
    """The legacy references of some files that resolve worse; `is_worse` takes one by specifier, and its file.

    `own` are files of which those in the legacy tree may name its modules by an alias.
    """
    remaining, rewritten, unverified = [*_own_names(targets.workspace, is_worse, own)], 0, False
    sources, outcomes = targets.workspace.sources, targets.database.component(Outcomes)
    suppressed = targets.database.component(SuppressedReferences)
    is_disabled = targets.workspace.settings.severity(_REWRITES, Severity.WARNING) is None
    for path in paths:
        worse = {reference.span for reference in sources.bare_references(path) if is_worse(reference, path)}
        for outcome in outcomes.of_file(path) if worse else ():
            span = outcome.legacy.reference.span
            if span not in worse:
                continue
            if is_disabled or isinstance(outcome.target, Blocked) or span in suppressed.of_file(path):
                remaining.append((path, span))
            else:
                rewritten += 1
                unverified = unverified or cause_of(outcome.target) is not None
    return Dependents(tuple(remaining), rewritten, unverified)


class AliasDependents(Component):
    """The legacy references that depend on aliases of builds: the same ones for equal aliases."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.targets = database.component(TargetResolver)
        self.governed = database.component(GovernedSources)

    @query
    def of_keys(self, keys: tuple[str, ...]) -> Dependents:
        """The references that one of the keys matches, in files of any package."""
        aliases = [Alias(key) for key in keys]

        def needs_one(reference: Reference, _importer: str) -> bool:
            return any(alias.star_of(reference.specifier) is not None for alias in aliases)

        is_private = any(self.table.module_of(key.partition("*")[0].rstrip("/")) is None for key in keys)
        trees = self.table.trees if is_private else ()
        own = (path for tree in trees for path in self.governed.below(tree))
        return dependents_of(self.targets, needs_one, self.governed.naming(keys), own=own)


def first_broken_reference(workspace: Workspace, edit: FileEdit) -> tuple[str, Span] | None:
    """The first reference to the table's packages that no longer resolves after edits to a configuration."""
    after = with_edits(workspace, edit)
    paths = workspace.component(GovernedSources).by_configuration().get(edit.path, ())
    for path in paths:
        for reference in workspace.sources.canonical_references(path):
            found = workspace.resolver.resolve(reference.specifier, path)
            if found is not None and after.resolver.resolve(reference.specifier, path) is None:
                return path, reference.span
    return None


def plan_removal(targets: TargetResolver, edit: FileEdit, what: str) -> Removal | Blocked:
    """The fix that removes what an edit removes from a file, called `what` ("the legacy aliases")."""
    if not edit.edits:
        return Blocked(f"{edit.path} can't be edited as it is written", "remove the keys by hand")
    return removal_of(targets, edit, what, find_dependents(targets, edit))


def removal_of(targets: TargetResolver, edit: FileEdit, what: str, dependents: Dependents) -> Removal | Blocked:
    """The same, with the references that depend on what is removed."""
    if dependents.remaining:
        return _refusal(targets.workspace, dependents.remaining, what)
    title, files = f"Remove {what}", (edit,)
    if not dependents.rewritten:
        return Removal(Fix(title, files))
    users = "the import that uses" if dependents.rewritten == 1 else f"the {dependents.rewritten} imports that use"
    fix = Fix(f"{title} (with {users} them)", files, Applicability.WORKSPACE_FIX)
    if dependents.unverified:
        reason = f"imports that use {what} move to a package that can't be read"
        return Removal(fix, Blocked(reason, "install it, and check again"))
    return Removal(fix)


def _own_names(
    workspace: Workspace, is_worse: Callable[[Reference, str], bool], paths: Iterable[str]
) -> Iterator[tuple[str, Span]]:
    """The references by which files of the legacy tree name its modules, and that no fix rewrites, with their files.

    They are no references to legacy modules from elsewhere, and are bare names of some alias, such as `~/runtime`.
    """
    all_references = workspace.component(AllReferences)
    for path in paths:
        for reference in (all_references.of_file(path) or ()) if workspace.table.in_tree(path) else ():
            is_bare = not reference.specifier.startswith(".") and workspace.table.module_of(reference.specifier) is None
            if is_bare and is_worse(reference, path):
                yield path, reference.span


def _refusal(workspace: Workspace, remaining: Sequence[tuple[str, Span]], what: str) -> Blocked:
    path, span = remaining[0]
    line = line_of(workspace.files.read(path) or b"", span.start)
    if len(remaining) == 1:
        kind = "import" if is_source(path) else "reference"
        reason = f"the {kind} in {path}:{line} needs {what}, and can't be rewritten yet"
        remedy = f"fix that {kind} first"
    else:
        reason = f"{len(remaining)} imports need {what}, and can't be rewritten yet; the first is in {path}:{line}"
        remedy = "fix these imports first"
    return Blocked(reason, remedy, (Related(path, span, f"still needs {what}"),))


class SuppressedReferences(Component):
    """The legacy references that no fix rewrites, since a comment suppresses the rule that does."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)

    @query
    def of_file(self, path: str) -> frozenset[Span]:
        """The places of these references of a file."""
        bare = self.sources.facts_without_text(path)
        relevant = [each for each in bare.suppressions if _REWRITES in each.rules] if bare is not None else []
        facts = self.sources.facts(path) if relevant else None
        if facts is None:
            return frozenset()
        lines, found = LineIndex(facts.text), set[Span]()
        for reference in (legacy.reference for legacy in facts.legacy_references):
            places = (reference.span, *((reference.statement,) if reference.statement is not None else ()))
            at = {lines.line_at(place.start) for place in places}
            if any(suppression.line is None or suppression.line in at for suppression in relevant):
                found.add(reference.span)
        return frozenset(found)
