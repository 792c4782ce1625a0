"""Compares a workspace with itself after fixes: no new finding, and no reference or name that is lost."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from workflow_ls.diagnostics import Diagnostic, Status
from workflow_ls.project.exports.export_index import ExportIndex
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.applied_fixes import AppliedFixes
from workflow_ls.proof.lost_build_aliases import lost_build_aliases
from workflow_ls.proof.lost_exports import lost_exports
from workflow_ls.proof.lost_references import lost_references, unresolved_by
from workflow_ls.proof.regression import Regression
from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.rules.shared.runner import RuleRunner
from workflow_ls.vfs.files import holds_code, join

CLOSING = ("unused-suppression", "unused-dependency")
"""The rules whose new findings are no regression: what served the old specifiers has nothing left to do."""

MISSING = "missing-name"
"""The rule that says so where a rewritten import takes a name that neither module has."""

_LEGACY = "legacy "


@record
class Comparison:
    """Two states of a workspace, and the fixes in between.

    `codes` are the rules that may find nothing new, `applied` the findings whose fixes were applied, and `edited` the
    files that these change.
    """

    before: Workspace
    after: Workspace
    codes: frozenset[str]
    applied: Sequence[Diagnostic]
    edited: Collection[str]

    def regressions(self, paths: Iterable[str]) -> tuple[Regression, ...]:
        """What is worse: in the edited files, and among the findings of the files at `paths`."""
        fixes, paths = AppliedFixes(self.applied), tuple(paths)
        found = list(lost_exports(self.before, self.after, self.edited))
        for path in self.edited:
            if holds_code(path):
                found += lost_references(self.before, self.after, path, fixes.verified_in(path))
        found += [regression for path in paths for regression in self._new_findings(path, fixes)]
        configurations = [path for path in self.edited if path.endswith(".json")]
        found += unresolved_by(self.before, self.after, paths, configurations)
        found += lost_build_aliases(self.before, self.after, self.edited)
        return tuple(found)

    def _subject(self, path: str, specifier: str) -> str:
        """What a specifier of the file `path` names: a legacy module, however it is spelled, or itself."""
        table = self.before.table
        module = table.module_of(specifier)
        if module is None and specifier.startswith("."):
            target = join(posixpath.dirname(path), specifier)
            module = None if target is None else table.module_at(target)
        return specifier if module is None else _LEGACY + module

    def _new_findings(self, path: str, fixes: AppliedFixes) -> Iterator[Regression]:
        before = self.before.component(RuleRunner).findings(path, self.codes)
        after = self.after.component(RuleRunner).findings(path, self.codes)
        if after is before or not after:
            return
        left = Counter(_identity(finding, self.before) for finding in before)
        new = list[Diagnostic]()
        for finding in after:
            identity = _identity(finding, self.after)
            if left[identity]:
                left[identity] -= 1
            else:
                new.append(finding)
        if not new:
            return
        rewritten = fixes.rewritten_in(path, self._subject)
        # What a rule said about the old specifier, it may say about the new one.
        followed = Counter[tuple[str, str]]()
        for (rule, specifier, _), count in left.items():
            for replacement in rewritten.get(self._subject(path, specifier), ()):
                followed[rule, replacement] += count
        for finding in new:
            key = (finding.rule, finding.specifier or "")
            if followed[key]:
                followed[key] -= 1
            elif not (finding.rule in CLOSING or self._is_unverified(finding) or self._was_missing(finding, rewritten)):
                yield self._caused(finding)

    def _caused(self, finding: Diagnostic) -> Regression:
        reason = f"the fix would cause: {finding.message} (in {finding.path})"
        specifiers = frozenset(() if finding.specifier is None else (finding.specifier,))
        related = [related.path for related in finding.related]
        target = self.after.resolver.resolve(finding.specifier, finding.path) if finding.specifier else None
        if target is not None:
            index = self.after.component(ExportIndex)
            related += [target, *index.re_exported(target)]
        return Regression(finding.path, reason, specifiers, tuple(dict.fromkeys(related)))

    def _was_missing(self, finding: Diagnostic, rewritten: Mapping[str, frozenset[str]]) -> bool:
        """Whether a finding is about a name that the legacy module did not export either."""
        facts = self.before.sources.facts(finding.path)
        if finding.rule != MISSING or facts is None:
            return False
        marked = _marked(finding, self.after)
        names = [
            (legacy.module, name.name)
            for legacy in facts.legacy_references
            if finding.specifier in rewritten.get(_LEGACY + legacy.module, ())
            for name in legacy.reference.names
            if facts.text[name.span.start : name.span.end] == marked
        ]
        return bool(names) and not any(self._exports(*name) for name in names)

    def _exports(self, module: str, name: str) -> bool:
        """Whether a legacy module exports a name, as far as its exports can be read."""
        path = self.before.resolver.legacy_file(module)
        if path is None:
            return False
        exports = self.before.exports.exports(path)
        return name in exports.names or exports.opaque is not None or bool(exports.unresolved)

    def _is_unverified(self, finding: Diagnostic) -> bool:
        """Whether a finding is about a package that can't be read, so that nothing is known of it anyway."""
        what = finding.specifier
        return what is not None and any(
            replacement == what or replacement.startswith(f"{what}/")
            for applied in self.applied
            if applied.status is Status.UNVERIFIED
            for replacement in applied.replacements
        )


def _identity(finding: Diagnostic, workspace: Workspace) -> tuple[str, str, str]:
    """What a finding is about, without places: its rule, its specifier or message, and the text that it marks."""
    if finding.specifier is None:
        return finding.rule, _COUNTS.sub("…", finding.message), ""
    marked = _marked(finding, workspace).decode("utf-8", "replace")
    is_whole = finding.path.endswith(".json") or finding.specifier == marked
    return finding.rule, finding.specifier, "" if is_whole else marked


def _marked(finding: Diagnostic, workspace: Workspace) -> bytes:
    return (workspace.files.read(finding.path) or b"")[finding.span.start : finding.span.end]


_COUNTS = compile_on_use(r"\d+")
