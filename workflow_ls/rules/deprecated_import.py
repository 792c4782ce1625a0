"""A module reference that names a legacy workflow module by specifier.

The workflow code moved from the shared core to the EE package, without shims.  A specifier such as
`@shared/workflow/runtime` or `@alga-psa/shared/workflow/runtime` is its old name: in an import, a re-export, a dynamic
import, an import type, a `require`, a mock, or any other form that takes a module.

    import { start } from '@shared/workflow/runtime';        // flagged
    import { start } from '@alga-psa/workflows/runtime';     // the new name

The fix replaces the specifier.  It is offered only if it is verified: the `exports` of the package have the new
specifier, the file behind it exists and exports every imported name, it does not re-export the importing file, and it
runs where the importing file runs: a file that may run in a browser does not come to load what only servers run, such
as Node's own modules and the packages in `serverPackages`.  A file is taken to run on servers if it loads such a module
already, or is `'use server'`; tests are left out.  Otherwise the finding says which of these failed, where, and how to
unblock it.  All references to one legacy module get one target.  A query (`?raw`) and loaders (`!!raw-loader!`) stay as
they are; the file they take has the one-to-one path only.

A mock replaces a module by its file, whatever the specifier.  It moves, together with the imports that get its names,
only if every path by which the test reaches the old module moves, and if its factory has all that is taken from the new
one.  Where the new module only re-exports the old one, which is what runs, a mock may stay: the finding then is
information, and nothing is to do until the module itself is moved.

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
    for number, outcome in enumerate(context.outcomes):
        if not outcome.legacy.relative and not context.is_proxied(outcome.legacy):
            yield report_rewrite(context, number, RULE)


RULE = Rule(CODE, "A module reference names a legacy workflow module.", Severity.WARNING, check, __doc__)
