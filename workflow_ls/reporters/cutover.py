"""The formats of `workflow-ls cutover`: a plan and whether colours are allowed in, the whole text out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

from workflow_ls.printable import counted, visible, visible_path
from workflow_ls.reporters.json_ import dumps

if TYPE_CHECKING:
    from workflow_ls.moves.model import Placement, Plan, Remaining, Rewrite

PlanReporter = Callable[["Plan", bool], str]

_BOLD, _RED, _DIM = "1", "1;31", "2"
_HOW = {
    "moved": "moved",
    "proxy replaced": "moved to the place of a proxy",
    "same file": "there already, with the same content",
    "joined with the barrel": "moved, and joined by what the barrel there re-exports beside",
    "merged into the barrel": "merged into the barrel that is there",
    "same exports": "gone, since the module in its place exports the same",
    "superseded": "gone, since the module in its place is preferred",
    "dissolved": "dissolved: whoever asked it asks what it re-exports",
}


def render_json(plan: Plan, color: bool) -> str:  # noqa: ARG001 - all formats are called alike
    """One object, of version 1, with these keys.

    - `moves`: what becomes of each file of the legacy tree: `from`, `to` (null where it is dissolved), `how`
      ("moved", "proxy replaced", "same file", "joined with the barrel", "merged into the barrel", "same exports",
      "superseded", "dissolved"), and `replaces`, the file that was in its place, or null;
    - `references`: each place that changes: `path` (as it was), `line` (from 1, null where a manifest or a second look
      asks for it), `rule` (or "moved", where a path follows its file), `from` and `to`;
    - `entries`: of manifests and configurations: `path`, `field`, `key`, `change` ("added", "removed", "changed");
    - `boundaries`: references of the core to what is EE code now: `path`, `line`, `specifier`, `target`;
    - `outside`: what mentions the legacy tree and is left to a person: `path`, `line`, `kind`, `text`;
    - `notes` and `problems`: `path`, `line` (or null), `message`; with a problem, nothing is written;
    - `remaining`: the findings afterwards: `path`, `line`, `rule`, `severity`, `message`, `reason` (or null), and
      `before`, whether it was there before;
    - `criteria`: the requirements afterwards: `code`, `state`, `count`;
    - `files`: each file that is written or goes: `path`, `action` ("create", "write", "delete"), `from` (the file that
      it was, or null), and `sha256` of what it holds afterwards (null where it goes);
    - `summary`: how many of each.

    Paths are relative to the root.  Keys are added in later versions, none is taken away.
    """
    came = {new: old for old, new in plan.renamed.items()}
    data: dict[str, object] = {
        "version": 1,
        "moves": [{"from": p.old, "to": p.new, "how": p.how, "replaces": p.replaced} for p in plan.placements],
        "references": [
            {"path": r.path, "line": r.line, "rule": r.rule, "from": r.old, "to": r.new} for r in plan.rewrites
        ],
        "entries": [{"path": e.path, "field": e.where, "key": e.key, "change": e.change} for e in plan.entries],
        "boundaries": [
            {"path": b.path, "line": b.line, "specifier": b.specifier, "target": b.target} for b in plan.boundaries
        ],
        "outside": [{"path": o.path, "line": o.line, "kind": o.kind, "text": o.text} for o in plan.outside],
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
                "from": came.get(path) if path in plan.after else None,
                "sha256": sha256(plan.after[path]).hexdigest() if path in plan.after else None,
            }
            for path in sorted({*plan.before, *plan.after})
        ],
    }
    data["summary"] = {key: len(value) for key, value in data.items() if isinstance(value, list) and key != "criteria"}
    return dumps(data)


def render_text(plan: Plan, color: bool) -> str:
    """For people: what moves and changes, what is left for them, and last, where it is seen, what is in the way."""
    paint = _painter(color)
    if plan.is_empty:
        left = "nothing that could be moved" if plan.notes else "nothing"
        sections = [f"Nothing to do: {left} is left in the legacy tree.", "", *_notes(plan, paint), *_left(plan, paint)]
        return "\n".join(sections).strip("\n") + "\n"
    sections = [
        *_moves(plan.placements, paint),
        *_references(plan.rewrites, paint),
        *_entries(plan, paint),
        *_places(
            "Boundaries: files of the core that use what moves, for a person to decide",
            ((b.path, b.line, f"`{b.specifier}`") for b in plan.boundaries),
            paint,
        ),
        *_places(
            "Out of reach: what else mentions the legacy tree",
            ((o.path, o.line, f"{o.kind}: {o.text}") for o in plan.outside),
            paint,
        ),
        *_notes(plan, paint),
        *(() if plan.problems else _left(plan, paint)),
        *_problems(plan, paint),
        *_summary(plan, paint),
    ]
    return "\n".join(sections).strip("\n") + "\n"


def _painter(color: bool) -> Callable[[str, str], str]:
    return lambda text, style: f"\x1b[{style}m{text}\x1b[0m" if color else text


_Paint = Callable[[str, str], str]


def _problems(plan: Plan, paint: _Paint) -> Iterator[str]:
    if plan.problems:
        yield paint("In the way: nothing is written until this is settled", _RED)
        for problem in plan.problems:
            yield f"  {_place(problem.path, problem.line)}: {visible(problem.message)}"
        yield ""


def _moves(placements: Iterable[Placement], paint: _Paint) -> Iterator[str]:
    by_how = defaultdict[str, list["Placement"]](list)
    for placement in placements:
        by_how[placement.how].append(placement)
    if by_how:
        yield paint("Files of the legacy tree", _BOLD)
    for how, found in by_how.items():
        yield f"  {len(found)} {_HOW[how]}"
        for placement in found:
            to = "" if placement.new is None else f" -> {visible_path(placement.new)}"
            over = placement.replaced if placement.replaced != placement.new else None
            beside = f" (and {visible_path(over)} goes)" if over is not None else ""
            yield paint(f"    {visible_path(placement.old)}{to}{beside}", _DIM)
    if by_how:
        yield ""


def _references(rewrites: Iterable[Rewrite], paint: _Paint) -> Iterator[str]:
    by_rule = defaultdict[str, list["Rewrite"]](list)
    for rewrite in rewrites:
        by_rule[rewrite.rule].append(rewrite)
    if by_rule:
        yield paint("What changes, by rule", _BOLD)
    for rule, found in sorted(by_rule.items(), key=lambda item: (-len(item[1]), item[0])):
        yield f"  {rule}: {len(found)}"
        for rewrite in found:
            told = f"{visible(rewrite.old)} -> {visible(rewrite.new)}"
            yield paint(f"    {_place(rewrite.path, rewrite.line)} {told}", _DIM)
    if by_rule:
        yield ""


def _entries(plan: Plan, paint: _Paint) -> Iterator[str]:
    if plan.entries:
        yield paint("Entries of manifests and configurations", _BOLD)
        signs = {"added": "+", "removed": "-", "changed": "~"}
        before = None
        for entry in plan.entries:
            if (entry.path, entry.where) != before:
                yield f"  {visible_path(entry.path)}, {entry.where}"
            before = entry.path, entry.where
            yield paint(f"    {signs[entry.change]} {visible(entry.key)}", _DIM)
        yield ""


def _places(heading: str, places: Iterable[tuple[str, int | None, str]], paint: _Paint) -> Iterator[str]:
    listed = [f"  {_place(path, line)}: {visible(text)}" for path, line, text in places]
    if listed:
        yield from (paint(heading, _BOLD), *listed, "")


def _notes(plan: Plan, paint: _Paint) -> Iterator[str]:
    yield from _places("To know", ((n.path, n.line, n.message) for n in plan.notes), paint)


def _left(plan: Plan, paint: _Paint) -> Iterator[str]:
    """The findings afterwards, but for the boundaries, which are told already."""
    told = {(b.path, b.line) for b in plan.boundaries}
    left = [r for r in plan.remaining if r.finding.rule != "core-imports-ee" or (r.finding.path, r.line) not in told]
    for heading, known in (("Left: findings that are new", False), ("Left: findings that were there before", True)):
        yield from _places(heading, ((r.finding.path, r.line, _said(r)) for r in left if r.known == known), paint)


def _said(left: Remaining) -> str:
    reason = "" if left.finding.reason is None else f": {left.finding.reason}"
    return f"{left.finding.rule}: {left.finding.message}{reason}"


def _summary(plan: Plan, paint: _Paint) -> Iterator[str]:
    files = Counter("goes" if path not in plan.after else "is" for path in {*plan.before, *plan.after})
    contradicted = [f"{c.code} ({c.count})" for c in plan.criteria if c.state == "open"]
    met = sum(c.state == "met" for c in plan.criteria)
    parts = (
        counted(len(plan.placements), "file") + " of the legacy tree",
        counted(sum(r.line is not None for r in plan.rewrites), "reference"),
        f"{counted(files['is'], 'file')} written",
        f"{counted(files['goes'], 'path')} gone",
    )
    yield paint(", ".join(parts) + ".", _BOLD)
    still = f"; still open: {', '.join(contradicted)}" if contradicted else ""
    yield f"Criteria met: {met}{still}."
    if plan.problems:
        yield paint(f"{counted(len(plan.problems), 'problem')} in the way.", _RED)


def _place(path: str, line: int | None) -> str:
    return visible_path(path) if line is None else f"{visible_path(path)}:{line}"
