"""What the rules find in a workspace, and what of it could not be read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import repeat

from workflow_ls.diagnostics import Diagnostic, Notice, Report
from workflow_ls.project.mentions.mentions import Mentions
from workflow_ls.project.missing_facts import missing_facts
from workflow_ls.project.unread_texts import is_pointer, is_read
from workflow_ls.project.workspace import Workspace
from workflow_ls.rules import all_rules
from workflow_ls.rules.shared.failed_rule import failure_notice
from workflow_ls.rules.shared.file_groups import FileGroups, may_be_text, unread_text
from workflow_ls.rules.shared.runner import RuleRunner
from workflow_ls.vfs.files import is_configuration, is_within
from workflow_ls.vfs.git.git_process import NOT_UTF8


class Checker:
    """The findings in one workspace; `codes` are those of the rules that run."""

    def __init__(self, workspace: Workspace, rules: Collection[str] | None = None) -> None:
        """`rules` are the codes to run; None runs all.  Settings turn rules off and change their severity."""
        self.workspace = workspace
        selected = (rule for rule in all_rules() if rules is None or rule.code in rules)
        severity = workspace.settings.severity
        self.codes = frozenset(rule.code for rule in selected if severity(rule.code, rule.severity) is not None)
        self.runner = workspace.component(RuleRunner)

    def paths(self, within: Sequence[str] = ("",)) -> tuple[str, ...]:
        """The files at or below the paths `within` that may have findings: sources, configurations, then others."""
        workspace = self.workspace
        known = (*workspace.sources.candidates(), *workspace.sources.configurations())
        found = tuple(dict.fromkeys((*known, *workspace.component(Mentions).with_findings())))
        return found if "" in within else tuple(path for path in found if lies_in(path, within))

    def check(self, within: Sequence[str] = ("",), *, in_groups: bool = False) -> Report:
        """The findings of all files at or below the paths `within` (files or directories).

        With `in_groups`, of a workspace that never changes, a later run may look up what was kept of many files at
        once.
        """
        diagnostics, skipped = list[Diagnostic](), list[Notice]()
        paths = self.paths(within)
        groups = self.workspace.component(FileGroups)
        said = groups.in_groups(paths, self.codes) if in_groups else map(groups.file, paths, repeat(self.codes))
        for notice, found in said:
            diagnostics += (finding for finding in found if not finding.failure)
            skipped += (failure_notice(finding) for finding in found if finding.failure)
            skipped += () if notice is None else (notice,)
        others = () if "" in within else (path for path in self.paths() if not lies_in(path, within))
        unread = (*self._unreadable(within), *self._unread_texts(filter(is_configuration, others)))
        notices, missing = self._notices(unread, skipped), missing_facts(self.workspace)
        if missing is not None:
            # Without findings, silence would be taken for the end of the move.
            notices = (*notices, Notice("", missing.message, fatal=not (diagnostics or missing.is_empty)))
        return Report(tuple(diagnostics), notices, len(paths))

    def check_one(self, path: str) -> Report:
        """The findings of one file, also if the search would not find it."""
        if self.workspace.is_exempt(path):
            return Report((), (), 0)
        notice, found = self.unreadable(path), self.check_file(path)
        skipped = [failure_notice(finding) for finding in found if finding.failure]
        skipped += () if notice is None else (notice,)
        self.workspace.packages.tsconfig_for(path)
        diagnostics = tuple(finding for finding in found if not finding.failure)
        notices, missing = self._notices(self._unreadable((path,)), skipped), missing_facts(self.workspace)
        if missing is not None and not diagnostics:
            notices = (*notices, Notice("", missing.message))
        return Report(diagnostics, notices, 1)

    def failures(self, paths: Iterable[str]) -> tuple[Notice, ...]:
        """The rules that failed on some files."""
        return tuple(failure_notice(finding) for path in paths for finding in self.check_file(path) if finding.failure)

    def unreadable(self, path: str) -> Notice | None:
        """The notice of a file that is skipped, with the reason; None for a file that is checked."""
        return self.workspace.component(FileGroups).unreadable(path)

    def unread(self, within: Sequence[str] = ("",)) -> tuple[Notice, ...]:
        """The files and directories at or below the paths `within`, or that concern them, of which nothing was read.

        Files that are too large, or hold no text, are not among them.
        """
        paths = (path for path in self.paths() if lies_in(path, within) or is_configuration(path))
        return (*self._unreadable(within), *self._unread_texts(paths))

    def _unread_texts(self, paths: Iterable[str]) -> Iterator[Notice]:
        limit, read = self.workspace.settings.max_file_size, self.workspace.files.read
        for path in paths:
            text = read(path)
            if text is not None and not is_read(text, limit) and (is_pointer(text) or may_be_text(text, limit)):
                yield unread_text(path, text, limit)

    def _unreadable(self, within: Sequence[str]) -> tuple[Notice, ...]:
        return tuple(
            Notice(path, f"skipped: {obstacle_of(reason)}", fatal=True, skips=True)
            for path, reason in self.workspace.files.unreadable().items()
            if not self.workspace.is_exempt(path) and _concerns(path, within)
        )

    def _notices(self, unread: Iterable[Notice], skipped: Iterable[Notice]) -> tuple[Notice, ...]:
        """All notices, in an order that depends on nothing else: first what was skipped, then what is broken."""
        by_path = {notice.path: notice for notice in unread}
        skips = [*(notice for notice in skipped if notice.path not in by_path), *by_path.values()]
        broken = (notice for notice in self.workspace.notices() if notice.path not in by_path)
        return (*sorted(skips, key=lambda notice: (notice.path, notice.message)), *broken)

    def check_file(self, path: str) -> tuple[Diagnostic, ...]:
        """The findings of one file, in file order; none if it can't be read."""
        return self.runner.findings(path, self.codes)

    def present(self, path: str) -> tuple[Diagnostic, ...]:
        """The findings of one file, at little cost: without the fixes of references, see `RuleRunner.present`."""
        return self.runner.present(path, self.codes)

    def discard_findings(self, path: str) -> None:
        """Drop the cached findings of a file before its text changes."""
        self.workspace.database.discard(RuleRunner.findings, self.findings_key(path))

    def findings_key(self, path: str) -> tuple[str, frozenset[str]]:
        """The arguments of `RuleRunner.findings` for a file."""
        return path, self.codes


def obstacle_of(reason: str) -> str:
    """Why a file or directory can't be looked at, and what to do."""
    if reason == NOT_UTF8:
        return f"{reason}. Rename it."
    return f"it can't be read: {reason}. Make it readable, or list it in `ignore` of workflow-ls.json."


def _concerns(path: str, within: Sequence[str]) -> bool:
    """Whether what can't be read concerns a check of `within`: it lies there, contains it, or is no source file."""
    if path == "." or lies_in(path, within) or any(is_within(checked, path) for checked in within):
        return True
    return is_configuration(path) or path.endswith((".gitignore", ".yaml"))


def lies_in(path: str, within: Sequence[str]) -> bool:
    """Whether a path is at or below one of several."""
    return any(is_within(path, directory) for directory in within)
