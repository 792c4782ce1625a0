"""The formats of `workflow-ls cutover`: each renders a plan, with or without colours, as one text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

from workflow_ls.moves.plan_model import MoveOutcome
from workflow_ls.printable import counted, visible, visible_path
from workflow_ls.reporters.json_ import dumps

if TYPE_CHECKING:
    from workflow_ls.moves.plan_model import FileMove, Plan, Remaining, Rewrite

PlanReporter = Callable[["Plan", bool], str]

_BOLD, _RED, _DIM = "1", "1;31", "2"
# The name of each outcome in JSON, and its description for people.
_OUTCOMES = {
    MoveOutcome.MOVED: ("moved", "moved"),
    MoveOutcome.PROXY_REPLACED: ("proxy replaced", "moved, replacing a proxy"),
    MoveOutcome.STUB_REPLACED: ("stub replaced", "moved, replacing a file without code"),
    MoveOutcome.SAME_FILE: ("same file", "deleted: the file at the new path has the same content"),
    MoveOutcome.APPENDED_TO_BARREL: (
        "joined with the barrel",
        "moved, with the other re-exports of the barrel at the new path",
    ),
    MoveOutcome.MERGED_INTO_BARREL: ("merged into the barrel", "merged into the barrel at the new path"),
    MoveOutcome.SAME_EXPORTS: ("same exports", "deleted: the module at the new path exports the same names"),
    MoveOutcome.DUPLICATE: ("superseded", "deleted: the module at the new path is preferred"),
    MoveOutcome.INLINED: ("dissolved", "removed (barrel): importers now import the re-exported modules directly"),
}


def render_json(plan: Plan, color: bool) -> str:  # noqa: ARG001 - all formats are called alike
    """One object, of version 1, with these keys.

    - `moves`: each file of the legacy tree: `from`, `to` (null for "dissolved"), `how` ("moved", "proxy replaced",
      "same file", "joined with the barrel", "merged into the barrel", "same exports", "superseded", "dissolved"), and
      `replaces`, the file that was at the new path, or null;
    - `references`: each change: `path` (before the move), `line` (from 1, null for a change that a manifest or a
      second check requires), `rule` (or "moved", for a path that follows its file), `from` and `to`;
    - `entries`: of manifests and configurations: `path`, `field`, `key`, `change` ("added", "removed", "changed");
    - `boundaries`: references of the core to code that is EE code afterwards: `path`, `line`, `specifier`, `target`;
    - `outside`: mentions of the legacy tree to update by hand: `path`, `line`, `column` (or null), `kind`, `text`;
    - `notes` and `problems`: `path`, `line` (or null), `message`; with a problem, nothing is written;
    - `remaining`: the findings afterwards: `path`, `line`, `rule`, `severity`, `message`, `reason` (or null), and
      `before`, whether it was there before;
    - `criteria`: the requirements afterwards: `code`, `state`, `count`;
    - `files`: each file that is written or deleted: `path`, `action` ("create", "write", "delete"), `from` (its path
      before the move, or null), and `sha256` of its new content (null if deleted);
    - `summary`: how many of each.

    Paths are relative to the root.  Later versions may add keys, and remove none.
    """
    old_paths = {new: old for old, new in plan.renamed.items()}
    data: dict[str, object] = {
        "version": 1,
        "moves": [
            {"from": p.old, "to": p.new, "how": _OUTCOMES[p.outcome][0], "replaces": p.replaced}
            for p in plan.file_moves
        ],
        "references": [
            {"path": r.path, "line": r.line, "rule": r.rule, "from": r.old, "to": r.new} for r in plan.rewrites
        ],
        "entries": [{"path": e.path, "field": e.where, "key": e.key, "change": e.change} for e in plan.entries],
        "boundaries": [
            {"path": b.path, "line": b.line, "specifier": b.specifier, "target": b.target} for b in plan.boundaries
        ],
        "outside": [
            {"path": o.path, "line": o.line, "column": o.column or None, "kind": o.kind, "text": o.text}
            for o in plan.other_mentions
        ],
        "notes": [{"path": n.path, "line": n.line, "message": n.message} for n in plan.notes],
        "problems": [{"path": p.path, "line": p.line, "message": p.message} for p in plan.problems],
        "remaining": [
            {
                "path": left.finding.path,
                "line": left.line,
                "rule": left.finding.rule,
                "severity": left.finding.severity.label,
                "message": left.finding.message,
                "reason": left.finding.reason,
                "before": left.known,
            }
            for left in plan.remaining
        ],
        "criteria": [{"code": c.code, "state": c.state, "count": c.count} for c in plan.criteria],
        "files": [
            {
                "path": path,
                "action": "delete" if path not in plan.after else "write" if path in plan.before else "create",
                "from": old_paths.get(path) if path in plan.after else None,
                "sha256": sha256(plan.after[path]).hexdigest() if path in plan.after else None,
            }
            for path in sorted({*plan.before, *plan.after})
        ],
    }
    data["summary"] = {key: len(value) for key, value in data.items() if isinstance(value, list) and key != "criteria"}
    return dumps(data)


def render_text(plan: Plan, color: bool) -> str:
    """For people: the moves and changes, what is left to do by hand, and last, where they are seen, the problems."""
    paint = _painter(color)
    if plan.is_empty and not plan.problems:
        reason = "has no files that can be moved" if plan.notes else "is empty"
        sections = [f"Nothing to do: the legacy tree {reason}.", "", *_notes(plan, paint), *_remaining(plan, paint)]
        return "\n".join(sections).strip("\n") + "\n"
    sections = [
        *_moves(plan.file_moves, paint),
        *_references(plan.rewrites, paint),
        *_entries(plan, paint),
        *_places(
            "Boundaries: core files that import moved modules (decide each by hand)",
            ((b.path, b.line, f"`{b.specifier}`") for b in plan.boundaries),
            paint,
        ),
        *_other_mentions(plan, paint),
        *_notes(plan, paint),
        *(() if plan.problems else _remaining(plan, paint)),
        *_problems(plan, paint),
        *_summary(plan, paint),
    ]
    return "\n".join(sections).strip("\n") + "\n"


def _painter(color: bool) -> Callable[[str, str], str]:
    return lambda text, style: f"\x1b[{style}m{text}\x1b[0m" if color else text


_Paint = Callable[[str, str], str]


def _problems(plan: Plan, paint: _Paint) -> Iterator[str]:
    if plan.problems:
        yield paint("Blocking problems (nothing written)", _RED)
        for problem in plan.problems:
            yield f"  {_place(problem.path, problem.line)}: {visible(problem.message)}"
        yield ""


def _moves(file_moves: Iterable[FileMove], paint: _Paint) -> Iterator[str]:
    by_outcome = defaultdict[MoveOutcome, list["FileMove"]](list)
    for file_move in file_moves:
        by_outcome[file_move.outcome].append(file_move)
    if by_outcome:
        yield paint("Files of the legacy tree", _BOLD)
    for outcome, moves in by_outcome.items():
        yield f"  {len(moves)} {_OUTCOMES[outcome][1]}"
        for move in moves:
            to = "" if move.new is None else f" -> {visible_path(move.new)}"
            replaced = move.replaced if move.replaced != move.new else None
            remark = f" (deletes {visible_path(replaced)})" if replaced is not None else ""
            yield paint(f"    {visible_path(move.old)}{to}{remark}", _DIM)
    if by_outcome:
        yield ""


def _references(rewrites: Iterable[Rewrite], paint: _Paint) -> Iterator[str]:
    by_rule = defaultdict[str, list["Rewrite"]](list)
    for rewrite in rewrites:
        by_rule[rewrite.rule].append(rewrite)
    if by_rule:
        yield paint("Changes by rule", _BOLD)
    for rule, found in sorted(by_rule.items(), key=lambda item: (-len(item[1]), item[0])):
        yield f"  {rule}: {len(found)}"
        for rewrite in found:
            change = f"{visible(rewrite.old)} -> {visible(rewrite.new)}"
            yield paint(f"    {_place(rewrite.path, rewrite.line)} {change}", _DIM)
    if by_rule:
        yield ""


def _entries(plan: Plan, paint: _Paint) -> Iterator[str]:
    if plan.entries:
        yield paint("Manifest and configuration entries", _BOLD)
        signs = {"added": "+", "removed": "-", "changed": "~"}
        previous = None
        for entry in plan.entries:
            if (entry.path, entry.where) != previous:
                yield f"  {visible_path(entry.path)}, {entry.where}"
            previous = entry.path, entry.where
            yield paint(f"    {signs[entry.change]} {visible(entry.key)}", _DIM)
        yield ""


def _places(heading: str, places: Iterable[tuple[str, int | None, str]], paint: _Paint) -> Iterator[str]:
    lines = [f"  {_place(path, line)}: {visible(text)}" for path, line, text in places]
    if lines:
        yield from (paint(heading, _BOLD), *lines, "")


def _other_mentions(plan: Plan, paint: _Paint) -> Iterator[str]:
    if plan.other_mentions:
        yield paint("Other mentions of the legacy tree (update by hand)", _BOLD)
        for mention in plan.other_mentions:
            column = f":{mention.column}" if mention.column else ""
            yield f"  {_place(mention.path, mention.line)}{column}: {mention.kind}: {visible(mention.text)}"
        yield ""


def _notes(plan: Plan, paint: _Paint) -> Iterator[str]:
    yield from _places("Notes", ((n.path, n.line, n.message) for n in plan.notes), paint)


def _remaining(plan: Plan, paint: _Paint) -> Iterator[str]:
    """The findings afterwards, without the boundaries, which have a section of their own."""
    shown = {(b.path, b.line) for b in plan.boundaries}
    left = [r for r in plan.remaining if r.finding.rule != "core-imports-ee" or (r.finding.path, r.line) not in shown]
    for heading, known in (("Remaining findings: new", False), ("Remaining findings: known before", True)):
        lines = ((r.finding.path, r.line, _finding_text(r)) for r in left if r.known == known)
        yield from _places(heading, lines, paint)


def _finding_text(remaining: Remaining) -> str:
    finding = remaining.finding
    reason = "" if finding.reason is None else f": {finding.reason}"
    return f"{finding.rule}: {finding.message}{reason}"


def _summary(plan: Plan, paint: _Paint) -> Iterator[str]:
    written, deleted = len(plan.after), len(plan.before.keys() - plan.after.keys())
    open_criteria = [f"{c.code} ({c.count})" for c in plan.criteria if c.state == "open"]
    met = sum(c.state == "met" for c in plan.criteria)
    parts = (
        counted(len(plan.file_moves), "file") + " of the legacy tree",
        counted(sum(r.line is not None for r in plan.rewrites), "reference"),
        f"{counted(written, 'file')} written",
        f"{counted(deleted, 'file')} deleted",
    )
    yield paint(", ".join(parts) + ".", _BOLD)
    still_open = f"; still open: {', '.join(open_criteria)}" if open_criteria else ""
    yield f"Criteria met: {met}{still_open}."
    if plan.problems:
        yield paint(f"{counted(len(plan.problems), 'blocking problem')}.", _RED)


def _place(path: str, line: int | None) -> str:
    return visible_path(path) if line is None else f"{visible_path(path)}:{line}"
