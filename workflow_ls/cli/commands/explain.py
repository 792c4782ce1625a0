"""`workflow-ls explain`: a rule, or why each candidate target of a legacy specifier passes or fails."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from workflow_ls.cli.context import CommandContext, open_context
from workflow_ls.cli.errors import UsageError, unknown
from workflow_ls.cli.paths import below
from workflow_ls.diagnostics import Blocked
from workflow_ls.ide.explanation import Explanation, Use
from workflow_ls.printable import counted, listed, visible
from workflow_ls.rewrite.target import Candidate
from workflow_ls.rules import CODES, all_rules
from workflow_ls.text import LineIndex
from workflow_ls.vfs.root import find_root, is_too_wide


def run(options: argparse.Namespace) -> int:
    """Explain a rule or a specifier; returns the exit code."""
    subject: str = options.subject
    if subject in CODES:
        print(_rule_page(subject))
        return 0
    start = options.importer or "."
    if options.importer is not None and not Path(start).is_file():
        raise UsageError(f"{start}: no such file")
    root = options.root or find_root(start)
    context = open_context([root], root, search=False)
    context.files.searched = options.root is not None or start == "." or not is_too_wide(root)
    from workflow_ls.analysis import Analysis
    from workflow_ls.project.workspace import Workspace

    importer = below(context.root, options.importer) if options.importer is not None else None
    analysis = Analysis(Workspace(context.files, context.table, context.settings))
    explanation = analysis.explain(subject, importer)
    if explanation is None:
        if "/" in subject or subject.startswith("@"):
            legacy = " or ".join(f"`{name}`" for name in context.table.roots)
            raise UsageError(f"`{subject}` is not a legacy specifier. Those start with {legacy}.")
        raise unknown("rule", subject, CODES)
    print("\n".join(visible(line) for line in _lines(context, explanation, importer)))
    return 0


def _rule_page(code: str) -> str:
    rule = next(rule for rule in all_rules() if rule.code == code)
    return f"{rule.code} ({rule.severity.label} by default)\n\n{rule.page.strip()}"


def _lines(context: CommandContext, explanation: Explanation, importer: str | None) -> Iterator[str]:
    yield f"{explanation.specifier}"
    if explanation.path is None:
        yield "  file: none in the legacy tree"
    else:
        yield f"  file: {explanation.path}, which exports {counted(explanation.exports, 'name')}"
    if explanation.note:
        yield f"  note: {explanation.note}"
    if explanation.chosen is not None:
        yield f"  target for the whole workspace: {explanation.chosen}"
    for use in explanation.uses:
        yield ""
        yield from _use(context, explanation, use, importer)


def _use(context: CommandContext, explanation: Explanation, use: Use, importer: str | None) -> Iterator[str]:
    names = ", ".join("any name" if name == "*" else visible(name) for name in use.names) or "no names"
    if importer is None:
        yield "A file outside the core that uses any name:"
    elif use.span is None:
        yield f"{importer} has no reference to it. A reference that uses any name:"
    else:
        position = LineIndex(context.files.read(importer) or b"").position(use.span.start, "utf-32")
        yield f"{importer}:{position.line + 1}:{position.column + 1} uses {names}:"
    tried = {candidate.specifier: candidate for candidate in use.candidates}
    # Shown in the table's order; the target for the whole workspace was only tried first.
    in_order = [tried.pop(specifier) for specifier in explanation.candidates if specifier in tried]
    for number, candidate in enumerate((*in_order, *tried.values()), start=1):
        yield from _candidate(number, candidate)
    yield from _verdict(use)


def _candidate(number: int, candidate: Candidate) -> Iterator[str]:
    yield f"  {number}. {candidate.specifier}: {'passes' if candidate.passed else 'fails'}"
    if candidate.path is not None:
        by = f", by the exports key `{candidate.key}`" if candidate.key is not None else ""
        yield f"       resolves to {candidate.path}{by}"
    if candidate.blocked is not None:
        yield f"       {visible(candidate.blocked.reason)}"
        if candidate.blocked.remedy:
            yield f"       remedy: {visible(candidate.blocked.remedy)}"
    else:
        yield "       exports every name that is used, and does not re-export from the importing file"


def _verdict(use: Use) -> Iterator[str]:
    target = use.target
    if isinstance(target, Blocked):
        yield f"  blocked: {visible(target.message)}"
        return
    yield f"  target: {', '.join(target.replacements)} ({target.status.value})"
    if target.unverified is not None:
        yield f"  {visible(target.unverified.message)}"
    if target.rest is not None:
        names = listed([name.name for name, _ in target.rest.part.names])
        yield f"  stays where it is: {visible(names)}, since {visible(target.rest.cause.message)}"
