"""A configuration of TypeScript that must carry the aliases for the canonical package, and does not.

The table lists the configurations whose `paths` must send the canonical package, and all below it, to its sources.
What counts is what is in force, after `extends` and with `baseUrl`.

    "paths": {
      "@alga-psa/workflows": ["ee/packages/workflows/src"],
      "@alga-psa/workflows/*": ["ee/packages/workflows/src/*"]
    }

A finding tells which of the two are missing, or lead elsewhere.  The fix adds or corrects them where the `paths` in
force are written, which may be a file that this one extends, with targets relative to the base, and in the style of the
other aliases; without any `paths`, it adds them to the listed file.  It was checked that with the fix both aliases lead
to the sources, that all other aliases of all listed configurations lead where they did, and that no import is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflow_ls.diagnostics import Diagnostic, Fix, Related, Severity, Status
from workflow_ls.manifests.aliases import MissingAlias, add_aliases, missing_aliases, read_config
from workflow_ls.rules.base import JsonContext, Rule
from workflow_ls.text import Span

CODE = "missing-alias"


def check(context: JsonContext) -> Iterator[Diagnostic]:
    """Yield one finding where a listed configuration does not send the canonical package to its sources."""
    workspace = context.workspace
    canonical = workspace.table.canonical
    if (
        context.path not in workspace.packages.listed_tsconfigs()
        or workspace.files.kind(canonical.directory) != "directory"
    ):
        return
    config = read_config(workspace, context.path)
    missing = missing_aliases(workspace, config)
    if not missing:
        return
    addition = add_aliases(workspace, config, missing)
    related = addition.related
    if config.paths_from not in (None, context.path):
        related = (Related(config.paths_from or "", None, "where the `paths` in force are written"), *related)
    fix = None
    if addition.edit is not None:
        verb = "Add" if any(alias.actual is None for alias in missing) else "Correct"
        where = "" if addition.edit.path == context.path else f" in {addition.edit.path}"
        fix = Fix(f"{verb} the path aliases for '{canonical.name}'{where}", (addition.edit,))
    yield Diagnostic(
        path=context.path,
        rule=CODE,
        severity=RULE.severity,
        message=_message(missing),
        span=_span(context, missing),
        status=Status.BLOCKED if fix is None else Status.VERIFIED,
        reason=addition.reason,
        fix=fix,
        related=related,
    )


RULE = Rule(
    CODE,
    "A listed configuration lacks the aliases for the canonical package.",
    Severity.WARNING,
    None,
    __doc__,
    check_json=check,
)


def _message(missing: Sequence[MissingAlias]) -> str:
    absent = [alias for alias in missing if alias.actual is None]
    told = [
        f"the alias `{alias.key}` leads to {alias.actual}, not to {alias.expected}" for alias in missing if alias.actual
    ]
    if absent:
        keys = " and ".join(f"`{alias.key}`" for alias in absent)
        alias, verb = ("alias", "is") if len(absent) == 1 else ("aliases", "are")
        told.insert(0, f"the {alias} {keys} {verb} missing, for {absent[0].expected.removesuffix('/*')}")
    return ", and ".join(told)


def _span(context: JsonContext, missing: Sequence[MissingAlias]) -> Span:
    """The key that leads elsewhere, if that is all; else `paths`, or what would hold it."""
    options = context.root.property_named("compilerOptions")
    paths = None if options is None else options.value.property_named("paths")
    wrong = (
        None
        if paths is None or any(alias.actual is None for alias in missing)
        else paths.value.property_named(missing[0].key)
    )
    member = wrong or paths or options
    return member.key_span if member is not None else Span(context.root.span.start, context.root.span.start + 1)
