"""What the criteria are decided from: the findings, the references, and the files in the legacy tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from workflow_ls.diagnostics import Diagnostic
from workflow_ls.project import file_facts as legacy
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.status.progress import Use, find_uses
from workflow_ls.text import line_of
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query


class Hit(NamedTuple):
    """A place that contradicts a criterion; `offset` is in bytes, 0 for a file as a whole."""

    path: str
    offset: int


@record(slots=False)
class Evidence:
    """What the criteria are decided from.

    `uses` are all references to workflow modules, `findings` those of the check by rule, `tree` the source files in the
    legacy tree.
    """

    workspace: Workspace
    uses: Sequence[Use]
    findings: Mapping[str, Sequence[Diagnostic]]
    tree: Sequence[str]

    def place(self, path: str) -> legacy.Place:
        """Where a file stands."""
        return legacy.place_of(self.workspace.table, path)

    def is_ee(self, path: str) -> bool:
        """Whether a file is EE code."""
        return self.workspace.table.is_ee(path)

    def off(self, rules: Iterable[str]) -> list[str]:
        """Those of the rules that the settings turn off."""
        severities = self.workspace.settings.severities
        return [rule for rule in rules if severities.get(rule, "on") is None]

    def line(self, hit: Hit) -> int:
        """The line of a place, from 1."""
        if not hit.offset:
            return 1
        text = self.workspace.files.read(hit.path) or b""
        return line_of(text, hit.offset)


def gather(workspace: Workspace, findings: Iterable[Diagnostic], paths: Iterable[str]) -> Evidence:
    """Collect what the criteria are decided from: the findings, and what is in the files at `paths`."""
    left = Query(SOURCE_EXTENSIONS, under=workspace.table.tree)
    by_rule = defaultdict[str, list[Diagnostic]](list)
    for finding in findings:
        by_rule[finding.rule].append(finding)
    tree = [path for path in workspace.files.search((left,)) if not workspace.is_exempt(path)]
    return Evidence(workspace, tuple(find_uses(workspace, paths)), by_rule, tree)
