"""Reads mapping tables: the built-in one, and what a `workflow-ls.json` adds to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pkgutil import get_data
from typing import Any

from workflow_ls.config.module_names import common_directory, nowhere, package_name
from workflow_ls.config.problems import ConfigProblem, problems_of
from workflow_ls.config.spec import TABLE_FILE
from workflow_ls.config.table import Table
from workflow_ls.config.table_records import NO_PACKAGE, LegacyPart, ModuleRow, NameRow, TargetPackage
from workflow_ls.config.table_rows import check_chains, make_module_rows, make_name_rows
from workflow_ls.config.validation import Problems, ValidationProblem, ValuePath, read_value
from workflow_ls.jsonc.document import parse_json
from workflow_ls.records import replace

_FILE = "table.json"
_NO_TABLE = Table(TargetPackage("", "", ""), (), (), "", None, ())
_FRAME_KEYS = frozenset(key.name for key in TABLE_FILE.keys) - {"$schema", "modules", "names"}


class BrokenTableError(ValueError):
    """The built-in table is invalid; `problems` say where."""

    def __init__(self, problems: tuple[ConfigProblem, ...]) -> None:
        super().__init__("; ".join(f"{problem.path}:{problem.line}: {problem.message}" for problem in problems))
        self.problems = problems


@cache
def builtin_table() -> Table:
    """The table of this package, read once.  Raises BrokenTableError."""
    return load_builtin()


def load_builtin() -> Table:
    """Read the table of this package.  Raises BrokenTableError."""
    table, problems = load_table(get_data(__package__, _FILE) or b"", path=_FILE)
    if table is None:
        raise BrokenTableError(problems)
    return replace(table, is_builtin=True)


def load_table(text: bytes, *, path: str) -> tuple[Table | None, tuple[ConfigProblem, ...]]:
    """The complete table in a JSON text, or None and its problems; `path` is the path of the file, for the problems."""
    document = parse_json(text)
    problems: Problems = []
    table = None
    if not document.problems:
        data = read_value(problems, document.value, (), TABLE_FILE)
        table = make_table(problems, data or {})
    if table is not None and not problems:
        return table, ()
    return None, problems_of(document, problems, path)


MemberLookup = Callable[[str], Sequence[TargetPackage]]
"""Finds the packages of the workspace by a name, or those of a scope by a pattern ("@new/*").

For a name that no package has, and that configurations have an alias for, it is ALIAS.
"""

ALIAS = TargetPackage("", "", "")


def no_members(name: str) -> Sequence[TargetPackage]:  # noqa: ARG001 - one of the lookups
    """The lookup of a table that belongs to no workspace."""
    return ()


def make_table(
    problems: Problems,
    data: Mapping[str, Any],
    *,
    base: Table = _NO_TABLE,
    members: MemberLookup = no_members,
) -> Table | None:
    """The table that valid `data` describes; `base` provides the keys that `data` does not have.

    `members` finds the packages that the rows target and `data` does not describe.
    A row replaces the row of the base for the same module (and name).  Rows of the base that target its canonical
    package follow if `data` names another one.  None if there are problems; `problems` are those of reading `data`.
    """
    frame = _make_frame(problems, data, base, members)
    modules = make_module_rows(problems, data.get("modules", ()), frame)
    names = make_name_rows(problems, data.get("names", ()), frame)
    if frame is None or any(problem.path[:1] in (("modules",), ("names",)) for problem in problems):
        return None
    table = replace(
        frame,
        modules=tuple({row.module: row for row in (*frame.modules, *modules.values())}.values()),
        names=tuple({(row.module, row.name): row for row in (*frame.names, *names.values())}.values()),
    )
    check_chains(problems, table, modules, names)
    return None if problems else table


def _make_frame(problems: Problems, data: Mapping[str, Any], base: Table, members: MemberLookup) -> Table | None:
    """The table without the rows of `data`; None if there are problems."""
    entries = [each or {} for each in data.get("legacy", ())]
    legacy = entries[0] if len(entries) == 1 else {}
    # A file that replaces the rows, and says what is legacy, has nothing in common with the base.
    own = bool(data.get("replaceModules")) and any("roots" in each for each in entries)
    parts = _make_parts(problems, entries, own) if len(entries) > 1 else ()
    roots = tuple(dict.fromkeys(legacy.get("roots", base.roots)))
    tree = legacy.get("tree", base.tree)
    if parts:
        roots = tuple(root for part in parts for root in part.roots)
        tree = common_directory([part.tree for part in parts])
    canonical = _make_package(data["canonical"]) if "canonical" in data else base.canonical
    others = _make_packages(problems, data.get("packages", ()), canonical if _is_frame_valid(problems) else None)
    if own and roots and not parts:
        tree = legacy.get("tree", nowhere(roots[0]))
    targeted, aliases = _targeted(data, [*others, *(() if canonical is None else (canonical.name,))], members)
    if own and "canonical" not in data:
        canonical = next((package for name, package in _first_targets(data, {**others, **targeted})), NO_PACKAGE)
    if not (canonical and (canonical.name or own) and roots and (tree or parts)) or not _is_frame_valid(problems):
        return None
    if parts:
        legacy_package = next((part.package for part in parts if part.package is not None), None)
    elif "package" in legacy:
        legacy_package = _make_package(legacy["package"])
    elif base.legacy_package is not None and tree.startswith(base.legacy_package.directory + "/"):
        legacy_package = base.legacy_package
    else:
        legacy_package = None  # the package of the base does not contain another tree
    inherited = {package.name: package for package in base.packages if package != base.canonical}
    packages = {canonical.name: canonical, **inherited, **targeted, **others, canonical.name: canonical}
    if canonical is NO_PACKAGE:
        del packages[canonical.name]
    ee = data.get("ee")
    frame = Table(
        canonical,
        tuple(packages.values()),
        roots,
        tree,
        legacy_package,
        tuple(_retarget(row, base.canonical.name, canonical.name) for row in base.modules),
        tuple(_retarget_name(row, base.canonical.name, canonical.name) for row in base.names),
        tuple(data.get("core", base.core)),
        tuple(data.get("docs", base.docs)),
        tuple(map(tuple, data.get("tsconfigs", base.tsconfigs))),
        base.ee if ee is None else tuple(dict.fromkeys(ee.get("directories", ()))),
        base.ee_specifiers if ee is None else tuple(dict.fromkeys(ee.get("specifiers", ()))),
        tuple(dict.fromkeys(data.get("serverPackages", base.server_packages))),
        base.is_builtin,
        parts,
        aliases,
    )
    _check_packages(problems, frame, data)
    return frame if _is_frame_valid(problems) else None


def _make_parts(problems: Problems, entries: Sequence[Mapping[str, Any]], own: bool) -> tuple[LegacyPart, ...]:
    """The parts of what is legacy, each with roots and a folder or file of its own."""
    parts, known = list[LegacyPart](), dict[str, int]()
    for index, entry in enumerate(entries):
        roots = tuple(dict.fromkeys(root for root in entry.get("roots", ()) if root is not None))
        tree = entry.get("tree", nowhere(roots[0]) if own and roots else None)
        if not roots or tree is None:
            missing = "roots" if not roots else "tree"
            if not any(problem.path[:2] == ("legacy", index) for problem in problems):
                problems.append(ValidationProblem(("legacy", index), f'The key "{missing}" is missing.'))
            continue
        for root in roots:
            if known.setdefault(root, index) != index:
                message = f'The root "{root}" is in legacy[{known[root]}], too. Remove one.'
                problems.append(ValidationProblem(("legacy", index, "roots"), message))
        parts.append(LegacyPart(roots, tree, _make_package(entry.get("package"))))
    return tuple(parts)


def _targeted(
    data: Mapping[str, Any], known: Sequence[str], members: MemberLookup
) -> tuple[Mapping[str, TargetPackage], frozenset[str]]:
    """The packages of the workspace that the rows target, besides those that are known, and what is an alias."""
    names = dict.fromkeys(name for target in _targets(data) if (name := package_name(target)) not in known)
    found = {name: members(name) for name in names}
    packages = {package.name: package for each in found.values() for package in each if package is not ALIAS}
    return packages, frozenset(name for name, each in found.items() if ALIAS in each)


def _first_targets(data: Mapping[str, Any], known: Mapping[str, TargetPackage]) -> Iterator[tuple[str, TargetPackage]]:
    names = (package_name(target) for target in _targets(data))
    return ((name, known[name]) for name in names if name in known)


def _targets(data: Mapping[str, Any]) -> Iterator[str]:
    """The targets in all rows."""
    for row in data.get("modules", ()):
        yield from (target for target in (row or {}).get("to", ()) if target is not None)
    for row in data.get("names", ()):
        if row is not None and row.get("to") is not None:
            yield row["to"]


def _is_frame_valid(problems: Problems) -> bool:
    return not any(problem.path[:1] and problem.path[0] in _FRAME_KEYS for problem in problems)


def _make_package(entry: Mapping[str, Any] | None) -> TargetPackage | None:
    """A package; None if its name or directory is invalid."""
    if entry is None or "name" not in entry or "directory" not in entry:
        return None
    sources = entry.get("sources", "src")
    return TargetPackage(entry["name"], entry["directory"], "" if sources == "." else sources, entry.get("output", ""))


def _make_packages(
    problems: Problems, entries: Sequence[Mapping[str, Any] | None], canonical: TargetPackage | None
) -> Mapping[str, TargetPackage]:
    packages: dict[str, TargetPackage] = {}
    for index, package in enumerate(map(_make_package, entries)):
        path = ("packages", index, "name")
        if package is None:
            continue
        if package.name in packages:
            problems.append(ValidationProblem(path, "This package is listed twice. Remove one."))
        elif canonical is not None and package.name == canonical.name:
            message = 'This is the canonical package. Describe it in "canonical" only.'
            problems.append(ValidationProblem(path, message))
        else:
            packages[package.name] = package
    return packages


def _check_packages(problems: Problems, frame: Table, data: Mapping[str, Any]) -> None:
    """Report target packages that are legacy."""
    places: dict[str, ValuePath] = {frame.canonical.name: ("canonical",)} if "canonical" in data else {}
    for index, entry in enumerate(data.get("packages", ())):
        places[entry["name"]] = ("packages", index)
    for package in frame.packages:
        place = places.get(package.name)
        if frame.module_of(package.name) is not None:
            path: ValuePath = ("legacy", "roots") if place is None else (*place, "name")
            message = f"A legacy root covers the target package {package.name}. Choose roots that do not cover it."
            problems.append(ValidationProblem(path, message))
        elif frame.module_at(package.directory) is not None:
            path = ("legacy", "tree") if place is None else (*place, "directory")
            message = f"The legacy tree contains the target package {package.name}. Choose a tree outside of it."
            problems.append(ValidationProblem(path, message))


def _retarget(row: ModuleRow, old: str, new: str) -> ModuleRow:
    return replace(row, to=tuple(_renamed(target, old, new) for target in row.to))


def _retarget_name(row: NameRow, old: str, new: str) -> NameRow:
    return row if row.to is None else replace(row, to=_renamed(row.to, old, new))


def _renamed(target: str, old: str, new: str) -> str:
    below = target.removeprefix(old)
    return new + below if target.startswith(old) and below[:1] in ("", "/") else target
