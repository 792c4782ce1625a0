"""The groups of edits that are kept or left out together: a legacy module with its references, mocks and manifests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workflow_ls.analysis import Analysis
from workflow_ls.diagnostics import Diagnostic
from workflow_ls.proof.joined_fixes import FindingKey, finding_key
from workflow_ls.records import record
from workflow_ls.vfs.files import is_source

_REMOVALS = ("deprecated-alias", "deprecated-export")  # made only once no reference needs what they remove


@record
class EditGroup:
    """The findings that are fixed together, or not at all.

    `name` is the legacy module that they refer to, or the file that they are in.  `findings` are in the order of their
    files, and `keys` select them in every state of the workspace.
    """

    name: str
    findings: tuple[Diagnostic, ...]
    keys: frozenset[FindingKey]

    @property
    def paths(self) -> tuple[str, ...]:
        """The files of the findings."""
        return tuple(dict.fromkeys(finding.path for finding in self.findings))


def group_edits(analysis: Analysis, findings: Iterable[Diagnostic]) -> tuple[EditGroup, ...]:
    """Group the findings that a fix resolves; each is in one group.

    Findings with one legacy module belong together, and so do those whose fixes share an edit of a source file.  A
    dependency that several groups add to a manifest is no such edit: it is added if any of them is kept.  Groups that
    others may depend on come first, and removals last.
    """
    findings = sorted(dict.fromkeys(findings), key=lambda finding: (finding.path, finding.span, finding.rule))
    modules = [_module(analysis, finding) for finding in findings]
    groups = _Sets(len(findings))
    seen = dict[object, int]()
    for index, (finding, module) in enumerate(zip(findings, modules)):
        labels: list[object] = [finding_key(finding), *([] if module is None else [module])]
        if finding.fix is not None:
            labels += ((f.path, e) for f in finding.fix.files if is_source(f.path) for e in f.edits)
        for label in labels:
            groups.join(index, seen.setdefault(label, index))
    members = dict[int, list[int]]()
    for index in range(len(findings)):
        members.setdefault(groups.find(index), []).append(index)
    made = [_group(analysis, [(findings[index], modules[index]) for index in indices]) for indices in members.values()]
    return tuple(group for _, group in sorted(made, key=lambda pair: (pair[0], pair[1].name)))


def _module(analysis: Analysis, finding: Diagnostic) -> str | None:
    """The legacy module that a finding refers to, as a path below the legacy tree; None if there is none."""
    if finding.specifier is None:
        return None
    facts = analysis.workspace.sources.facts(finding.path) if is_source(finding.path) else None
    for legacy in () if facts is None else facts.legacy_references:
        if legacy.reference.specifier == finding.specifier:
            return legacy.module
    return analysis.workspace.table.module_of(finding.specifier)


def _group(analysis: Analysis, members: Sequence[tuple[Diagnostic, str | None]]) -> tuple[int, EditGroup]:
    findings = tuple(finding for finding, _ in members)
    modules = sorted({module for _, module in members if module is not None})
    if modules:
        root = analysis.workspace.table.roots[0]
        rank, name = 1, " and ".join(f"{root}/{module}".rstrip("/") for module in modules)
    else:
        first = findings[0]
        rank, name = (2 if first.rule in _REMOVALS else 0), f"{first.rule} in {first.path}"
    return rank, EditGroup(name, findings, frozenset(map(finding_key, findings)))


class _Sets:
    """Disjoint sets of numbers."""

    def __init__(self, count: int) -> None:
        self._parents = list(range(count))

    def find(self, item: int) -> int:
        while self._parents[item] != item:
            self._parents[item] = self._parents[self._parents[item]]
            item = self._parents[item]
        return item

    def join(self, one: int, other: int) -> None:
        self._parents[self.find(one)] = self.find(other)
