"""The proof that nothing was lost: each reference leads where it led, and each name means what it meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from workflow_ls.moves.model import Problem
from workflow_ls.moves.move_set import Cut, find_file
from workflow_ls.moves.specifiers import is_installed
from workflow_ls.project.export_index import ExportIndex, Origin
from workflow_ls.project.workspace import Workspace
from workflow_ls.syntax.model import Reference
from workflow_ls.syntax.references.finder import find_references
from workflow_ls.vfs.files import is_source, is_within


def verify(cut: Cut, then: Workspace, paths: Iterable[str]) -> Iterator[Problem]:
    """What the files at `paths` (where they lie now) lose on the way to the workspace `then`."""
    index = then.exports
    for path in paths:
        if path in cut.dissolved or path in cut.absorbed or path in cut.superseded:
            continue
        read, source = cut.references(path), then.sources.source(cut.moved(path))
        if read is None:
            continue
        if source is None:
            yield Problem(path, f"{cut.moved(path)} would not be there; settle that by hand first")
            continue
        references = find_references(source, callees=then.settings.callees)
        allowed = sum(_unresolved(cut, barrel) for barrel in _taken_in(cut, path, read[1]))
        here = cut.moved(path)
        uses = _uses_before(cut, path, read[1]), _uses_after(then, index, here, references)
        yield from _compare(path, here, *uses, allowed)
    for placement in cut.placements:
        if placement.replaced is not None and placement.new is not None:
            yield from _lost_exports(cut, index, placement.replaced)
        if is_source(placement.old) and placement.new is not None:
            yield from _lost_exports(cut, index, placement.old)


class _Uses(NamedTuple):
    """What a file uses: the specifiers that lead nowhere, the files that others lead to, and its names."""

    unresolved: list[str]
    targets: dict[str, str]
    names: dict[tuple[str, str], Origin]


def _compare(path: str, here: str, before: _Uses, after: _Uses, allowed: int) -> Iterator[Problem]:
    if len(after.unresolved) > len(before.unresolved) + allowed:
        for specifier in Counter(after.unresolved) - Counter(before.unresolved):
            yield Problem(path, f"`{specifier}` would lead nowhere; settle that by hand first")
    for target in before.targets.keys() - after.targets.keys():
        if not is_installed(target) and target != here:
            yield Problem(
                path, f"`{before.targets[target]}` would not lead to {target} any more; settle that by hand first"
            )
    for key, origin in before.names.items():
        found = after.names.get(key)
        if is_installed(origin.path):
            continue  # another copy may serve it
        if found is None and key[0] == "import":
            yield Problem(path, f"`{key[1]}` would not be exported any more; settle that by hand first")
        elif found is not None and found != origin:
            told = f"`{key[1]}` would come from {found.path}, not from {origin.path}; settle that by hand first"
            yield Problem(path, told)


def _uses_before(cut: Cut, path: str, references: Iterable[Reference]) -> _Uses:
    """What a file uses now, told by where it is afterwards."""
    uses, table = _Uses([], {}, {}), cut.before.table
    for reference in references:
        target = cut.target(path, reference)
        if target is None or is_installed(target):
            # What is installed for one package only is installed for the other later.
            uses.unresolved.append(reference.specifier)
            continue
        if target not in cut.dissolved:
            uses.targets[cut.moved(target)] = reference.specifier
        elsewhere = table.moved_names(table.module_at(target) or "") if is_within(target, table.tree) else {}
        for name in reference.names:
            origin = cut.targets.index.exports(target).origins.get(name.name)
            if origin is not None and name.name not in elsewhere:
                key = reference.form.value, name.local or name.name
                uses.names[key] = _origin(cut, path, target, name.name, Origin(cut.moved(origin.path), origin.name))
    return uses


def _uses_after(then: Workspace, index: ExportIndex, here: str, references: Iterable[Reference]) -> _Uses:
    uses = _Uses([], {}, {})
    for reference in references:
        target = find_file(then, reference.form, reference.specifier, here)
        if target is None:
            uses.unresolved.append(reference.specifier)
            continue
        uses.targets[target] = reference.specifier
        for name in reference.names:
            origin = index.exports(target).origins.get(name.name)
            if origin is not None:
                uses.names[reference.form.value, name.local or name.name] = origin
    return uses


def _taken_in(cut: Cut, path: str, references: Iterable[Reference]) -> set[str]:
    """The barrels whose re-exports come to stand in a file."""
    merged = {p.old for p in cut.placements if p.how == "merged into the barrel" and p.new == path}
    targets = {cut.target(path, reference) for reference in references}
    return merged | (cut.dissolved & {target for target in targets if target is not None})


def _unresolved(cut: Cut, barrel: str) -> int:
    read = cut.references(barrel)
    return sum(cut.target(barrel, reference) is None for reference in read[1]) if read is not None else 0


def _origin(cut: Cut, path: str, target: str, name: str, origin: Origin) -> Origin:
    """Where a name that the file `path` asks for is declared afterwards.

    A barrel that another is merged into gives its own names the precedence, and so does a module that stands for
    another.
    """
    placement = next((p for p in cut.placements if p.old == target and p.absorbed and p.new != path), None)
    own = None if placement is None else cut.targets.index.exports(cut.moved(target)).origins.get(name)
    if placement is None or own is None or (placement.how == "merged into the barrel" and own.path != placement.new):
        return origin
    return Origin(cut.moved(own.path), own.name)


def shadowed(cut: Cut) -> Iterator[Problem]:
    """The names that the users of a merged barrel get from the other one from then on."""
    for placement in cut.placements:
        if placement.how == "merged into the barrel" and placement.new is not None:
            before = cut.targets.index.exports(placement.old).origins
            own = cut.targets.index.exports(placement.new).origins
            for name in sorted(before.keys() & own.keys()):
                if own[name].path == placement.new:
                    message = (
                        f"whoever asks it for `{name}` gets that of {placement.new}, not that of {before[name].path}"
                    )
                    yield Problem(placement.old, message)


def _lost_exports(cut: Cut, index: ExportIndex, path: str) -> Iterator[Problem]:
    """The names of a module that its new place does not export, or exports from elsewhere."""
    before, after = cut.targets.index.exports(path), index.exports(cut.moved(path))
    if before.opaque is not None:
        return
    table = cut.before.table
    elsewhere = table.moved_names(table.module_at(path) or "") if is_within(path, table.tree) else {}
    for name in before.origins.keys() - elsewhere.keys():
        if name not in after.names and (name != "default" or cut.moved(path) == path):
            yield Problem(path, f"`{name}` would not be exported by {cut.moved(path)}; settle that by hand first")
