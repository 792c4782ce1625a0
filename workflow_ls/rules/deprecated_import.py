"""A module reference that names a legacy workflow module by specifier.

The workflow code left the shared core for the EE package, in one cut and without shims.  A specifier such as
`@shared/workflow/runtime` or `@alga-psa/shared/workflow/runtime` names its old place: in an import, a re-export, a
dynamic import, an import type, a `require`, a mock, or any other form that takes a module.

    import { start } from '@shared/workflow/runtime';        // flagged
    import { start } from '@alga-psa/workflows/runtime';     // where it went

The fix replaces the specifier.  It is offered when it was checked: the package's `exports` admit the new specifier,
the file behind it exists and exports every imported name, and it does not lead back to the importing file.  Where
that fails, the finding says which of the three failed, where, and what would unblock it.  All references to one
legacy module go to one target, so that a mock and the import it stands for stay together.

Inside the legacy tree the fix is a relative path.  Elsewhere in the core there is none, since the core must build
without EE: inject what it needs from the EE side, or move the file there.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.diagnostics import Diagnostic, Severity
from workflow_ls.rules.base import FileContext, Rule
from workflow_ls.rules.rewriting import report_rewrite

CODE = "deprecated-import"


def check(context: FileContext) -> Iterator[Diagnostic]:
    """Yield a finding for each legacy specifier in a module reference."""
    for outcome in context.outcomes:
        if not outcome.legacy.relative:
            yield report_rewrite(context, outcome, rule=CODE, severity=RULE.severity)


RULE = Rule(CODE, "A module reference names a legacy workflow module.", Severity.WARNING, check, __doc__)
