"""A file of the core reaches for EE code.

The core ships without EE, so none of its files may depend on the EE workflows package, on a directory of EE code, or on
a specifier that stands for such code; a type alone is a dependency, too, since the core must also compile without EE.

    import { start } from '@alga-psa/workflows/runtime';          // flagged in the core
    import type { Plan } from '../../ee/server/src/lib/plan';     // flagged in the core

What counts is where a specifier leads: relative paths, path aliases and packages are followed.  The table says which
files are the core, and which directories and specifiers are EE code.  Legacy specifiers in the core are the business of
`deprecated-import`.  A `declare module` declares what the core is given, and imports nothing.

There is no fix, since the way out is a choice of design: let the core declare the interface that it needs, and inject
the implementation from the EE side; or move the file there.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.diagnostics import Diagnostic, Related, Severity
from workflow_ls.rules.base import FileContext, Rule
from workflow_ls.syntax.model import Form

CODE = "core-imports-ee"

_WAY_OUT = "declare the interface here and pass the implementation in from there, or move this file there"


def check(context: FileContext) -> Iterator[Diagnostic]:
    """Yield a finding for each reference of a core file that leads to EE code."""
    for reference in context.facts.ee_references:
        if reference.form is Form.DECLARE_MODULE:
            continue
        path = context.workspace.resolver.resolve(reference.specifier, context.path)
        yield Diagnostic(
            path=context.path,
            rule=CODE,
            severity=RULE.severity,
            message=f"`{reference.specifier}` is EE code, which the core ships without, so inject it from the EE side",
            span=reference.span,
            specifier=reference.specifier,
            reason=_WAY_OUT,
            related=() if path is None else (Related(path, None, "the EE module it leads to"),),
            statement=reference.statement_start,
        )


RULE = Rule(CODE, "A file of the core reaches for EE code.", Severity.ERROR, check, __doc__)
