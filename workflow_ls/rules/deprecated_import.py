"""A module reference that names a legacy workflow module by specifier.

The workflow code moved from the shared core to the EE package, without shims.  A specifier such as
`@shared/workflow/runtime` or `@alga-psa/shared/workflow/runtime` is its old name: in an import, a re-export, a dynamic
import, an import type, a `require`, a mock, or any other form that takes a module.

    import { start } from '@shared/workflow/runtime';        // flagged
    import { start } from '@alga-psa/workflows/runtime';     // the new name

The fix replaces the specifier.  It is offered only if it is verified: the `exports` of the package have the new
specifier, the file behind it exists and exports every imported name, and it does not re-export the importing file.
Otherwise the finding says which of these failed, where, and how to unblock it.  All references to one legacy module
get one target, so that a mock and the import that it mocks stay together.

A module that only re-exports the legacy tree is reported as `legacy-proxy`.

Inside the legacy tree the fix is a relative path.  Elsewhere in the core there is none, since the core must build
without EE: declare an interface and inject the implementation from the EE side, or move the file there.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.diagnostics import Diagnostic, Severity
from workflow_ls.rules.shared.reference_rewrite import report_rewrite
from workflow_ls.rules.shared.rule import FileContext, Rule

CODE = "deprecated-import"


def check(context: FileContext) -> Iterator[Diagnostic]:
    """Yield a finding for each legacy specifier in a module reference."""
    for outcome in context.outcomes:
        if not outcome.legacy.relative and not context.is_proxied(outcome.legacy):
            yield report_rewrite(context, outcome, RULE)


RULE = Rule(CODE, "A module reference names a legacy workflow module.", Severity.WARNING, check, __doc__)
