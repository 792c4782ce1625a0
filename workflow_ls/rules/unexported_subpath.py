"""A specifier of the canonical package whose subpath is missing in its `exports`, or points to a missing file.

    // ee/packages/workflows/package.json
    "exports": { "./secrets": "./src/secrets/index.ts" }         // flagged: the file is src/secrets.ts

    // packages/billing/src/keys.ts
    import { createSecret } from '@alga-psa/workflows/secrets';  // flagged

An exact entry is flagged, too, if the package's own build does not make its target: if its one configuration of tsup or
tsdown lists single files, the build makes only these.

An alias of TypeScript may still find the module, so that the code compiles and fails in Node, a bundler or a test.
All conditions are checked: `types`, and `import` (or `require`) if the reference is no type.  In the manifest, each
entry is flagged whose file is missing (no patterns, and no `null`), and each missing entry that references need and
whose source exists: imports of the subpath, and legacy imports whose rewrite is blocked without it.

The fix corrects the wrong targets if exactly one file fits, or adds an entry in the style of its neighbours: a pattern
if other surfaces have patterns for their modules, else the exact subpath.  It is offered only if all conditions then
lead to the file, and all other subpaths to the same files as before.  Rewrites that need the entry are possible then.
A specifier with a superfluous part (`/index`, `.js`, `/src/`) is shortened instead.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence

from workflow_ls.diagnostics import Blocked, Diagnostic, FileEdit, Fix, Related, Severity, Status
from workflow_ls.manifests.entries.built_exports import unbuilt_targets
from workflow_ls.manifests.entries.entry_edits import Entry, edits_of
from workflow_ls.manifests.entries.exports_fix import plan_entries
from workflow_ls.manifests.entries.requested_subpaths import (
    SubpathRequest,
    SubpathRequests,
    UnresolvedReference,
    canonical_spelling,
    requested_conditions,
    unresolved_references,
)
from workflow_ls.manifests.target_manifest import Manifest, missing_targets, module_of, open_manifest, source_candidates
from workflow_ls.printable import counted
from workflow_ls.project.resolution.bare_specifiers import TYPES_CONDITIONS
from workflow_ls.rewrite.packages.package_lookup import Conditions, conditions_of
from workflow_ls.rewrite.text_edits.import_edits import replace_specifier
from workflow_ls.rules.shared.rule import FileContext, JsonContext, Rule, key_or_start
from workflow_ls.text import Edit, Span

CODE = "unexported-subpath"
_SHOWN = 3


def check(context: FileContext) -> Iterator[Diagnostic]:
    """Yield a finding for each reference to a package of the table that does not resolve."""
    unresolved = tuple(unresolved_references(context.targets, context.facts))
    for known in dict.fromkeys(each.known for each in unresolved):
        manifest = open_manifest(context.workspace, known)
        yield from _report(context, manifest, [each for each in unresolved if each.known == known])


def check_json(context: JsonContext) -> Iterator[Diagnostic]:
    """Yield a finding for each entry of a target package whose file is missing, and for each missing entry."""
    for known in context.workspace.table.packages:
        manifest = open_manifest(context.workspace, known)
        if manifest is not None and manifest.package.path == context.path:
            yield from _report_manifest(context, manifest)


def _report(
    context: FileContext, manifest: Manifest | None, unresolved: Sequence[UnresolvedReference]
) -> Iterator[Diagnostic]:
    """The findings of one file for one package; `manifest` is None if the package is not made in the workspace."""
    plans: Mapping[str, Entry | Blocked] = {}
    edits: Mapping[str, tuple[Edit, ...]] = {}
    shortened = dict[UnresolvedReference, str | None]()
    if manifest is not None:
        shortened = {u: canonical_spelling(manifest, u.subpath, conditions_of(u.reference)) for u in unresolved}
        requests: dict[str, list[SubpathRequest]] = {}
        for each in unresolved:
            if shortened[each] is None:
                request = SubpathRequest(context.path, each.reference, each.subpath)
                requests.setdefault(each.subpath, []).append(request)
        plans = plan_entries(manifest, {subpath: requested_conditions(found) for subpath, found in requests.items()})
        edits = edits_of(manifest, [plan for plan in plans.values() if isinstance(plan, Entry)])
    for each in unresolved:
        reference, related = each.reference, each.blocked.related
        replacement, plan = shortened.get(each), plans.get(each.subpath)
        fix, cause = None, None
        if replacement is not None:
            change = replace_specifier(reference=reference, specifier=replacement)
            fix = Fix(f"Replace with '{replacement}'", (FileEdit(context.path, change, context.facts.text),))
        elif isinstance(plan, Entry) and manifest is not None:
            fix = _fix(manifest, plan, edits)
            related = (*related, Related(plan.path, None, "the source module"))
        elif isinstance(plan, Blocked):
            cause = plan
        else:
            reason = f"the manifest of {each.known.name} is installed, not part of {each.known.directory}"
            cause = Blocked(reason, "import a subpath that it exports")
        yield RULE.at_reference(
            context.path,
            reference,
            f"`{reference.specifier}` does not resolve: {each.blocked.reason}",
            replacements=() if replacement is None else (replacement,),
            status=Status.BLOCKED if fix is None else Status.VERIFIED,
            cause=cause,
            fix=fix,
            related=related,
        )


def _report_manifest(context: JsonContext, manifest: Manifest) -> Iterator[Diagnostic]:
    requests = context.workspace.component(SubpathRequests).of_package(manifest.known)
    missing = {key: targets for key in manifest.exports if (targets := missing_targets(manifest, key))}
    unserved = [subpath for subpath in requests if subpath not in missing and _is_entry_missing(manifest, subpath)]
    wanted: dict[str, tuple[Conditions, ...]] = {}
    for key in missing:
        conditions = (Conditions.TYPES, Conditions.IMPORT, *requested_conditions(requests.get(key, ())))
        wanted[key] = tuple(dict.fromkeys(conditions))
    wanted |= {subpath: requested_conditions(requests[subpath]) for subpath in unserved}
    plans = plan_entries(manifest, wanted)
    edits = edits_of(manifest, [plan for plan in plans.values() if isinstance(plan, Entry)])
    for key, targets in missing.items():
        file = posixpath.join(manifest.package.directory, str(targets[0].data).removeprefix("./"))
        message = f"`{key}` points to a missing file ({file})"
        yield _at_manifest(manifest, key, targets[0].span, message, requests.get(key, ()), plans[key], edits)
    for target in unbuilt_targets(manifest):
        if target.key not in missing:
            entry = source_candidates(manifest, [module_of(target.key)])
            remedy = f"add an entry for {entry[0]}" if entry else "add one, or correct the target"
            yield RULE.finding(
                context.path,
                target.leaf.span,
                f"`{target.key}` points to {target.file}, which the build does not make",
                specifier=manifest.specifier(target.key),
                status=Status.BLOCKED,
                cause=Blocked(f"no entry of {target.configuration} has this output", remedy),
                related=(Related(target.configuration, None, "the entries of the build"),),
            )
    for subpath in unserved:
        span, message = _refusal(manifest, subpath)
        yield _at_manifest(manifest, subpath, span, message, requests[subpath], plans[subpath], edits)


def _is_entry_missing(manifest: Manifest, subpath: str) -> bool:
    """Whether the manifest must change: the source of the subpath exists, and no entry excludes it (null)."""
    match = manifest.workspace.resolver.look_up(manifest.package, subpath, TYPES_CONDITIONS).match
    return bool(source_candidates(manifest, [module_of(subpath)])) and (match is None or match.outcome != "excluded")


def _refusal(manifest: Manifest, subpath: str) -> tuple[Span, str]:
    """The place in the manifest that refuses a subpath, with a message: the key that matches it, or `exports`."""
    match = manifest.workspace.resolver.look_up(manifest.package, subpath, TYPES_CONDITIONS).match
    field = manifest.root.at("exports")
    member = (
        field.property_named(match.key) if field is not None and match is not None and match.key is not None else None
    )
    if match is None or member is None:
        return key_or_start(manifest.root, "exports", "name"), f"{manifest.known.name} does not export `{subpath}`"
    if match.outcome == "found" and match.target is not None:
        file = posixpath.join(manifest.package.directory, match.target.removeprefix("./"))
        if manifest.workspace.files.kind(file) != "file":
            return member.key_span, f"`{member.key}` maps `{subpath}` to a missing file ({file})"
    return member.key_span, f"`{member.key}` does not serve `{subpath}` under all conditions of its importers"


def _at_manifest(
    manifest: Manifest,
    subpath: str,
    span: Span,
    message: str,
    requests: Sequence[SubpathRequest],
    plan: Entry | Blocked,
    edits: Mapping[str, tuple[Edit, ...]],
) -> Diagnostic:
    if requests:
        message += f"; {counted(len(requests), 'import')} {'need' if requests[1:] else 'needs'} it"
    related = tuple(Related(each.path, each.reference.span, "this import needs it") for each in requests[:_SHOWN])
    if isinstance(plan, Entry):
        related = (*related, Related(plan.path, None, "the source module"))
    return RULE.finding(
        manifest.package.path,
        span,
        message,
        specifier=manifest.specifier(subpath),
        status=Status.VERIFIED if isinstance(plan, Entry) else Status.BLOCKED,
        cause=plan if isinstance(plan, Blocked) else None,
        fix=_fix(manifest, plan, edits) if isinstance(plan, Entry) else None,
        related=related,
    )


def _fix(manifest: Manifest, plan: Entry, edits: Mapping[str, tuple[Edit, ...]]) -> Fix:
    together = [key for key, change in edits.items() if change == edits[plan.key]]
    shown = " and ".join(f"`{key}`" for key in together)
    title = f"Correct {shown} in" if plan.corrects else f"Add {shown} to"
    edit = FileEdit(manifest.package.path, edits[plan.key], manifest.text)
    return Fix(f"{title} the exports of {manifest.known.name}", (edit,))


RULE = Rule(
    CODE,
    "The canonical package does not export this subpath.",
    Severity.ERROR,
    check,
    __doc__,
    check_json=check_json,
)
