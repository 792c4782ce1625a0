"""A specifier of the canonical package that its `exports` does not admit, or maps to a file that is not there.

    // ee/packages/workflows/package.json
    "exports": { "./secrets": "./src/secrets/index.ts" }         // flagged: the file is src/secrets.ts

    // packages/billing/src/keys.ts
    import { createSecret } from '@alga-psa/workflows/secrets';  // flagged

An alias of TypeScript may still find the module, so the compiler is content where Node, a bundler or a test is not.
Each view counts: what `types` leads to, and what `import` (or `require`) does where the reference is no type.  At the
manifest each entry is flagged whose file is missing, but no pattern and no `null`, and each subpath that references
wait for although its source is there: those of the package by name, and legacy ones whose rewrite is blocked for want
of that subpath.

The fix corrects the targets that are wrong where exactly one file fits, or adds an entry in the style of those beside
it: a pattern where other surfaces have patterns for their modules, else the exact subpath.  It is offered when it was
checked that every view then leads to the file, and that all other subpaths lead where they did.  What waited for the
entry can be rewritten then.  A specifier that only says too much (`/index`, `.js`, `/src/`) is shortened instead.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence

from workflow_ls.diagnostics import Diagnostic, FileEdit, Fix, Related, Severity, Status
from workflow_ls.jsonc.model import Node
from workflow_ls.manifests.exports_fix import Entry, edits_of, plan_entries
from workflow_ls.manifests.requested_subpaths import (
    SubpathRequest,
    UnresolvedReference,
    canonical_spelling,
    find_subpath_requests,
    unresolved_references,
    views_asked,
)
from workflow_ls.manifests.target_manifest import Manifest, missing_targets, module_of, open_manifest, source_candidates
from workflow_ls.project.specifiers import TYPES_CONDITIONS
from workflow_ls.rewrite.import_edits import replace_specifier
from workflow_ls.rewrite.package_lookup import views_of
from workflow_ls.rules.base import FileContext, JsonContext, Rule
from workflow_ls.text import Edit, Span

CODE = "unexported-subpath"
_SHOWN = 3
_ELSEWHERE = "{} is installed, not made in {}, so its manifest can't be corrected here; import what it serves"


def check(context: FileContext) -> Iterator[Diagnostic]:
    """Yield a finding for each reference to a package of the table that leads nowhere."""
    failed = tuple(unresolved_references(context.targets, context.facts))
    for known in dict.fromkeys(failure.known for failure in failed):
        manifest = open_manifest(context.workspace, known)
        yield from _report(context, manifest, [failure for failure in failed if failure.known == known])


def check_json(context: JsonContext) -> Iterator[Diagnostic]:
    """Yield a finding for each entry of a target package without its file, and for each entry that is waited for."""
    for known in context.workspace.table.packages:
        manifest = open_manifest(context.workspace, known)
        if manifest is not None and manifest.package.path == context.path:
            yield from _report_manifest(context, manifest)


def _report(
    context: FileContext, manifest: Manifest | None, failed: Sequence[UnresolvedReference]
) -> Iterator[Diagnostic]:
    plans: Mapping[str, Entry | str] = {}
    edits: Mapping[str, tuple[Edit, ...]] = {}
    shortened = dict[UnresolvedReference, str | None]()
    if manifest is not None:
        shortened = {f: canonical_spelling(manifest, f.subpath, views_of(f.reference)) for f in failed}
        wishes: dict[str, list[SubpathRequest]] = {}
        for failure in failed:
            if shortened[failure] is None:
                wish = SubpathRequest(context.path, failure.reference, failure.subpath)
                wishes.setdefault(failure.subpath, []).append(wish)
        plans = plan_entries(manifest, {subpath: views_asked(asked) for subpath, asked in wishes.items()})
        edits = edits_of(manifest, [plan for plan in plans.values() if isinstance(plan, Entry)])
    for failure in failed:
        reference, fix, related = failure.reference, None, failure.location.related
        replacement, plan = shortened.get(failure), plans.get(failure.subpath)
        reason: str | None = _ELSEWHERE.format(failure.known.name, failure.known.directory)
        if replacement is not None:
            change = replace_specifier(reference=reference, specifier=replacement)
            fix, reason = Fix(f"Replace with '{replacement}'", (FileEdit(context.path, change),)), None
        elif isinstance(plan, Entry) and manifest is not None:
            fix, reason = _fix(manifest, plan, edits), None
            related = (*related, Related(plan.path, None, "the module it would lead to"))
        elif plan is not None:
            reason = str(plan)
        yield Diagnostic(
            path=context.path,
            rule=CODE,
            severity=RULE.severity,
            message=f"`{reference.specifier}` leads nowhere: {failure.location.failure}",
            span=reference.span,
            specifier=reference.specifier,
            replacement=replacement,
            status=Status.BLOCKED if fix is None else Status.VERIFIED,
            reason=reason,
            fix=fix,
            related=related,
            statement=reference.statement_start,
        )


def _report_manifest(context: JsonContext, manifest: Manifest) -> Iterator[Diagnostic]:
    wishes = find_subpath_requests(context.targets, manifest)
    missing = {key: targets for key in manifest.exports if (targets := missing_targets(manifest, key))}
    waited_for = [subpath for subpath in wishes if subpath not in missing and _is_entry_wanted(manifest, subpath)]
    wanted = {key: tuple(dict.fromkeys(("types", "import", *views_asked(wishes.get(key, ()))))) for key in missing}
    wanted |= {subpath: views_asked(wishes[subpath]) for subpath in waited_for}
    plans = plan_entries(manifest, wanted)
    edits = edits_of(manifest, [plan for plan in plans.values() if isinstance(plan, Entry)])
    for key, targets in missing.items():
        file = posixpath.join(manifest.package.directory, str(targets[0].data).removeprefix("./"))
        message = f"`{key}` maps to {file}, which is not there"
        yield _at_manifest(manifest, key, targets[0].span, message, wishes.get(key, ()), plans[key], edits)
    for subpath in waited_for:
        span, message = _refusal(manifest, subpath)
        yield _at_manifest(manifest, subpath, span, message, wishes[subpath], plans[subpath], edits)


def _is_entry_wanted(manifest: Manifest, subpath: str) -> bool:
    """Whether the manifest is what has to change: the source is there, and nothing excludes it on purpose."""
    match = manifest.workspace.resolver.look_up(manifest.package, subpath, TYPES_CONDITIONS).match
    return bool(source_candidates(manifest, [module_of(subpath)])) and (match is None or match.outcome != "excluded")


def _refusal(manifest: Manifest, subpath: str) -> tuple[Span, str]:
    """The place in the manifest that refuses a subpath, and what it says: the key that matches it, or `exports`."""
    match = manifest.workspace.resolver.look_up(manifest.package, subpath, TYPES_CONDITIONS).match
    field = manifest.root.at("exports")
    member = (
        field.property_named(match.key) if field is not None and match is not None and match.key is not None else None
    )
    if match is None or member is None:
        return _place(manifest.root), f"`exports` does not admit `{subpath}`"
    if match.outcome == "found" and match.target is not None:
        file = posixpath.join(manifest.package.directory, match.target.removeprefix("./"))
        return member.key_span, f"`{member.key}` maps `{subpath}` to {file}, which is not there"
    return member.key_span, f"`{member.key}` does not serve `{subpath}` in every way it is asked for"


def _at_manifest(
    manifest: Manifest,
    subpath: str,
    span: Span,
    message: str,
    wishes: Sequence[SubpathRequest],
    plan: Entry | str,
    edits: Mapping[str, tuple[Edit, ...]],
) -> Diagnostic:
    if wishes:
        message += f", and {len(wishes)} references wait for it" if wishes[1:] else ", and 1 reference waits for it"
    related = tuple(Related(wish.path, wish.reference.span, "this waits for it") for wish in wishes[:_SHOWN])
    if isinstance(plan, Entry):
        related = (*related, Related(plan.path, None, "the module it would lead to"))
    return Diagnostic(
        path=manifest.package.path,
        rule=CODE,
        severity=RULE.severity,
        message=message,
        span=span,
        specifier=manifest.specifier(subpath),
        status=Status.VERIFIED if isinstance(plan, Entry) else Status.BLOCKED,
        reason=None if isinstance(plan, Entry) else plan,
        fix=_fix(manifest, plan, edits) if isinstance(plan, Entry) else None,
        related=related,
    )


def _fix(manifest: Manifest, plan: Entry, edits: Mapping[str, tuple[Edit, ...]]) -> Fix:
    together = [key for key, change in edits.items() if change == edits[plan.key]]
    shown = " and ".join(f"`{key}`" for key in together)
    title = f"Correct {shown} in" if plan.corrects else f"Add {shown} to"
    return Fix(f"{title} the exports of {manifest.known.name}", (FileEdit(manifest.package.path, edits[plan.key]),))


def _place(root: Node) -> Span:
    """The key `exports`, else the package's name, else the start."""
    member = root.property_named("exports") or root.property_named("name")
    return Span(root.span.start, root.span.start + 1) if member is None else member.key_span


RULE = Rule(
    CODE,
    "The canonical package does not export this subpath.",
    Severity.ERROR,
    check,
    __doc__,
    check_json=check_json,
)
