"""Makes the rows of a table from valid JSON values, and checks each against the packages, the roots and the other rows.

`frame` is the table without these rows; None if its packages or roots are invalid, so that most checks are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from workflow_ls.config.module_names import matched_by
from workflow_ls.config.table import Table
from workflow_ls.config.table_records import ModuleRow, NameRow
from workflow_ls.config.validation import Problems, ValidationProblem, ValuePath, did_you_mean, label

_CHAIN = "is legacy itself. Write the specifier that it was moved to."
_CYCLE = "is legacy itself, and the rows for it lead back to this one. Write a specifier that is not legacy."


def make_module_rows(
    problems: Problems, entries: Sequence[Mapping[str, Any] | None], frame: Table | None
) -> dict[int, ModuleRow]:
    """The valid rows of "modules" by their index."""
    rows: dict[int, ModuleRow] = {}
    first: dict[str, int] = {}
    for index, entry in enumerate(entries):
        if entry is None:
            continue
        path: ValuePath = ("modules", index)
        source = entry.get("from")
        module = _legacy_module(problems, source, (*path, "from"), frame)
        if module is not None and first.setdefault(module, index) != index:
            place = (*path, "from")
            message = f"{label(place)} is the same module as in modules[{first[module]}]. Remove one of the rows."
            problems.append(ValidationProblem(place, message))
        targets = _valid_targets(problems, entry.get("to", ()), (*path, "to"), frame)
        for at, target in targets.items():
            if source is not None and "*" in target and "*" not in source:
                place = (*path, "to", at)
                message = f'{label(place)} has a "*", but "from" has none. Add one to "from", or remove this one.'
                problems.append(ValidationProblem(place, message))
        if module is not None:
            stays = bool(entry.get("stays"))
            if stays and targets:
                problems.append(
                    ValidationProblem((*path, "stays"), 'A module that stays has no "to". Remove one of them.')
                )
            rows[index] = ModuleRow(module, tuple(targets.values()), entry.get("note"), stays)
    return rows


def make_name_rows(
    problems: Problems, entries: Sequence[Mapping[str, Any] | None], frame: Table | None
) -> dict[int, NameRow]:
    """The valid rows of "names" by their index."""
    rows: dict[int, NameRow] = {}
    first: dict[tuple[str, str], int] = {}
    for index, entry in enumerate(entries):
        if entry is None:
            continue
        path: ValuePath = ("names", index)
        module = _legacy_module(problems, entry.get("module"), (*path, "module"), frame)
        name = entry.get("name")
        target = entry.get("to")
        if target is not None and not _has_known_package(problems, target, (*path, "to"), frame):
            target = None
        if module is not None and name is not None:
            if first.setdefault((module, name), index) != index:
                message = f"The row is for the same name as names[{first[module, name]}]. Remove one of the rows."
                problems.append(ValidationProblem((*path, "name"), message))
            rows[index] = NameRow(module, name, target, entry.get("as"), entry.get("note"))
    return rows


def check_chains(
    problems: Problems, table: Table, modules: Mapping[int, ModuleRow], names: Mapping[int, NameRow]
) -> None:
    """Report targets that are legacy themselves.  `table` has all rows, `modules` and `names` those of this file."""
    for index, row in modules.items():
        for at, target in enumerate(row.to):
            module = table.module_of(target)
            if module is not None:
                path: ValuePath = ("modules", index, "to", at)
                fault = _CYCLE if _leads_back(table, row, module) else _CHAIN
                problems.append(ValidationProblem(path, f"{label(path)} {fault}"))
    for index, name_row in names.items():
        if name_row.to is not None and table.module_of(name_row.to) is not None:
            path = ("names", index, "to")
            problems.append(ValidationProblem(path, f"{label(path)} {_CHAIN}"))
    of_this_file = {id(row) for row in (*modules.values(), *names.values())}
    inherited = (target for row in table.modules if id(row) not in of_this_file for target in row.to)
    moved = (row.to for row in table.names if id(row) not in of_this_file and row.to is not None)
    for target in (*inherited, *moved):
        if table.module_of(target) is not None:
            message = f"A legacy root covers {target}, a target of a built-in row. Choose roots that do not cover it."
            problems.append(ValidationProblem(("legacy", "roots"), message))
            return


def _legacy_module(problems: Problems, specifier: str | None, path: ValuePath, frame: Table | None) -> str | None:
    """The module that a legacy specifier names; None for an invalid one, and if that can't be known."""
    if specifier is None or frame is None:
        return None
    module = frame.module_of(specifier)
    if module is None:
        roots = " or ".join(frame.roots)
        problems.append(ValidationProblem(path, f"{label(path)} is not legacy. Write {roots}, or a path below."))
    return module


def _valid_targets(
    problems: Problems, targets: Iterable[str | None], path: ValuePath, frame: Table | None
) -> dict[int, str]:
    """The valid targets by their index."""
    return {
        index: target
        for index, target in enumerate(targets)
        if target is not None and _has_known_package(problems, target, (*path, index), frame)
    }


def _has_known_package(problems: Problems, target: str, path: ValuePath, frame: Table | None) -> bool:
    """Whether a target is in a known package, or is legacy: that is for `check_chains`, once all rows are known."""
    if frame is None or frame.module_of(target) is not None or frame.split(target) is not None:
        return True
    if frame.is_alias(target):
        return True  # what it leads to depends on the importing file
    scope, star, _ = target.partition("*")
    if star and any(package.name.startswith(scope) for package in frame.packages):
        return True
    names = [package.name for package in frame.packages]
    remedy = did_you_mean("/".join(target.split("/")[:2]), names) or ' Add its package to "packages".'
    known = f": {', '.join(names)}" if names else ""
    message = f"{label(path)} is in none of the known packages{known}.{remedy}"
    problems.append(ValidationProblem(path, message))
    return False


def _leads_back(table: Table, row: ModuleRow, module: str) -> bool:
    """Whether the rows for a legacy target lead back to the row that has this target."""
    seen: set[str] = set()
    pending = [module]
    while pending:
        module = pending.pop()
        next_row = table.row_for(module)
        if next_row is row:
            return True
        if next_row is not None and next_row.module not in seen:
            seen.add(next_row.module)
            star = matched_by(next_row.module, module) or ""
            pending += _legacy_modules(table, (target.replace("*", star) for target in next_row.to))
    return False


def _legacy_modules(table: Table, targets: Iterable[str]) -> list[str]:
    return [module for target in targets if (module := table.module_of(target)) is not None]
