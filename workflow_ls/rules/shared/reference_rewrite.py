"""The finding for a legacy reference, shared by the rules that rewrite references."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from workflow_ls.diagnostics import Applicability, Blocked, Diagnostic, Fix, Related, Severity
from workflow_ls.printable import listed
from workflow_ls.records import replace
from workflow_ls.rewrite.file_outcomes import ReferenceOutcome
from workflow_ls.rewrite.packages.export_search import missing_keys
from workflow_ls.rewrite.target import Target
from workflow_ls.rules.shared.rewrite_edits import RewriteEdit, RewriteEdits
from workflow_ls.rules.shared.rule import FileContext, Rule
from workflow_ls.syntax.model import Name


def report_rewrite(context: FileContext, number: int, rule: Rule) -> Diagnostic:
    """The finding for the legacy reference with an index, with its fix if it has a target."""
    outcome = context.outcomes[number]
    reference, target = outcome.legacy.reference, outcome.target
    if isinstance(target, Blocked):
        return _blocked(context, outcome, target, rule)
    shown = ", ".join(target.replacements)
    message = f"{_moved(reference.specifier, target)} moved to `{shown}`{_left(target)}"
    if not context.is_proved:
        # It looks like one with a fix, which is what most of them become.
        related = tuple(_related(context, outcome, target, None))
        return rule.at_reference(
            context.path, reference, message, replacements=target.replacements, related=related, deprecated=True
        )
    edit = context.targets.database.component(RewriteEdits).of_group(context.path, number)
    if isinstance(edit, Blocked):
        return _blocked(context, outcome, edit, rule)
    cycle = edit.cycle
    applicability = Applicability.ALWAYS if cycle is None else Applicability.UNSAFE
    return rule.at_reference(
        context.path,
        reference,
        message,
        replacements=target.replacements,
        status=target.status if cycle is None else cycle.status,
        cause=cycle or target.unverified,
        fix=Fix(
            f"{'Replace' if target.rest is None else 'Replace what moved'} with '{shown}'{_added(edit)}",
            edit.files,
            applicability,
        ),
        related=tuple(_related(context, outcome, target, cycle)),
        deprecated=True,
    )


def _moved(specifier: str, target: Target) -> str:
    if target.rest is None:
        return f"`{specifier}`"
    return f"{_names([name for part in target.parts[:-1] for name, _ in part.names])} of `{specifier}`"


def _left(target: Target) -> str:
    """The names that a rewrite leaves where they are, and why."""
    if target.rest is None:
        return ""
    names = [name for name, _ in target.rest.part.names]
    return f", and {_names(names)} {'stays' if len(names) == 1 else 'stay'}: {target.rest.cause.reason}"


def _names(names: Sequence[Name]) -> str:
    return listed([f"`{name.name}`" for name in names])


def _blocked(context: FileContext, outcome: ReferenceOutcome, cause: Blocked, rule: Rule) -> Diagnostic:
    specifier = outcome.legacy.reference.specifier
    message = f"`{specifier}` is a {context.workspace.table.legacy_module}, and can't be rewritten yet"
    if outcome.stays:
        message = f"`{specifier}` stays mocked at its old path, where its implementation still is"
    finding = rule.at_reference(
        context.path,
        outcome.legacy.reference,
        message,
        status=cause.status,
        cause=cause,
        related=cause.related,
        deprecated=not outcome.stays,
    )
    return replace(finding, severity=Severity.INFORMATION) if outcome.stays else finding


def _added(edit: RewriteEdit) -> str:
    """What a fix changes besides the specifier, for its title."""
    others = edit.files[1:]
    configurations = [file.path for file in others if file.path.endswith(".json")]
    sources = len(others) - len(configurations)
    added = ""
    if "package.json" in map(posixpath.basename, configurations):
        added = " and add the dependency"
    elif configurations:
        added = " and reference its project"
    return added + (f", with its mocks and imports in {sources} other file{'s' * (sources > 1)}" if sources else "")


def _related(
    context: FileContext, outcome: ReferenceOutcome, target: Target, cycle: Blocked | None
) -> Iterator[Related]:
    if target.path is not None:
        yield Related(target.path, None, "the target module")
    # A key of a mock that replaces nothing stood there before, too, so it is only noted.
    for name in missing_keys(context.targets, outcome.legacy.reference, target.path):
        reason = f"neither the legacy module nor its target exports `{name.name}`"
        yield Related(context.path, name.span, reason)
    yield from () if cycle is None else cycle.related
