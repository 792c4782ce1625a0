"""Reads the rows of a table, and checks each against the table's packages and roots.

`frame` is the table that the rows are for, as far as it is sound; None where its packages or roots are not, and then
only what a row says by itself is checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflow_ls.config.table import ModuleRow, NameRow, Table, matched_by
from workflow_ls.config.validation import (
    Mistake,
    ValuePath,
    label,
    nearest,
    read_list,
    read_object,
    read_path,
    read_text,
)
from workflow_ls.text import is_identifier

_CHAIN = "a chain; write where it goes in the end."


def read_modules(mistakes: list[Mistake], data: object, frame: Table | None) -> dict[int, ModuleRow]:
    """The sound rows by their index."""
    rows: dict[int, ModuleRow] = {}
    first: dict[str, int] = {}
    for index, item in enumerate(read_list(mistakes, data, ("modules",))):
        path: ValuePath = ("modules", index)
        entry = read_object(mistakes, item, path, keys=("from", "to", "note"), required=("from", "to"))
        if entry is None:
            continue
        source, module = _read_legacy(mistakes, entry, path, "from", frame, stars=1)
        if module is not None and first.setdefault(module, index) != index:
            place = (*path, "from")
            mistakes.append(Mistake(place, f"{label(place)} is the same module as in modules[{first[module]}]."))
        targets = _read_targets(mistakes, entry.get("to"), (*path, "to"), frame) if "to" in entry else ()
        for at, target in targets:
            if source is not None and "*" in target and "*" not in source:
                place = (*path, "to", at)
                mistakes.append(Mistake(place, f'{label(place)} has a "*", but "from" has none.'))
        note = read_text(mistakes, entry["note"], (*path, "note")) if "note" in entry else None
        if module is not None:
            rows[index] = ModuleRow(module, tuple(target for _, target in targets), note)
    return rows


def read_names(mistakes: list[Mistake], data: object, frame: Table | None) -> dict[int, NameRow]:
    """The sound rows by their index."""
    rows: dict[int, NameRow] = {}
    first: dict[tuple[str, str], int] = {}
    for index, item in enumerate(read_list(mistakes, data, ("names",))):
        path = ("names", index)
        keys = ("module", "name", "to", "as", "note")
        entry = read_object(mistakes, item, path, keys=keys, required=("module", "name"))
        if entry is None:
            continue
        _, module = _read_legacy(mistakes, entry, path, "module", frame, stars=0)
        name = _read_identifier(mistakes, entry["name"], (*path, "name")) if "name" in entry else None
        target = _read_target(mistakes, entry["to"], (*path, "to"), frame, stars=0) if "to" in entry else None
        new_name = _read_identifier(mistakes, entry["as"], (*path, "as")) if "as" in entry else None
        note = read_text(mistakes, entry["note"], (*path, "note")) if "note" in entry else None
        if "to" not in entry and "as" not in entry:
            mistakes.append(Mistake(path, 'The row needs "to", "as" or both: where the name went, or what it became.'))
        if module is not None and name is not None:
            if first.setdefault((module, name), index) != index:
                before = first[module, name]
                mistakes.append(Mistake((*path, "name"), f"The row speaks of the same name as names[{before}]."))
            rows[index] = NameRow(module, name, target, new_name, note)
    return rows


def check_chains(
    mistakes: list[Mistake], table: Table, modules: Mapping[int, ModuleRow], names: Mapping[int, NameRow]
) -> None:
    """Refuse targets that are legacy themselves.  `table` has all rows, `modules` and `names` those of this file."""
    for index, row in modules.items():
        for at, target in enumerate(row.to):
            module = table.module_of(target)
            if module is not None:
                path: ValuePath = ("modules", index, "to", at)
                mistakes.append(Mistake(path, f"{label(path)} is itself legacy: {_chain(table, row, module)}"))
    for index, name_row in names.items():
        if name_row.to is not None and table.module_of(name_row.to) is not None:
            path = ("names", index, "to")
            mistakes.append(Mistake(path, f"{label(path)} is itself legacy: {_CHAIN}"))
    known = {id(row) for row in (*modules.values(), *names.values())}
    inherited = (target for row in table.modules if id(row) not in known for target in row.to)
    moved = (row.to for row in table.names if id(row) not in known and row.to is not None)
    for target in (*inherited, *moved):
        if table.module_of(target) is not None:
            message = f"A legacy root covers {target}, which a row of the built-in table targets."
            mistakes.append(Mistake(("legacy", "roots"), message))
            return


def _read_legacy(
    mistakes: list[Mistake], entry: Mapping[str, object], path: ValuePath, key: str, frame: Table | None, *, stars: int
) -> tuple[str | None, str | None]:
    """A legacy specifier, and the module that it names; None for what is absent, unsound, or not to be told."""
    if key not in entry:
        return None, None
    place = (*path, key)
    source = read_path(mistakes, entry[key], place, stars=stars)
    if source is None or frame is None:
        return source, None
    module = frame.module_of(source)
    if module is None:
        roots = " or ".join(frame.roots)
        mistakes.append(Mistake(place, f"{label(place)} must be {roots}, or a path below."))
    return source, module


def _read_targets(
    mistakes: list[Mistake], data: object, path: ValuePath, frame: Table | None
) -> tuple[tuple[int, str], ...]:
    """The sound targets with their index."""
    targets: dict[str, int] = {}
    for index, entry in enumerate(read_list(mistakes, data, path, filled=True)):
        target = _read_target(mistakes, entry, (*path, index), frame, stars=1)
        if target in targets:
            mistakes.append(Mistake((*path, index), f"{label((*path, index))} is listed twice."))
        elif target is not None:
            targets[target] = index
    return tuple((index, target) for target, index in targets.items())


def _read_target(
    mistakes: list[Mistake], data: object, path: ValuePath, frame: Table | None, *, stars: int
) -> str | None:
    """A target; whether it is legacy itself can be told only when all rows are known."""
    target = read_path(mistakes, data, path, stars=stars)
    if target is None or frame is None or frame.module_of(target) is not None or frame.split(target) is not None:
        return target
    names = [package.name for package in frame.packages]
    hint = nearest("/".join(target.split("/")[:2]), names) or ' Add its package under "packages".'
    mistakes.append(Mistake(path, f"{label(path)} is in none of the known packages: {', '.join(names)}.{hint}"))
    return None


def _read_identifier(mistakes: list[Mistake], data: object, path: ValuePath) -> str | None:
    name = read_text(mistakes, data, path)
    if name is not None and not is_identifier(name):
        mistakes.append(Mistake(path, f"{label(path)} must be the name of an export, or default."))
        return None
    return name


def _chain(table: Table, row: ModuleRow, module: str) -> str:
    """What a legacy target leads to: back to its own row, or further on."""
    seen: set[str] = set()
    ahead = [module]
    while ahead:
        module = ahead.pop()
        found = table.row_for(module)
        if found is row:
            return "a cycle that leads back to this row."
        if found is not None and found.module not in seen:
            seen.add(found.module)
            star = matched_by(found.module, module) or ""
            ahead += _legacy_modules(table, (target.replace("*", star) for target in found.to))
    return _CHAIN


def _legacy_modules(table: Table, targets: Iterable[str]) -> list[str]:
    return [module for target in targets if (module := table.module_of(target)) is not None]
