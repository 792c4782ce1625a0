"""A relative path that reaches into the legacy workflow tree from outside it.

`../workflow/streams` inside `shared/`, or `../../shared/workflow/streams` in a service, names a legacy workflow module:
a search for the old specifiers misses it, and the move breaks it.

    import { client } from '../../shared/workflow/streams/redisStreamClient';   // flagged
    import { client } from '@alga-psa/workflows/streams';                       // the new name

The fix and its verification are those of `deprecated-import`.  A file of the core outside the tree gets no fix, since
the core must build without EE.  References between files of the tree are not flagged, unless they name a module that
left it before, and whose new place is known; re-exports of the tree by the
canonical package, and by modules that only re-export it, are reported as `legacy-proxy`.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.diagnostics import Blocked, Diagnostic, Severity
from workflow_ls.project.file_facts import Area, area_of
from workflow_ls.rules.shared.reference_rewrite import report_rewrite
from workflow_ls.rules.shared.rule import FileContext, Rule

CODE = "deprecated-relative-import"


def check(context: FileContext) -> Iterator[Diagnostic]:
    """Yield a finding for each relative path from outside the legacy tree into it, and to what left it."""
    inside = area_of(context.workspace.table, context.path) is Area.LEGACY
    for number, outcome in enumerate(context.outcomes):
        if inside and isinstance(outcome.target, Blocked):
            continue  # it leads nowhere, which the compiler says
        if outcome.legacy.relative and not context.is_proxied(outcome.legacy):
            yield report_rewrite(context, number, RULE)


RULE = Rule(CODE, "A relative path reaches into the legacy workflow tree.", Severity.WARNING, check, __doc__)
