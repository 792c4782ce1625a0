"""The face of the core: a workspace in, findings and edits out.

Both front ends call these functions, and only these.  Nothing here raises for what a workspace holds: what can't be
read becomes a notice, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from workflow_ls.diagnostics import Applicability, Diagnostic, FileEdit, Fix, Notice, Report, Status
from workflow_ls.rewrite.explanation import Explanation, explain
from workflow_ls.rewrite.outcomes import find_outcomes
from workflow_ls.rewrite.suppression import suppress_file, suppress_line
from workflow_ls.rewrite.target import Targets
from workflow_ls.rules import CODES, all_rules
from workflow_ls.rules.base import FileContext, Unused
from workflow_ls.syntax.model import MARKER, Suppression
from workflow_ls.text import Edit, LineIndex, OverlappingEditsError, apply_edits, sort_edits
from workflow_ls.workspace.files import is_source, is_within
from workflow_ls.workspace.legacy import FileFacts
from workflow_ls.workspace.model import Workspace, is_utf8


@dataclass(frozen=True, slots=True)
class FileFix:
    """The change that "fix all" makes to one file: its text before and after, and the findings it settles.

    `edits` lead from the one to the other; they are in file order.
    """

    path: str
    before: bytes
    after: bytes
    settled: tuple[Diagnostic, ...]
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class FixOptions:
    """Which fixes "fix all" applies.

    `unsafe` adds those that are only made on request, `require_verified` drops those that could not be checked.
    `rule` leaves only those of one rule.
    """

    unsafe: bool = False
    require_verified: bool = False
    rule: str | None = None


class Analysis:
    """The analysis of one workspace, with what it has looked up shared among the files."""

    def __init__(self, workspace: Workspace, rules: Collection[str] | None = None) -> None:
        """`rules` are the codes to run; None runs all.  Settings turn rules off and change their severity."""
        self.workspace = workspace
        self.targets = Targets(workspace)
        selected = (rule for rule in all_rules() if rules is None or rule.code in rules)
        severity = workspace.settings.severity
        self._rules = [rule for rule in selected if severity(rule.code, rule.severity) is not None]

    def forget(self, paths: Collection[str], *, listed: bool = True) -> bool:
        """Take note that the files at `paths` changed, or also appeared or went (`listed`).

        Returns whether the findings of other files may differ from before.
        """
        by_demand = self.targets.depends_on_demand
        signatures = [self._signature(path) for path in paths] if by_demand else []
        differs = self.workspace.forget(paths, listed=listed)
        if differs:
            self.targets = Targets(self.workspace)
        elif by_demand and signatures != [self._signature(path) for path in paths]:
            differs = True
            self.targets = Targets(self.workspace)
        return differs

    def _signature(self, path: str) -> list[tuple[str, tuple[str, ...]]]:
        """What a file asks of the legacy modules, by name."""
        facts = self.workspace.facts(path) if is_source(path) else None
        found = () if facts is None else facts.legacy
        return [
            (f"{legacy.module} {legacy.reference.callee}", tuple(name.name for name in legacy.reference.names))
            for legacy in found
        ]

    def check(self, within: Sequence[str] = ("",)) -> Report:
        """The findings of all files that are in one of the paths `within` (files or directories)."""
        diagnostics, notices = list[Diagnostic](), list[Notice]()
        paths = [path for path in self.workspace.candidates() if any(is_within(path, place) for place in within)]
        for path in paths:
            notice = self.unreadable(path)
            if notice is not None:
                notices.append(notice)
            else:
                found = self.check_file(path)
                diagnostics += found
                if found:
                    # Where its specifiers lead depends on it, so what is wrong with it is told beside them.
                    self.workspace.tsconfig_for(path)
        return Report(tuple(diagnostics), (*notices, *self.workspace.notices()), len(paths))

    def check_one(self, path: str) -> Report:
        """The findings of one file, whether the search would find it or not."""
        if self.workspace.is_exempt(path):
            return Report((), (), 0)
        notice = self.unreadable(path)
        diagnostics = self.check_file(path)
        self.workspace.tsconfig_for(path)
        return Report(diagnostics, (*(() if notice is None else (notice,)), *self.workspace.notices()), 1)

    def unreadable(self, path: str) -> Notice | None:
        """Why a file is skipped, if it is."""
        text = self.workspace.files.read(path)
        if text is None:
            return Notice(path, "skipped: it can't be read")
        limit = self.workspace.settings.max_file_size
        if len(text) > limit:
            size = f"{limit / 1_000_000:g} MB"
            return Notice(path, f"skipped: it is larger than {size} (maxFileSize in workflow-ls.json)")
        return None if is_utf8(text) else Notice(path, "skipped: it is not UTF-8")

    def check_file(self, path: str) -> tuple[Diagnostic, ...]:
        """The findings of one file, in file order; none where it can't be read."""
        facts = self.workspace.facts(path)
        if facts is None or self.workspace.is_exempt(path):
            return ()
        context = FileContext(self.workspace, facts, find_outcomes(self.targets, facts))
        found = [d for rule in self._rules if not rule.closing for d in rule.check(context)]
        kept, unused = _suppress(facts, found, {rule.code for rule in self._rules})
        context = replace(context, unused=unused)
        kept += [d for rule in self._rules if rule.closing for d in rule.check(context)]
        return tuple(sorted((self._graded(d) for d in kept), key=lambda d: (d.span, d.rule)))

    def _graded(self, diagnostic: Diagnostic) -> Diagnostic:
        severity = self.workspace.settings.severity(diagnostic.rule, diagnostic.severity)
        return diagnostic if severity in (None, diagnostic.severity) else replace(diagnostic, severity=severity)

    def explain(self, specifier: str, importer: str | None) -> Explanation | None:
        """Where a legacy specifier goes, seen from the file `importer`; None for a specifier that is not legacy."""
        return explain(Targets(self.workspace, thorough=True), specifier, importer)

    def fix_file(self, path: str, options: FixOptions) -> FileFix | None:
        """What "fix all" makes of one file; None where it changes nothing."""
        return self.fix_findings(path, self.check_file(path), options)

    def fix_findings(self, path: str, findings: Iterable[Diagnostic], options: FixOptions) -> FileFix | None:
        """What the fixes of a file's findings, from `check_file`, make of it; None where they change nothing.

        A fix that overlaps an earlier one is left for the next run.
        """
        facts = self.workspace.facts(path)
        edits, settled = set[Edit](), list[Diagnostic]()
        for diagnostic in findings if facts is not None else ():
            if not applies(diagnostic, options) or diagnostic.fix is None:
                continue
            new = {edit for file in diagnostic.fix.files if file.path == path for edit in file.edits}
            try:
                sort_edits(edits | new)
            except OverlappingEditsError:
                continue
            edits |= new
            settled.append(diagnostic)
        if facts is None or not edits:
            return None
        before = facts.source.text
        return FileFix(path, before, apply_edits(before, edits), tuple(settled), sort_edits(edits))

    def suppressions(self, finding: Diagnostic, reason: str) -> tuple[Fix, ...]:
        """The comments that could silence a finding: one for its line, one for its file; none where that can't be."""
        facts = self.workspace.facts(finding.path)
        silenced = any(rule.code == finding.rule and not rule.closing for rule in self._rules)
        if facts is None or not silenced or not is_source(finding.path):
            return ()
        source, rule = facts.source, finding.rule
        line = suppress_line(source, span=finding.span, statement=finding.statement, rule=rule, reason=reason)
        file = suppress_file(source, rule=rule, reason=reason)
        titled = ((f"Ignore this with a comment: // {MARKER} {rule}", line), (f"Ignore {rule} in this file", file))
        return tuple(
            Fix(title, (FileEdit(finding.path, (edit,)),), Applicability.ON_REQUEST)
            for title, edit in titled
            if edit is not None
        )

    def fix(self, within: Sequence[str], options: FixOptions) -> Iterable[FileFix]:
        """What "fix all" makes of every file in one of the paths `within`, one by one."""
        for path in self.workspace.candidates():
            if any(is_within(path, place) for place in within):
                change = self.fix_file(path, options)
                if change is not None:
                    yield change


def applies(diagnostic: Diagnostic, options: FixOptions) -> bool:
    """Whether "fix all" applies the fix of a finding."""
    fix = diagnostic.fix
    if fix is None or (fix.applicability is Applicability.ON_REQUEST and not options.unsafe):
        return False
    if options.rule not in (None, diagnostic.rule):
        return False
    return not (options.require_verified and diagnostic.status is Status.UNVERIFIED)


def _suppress(
    facts: FileFacts, found: Iterable[Diagnostic], running: Collection[str]
) -> tuple[list[Diagnostic], tuple[Unused, ...]]:
    """Split findings from what comments silence, and tell which comments silenced nothing.

    A comment for a rule that did not run is given the benefit of the doubt.
    """
    if not facts.suppressions:
        return list(found), ()
    lines, kept = LineIndex(facts.source.text), list[Diagnostic]()
    used: set[tuple[Suppression, str]] = set()
    for diagnostic in found:
        at = {lines.position(diagnostic.span.start, "utf-8").line}
        if diagnostic.statement is not None:
            at.add(lines.position(diagnostic.statement, "utf-8").line)
        silencing = [
            suppression
            for suppression in facts.suppressions
            if diagnostic.rule in suppression.rules and (suppression.line is None or suppression.line in at)
        ]
        used |= {(suppression, diagnostic.rule) for suppression in silencing}
        if not silencing:
            kept.append(diagnostic)
    known = frozenset(CODES)
    unused = []
    for suppression in facts.suppressions:
        codes = tuple(
            code
            for code in suppression.rules
            if (suppression, code) not in used and (code in running or code not in known)
        )
        if codes or not suppression.rules:
            unused.append(Unused(suppression, codes))
    return kept, tuple(unused)
