"""Reads mapping tables: the built-in one, and what a workspace lays over it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pkgutil import get_data

from workflow_ls.config.table import ModuleRow, NameRow, Table, TargetPackage
from workflow_ls.config.table_rows import check_chains, read_modules, read_names
from workflow_ls.config.validation import (
    ConfigProblem,
    Mistake,
    ValuePath,
    label,
    problems_of,
    read_globs,
    read_list,
    read_object,
    read_path,
    read_text,
)
from workflow_ls.jsonc.parser import parse_json
from workflow_ls.records import replace

TABLE_KEYS = ("$schema", "canonical", "packages", "legacy", "core", "ee", "docs", "tsconfigs", "modules", "names")

_FILE = "table.json"
_PACKAGE_NAME = re.compile(r"(?:@[^@/*\\\s]+/)?[^@/*\\\s.][^@/*\\\s]*")
_NO_TABLE = Table(TargetPackage("", "", ""), (), (), "", None, ())


class BrokenTableError(ValueError):
    """The built-in table does not hold what a table must hold; `problems` say where."""

    def __init__(self, problems: tuple[ConfigProblem, ...]) -> None:
        super().__init__("; ".join(f"{problem.path}:{problem.line}: {problem.message}" for problem in problems))
        self.problems = problems


def load_builtin() -> Table:
    """The table that comes with the package.  Raises BrokenTableError."""
    table, problems = load_table(get_data(__package__, _FILE) or b"", path=_FILE)
    if table is None:
        raise BrokenTableError(problems)
    return table


def load_table(text: bytes, *, path: str) -> tuple[Table | None, tuple[ConfigProblem, ...]]:
    """A complete table from JSON, or None and what is wrong with it; `path` is the file's, for the problems."""
    document = parse_json(text)
    mistakes: list[Mistake] = []
    table = None
    if not document.problems:
        data = read_object(mistakes, document.value, (), keys=TABLE_KEYS, required=("canonical", "legacy", "modules"))
        table = read_table(mistakes, data or {})
    if table is not None and not mistakes:
        return table, ()
    return None, problems_of(document, mistakes, path)


def read_table(mistakes: list[Mistake], data: Mapping[str, object], *, base: Table = _NO_TABLE) -> Table | None:
    """The table that `data` describes: what it leaves out is taken from `base`, rows are laid over the base's.

    A row replaces the base's row for the same module (and name).  Rows of the base that target its canonical package
    follow where `data` names another one.  None where there are mistakes.
    """
    known = len(mistakes)
    if "$schema" in data:
        read_text(mistakes, data["$schema"], ("$schema",))
    frame = _read_frame(mistakes, data, base)
    modules = read_modules(mistakes, data.get("modules", []), frame)
    names = read_names(mistakes, data.get("names", []), frame)
    if frame is None or len(mistakes) > known:
        return None
    table = replace(
        frame,
        modules=tuple({row.module: row for row in (*frame.modules, *modules.values())}.values()),
        names=tuple({(row.module, row.name): row for row in (*frame.names, *names.values())}.values()),
    )
    check_chains(mistakes, table, modules, names)
    return None if len(mistakes) > known else table


def _read_frame(mistakes: list[Mistake], data: Mapping[str, object], base: Table) -> Table | None:
    """The table without the rows of `data`; None where there are mistakes."""
    known = len(mistakes)
    canonical: TargetPackage | None = base.canonical
    if "canonical" in data:
        canonical = _read_package(mistakes, data["canonical"], ("canonical",))
    others = _read_packages(mistakes, data.get("packages", []), canonical)
    legacy = read_object(
        mistakes,
        data.get("legacy", {}),
        ("legacy",),
        keys=("roots", "tree", "package"),
        required=("roots", "tree") if "legacy" in data and not base.roots else (),
    )
    legacy = legacy or {}
    roots = _read_roots(mistakes, legacy["roots"]) if "roots" in legacy else base.roots
    tree = read_path(mistakes, legacy["tree"], ("legacy", "tree")) if "tree" in legacy else base.tree
    home = base.legacy_package
    if "package" in legacy:
        home = _read_package(mistakes, legacy["package"], ("legacy", "package"))
    elif home is not None and tree is not None and not tree.startswith(home.directory + "/"):
        home = None  # the base's package has nothing to do with another tree
    core = read_globs(mistakes, data["core"], ("core",)) if "core" in data else base.core
    ee, ee_specifiers = _read_ee(mistakes, data["ee"]) if "ee" in data else (base.ee, base.ee_specifiers)
    docs = read_globs(mistakes, data["docs"], ("docs",)) if "docs" in data else base.docs
    tsconfigs = _read_tsconfigs(mistakes, data["tsconfigs"]) if "tsconfigs" in data else base.tsconfigs
    if len(mistakes) > known or not (canonical and canonical.name and roots and tree):
        return None
    kept = {package.name: package for package in base.packages if package != base.canonical}
    packages = {canonical.name: canonical, **{name: p for name, p in kept.items() if name != canonical.name}, **others}
    frame = Table(
        canonical,
        tuple(packages.values()),
        roots,
        tree,
        home,
        tuple(_retarget(row, base.canonical.name, canonical.name) for row in base.modules),
        tuple(_retarget_name(row, base.canonical.name, canonical.name) for row in base.names),
        core,
        docs,
        tsconfigs,
        ee,
        ee_specifiers,
    )
    _check_packages(mistakes, frame, data)
    return frame if len(mistakes) == known else None


def _read_package(mistakes: list[Mistake], data: object, path: ValuePath) -> TargetPackage | None:
    entry = read_object(mistakes, data, path, keys=("name", "directory", "sources"), required=("name", "directory"))
    if entry is None:
        return None
    name = read_text(mistakes, entry["name"], (*path, "name")) if "name" in entry else None
    if name is not None and not _PACKAGE_NAME.fullmatch(name):
        mistakes.append(Mistake((*path, "name"), f"{label((*path, 'name'))} is not a package name."))
    directory = read_path(mistakes, entry["directory"], (*path, "directory")) if "directory" in entry else None
    sources: str | None = "src"
    if entry.get("sources") == ".":
        sources = ""
    elif "sources" in entry:
        sources = read_path(mistakes, entry["sources"], (*path, "sources"))
    if name is None or directory is None or sources is None:
        return None
    return TargetPackage(name, directory, sources)


def _read_packages(
    mistakes: list[Mistake], data: object, canonical: TargetPackage | None
) -> Mapping[str, TargetPackage]:
    packages: dict[str, TargetPackage] = {}
    for index, entry in enumerate(read_list(mistakes, data, ("packages",))):
        path = ("packages", index)
        package = _read_package(mistakes, entry, path)
        if package is None:
            continue
        if package.name in packages:
            mistakes.append(Mistake((*path, "name"), "This package is listed twice."))
        elif canonical is not None and package.name == canonical.name:
            mistakes.append(Mistake((*path, "name"), 'This is the canonical package; it belongs under "canonical".'))
        else:
            packages[package.name] = package
    return packages


def _read_roots(mistakes: list[Mistake], data: object) -> tuple[str, ...]:
    path = ("legacy", "roots")
    entries = enumerate(read_list(mistakes, data, path, filled=True))
    roots = (read_path(mistakes, entry, (*path, index)) for index, entry in entries)
    return tuple(dict.fromkeys(root for root in roots if root is not None))


def _read_ee(mistakes: list[Mistake], data: object) -> tuple[tuple[str, ...], tuple[str, ...]]:
    entry = read_object(mistakes, data, ("ee",), keys=("directories", "specifiers")) or {}
    lists = []
    for key in ("directories", "specifiers"):
        items = enumerate(read_list(mistakes, entry.get(key, []), ("ee", key)))
        paths = (read_path(mistakes, item, ("ee", key, index)) for index, item in items)
        lists.append(tuple(dict.fromkeys(path for path in paths if path is not None)))
    return lists[0], lists[1]


def _read_tsconfigs(mistakes: list[Mistake], data: object) -> tuple[tuple[str, ...], ...]:
    tsconfigs: list[tuple[str, ...]] = []
    for index, entry in enumerate(read_list(mistakes, data, ("tsconfigs",))):
        path: ValuePath = ("tsconfigs", index)
        if isinstance(entry, list):
            inner = enumerate(read_list(mistakes, entry, path, filled=True))
            files = [read_path(mistakes, file, (*path, at)) for at, file in inner]
        else:
            files = [read_path(mistakes, entry, path)]
        tsconfigs.append(tuple(file for file in files if file is not None))
    return tuple(tsconfigs)


def _check_packages(mistakes: list[Mistake], frame: Table, data: Mapping[str, object]) -> None:
    """A target package must lie outside what is legacy."""
    places: dict[str, ValuePath] = {frame.canonical.name: ("canonical",)} if "canonical" in data else {}
    entries = data.get("packages", [])
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        places[entry["name"]] = ("packages", index)
    for package in frame.packages:
        place = places.get(package.name)
        if frame.module_of(package.name) is not None:
            path: ValuePath = ("legacy", "roots") if place is None else (*place, "name")
            mistakes.append(Mistake(path, f"A legacy root covers the package {package.name}, which rows target."))
        elif frame.module_at(package.directory) is not None:
            path = ("legacy", "tree") if place is None else (*place, "directory")
            mistakes.append(Mistake(path, f"The legacy tree holds the package {package.name}, which rows target."))


def _retarget(row: ModuleRow, old: str, new: str) -> ModuleRow:
    return replace(row, to=tuple(_renamed(target, old, new) for target in row.to))


def _retarget_name(row: NameRow, old: str, new: str) -> NameRow:
    return row if row.to is None else replace(row, to=_renamed(row.to, old, new))


def _renamed(target: str, old: str, new: str) -> str:
    below = target.removeprefix(old)
    return new + below if target.startswith(old) and below[:1] in ("", "/") else target
