"""From a workspace to the plan of its whole cutover, computed and checked in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from workflow_ls.analysis import Analysis, FileFix, FixOptions
from workflow_ls.diagnostics import Diagnostic
from workflow_ls.moves.destinations import place_files
from workflow_ls.moves.leftovers import find_remaining, find_stuck
from workflow_ls.moves.manifest_diff import changed_entries
from workflow_ls.moves.model import Boundary, Criterion, Plan, Problem, Rewrite
from workflow_ls.moves.move_set import Cut
from workflow_ls.moves.other_mentions import find_outside
from workflow_ls.moves.rewrite import Moved, rewrite_all
from workflow_ls.moves.verify import shadowed, verify
from workflow_ls.project.file_facts import Area, area_of
from workflow_ls.project.workspace import Workspace
from workflow_ls.status import status_of
from workflow_ls.text import LineIndex

_ROUNDS = 8  # what one fix unblocks may unblock another; more than three rounds are rare

_STRICT = "inject what it needs from the EE side, move this file there, or go without --strict-boundaries"
_LEFT = ".gitignore excludes it, so it does not move; move or remove it by hand"


def make_plan(analysis: Analysis, *, strict_boundaries: bool = False, prefer_canonical: bool = False) -> Plan:
    """The plan of the cutover of the workspace that `analysis` looks at.

    With `prefer_canonical`, a legacy module goes where the canonical package has a module of its own in its place that
    exports the same names.
    With `strict_boundaries`, a file of the core that uses what moves is a problem, where else it is rewritten and
    listed.
    """
    workspace = analysis.workspace
    places = place_files(analysis.targets, prefer_canonical=prefer_canonical)
    placements, conflicts = places.placements, places.problems
    cut = Cut(analysis.targets, placements, ignored=places.left)
    moved = rewrite_all(cut)
    came = {new: old for old, new in cut.follows.items() if old not in cut.gone or new != old}
    settled = _settle(workspace, cut, moved, came)
    findings, then = settled.findings, settled.analysis.workspace
    problems = [*conflicts, *moved.problems]
    if not conflicts:
        # What is known to be in the way has consequences of its own, which nobody needs to hear.
        known = {problem.path for problem in problems}
        problems += (problem for problem in find_stuck(cut, findings, came) if problem.path not in known)
        known = {problem.path for problem in problems}
        problems += verify(cut, then, (path for path in moved.paths if path not in known))
    boundaries = tuple(_boundaries(workspace, then, moved.rewrites))
    if strict_boundaries:
        problems += (
            Problem(b.path, f"`{b.specifier}` would lead from the core to EE code; {_STRICT}", b.line)
            for b in boundaries
        )
    before, after, renamed = _texts(workspace, cut, settled.texts)
    return Plan(
        placements,
        (*moved.rewrites, *settled.rewrites),
        tuple(changed_entries(before, after)),
        boundaries,
        find_outside(then, moved.strings),
        tuple(dict.fromkeys(problems)),
        (*(Problem(path, _LEFT) for path in places.left), *shadowed(cut), *moved.notes),
        tuple(find_remaining(analysis, then, findings, came)),
        tuple(Criterion(c.code, c.state, c.count) for c in status_of(settled.analysis, findings).requirements),
        before,
        after,
        renamed,
    )


class _Settled(NamedTuple):
    """The workspace after the moves and after what the rules make of it, with what they find then."""

    analysis: Analysis
    findings: tuple[Diagnostic, ...]
    texts: dict[str, bytes]
    rewrites: list[Rewrite]


def _settle(workspace: Workspace, cut: Cut, moved: Moved, came: Mapping[str, str]) -> _Settled:
    """Fix what can be fixed, until nothing changes."""
    texts, rewrites = dict(moved.texts), list[Rewrite]()
    options = FixOptions(require_verified=True, whole=True)
    for _ in range(_ROUNDS):
        analysis = Analysis(workspace.fork(texts, removed=cut.gone))
        findings = analysis.check().diagnostics
        changes = analysis.fix_to_fixpoint(analysis.fix_findings(findings, options), ("",), options)
        changes = tuple(change for change in changes if change.before != change.after)
        if not changes:
            break
        texts.update({change.path: change.after for change in changes})
        rewrites += _settled(changes, came)
    return _Settled(analysis, findings, texts, rewrites)


def _settled(changes: Iterable[FileFix], came: Mapping[str, str]) -> Iterable[Rewrite]:
    findings = dict.fromkeys(finding for change in changes for finding in change.resolved)
    for finding in findings:
        old = finding.specifier or finding.message
        new = finding.replacement or (finding.fix.title if finding.fix is not None else "")
        yield Rewrite(came.get(finding.path, finding.path), None, finding.rule, old, new)


def _texts(
    workspace: Workspace, cut: Cut, texts: Mapping[str, bytes]
) -> tuple[dict[str, bytes], dict[str, bytes], dict[str, str]]:
    """What is there before and after, of the files that change; and which file comes back under another path."""
    before = {path: text for path in (*cut.gone, *texts) if (text := workspace.files.read(path)) is not None}
    after = {path: text for path, text in texts.items() if before.get(path) != text}
    before = {path: before[path] for path in sorted(before) if path in after or path in cut.gone}
    tree = {placement.old for placement in cut.placements} - cut.absorbed
    renamed = {old: cut.follows[old] for old in sorted(tree & cut.follows.keys()) if cut.follows[old] in after}
    return before, {path: after[path] for path in sorted(after)}, renamed


def _boundaries(workspace: Workspace, then: Workspace, rewrites: Iterable[Rewrite]) -> Iterable[Boundary]:
    """The references of core files that lead to EE code then, and did not before."""
    for path in sorted({rewrite.path for rewrite in rewrites if area_of(then.table, rewrite.path) is Area.CORE}):
        before, after = workspace.sources.facts(path), then.sources.facts(path)
        if after is None:
            continue
        known = {reference.specifier for reference in before.ee_references} if before is not None else set()
        lines = LineIndex(after.text)
        for reference in after.ee_references:
            if reference.specifier not in known:
                line = lines.line_at(reference.span.start) + 1
                yield Boundary(path, line, reference.specifier, then.resolver.resolve(reference.specifier, path))
