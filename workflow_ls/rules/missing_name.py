"""An imported name that the canonical module does not export.

    // ee/packages/workflows/src/runtime/client.ts exports `client`, and src/runtime/index.ts exports `start`
    import { client, start } from '@alga-psa/workflows/runtime/client';   // flagged: `start`

Re-exports are followed, across packages too, and types are told from values: a name that is exported as a type only,
and used as a value, is flagged as well.  A name that is missing at run time is `undefined`, or ends the program when it
is loaded.  Nothing is said of a module that can't be read in full, and of the keys of a mock's factory.

The fix asks the module of the package that does export the name: an enclosing barrel, a module below, the root, or
another, the nearest first.  Where several export it they must mean one declaration.  Names that are right where they
are keep their import; a form that can't be split is fixed only if all its names go to one module.  A module whose
exports come back to the importing file is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflow_ls.diagnostics import Diagnostic, FileEdit, Fix, Related, Severity, Status
from workflow_ls.rewrite.export_search import (
    ExportCandidate,
    Missing,
    find_export_candidates,
    missing_names,
    move_names,
)
from workflow_ls.rules.base import FileContext, Rule

CODE = "missing-name"


def check(context: FileContext) -> Iterator[Diagnostic]:
    """Yield a finding for each name that the module of a reference does not export."""
    statements: dict[int, list[Missing]] = {}
    for missing in missing_names(context.targets, context.facts):
        statements.setdefault(missing.reference.span.start, []).append(missing)
    for together in statements.values():
        yield from _report(context, together)


def _report(context: FileContext, together: Sequence[Missing]) -> Iterator[Diagnostic]:
    """The findings of one reference: they share one fix, since its names are asked for in one clause."""
    reference, facts = together[0].reference, context.facts
    places = find_export_candidates(context.targets, facts, together)
    moves = [(m.name, place.specifier) for m, place in zip(together, places) if isinstance(place, ExportCandidate)]
    edits = move_names(facts.text, reference, moves) if moves else ()
    shown = " and ".join(f"'{specifier}'" for specifier in dict.fromkeys(specifier for _, specifier in moves))
    names = " and ".join(f"`{name}`" for name in dict.fromkeys(name.name for name, _ in moves))
    for missing, place in zip(together, places):
        related: tuple[Related, ...] = (Related(missing.path, None, "the module that is asked for it"),)
        replacement, fix, reason = None, None, None
        if not isinstance(place, ExportCandidate):
            reason = place
        else:
            related = (*related, Related(place.path, None, "a module that exports it"))
            if isinstance(edits, str):
                reason = f"`{place.specifier}` exports it, but {edits}"
            else:
                replacement = place.specifier
                fix = Fix(f"Import {names} from {shown}", (FileEdit(context.path, edits),))
        yield Diagnostic(
            path=context.path,
            rule=CODE,
            severity=RULE.severity,
            message=_message(missing),
            span=missing.name.span,
            specifier=reference.specifier,
            replacement=replacement,
            status=Status.BLOCKED if fix is None else Status.VERIFIED,
            reason=reason,
            fix=fix,
            related=related,
            statement=reference.statement_start,
        )


def _message(missing: Missing) -> str:
    specifier, name = missing.reference.specifier, missing.name.name
    if missing.ambiguous:
        return f"`{specifier}` gets `{name}` from two modules, and so exports neither"
    if missing.found is not None:
        return f"`{specifier}` exports `{name}` as a type only, and it is used as a value here"
    return f"`{specifier}` has no default export" if name == "default" else f"`{specifier}` does not export `{name}`"


RULE = Rule(CODE, "The canonical module does not export an imported name.", Severity.ERROR, check, __doc__)
