"""A core file imports EE code.

The core ships without EE, so its files must not depend on the EE workflows package, on a directory of EE code, or on
a specifier that is an alias of such code.  A type import counts as well, since the core must compile without EE.

    import { start } from '@alga-psa/workflows/runtime';          // flagged in the core
    import type { Plan } from '../../ee/server/src/lib/plan';     // flagged in the core

Specifiers are resolved: relative paths, path aliases and packages are followed.  The table defines which files are the
core, and which directories and specifiers are EE code.  Legacy specifiers in the core are reported by
`deprecated-import`.  A `declare module` imports nothing, and is not flagged.

There is no fix, since the remedy is a design decision: declare an interface in the core and inject the implementation
from the EE side, or move the file to the EE side.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.diagnostics import Diagnostic, Related, Severity
from workflow_ls.rewrite.target import boundary
from workflow_ls.rules.shared.rule import FileContext, Rule
from workflow_ls.syntax.model import Form

CODE = "core-imports-ee"


def check(context: FileContext) -> Iterator[Diagnostic]:
    """Yield a finding for each reference of a core file to EE code."""
    for reference in context.facts.ee_references:
        if reference.form is Form.DECLARE_MODULE:
            continue
        module = "the EE module" if context.workspace.table.is_builtin else "the module"
        table, specifier = context.workspace.table, reference.specifier
        path = context.workspace.resolver.resolve(specifier, context.path)
        yield RULE.at_reference(
            context.path,
            reference,
            f"core code must not import EE module `{specifier}`"
            if table.is_builtin
            else f"`core` code must not import `{specifier}`",
            cause=boundary(table),
            related=() if path is None else (Related(path, None, module),),
        )


RULE = Rule(CODE, "A core file imports EE code.", Severity.ERROR, check, __doc__)
