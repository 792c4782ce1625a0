"""Plans the whole cutover of a workspace: computed and verified in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from workflow_ls.analysis import Analysis
from workflow_ls.diagnostics import Blocked, Diagnostic
from workflow_ls.moves.back_doors import links_into_tree
from workflow_ls.moves.cutover.destinations import Destinations, find_destinations
from workflow_ls.moves.cutover.emitted_aliases import add_emitted_aliases
from workflow_ls.moves.cutover.left_out_imports import left_out_imports
from workflow_ls.moves.cutover.legacy_tree import tree_files
from workflow_ls.moves.cutover.manifest_diff import changed_entries
from workflow_ls.moves.cutover.remaining.follow_up import follow_up_notes
from workflow_ls.moves.cutover.remaining.leftovers import find_blocked_references, find_remaining
from workflow_ls.moves.cutover.remaining.other_mentions import find_other_mentions
from workflow_ls.moves.cutover.removed_aliases import mentions_left, removed_aliases, rewrites_left
from workflow_ls.moves.cutover.verify import shadowed_names, verify
from workflow_ls.moves.cutover.widened_mocks import accepted, find_widened_mocks
from workflow_ls.moves.move_set import MoveSet, changed_texts
from workflow_ls.moves.plan_model import Boundary, Note, Plan, PlannedCriterion, Problem, Rewrite
from workflow_ls.moves.rewrite import rewrite_all
from workflow_ls.project.all_references import AllReferences
from workflow_ls.project.file_facts import Area, area_of
from workflow_ls.project.path_strings import PathStrings
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.joined_fixes import FixOptions, joined_fixes
from workflow_ls.status import status_of
from workflow_ls.text import LineIndex
from workflow_ls.vfs.files import holds_code

_ROUNDS = 16  # a fix may unblock another one; more than three rounds are rare

_STRICT = "inject what it needs from {}, move this file there, or run without --strict-boundaries"


def make_plan(
    analysis: Analysis,
    *,
    strict_boundaries: bool = False,
    prefer_canonical: bool = False,
    widen_mocks: bool = False,
) -> Plan:
    """The plan of the cutover of the workspace that `analysis` looks at; the options are those of `plan_cutover`."""
    return plan_cutover(
        analysis,
        strict_boundaries=strict_boundaries,
        prefer_canonical=prefer_canonical,
        widen_mocks=widen_mocks,
    ).plan


class PlannedCutover(NamedTuple):
    """A plan, and the analysis of the workspace as it is when the plan is carried out."""

    plan: Plan
    after: Analysis


def plan_cutover(
    analysis: Analysis,
    *,
    strict_boundaries: bool = False,
    prefer_canonical: bool = False,
    widen_mocks: bool = False,
) -> PlannedCutover:
    """The plan of the cutover of the workspace that `analysis` looks at, and what it makes of it.

    With `prefer_canonical`, a legacy module is deleted where another module at its new path exports the same names.
    With `strict_boundaries`, a file of the core that uses what moves is a problem; otherwise it is rewritten and
    listed.  With `widen_mocks`, so is a mock that would replace more than today.
    """
    workspace = analysis.workspace
    _read_ahead(analysis, {*workspace.sources.candidates(), *tree_files(workspace)})
    destinations = find_destinations(analysis.targets, prefer_canonical=prefer_canonical)
    move_set = MoveSet(
        analysis.targets, destinations.file_moves, staying=destinations.staying, ignored=destinations.ignored
    )
    widened = find_widened_mocks(move_set)
    move_set.cuts = widened.cuts
    rewritten = rewrite_all(move_set)
    old_paths = {new: old for old, new in move_set.destinations.items()}
    fixed = _fix_all(move_set, rewritten.texts, rewritten.rewrites)
    after, findings = fixed.analysis.workspace, fixed.findings
    removed = removed_aliases(workspace, fixed.resolved, old_paths)
    followed = rewrites_left(rewritten.rewrites, removed)
    rewrites = (*followed, *widened.rewrites, *fixed.aliases, *_rewrites(fixed.resolved, old_paths))
    boundaries = tuple(_boundaries(workspace, after, rewritten.rewrites))
    problems = [*destinations.problems, *rewritten.problems, *fixed.problems, *_defects(fixed.analysis)]
    if not destinations.problems:
        problems += _lost_references(move_set, fixed, rewritten.paths, old_paths, {each.path for each in problems})
    problems += () if widen_mocks else widened.problems
    problems += _crossings(workspace, boundaries) if strict_boundaries else ()
    old_texts, new_texts, renamed = _texts(move_set, fixed.texts)
    entries = tuple(changed_entries(old_texts, new_texts))
    plan = Plan(
        destinations.file_moves,
        rewrites,
        entries,
        boundaries,
        find_other_mentions(workspace, after, mentions_left(rewritten.in_strings, removed), move_set.destinations),
        tuple(dict.fromkeys(problems)),
        (
            *_left_in_place(workspace, destinations),
            *shadowed_names(move_set),
            *rewritten.notes,
            *widened.notes,
            *(accepted(problem) for problem in (widened.problems if widen_mocks else ())),
            *left_out_imports(workspace, after, rewritten.rewrites, move_set.destinations),
            *follow_up_notes(move_set, after, entries, rewritten.rewrites),
        ),
        tuple(find_remaining(analysis, after, findings, old_paths, rewrites)),
        tuple(PlannedCriterion(c.code, c.state, c.count) for c in status_of(fixed.analysis, findings).requirements),
        old_texts,
        new_texts,
        renamed,
    )
    return PlannedCutover(plan, fixed.analysis)


def _defects(analysis: Analysis) -> Iterator[Problem]:
    """The files in which a rule failed: what it would have found is unknown."""
    failures = analysis.failures(analysis.paths())
    return (Problem(notice.path, Blocked(notice.message.rstrip("."))) for notice in failures)


def _lost_references(
    move_set: MoveSet, fixed: _Fixed, paths: Iterable[str], old_paths: Mapping[str, str], known: Collection[str]
) -> Iterator[Problem]:
    """The references that can't follow, and those of the rewritten `paths` that would lead elsewhere.

    A known problem has consequences in its file, which are left out.
    """
    blocked = find_blocked_references(move_set, fixed.findings, old_paths)
    found = [problem for problem in blocked if problem.path not in known]
    known = {*known, *(problem.path for problem in found)}
    yield from found
    yield from verify(move_set, fixed.analysis.workspace, (path for path in paths if path not in known))


def _crossings(workspace: Workspace, boundaries: Iterable[Boundary]) -> Iterator[Problem]:
    """The problems that boundaries are where these are strict."""
    is_builtin = workspace.table.is_builtin
    beyond = "from the core to EE code" if is_builtin else "from `core` code beyond its boundary"
    remedy = _STRICT.format("the EE side" if is_builtin else "the other side")
    return (Problem(b.path, Blocked(f"`{b.specifier}` would lead {beyond}", remedy), b.line) for b in boundaries)


def _left_in_place(workspace: Workspace, destinations: Destinations) -> Iterator[Note]:
    """What neither moves nor follows: ignored files of the tree, and symbolic links that lead into it."""
    for path in destinations.ignored:
        yield Note(path, ".gitignore excludes it, so it does not move. Move or remove it by hand.")
    for path in links_into_tree(workspace) if destinations.file_moves else ():
        real = workspace.files.real(path)
        if workspace.table.in_tree(real or ""):
            yield Note(path, f"this symbolic link leads to {real}, which moves. Point it to the new path.")


class _Fixed(NamedTuple):
    """The workspace after the moves and all fixes: its findings, its new texts, and the findings that were fixed.

    `aliases` were added to configurations, and `problems` are those to which they can't be.
    """

    analysis: Analysis
    findings: tuple[Diagnostic, ...]
    texts: dict[str, bytes]
    resolved: dict[str, list[Diagnostic]]
    aliases: list[Rewrite]
    problems: list[Problem]


def _fix_all(move_set: MoveSet, texts: Mapping[str, bytes], rewrites: Iterable[Rewrite]) -> _Fixed:
    """Apply the fixes of all findings after the moves, until there are none left that can be applied.

    `texts` are those of the files that the moves change, by new path.
    """
    texts, resolved = dict(texts), dict[str, list[Diagnostic]]()
    options = FixOptions(require_verified=True, whole=True)
    unread = dict(texts)
    workspace = move_set.after.fork(changed_texts(move_set.after, texts))
    workspace, changed, aliases, problems = add_emitted_aliases(
        move_set.before, workspace, rewrites, move_set.destinations
    )
    texts.update(changed)
    changed = {}
    for _ in range(_ROUNDS):
        workspace = workspace.fork(changed) if changed else workspace
        analysis = Analysis(workspace)
        _read_ahead(analysis, unread)
        findings = analysis.check().diagnostics
        changes = [c for c in joined_fixes(findings, options) if c.before != c.after]
        if not changes:
            break
        unread = changed = {change.path: change.after for change in changes}
        texts.update(changed)
        for change in changes:
            resolved.setdefault(change.path, []).extend(change.resolved)
    return _Fixed(analysis, findings, texts, resolved, aliases, problems)


def _read_ahead(analysis: Analysis, paths: Iterable[str]) -> None:
    """Compute for each file what needs its syntax tree, so that it is parsed once."""
    workspace = analysis.workspace
    all_references, path_strings = workspace.component(AllReferences), workspace.component(PathStrings)
    candidates = frozenset(workspace.sources.candidates())
    for path in sorted(path for path in paths if holds_code(path)):
        all_references.of_file(path)
        workspace.sources.shape(path)
        if path in candidates:
            analysis.look_ahead(path)
        if workspace.table.in_tree(path):
            path_strings.climbing(path)


def _rewrites(resolved: Mapping[str, Iterable[Diagnostic]], old_paths: Mapping[str, str]) -> Iterator[Rewrite]:
    for finding in dict.fromkeys(finding for findings in resolved.values() for finding in findings):
        old = finding.specifier or finding.message
        new = finding.replacement or (finding.fix.title if finding.fix is not None else "")
        yield Rewrite(old_paths.get(finding.path, finding.path), None, finding.rule, old, new)


def _texts(move_set: MoveSet, texts: Mapping[str, bytes]) -> tuple[dict[str, bytes], dict[str, bytes], dict[str, str]]:
    """The old and the new texts of the files that change, and the new path of each moved file that is written."""
    files = move_set.before.files
    before = {path: text for path in (*move_set.removed, *texts) if (text := files.read(path)) is not None}
    after = {path: text for path, text in texts.items() if before.get(path) != text}
    before = {path: before[path] for path in sorted(before) if path in after or path in move_set.removed}
    moving = sorted({m.old for m in move_set.file_moves if m.new is not None} - move_set.dropped)
    renamed = {old: new for old in moving if (new := move_set.destinations[old]) in after}
    return before, {path: after[path] for path in sorted(after)}, renamed


def _boundaries(workspace: Workspace, after: Workspace, rewrites: Iterable[Rewrite]) -> Iterator[Boundary]:
    """The references of core files that lead to EE code after the moves, and do not today."""
    for path in sorted({rewrite.path for rewrite in rewrites if area_of(after.table, rewrite.path) is Area.CORE}):
        facts, facts_after = workspace.sources.facts(path), after.sources.facts(path)
        if facts_after is None:
            continue
        known = {reference.specifier for reference in facts.ee_references} if facts is not None else set()
        lines = LineIndex(facts_after.text)
        for reference in facts_after.ee_references:
            if reference.specifier not in known:
                line = lines.line_at(reference.span.start) + 1
                target = after.resolver.resolve(reference.specifier, path)
                yield Boundary(path, line, reference.specifier, target)
