"""An imported name that the canonical module does not export.

    // ee/packages/workflows/src/runtime/client.ts exports `client`, and src/runtime/index.ts exports `start`
    import { client, start } from '@alga-psa/workflows/runtime/client';   // flagged: `start`

A name of a legacy module is flagged, too, if neither that module nor the module it moved to exports the name.  The
rewrite of such an import is offered all the same, since nothing gets worse by it.  Where only a part of the module
moved, such a name keeps its import.

Re-exports are followed, across packages too, and types are distinguished from values: a name that is exported as a
type only, and used as a value, is flagged as well.  At run time a missing name is `undefined`, or makes the program
fail when it is loaded.  Modules that can't be read in full are not checked, nor are the keys of a mock's factory.

The fix imports the name from the module of the package that exports it: an enclosing barrel, a module below, another,
or the root, the nearest first.  If several modules export it, they must mean one declaration.  The other names keep
their import; a form that can't be split is fixed only if all its names move to one module.  A module that re-exports
the importing file is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflow_ls.diagnostics import Blocked, Diagnostic, FileEdit, Fix, Related, Severity, Status
from workflow_ls.records import replace
from workflow_ls.rewrite.packages.export_search import (
    ExportCandidate,
    Missing,
    find_export_candidates,
    missing_names,
    move_names,
)
from workflow_ls.rules.shared.rule import FileContext, Rule

CODE = "missing-name"


def check(context: FileContext) -> Iterator[Diagnostic]:
    """Yield a finding for each name that the module of a reference does not export."""
    statements: dict[int, list[Missing]] = {}
    for missing in missing_names(context.targets, context.facts, context.outcomes):
        statements.setdefault(missing.reference.span.start, []).append(missing)
    for names in statements.values():
        yield from _report(context, names)


def _report(context: FileContext, names: Sequence[Missing]) -> Iterator[Diagnostic]:
    """The findings of one reference: they share one fix, since its names are in one clause."""
    reference, facts = names[0].reference, context.facts
    modules = find_export_candidates(context.targets, facts, names)
    moves = [(m.name, module.specifier) for m, module in zip(names, modules) if isinstance(module, ExportCandidate)]
    is_legacy = names[0].specifier != reference.specifier
    edits = _REWRITE_FIRST if is_legacy else move_names(facts.text, reference, moves) if moves else ()
    shown = " and ".join(f"'{specifier}'" for specifier in dict.fromkeys(specifier for _, specifier in moves))
    imported = " and ".join(f"`{name}`" for name in dict.fromkeys(name.name for name, _ in moves))
    for missing, module in zip(names, modules):
        role = "the module that it moved to, which lacks the name, too" if is_legacy else "the imported module"
        related: tuple[Related, ...] = (Related(missing.path, None, role),)
        replacements, fix, cause = tuple[str, ...](), None, None
        if isinstance(module, Blocked):
            cause = module
        else:
            related = (*related, Related(module.path, None, "a module that exports it"))
            if isinstance(edits, Blocked):
                cause = replace(edits, reason=f"`{module.specifier}` exports it, but {edits.reason}")
            else:
                replacements = (module.specifier,)
                fix = Fix(f"Import {imported} from {shown}", (FileEdit(context.path, edits, facts.text),))
        yield RULE.finding(
            context.path,
            missing.name.span,
            _message(missing),
            specifier=reference.specifier,
            replacements=replacements,
            status=Status.BLOCKED if fix is None else Status.VERIFIED,
            cause=cause,
            fix=fix,
            related=related,
            statement=reference.statement_start,
        )


def _message(missing: Missing) -> str:
    specifier, name = missing.reference.specifier, missing.name.name
    if missing.ambiguous:
        return f"`{name}` is ambiguous in `{specifier}`: two of its `export *` export it"
    if missing.found is not None:
        return f"`{specifier}` exports `{name}` only as a type, and this file uses it as a value"
    return f"`{specifier}` has no default export" if name == "default" else f"`{specifier}` does not export `{name}`"


_REWRITE_FIRST = Blocked("this import still names the legacy module", "rewrite it first")

RULE = Rule(CODE, "The canonical module does not export an imported name.", Severity.ERROR, check, __doc__)
