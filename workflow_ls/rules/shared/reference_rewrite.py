"""The finding for a legacy reference, shared by the rules that rewrite references."""

from __future__ import annotations

from collections.abc import Iterable

from workflow_ls.diagnostics import Blocked, Diagnostic, FileEdit, Fix, Related, Severity
from workflow_ls.manifests.dependencies import declarations
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.source_index import Sources
from workflow_ls.records import replace
from workflow_ls.rewrite.conflicts import Outcomes
from workflow_ls.rewrite.file_outcomes import ReferenceOutcome
from workflow_ls.rewrite.mocking.mock_proof import MockProof
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.rewrite.text_edits.import_edits import rewrite
from workflow_ls.rules.shared.rule import FileContext, Rule
from workflow_ls.text import Edit


def report_rewrite(context: FileContext, outcome: ReferenceOutcome, rule: Rule) -> Diagnostic:
    """The finding for a legacy reference, with its fix if it has a target."""
    reference, target = outcome.legacy.reference, outcome.target
    if isinstance(target, Blocked):
        message = f"`{reference.specifier}` is a legacy workflow module, and can't be rewritten yet"
        if outcome.stays:
            message = f"`{reference.specifier}` stays mocked at its old path, where its implementation still is"
        finding = rule.at_reference(
            context.path,
            reference,
            message,
            status=target.status,
            cause=target,
            related=target.related,
            deprecated=not outcome.stays,
        )
        return replace(finding, severity=Severity.INFORMATION) if outcome.stays else finding
    shown = ", ".join(target.replacements)
    files = context.targets.database.component(RewriteEdits).of_group(context.path, context.outcomes.index(outcome))
    own, others = files[0], [file.path for file in files[1:]]
    sources = [path for path in others if not path.endswith(".json")]
    added = " and add the dependency" if len(sources) < len(others) else ""
    with_them = f", with its mocks and imports in {_counted(len(sources))}" if sources else ""
    return rule.at_reference(
        context.path,
        reference,
        f"`{reference.specifier}` moved to `{shown}`",
        replacements=target.replacements,
        status=target.status,
        cause=target.unverified,
        fix=Fix(f"Replace with '{shown}'{added}{with_them}", (own, *files[1:])),
        related=() if target.path is None else (Related(target.path, None, "the target module"),),
        deprecated=True,
    )


def _counted(files: int) -> str:
    return f"{files} other file{'s' if files > 1 else ''}"


class RewriteEdits(Component):
    """The edits of rewrites."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.targets = database.component(TargetResolver)
        self.sources = database.component(Sources)
        self.outcomes = database.component(Outcomes)
        self.proof = database.component(MockProof)

    def of_group(self, path: str, number: int) -> tuple[FileEdit, ...]:
        """The edits of a rewrite and of those that must be made with it, one entry for each file, its own first."""
        together = self.proof.together(path, number)
        return join_edits(file for each in ((path, number), *together) for file in self.of_one(*each))

    @query
    def of_one(self, path: str, number: int) -> tuple[FileEdit, ...]:
        """The edits of one rewrite: those of its file, then those of manifests; none if it is blocked."""
        facts, outcome = self.sources.facts(path), self.outcomes.of_file(path)[number]
        if facts is None or isinstance(outcome.target, Blocked):
            return ()
        parts = outcome.target.parts
        edits = rewrite(facts.text, reference=outcome.legacy.reference, parts=parts)
        return (FileEdit(path, edits), *declarations(self.targets, path, parts))


def join_edits(files: Iterable[FileEdit]) -> tuple[FileEdit, ...]:
    """The edits of several changes, one entry for each file, in the order in which the files come first."""
    edits: dict[str, dict[Edit, None]] = {}
    for file in files:
        edits.setdefault(file.path, {}).update(dict.fromkeys(file.edits))
    return tuple(FileEdit(path, tuple(sorted(each))) for path, each in edits.items())
