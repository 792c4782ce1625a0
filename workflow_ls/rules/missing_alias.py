"""A configuration of TypeScript that lacks the aliases for the canonical package.

The table lists the configurations whose `paths` must map the canonical package, and all below it, to its sources.
The effective `paths` are checked, after `extends` and with `baseUrl`.

A configuration that is not listed needs them, too, if it has `paths` in the place of those that it inherits, and a
build emits by it (`outDir`, or `noEmit: false`) a file that imports a legacy module by an alias or a path: Node would
follow the new import through `node_modules` to TypeScript sources, which it can't load.

    "paths": {
      "@alga-psa/workflows": ["ee/packages/workflows/src"],
      "@alga-psa/workflows/*": ["ee/packages/workflows/src/*"]
    }

The configuration of a bundler or test runner that resolves by aliases of its own, such as that of Vitest or webpack,
needs them, too, if one of its aliases leads a specifier of the canonical package elsewhere or nowhere, and a file of
its package imports this specifier, or will import it after a rewrite:

    alias: { '@alga-psa': path.resolve(__dirname, '../packages') }   // leads @alga-psa/workflows nowhere

The fix adds an alias before it, written like those beside it: as a member of an object, as a `find` with its
`replacement`, as a regular expression.  It is offered only if all these specifiers then lead to their files.

A finding says which of the two are missing, or have a wrong target.  The fix adds or corrects them in the file with the
effective `paths`, which this one may extend, with targets relative to the base and in the style of the other aliases;
without any `paths`, it adds them to the listed file.  It is offered only if both aliases then lead to the sources, the
other aliases of all listed configurations keep their targets, and no import breaks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflow_ls.diagnostics import Blocked, Diagnostic, FileEdit, Fix, Related, Severity, Status
from workflow_ls.manifests.added_build_aliases import plan_build_alias
from workflow_ls.manifests.aliases import MissingAlias, add_aliases, missing_aliases, read_config
from workflow_ls.project.builds.aliases.import_maps import PAGES
from workflow_ls.project.builds.build_files import BuildFiles
from workflow_ls.project.configuration.tsconfig import TsConfig
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.loading.build_obstacles import BuildObstacles, is_own, reason_of
from workflow_ls.rewrite.loading.emitted_imports import EmittedImports
from workflow_ls.rules.shared.rule import FileContext, JsonContext, MentionContext, Rule
from workflow_ls.text import Span

CODE = "missing-alias"


def check(context: JsonContext) -> Iterator[Diagnostic]:
    """Yield the findings of a configuration of TypeScript that lacks aliases, or of a tool that reads JSON."""
    workspace = context.workspace
    yield from _in_build(workspace, context.path)
    canonical = workspace.table.canonical
    if not canonical.name or workspace.files.kind(canonical.directory) != "directory":
        return
    config, listed = read_config(workspace, context.path), workspace.packages.listed_tsconfigs()
    missing = missing_aliases(workspace, config) if _may_need(config, listed) else ()
    if not missing:
        return
    needing = None
    if context.path not in listed:
        needing = workspace.component(EmittedImports).first_file_that_needs(context.path)
        if needing is None:
            return
    edit = add_aliases(workspace, config, missing)
    related = edit.related if isinstance(edit, Blocked) else ()
    if config.paths_from not in (None, context.path):
        related = (Related(config.paths_from or "", None, "the effective `paths`"), *related)
    if needing is not None:
        related = (Related(needing, None, "this file is emitted by it, and needs them"), *related)
    fix = None
    if isinstance(edit, FileEdit):
        verb = "Add" if any(alias.actual is None for alias in missing) else "Correct"
        where = "" if edit.path == context.path else f" in {edit.path}"
        fix = Fix(f"{verb} the path aliases for '{canonical.name}'{where}", (edit,))
    yield RULE.finding(
        context.path,
        _span(context, missing),
        _message(missing) + ("" if needing is None else f", and {needing} needs {_them(missing)} once it is emitted"),
        status=Status.BLOCKED if fix is None else Status.VERIFIED,
        cause=edit if isinstance(edit, Blocked) else None,
        fix=fix,
        related=related,
        about=canonical.name,
    )


def check_source(context: FileContext) -> Iterator[Diagnostic]:
    """Yield the findings of a configuration of a build or test runner that is a program."""
    return _in_build(context.workspace, context.path)


def check_mentions(context: MentionContext) -> Iterator[Diagnostic]:
    """Yield the findings of the import map of a page."""
    return _in_build(context.workspace, context.path) if context.path.endswith(PAGES) else iter(())


def _in_build(workspace: Workspace, path: str) -> Iterator[Diagnostic]:
    """A finding for each package that the configuration of a build or test runner leads elsewhere."""
    if path not in workspace.component(BuildFiles).with_aliases():
        return
    misled = workspace.component(BuildObstacles).needed(path)
    for package in workspace.table.packages:
        of_package = [each for each in misled if f"{each.specifier}/".startswith(f"{package.name}/")]
        if not of_package:
            continue
        first = of_package[0]
        edit = plan_build_alias(workspace, path, of_package)
        fix = None if isinstance(edit, Blocked) else Fix(f"Add the alias for '{package.name}'", (edit,))
        reason = reason_of(first)
        is_there = first.rule is not None and is_own(first.rule, package.name)
        yield RULE.finding(
            path,
            first.rule.key_at.span if first.rule is not None and first.rule.key_at.path == path else Span(0, 0),
            reason if is_there else f"the alias for `{package.name}` is missing: {reason}",
            status=Status.BLOCKED if fix is None else Status.VERIFIED,
            cause=edit if isinstance(edit, Blocked) else None,
            fix=fix,
            related=edit.related if isinstance(edit, Blocked) else (),
            about=package.name,
        )


RULE = Rule(
    CODE,
    "A configuration lacks the aliases for the canonical package.",
    Severity.WARNING,
    check_source,
    __doc__,
    check_json=check,
    check_mentions=check_mentions,
)


def _may_need(config: TsConfig, listed: Sequence[str]) -> bool:
    """Whether a configuration is listed, or emits files by `paths` of its own, which no listed one has."""
    return config.path in listed or (config.paths_from is not None and config.paths_from not in listed)


def _them(missing: Sequence[MissingAlias]) -> str:
    return "it" if len(missing) == 1 else "them"


def _message(missing: Sequence[MissingAlias]) -> str:
    absent = [alias for alias in missing if alias.actual is None]
    clauses = [
        f"the alias `{alias.key}` leads to {alias.actual}, not to {alias.expected}" for alias in missing if alias.actual
    ]
    if absent:
        keys = " and ".join(f"`{alias.key}`" for alias in absent)
        noun, verb = ("alias", "is") if len(absent) == 1 else ("aliases", "are")
        clauses.insert(0, f"the {noun} {keys} for {absent[0].expected.removesuffix('/*')} {verb} missing")
    return ", and ".join(clauses)


def _span(context: JsonContext, missing: Sequence[MissingAlias]) -> Span:
    """The key with a wrong target, if no alias is missing; else `paths`, or the object for it."""
    options = context.root.property_named("compilerOptions")
    paths = None if options is None else options.value.property_named("paths")
    wrong = (
        None
        if paths is None or any(alias.actual is None for alias in missing)
        else paths.value.property_named(missing[0].key)
    )
    member = wrong or paths or options
    return member.key_span if member is not None else Span(context.root.span.start, context.root.span.start + 1)
