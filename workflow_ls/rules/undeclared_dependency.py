"""A package that imports the canonical package without declaring it.

    // packages/billing/src/invoices.ts
    import { publish } from '@alga-psa/workflows/streams';

    // packages/billing/package.json
    { "name": "@alga-psa/billing", "dependencies": { "@alga-psa/core": "*" } }   // flagged

It works as long as another package happens to have it installed beside this one, and fails in a build that installs
this package alone.  The finding stands at the manifest, once for each package that is missing there, and names the
files that import it.  Files of the core are left out, since they may not import the EE package at all; so is a root
manifest whose `workspaces` hold the package, since installing links it there.

The fix adds the package to `dependencies`, written as the manifest writes its other packages of the workspace (`*`,
`workspace:*`, `file:…`), or as its neighbours do.  A rewrite of a legacy import brings this edit with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.diagnostics import Diagnostic, Fix, Related, Severity, Status
from workflow_ls.jsonc.model import Node
from workflow_ls.manifests.dependencies import FIELD, declare, imported_without
from workflow_ls.printable import listed
from workflow_ls.rules.base import JsonContext, Rule
from workflow_ls.text import Span

CODE = "undeclared-dependency"
_SHOWN = 3
_UNKNOWN = "{} is neither in the workspace nor in node_modules, so its version is not known; install it by hand"


def check(context: JsonContext) -> Iterator[Diagnostic]:
    """Yield a finding for each package that a manifest fails to declare."""
    workspace = context.workspace
    package = workspace.packages.package_of(context.path)
    if package is None or package.path != context.path:
        return
    uses: dict[str, list[tuple[str, Span]]] = {}
    for name, path, span in imported_without(workspace, package):
        uses.setdefault(name, []).append((path, span))
    for name, places in uses.items():
        files = dict(reversed(places))  # the first place in each file
        edit = declare(workspace, package, name)
        importers = listed(list(dict.fromkeys(path for path, _ in places)), most=1)
        yield Diagnostic(
            path=context.path,
            rule=CODE,
            severity=RULE.severity,
            message=f"`{name}` is imported here ({importers}), but this manifest does not declare it",
            span=_place(context.root),
            specifier=name,
            status=Status.BLOCKED if edit is None else Status.VERIFIED,
            reason=_UNKNOWN.format(name) if edit is None else None,
            fix=None if edit is None else Fix(f"Add {name} to {FIELD}", (edit,)),
            related=tuple(Related(path, files[path], "imported here") for path in sorted(files)[:_SHOWN]),
        )


def _place(root: Node) -> Span:
    """The key of the dependencies, else the package's name, else the start."""
    member = root.property_named(FIELD) or root.property_named("name")
    return Span(root.span.start, root.span.start + 1) if member is None else member.key_span


RULE = Rule(
    CODE,
    "A package imports the canonical package without declaring it.",
    Severity.ERROR,
    None,
    __doc__,
    check_json=check,
)
