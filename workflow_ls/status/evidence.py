"""The evidence for the criteria: the findings, the references, and the files in the legacy tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from workflow_ls.diagnostics import Diagnostic
from workflow_ls.project.builds.build_files import BuildFiles
from workflow_ls.project.file_facts import Area, area_of
from workflow_ls.project.mentions.mention_kinds import known_kind
from workflow_ls.project.mentions.mentions import Mentions
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.rewrite.loading.unknown_aliases import UnknownAliases, UnknownAliasesIndex
from workflow_ls.status.progress import WorkflowReference, find_workflow_references
from workflow_ls.text import line_of
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query, is_source


class Location(NamedTuple):
    """A place in a file; `offset` is in bytes, 0 for the file as a whole."""

    path: str
    offset: int


@record
class ObservedBehaviour:
    """What a command of the user's own says of the workspace as it is; `how` is a sentence with the command in it."""

    passes: bool
    how: str


@record(slots=False)
class Evidence:
    """What the criteria are decided from.

    `references` are all references to workflow modules, `findings` are those of the check by rule, `tree` holds the
    paths of the source files in the legacy tree.  `behaviour` is what a command says, None if none was run.  `skipped`
    are the paths of what could not be looked at.  `configured` are the places that name the tree by a path in files
    that are no sources, and in configurations of builds; `specified` those that name it by a specifier in files that
    are no sources.  `unread` are the files that name it and are of a kind that is not read, `computed` the
    configurations whose aliases are not all known.
    """

    workspace: Workspace
    references: Sequence[WorkflowReference]
    findings: Mapping[str, Sequence[Diagnostic]]
    tree: Sequence[str]
    behaviour: ObservedBehaviour | None = None
    skipped: Sequence[str] = ()
    configured: Sequence[Location] = ()
    specified: Sequence[Location] = ()
    unread: Sequence[str] = ()
    computed: Sequence[UnknownAliases] = ()

    def area_of(self, path: str) -> Area:
        """The area that a file belongs to."""
        return area_of(self.workspace.table, path)

    def is_ee(self, path: str) -> bool:
        """Whether a file is EE code."""
        return self.workspace.table.is_ee(path)

    def disabled_rules(self, rules: Iterable[str]) -> list[str]:
        """Those of the rules that the settings disable."""
        severities = self.workspace.settings.severities
        return [rule for rule in rules if severities.get(rule, "on") is None]

    def line_of(self, location: Location) -> int:
        """The line of a location, from 1."""
        if not location.offset:
            return 1
        text = self.workspace.files.read(location.path) or b""
        return line_of(text, location.offset)


def collect_evidence(
    workspace: Workspace,
    findings: Iterable[Diagnostic],
    paths: Iterable[str],
    behaviour: ObservedBehaviour | None = None,
    skipped: Sequence[str] = (),
) -> Evidence:
    """The evidence from the findings of a check, from the references in the files at `paths`, and from a command."""
    source_files = tuple(Query(SOURCE_EXTENSIONS, under=tree) for tree in workspace.table.trees)
    by_rule = defaultdict[str, list[Diagnostic]](list)
    for finding in findings:
        by_rule[finding.rule].append(finding)
    tree = [
        path
        for path in (*workspace.files.search(source_files), *_single_files(workspace))
        if not workspace.is_exempt(path)
    ]
    references = tuple(find_workflow_references(workspace, paths))
    unread = workspace.component(Mentions).unread()
    builds = workspace.component(BuildFiles)
    outside = [f for f in by_rule["deprecated-reference"] if f.path not in unread]
    configured = [f for f in outside if not _is_specified(workspace, f) and is_configuration_file(workspace, f.path)]
    specified = [
        f for f in outside if _is_specified(workspace, f) and (not is_source(f.path) or builds.is_configuration(f.path))
    ]
    return Evidence(
        workspace,
        references,
        by_rule,
        tree,
        behaviour,
        skipped,
        [Location(finding.path, finding.span.start) for finding in configured],
        [Location(finding.path, finding.span.start) for finding in specified],
        unread,
        workspace.component(UnknownAliasesIndex).found(),
    )


def _is_specified(workspace: Workspace, finding: Diagnostic) -> bool:
    """Whether a finding is about a specifier, and not about a path."""
    return workspace.table.module_of((finding.specifier or "").rstrip("/")) is not None


def is_configuration_file(workspace: Workspace, path: str) -> bool:
    """Whether a file is no source, or configures a build, a test runner or a linter."""
    kind = known_kind(path)
    is_lint = kind is not None and kind.name == "lint configuration"
    return not is_source(path) or is_lint or workspace.component(BuildFiles).is_configuration(path)


def _single_files(workspace: Workspace) -> list[str]:
    """The files that are legacy by themselves."""
    return [tree for tree in workspace.table.trees if workspace.files.kind(tree) == "file"]
