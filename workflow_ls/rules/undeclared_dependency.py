"""A package that imports the canonical package without declaring it.

    // packages/billing/src/invoices.ts
    import { publish } from '@alga-psa/workflows/streams';

    // packages/billing/package.json
    { "name": "@alga-psa/billing", "dependencies": { "@alga-psa/core": "*" } }   // flagged

Such an import works only while another package installs the dependency, and fails in a build that installs this
package alone.  The finding is reported at the manifest, once for each missing package, and names the files that import
it.  Files of the core are left out, since they must not import the EE package; so is a root manifest whose `workspaces`
contain the package, since the installation links it there.

The fix adds the package to the section that has the legacy package; without one, to `dependencies`, or to
`devDependencies` if only tests and the configuration of tools import it.  The version is one that the package manager
of the workspace installs (`workspace:*` for pnpm), in the style of the manifest's other packages of the workspace, or
of its neighbours.  The rewrite of a legacy import includes this edit.

tsup and the like leave out of a bundle what the manifest declares.  Where Node could not load the import then, since
the package serves TypeScript, nothing is added: list the package in `noExternal` first, or in `devDependencies`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workflow_ls.diagnostics import Applicability, Blocked, Diagnostic, Fix, Related, Severity, Status
from workflow_ls.manifests.dependencies import declare, imported_without
from workflow_ls.manifests.dependency_cycles import cycle_reason
from workflow_ls.printable import listed
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.loading.bundled_imports import BundledImports
from workflow_ls.rewrite.packages.dependency_sections import sections_for
from workflow_ls.rules.shared.rule import JsonContext, Rule, key_or_start
from workflow_ls.text import Span

CODE = "undeclared-dependency"
_SHOWN = 3


def check(context: JsonContext) -> Iterator[Diagnostic]:
    """Yield a finding for each package that a manifest fails to declare."""
    workspace = context.workspace
    package = workspace.packages.package_of(context.path)
    if package is None or package.path != context.path:
        return
    uses: dict[str, list[tuple[str, Span]]] = {}
    for name, path, span in imported_without(workspace, package):
        uses.setdefault(name, []).append((path, span))
    for name, imports in uses.items():
        files = dict(reversed(imports))  # the first import in each file
        edit, sections = declare(workspace, package, name), sections_for(workspace, package, name)
        importers = listed(list(dict.fromkeys(path for path, _ in imports)), most=1)
        verb = "imports" if len(files) == 1 else "import"
        cause = cycle = cycle_reason(workspace, package.directory, name)
        left_out = _left_out(workspace, imports)
        if edit is None:
            reason = f"the package {name} is neither in the workspace nor in node_modules, so its version is unknown"
            cause = Blocked(reason, "install it by hand")
        cause = left_out or cause
        title, applicability = f"Add {name} to {' and '.join(sections)}", Applicability.ALWAYS
        if cycle is not None:
            applicability = Applicability.UNSAFE
        fix = None if edit is None or left_out is not None else Fix(title, (edit,), applicability)
        yield RULE.finding(
            context.path,
            key_or_start(context.root, *sections, "dependencies", "name"),
            f"this manifest does not declare `{name}`, which {importers} {verb}",
            specifier=name,
            status=Status.VERIFIED if cause is None else Status.BLOCKED,
            cause=cause,
            fix=fix,
            related=(
                *(Related(path, files[path], "imported here") for path in sorted(files)[:_SHOWN]),
                *(() if cycle is None else cycle.related),
            ),
        )


def _left_out(workspace: Workspace, imports: Iterable[tuple[str, Span]]) -> Blocked | None:
    """Why a bundle must not leave the package of some imports out, which it does once that is declared."""
    bundled = workspace.component(BundledImports)
    return next(filter(None, (bundled.obstacle_to_declaring(path, span) for path, span in imports)), None)


RULE = Rule(
    CODE,
    "A package imports the canonical package without declaring it.",
    Severity.ERROR,
    None,
    __doc__,
    check_json=check,
)
