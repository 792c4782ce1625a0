"""Where one specifier goes, candidate by candidate."""

from __future__ import annotations

from workflow_ls.project.file_facts import FileFacts, LegacyReference
from workflow_ls.project.resolver import module_file
from workflow_ls.records import record
from workflow_ls.rewrite.conflicts import find_outcomes
from workflow_ls.rewrite.resolution import Target, TargetResolver
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.text import Span


@record
class Use:
    """One reference, as it was explained: its names ("*" for any), its place (None for no file), and its target."""

    names: tuple[str, ...]
    span: Span | None
    target: Target


@record
class Explanation:
    """What is known about a legacy specifier.

    `module` is its path below the legacy tree, `path` the file there, None where it is gone.  `exports` counts the
    names that file exports.  `candidates` are the table's, in its order; `chosen` is the one that serves the whole
    workspace, None where none does.  `uses` are the references of the file asked about, or one that may use any name.
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
    """Explain a legacy specifier as the file `importer` would see it; None for a specifier that is not legacy.

    Without an importer, or where it does not refer to that module, the answer is for a namespace import.
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
        uses = (Use(("*",), None, targets.find(facts, legacy)),)
    choice = targets.choice(module)
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
        Use(_names(outcome.legacy.reference), outcome.legacy.reference.span, outcome.target)
        for outcome in outcomes
        if outcome.legacy.module == module
    )


def _names(reference: Reference) -> tuple[str, ...]:
    return (*(name.name for name in reference.names), *(("*",) if reference.whole else ()))
