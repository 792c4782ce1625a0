"""Explains the target of one legacy specifier, candidate by candidate."""

from __future__ import annotations

from workflow_ls.diagnostics import Blocked
from workflow_ls.project.file_facts import FileFacts, LegacyReference
from workflow_ls.project.resolution.resolver import module_file
from workflow_ls.records import record
from workflow_ls.rewrite.conflicts import find_outcomes
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.rewrite.target import Candidate, Target
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.text import Span


@record
class Use:
    """An explained reference: its names ("*" for any), its place (None without a file), and its target.

    `candidates` are those that were tried, in order.
    """

    names: tuple[str, ...]
    span: Span | None
    target: Target | Blocked
    candidates: tuple[Candidate, ...]


@record
class Explanation:
    """The explanation of a legacy specifier.

    `module` is its path below the legacy tree, `path` the file there, None if it is deleted.  `exports` is the number
    of names that the file exports.  `candidates` are the table's, in its order; `chosen` is the one that serves the
    whole workspace, None if none does.  `uses` are the references of the importing file, or one that may use any name.
    """

    specifier: str
    module: str
    path: str | None
    exports: int
    note: str | None
    candidates: tuple[str, ...]
    chosen: str | None
    uses: tuple[Use, ...]


def explain(targets: TargetResolver, specifier: str, importer: str | None) -> Explanation | None:
    """Explain a legacy specifier as imported by the file `importer`; None for a specifier that is not legacy.

    Without an importer, or if it has no reference to that module, a namespace import is explained.
    """
    workspace = targets.workspace
    module = workspace.table.module_of(specifier)
    if module is None:
        return None
    uses = _uses(targets, module, importer) if importer is not None else ()
    if not uses:
        path = importer or "any-file.ts"
        reference = Reference(Form.IMPORT, specifier, Span(0, 0), "'", whole=True)
        legacy = LegacyReference(reference, module, relative=False)
        facts = FileFacts(path, b"", (legacy,))
        resolution = targets.find(facts, legacy)
        uses = (Use(("*",), None, resolution.target, resolution.candidates),)
    choice = targets.choices.choice(module)
    candidates = workspace.table.candidates(module)
    return Explanation(
        specifier,
        module,
        module_file(workspace.files, workspace.table.tree, module),
        len(choice.legacy.names) if choice.legacy is not None else 0,
        workspace.table.note(module),
        candidates,
        choice.chosen,
        uses,
    )


def _uses(targets: TargetResolver, module: str, importer: str) -> tuple[Use, ...]:
    facts = targets.workspace.sources.facts(importer)
    outcomes = () if facts is None else find_outcomes(targets, facts)
    return tuple(
        Use(_names(outcome.legacy.reference), outcome.legacy.reference.span, outcome.target, outcome.candidates)
        for outcome in outcomes
        if outcome.legacy.module == module
    )


def _names(reference: Reference) -> tuple[str, ...]:
    return (*(name.name for name in reference.names), *(("*",) if reference.whole else ()))
