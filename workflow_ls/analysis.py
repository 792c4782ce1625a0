"""The API of the core: a workspace in, findings and edits out.

Both front ends call these functions, and only these.  The content of a workspace never raises an exception: a file that
can't be read becomes a notice, and the analysis continues.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from workflow_ls.checking import Checker, lies_in
from workflow_ls.diagnostics import Applicability, Diagnostic, FileEdit, Fix, Report, Status
from workflow_ls.project.file_facts import Area, area_of
from workflow_ls.project.runtime.mock_calls import MockCalls
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.affected import affected_paths
from workflow_ls.proof.comparison import Comparison
from workflow_ls.proof.joined_fixes import FileFix, FixOptions, join_changes, joined_fixes, resolved_by
from workflow_ls.proof.regression import Regression, key_of
from workflow_ls.proof.taking_back import Refused, take_back
from workflow_ls.records import field, record, replace
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.rules import all_rules
from workflow_ls.syntax.model import MARKER
from workflow_ls.syntax.references.flows.mock_names import defines_mock
from workflow_ls.vfs.files import holds_code, is_script_host, is_source, join

if TYPE_CHECKING:
    from workflow_ls.ide.explanation import Explanation


@record
class FixRun:
    """Fixes that were applied together, and what came of them.

    `changes` are those of the files, `after` is the analysis of the workspace with them.  `applied` are the findings
    whose fixes they are, `regressions` what is worse than before.  `refused` are the fixes that were taken back, since
    they would make something worse, each with the reason.
    """

    changes: tuple[FileFix, ...]
    after: Analysis
    applied: tuple[Diagnostic, ...]
    regressions: tuple[Regression, ...] = ()
    refused: Refused = field(default_factory=dict)

    def reported(self, finding: Diagnostic) -> Diagnostic:
        """A finding as it is reported after the run: blocked where its fix was taken back."""
        cause = None if finding.fix is None else self.refused.get(key_of(finding))
        if cause is None:
            return finding
        return replace(finding, status=Status.BLOCKED, cause=cause, fix=None, replacements=())

    def report(self, within: Sequence[str]) -> Report:
        """The findings that are left at or below the paths `within`."""
        found = self.after.check(within)
        return replace(found, diagnostics=tuple(map(self.reported, found.diagnostics)))


class Analysis(Checker):
    """The analysis of one workspace; its files share all derived data."""

    def __init__(self, workspace: Workspace, rules: Collection[str] | None = None) -> None:
        """`rules` are as those of `Checker`."""
        super().__init__(workspace, rules)
        self.targets = workspace.component(TargetResolver)
        severity = workspace.settings.severity
        enabled = (rule.code for rule in all_rules() if severity(rule.code, rule.severity) is not None)
        self._proving = frozenset(enabled)  # a fix of some rules may cause findings of others

    def look_ahead(self, path: str) -> None:
        """Compute the data that a check needs from the syntax tree of a source file, while the tree is cached.

        Where that fails, the check of the file says so.
        """
        with suppress(Exception):
            self._look_ahead(path)

    def _look_ahead(self, path: str) -> None:
        workspace = self.workspace
        facts = None if workspace.is_exempt(path) else workspace.sources.facts(path)
        if facts is None:
            return
        references = (*(legacy.reference for legacy in facts.legacy_references), *facts.canonical_references)
        if any(defines_mock(reference.callee) for reference in references):
            self.targets.modules.replaced(path)
            self.targets.modules.imports(path)
            workspace.component(MockCalls).of_file(path)
        elif area_of(workspace.table, path) in (Area.LEGACY, Area.CANONICAL):
            workspace.sources.shape(path)

    def explain(self, specifier: str, importer: str | None) -> Explanation | None:
        """The targets of a legacy specifier in the file `importer`; None for a specifier that is not legacy."""
        from workflow_ls.ide.explanation import explain  # a check explains nothing

        return explain(TargetResolver(self.workspace.database, try_all=True), specifier, importer)

    def fix_file(self, path: str, options: FixOptions) -> tuple[FileFix, ...]:
        """The changes of "fix all" in one file, which may include other files."""
        return self.prove(self.check_file(path), options).changes

    def suppressions(self, finding: Diagnostic, reason: str) -> tuple[Fix, ...]:
        """The comments that would suppress a finding, for its line and for its file; none if it can't be suppressed."""
        from workflow_ls.rewrite.text_edits.suppression_edits import (  # a check suppresses nothing
            suppress_file,
            suppress_line,
        )

        source = self.workspace.sources.source(finding.path)
        silenced = any(
            rule.code == finding.rule and not rule.closing for rule in all_rules() if rule.code in self.codes
        )
        if source is None or not silenced or not holds_code(finding.path):
            return ()
        rule = finding.rule
        line = suppress_line(source, span=finding.span, statement=finding.statement, rule=rule, reason=reason)
        # A comment at the start of a component is in none of its scripts.
        file = None if is_script_host(finding.path) else suppress_file(source, rule=rule, reason=reason)
        titled = ((f"Ignore this with a comment: // {MARKER} {rule}", line), (f"Ignore {rule} in this file", file))
        return tuple(
            Fix(title, (FileEdit(finding.path, (edit,), source.raw),), Applicability.UNSAFE)
            for title, edit in titled
            if edit is not None
        )

    def fix(self, within: Sequence[str], options: FixOptions) -> tuple[FileFix, ...]:
        """The changes of "fix all" in the files at or below the paths `within`, which may include other files."""
        return self.fix_all(within, options).changes

    def fix_all(self, within: Sequence[str], options: FixOptions) -> FixRun:
        """The run of "fix all" in the files at or below the paths `within`, repeated until nothing more is to fix."""
        whole = "" in within and options.rule is None and options.only is None and self.rewrites
        options = replace(options, whole=whole)
        return self.prove(self._findings(within, ()), options, within)

    def prove(
        self,
        findings: Sequence[Diagnostic],
        options: FixOptions,
        within: Sequence[str] = (),
        *,
        beside: Sequence[str] = (),
    ) -> FixRun:
        """Apply the fixes of findings, without those that would make something worse.

        The workspace with the edits is compared with the one before: no rule finds anything new, and each reference
        and each export keeps its names.  What fails this is taken back, see `FixRun`.

        Further rounds fix what is left in the files at or below the paths `within`, except those at or below the paths
        `beside`: an entry in `exports` may unblock rewrites, a rewritten specifier may need a name that another module
        exports, and a fix may have overlapped another.  A finding that a later round resolves is reported as in that
        round.
        """
        run = self._proved(findings, options, within, beside)
        for _ in range(_ROUNDS):
            if not (run.refused and run.changes and within):
                break
            # What was taken back beside other fixes may hold now that these are made.
            more = run.after._proved(run.after._findings(within, beside), options, within, beside)
            run = _followed(run, more)
            if not more.changes:
                break
        return run

    def _findings(self, within: Sequence[str], beside: Sequence[str]) -> list[Diagnostic]:
        paths = (path for path in self.paths(within) if not lies_in(path, beside))
        return [finding for path in paths for finding in self.check_file(path)]

    def _proved(
        self, findings: Sequence[Diagnostic], options: FixOptions, within: Sequence[str], beside: Sequence[str]
    ) -> FixRun:
        run, refused = take_back(lambda refused: self._attempt(findings, options, within, beside, refused))
        return replace(run, refused=refused)

    def _attempt(
        self,
        findings: Sequence[Diagnostic],
        options: FixOptions,
        within: Sequence[str],
        beside: Sequence[str],
        refused: Refused,
    ) -> FixRun:
        changes = joined_fixes(findings, options, refused)
        joined, analysis = {change.path: change for change in changes}, self
        for _ in range(_ROUNDS):
            if not changes:
                break
            analysis = analysis.over({change.path: change.after for change in changes})
            changes = joined_fixes(analysis._findings(within, beside), options, refused)
            for change in changes:
                joined[change.path] = join_changes(joined.get(change.path), change)
        if changes:
            analysis = analysis.over({change.path: change.after for change in changes})
        # What nothing needs any more after these changes goes with them, also where only some files are fixed.
        changes = joined_fixes(self._needless(analysis, joined), options, refused)
        for change in changes:
            joined[change.path] = join_changes(joined.get(change.path), change)
        if changes:
            analysis = analysis.over({change.path: change.after for change in changes})
        applied = resolved_by(joined.values())
        run = FixRun(tuple(joined.values()), analysis, applied)
        return run if not joined else replace(run, regressions=self._worse(run, whole="" in within and not beside))

    def _needless(self, after: Analysis, edited: Collection[str]) -> list[Diagnostic]:
        """The dependencies of the packages of edited files that nothing needs any more, and that something needed."""
        if _NEEDLESS not in self.codes:
            return []
        packages = (after.workspace.packages.package_of(path) for path in edited if is_source(path))
        directories = dict.fromkeys(package.directory for package in packages if package is not None)
        manifests = (join(directory, "package.json") or "" for directory in directories)
        configurations = map(after.workspace.packages.tsconfig_at, directories)
        configured = (config.path for config in configurations if config is not None)
        codes, found = frozenset({_NEEDLESS}), list[Diagnostic]()
        for path in (*manifests, *configured):
            known = {(each.specifier, each.message) for each in self.runner.findings(path, codes)}
            new = after.runner.findings(path, codes)
            found += (finding for finding in new if (finding.specifier, finding.message) not in known)
        return found

    def _worse(self, run: FixRun, *, whole: bool) -> tuple[Regression, ...]:
        """What is worse after a run than before; `whole` if the findings of all files are known anyway."""
        edited = [change.path for change in run.changes]
        before, after = self.workspace, run.after.workspace
        paths = (*self.paths(), *run.after.paths()) if whole else affected_paths(before, after, edited, run.applied)
        comparison = Comparison(before, after, self._proving, run.applied, edited)
        return comparison.regressions(dict.fromkeys(paths))

    def over(self, texts: Mapping[str, bytes], *, removed: Collection[str] = ()) -> Analysis:
        """The analysis of the workspace with these `texts`, and without the files `removed`, by the same rules."""
        workspace = self.workspace
        return Analysis(workspace.fork(texts, removed=removed), self.codes)

    @property
    def rewrites(self) -> bool:
        """Whether all rules that rewrite references are enabled."""
        return self.codes >= {"deprecated-import", "deprecated-relative-import"}


_NEEDLESS = "unused-dependency"
_ROUNDS = 4  # an edit of a manifest may unblock another such edit; more than two rounds are rare


def _followed(first: FixRun, second: FixRun) -> FixRun:
    """Join two successive runs."""
    joined = {change.path: change for change in first.changes}
    for change in second.changes:
        joined[change.path] = join_changes(joined.get(change.path), change)
    applied = tuple(dict.fromkeys((*first.applied, *second.applied)))
    return replace(second, changes=tuple(joined.values()), applied=applied)
