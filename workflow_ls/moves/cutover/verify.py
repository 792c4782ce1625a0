"""Verifies a cutover: each reference still leads to its file, and each name still has its meaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from workflow_ls.diagnostics import Blocked
from workflow_ls.moves.move_set import MoveSet, find_file
from workflow_ls.moves.plan_model import MoveOutcome, Note, Problem
from workflow_ls.moves.updates.new_specifiers import is_installed
from workflow_ls.project.all_references import AllReferences
from workflow_ls.project.exports.module_exports import Origin
from workflow_ls.project.workspace import Workspace
from workflow_ls.syntax.model import Reference
from workflow_ls.vfs.files import holds_code


def verify(move_set: MoveSet, after: Workspace, paths: Iterable[str]) -> Iterator[Problem]:
    """What the files at `paths` (their old paths) lose in `after`, the workspace with all texts rewritten."""
    unwritten = move_set.dropped | move_set.inlined | move_set.overwritten
    all_references = after.component(AllReferences)
    for path in paths:
        if path in unwritten:
            continue
        new, references = move_set.destination(path), move_set.references(path)
        if references is None:
            continue
        references_after = all_references.of_file(new)
        if references_after is None:
            yield _problem(path, f"{new} would not exist")
            continue
        allowed = sum(_count_unresolved(move_set, barrel) for barrel in _inlined_barrels(move_set, path, references))
        uses = _uses_before(move_set, path, references), _uses_after(after, new, references_after)
        yield from _compare(path, new, *uses, allowed)
    for file_move in move_set.file_moves:
        if file_move.replaced is not None and file_move.new is not None:
            yield from _lost_exports(move_set, after, file_move.replaced)
        if holds_code(file_move.old) and file_move.new is not None:
            yield from _lost_exports(move_set, after, file_move.old)


def _problem(path: str, reason: str) -> Problem:
    return Problem(path, Blocked(reason, "resolve this by hand first"))


class _Uses(NamedTuple):
    """What a file uses: its unresolved specifiers, the files that the others lead to, and the names it imports."""

    unresolved: list[str]
    targets: dict[str, str]
    names: dict[tuple[str, str], Origin]


def _compare(path: str, new: str, before: _Uses, after: _Uses, allowed: int) -> Iterator[Problem]:
    if len(after.unresolved) > len(before.unresolved) + allowed:
        for specifier in Counter(after.unresolved) - Counter(before.unresolved):
            yield _problem(path, f"`{specifier}` would lead nowhere")
    for target in before.targets.keys() - after.targets.keys():
        if not is_installed(target) and target != new:
            yield _problem(path, f"`{before.targets[target]}` would no longer lead to {target}")
    for key, origin in before.names.items():
        origin_after = after.names.get(key)
        if is_installed(origin.path):
            continue  # another copy may serve it
        if origin_after is None and key[0] == "import":
            yield _problem(path, f"`{key[1]}` would no longer be exported")
        elif origin_after is not None and origin_after != origin:
            yield _problem(path, f"`{key[1]}` would come from {origin_after.path}, not from {origin.path}")


def _uses_before(move_set: MoveSet, path: str, references: Iterable[Reference]) -> _Uses:
    """What a file uses today, by new paths."""
    uses, table = _Uses([], {}, {}), move_set.before.table
    for reference in references:
        target = move_set.target(path, reference)
        if target is None or is_installed(target):
            # A package that is installed for one package only can be installed for another later.
            uses.unresolved.append(reference.specifier)
            continue
        module = table.module_at(target)
        elsewhere = {} if module is None else table.moved_names(module)
        leaves = bool(elsewhere) and all(name.name in elsewhere for name in reference.names)
        if target not in move_set.inlined and not (leaves and table.stays(module or "")):
            uses.targets[move_set.destination(target)] = reference.specifier
        for name in reference.names:
            origin = move_set.targets.index.exports(target).origins.get(name.name)
            if origin is not None and name.name not in elsewhere:
                key = reference.form.value, name.local or name.name
                moved_origin = Origin(move_set.destination(origin.path), origin.name)
                uses.names[key] = _origin(move_set, path, target, name.name, moved_origin)
    return uses


def _uses_after(after: Workspace, path: str, references: Iterable[Reference]) -> _Uses:
    uses = _Uses([], {}, {})
    for reference in references:
        target = find_file(after, reference.form, reference.specifier, path)
        if target is None:
            uses.unresolved.append(reference.specifier)
            continue
        uses.targets[target] = reference.specifier
        for name in reference.names:
            origin = after.exports.exports(target).origins.get(name.name)
            if origin is not None:
                uses.names[reference.form.value, name.local or name.name] = origin
    return uses


def _inlined_barrels(move_set: MoveSet, path: str, references: Iterable[Reference]) -> set[str]:
    """The barrels whose re-exports are written into a file."""
    merged = set(move_set.merged_into(path))
    targets = {move_set.target(path, reference) for reference in references}
    return merged | (move_set.inlined & {target for target in targets if target is not None})


def _count_unresolved(move_set: MoveSet, barrel: str) -> int:
    return sum(move_set.target(barrel, reference) is None for reference in move_set.references(barrel) or ())


def _origin(move_set: MoveSet, path: str, target: str, name: str, origin: Origin) -> Origin:
    """The declaration of a name that the file `path` imports from `target`, after the moves.

    Where the file at the new path stays, its exports have precedence over those of the moved file.
    """
    file_move = move_set.drop_of(target)
    if file_move is None or file_move.new == path:
        return origin
    kept = move_set.targets.index.exports(move_set.destination(target)).origins.get(name)
    if kept is None or (file_move.outcome is MoveOutcome.MERGED_INTO_BARREL and kept.path != file_move.new):
        return origin
    return Origin(move_set.destination(kept.path), kept.name)


def shadowed_names(move_set: MoveSet) -> Iterator[Note]:
    """The names for which importers of a merged barrel get the declaration of the other barrel."""
    for file_move in move_set.file_moves:
        if file_move.outcome is MoveOutcome.MERGED_INTO_BARREL and file_move.new is not None:
            before = move_set.targets.index.exports(file_move.old).origins
            after = move_set.targets.index.exports(file_move.new).origins
            for name in sorted(before.keys() & after.keys()):
                if after[name].path == file_move.new:
                    message = f"importers of `{name}` will get that of {file_move.new} instead of {before[name].path}"
                    yield Note(file_move.old, message)


def _lost_exports(move_set: MoveSet, workspace: Workspace, path: str) -> Iterator[Problem]:
    """The names of a module that the module at its new path does not export."""
    before, after = move_set.targets.index.exports(path), workspace.exports.exports(move_set.destination(path))
    if before.opaque is not None:
        return
    table = move_set.before.table
    elsewhere = table.moved_names(table.module_at(path) or "") if table.in_tree(path) else {}
    for name in before.origins.keys() - elsewhere.keys():
        if name not in after.names and (name != "default" or move_set.destination(path) == path):
            yield _problem(path, f"`{name}` would not be exported by {move_set.destination(path)}")
