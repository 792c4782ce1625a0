"""The mapping table: where each legacy module went, and the paths and globs that belong to the move.

Modules are named by their path below the legacy tree: "" for the root, "runtime/types" for a file or folder there.
The table only proposes; whether a candidate exists and exports what is needed is for the workspace to say.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from functools import cached_property

from workflow_ls.records import dataclass
from workflow_ls.vfs.globs import Globs

_ENDINGS = (".d.ts", ".d.mts", ".d.cts", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")


@dataclass(frozen=True, slots=True)
class TargetPackage:
    """A package of the workspace: its name, its directory, and its sources' directory below that ("" for itself)."""

    name: str
    directory: str
    sources: str


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """Where the modules that match `module` went.

    `module` is a module, or a pattern with one `*`, which stands for one or more segments or a part of one.  `to` are
    full specifiers in order of preference; a `*` in one stands for the same text.
    """

    module: str
    to: tuple[str, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class NameRow:
    """Where one export of a module went, if not where its module went.

    `name` is what the module exported ("default" for its default export).  `to` is the specifier it is exported from
    now, None where it went with its module; `new_name` is what it is called there, None where it kept its name.
    """

    module: str
    name: str
    to: str | None = None
    new_name: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Table:
    """A valid mapping table.

    `packages` are all packages that a row may target, the canonical one first.  `roots` are the legacy specifiers that
    stand for `tree`, the legacy folder, which lies in `legacy_package`.  `tsconfigs` are the files that must carry the
    canonical alias: of each entry, the first that exists.  `ee` are the directories of EE code, `ee_specifiers` the
    specifiers, also of what lies below them, that stand for such code.  Paths are relative to the workspace root.
    """

    canonical: TargetPackage
    packages: tuple[TargetPackage, ...]
    roots: tuple[str, ...]
    tree: str
    legacy_package: TargetPackage | None
    modules: tuple[ModuleRow, ...]
    names: tuple[NameRow, ...] = ()
    core: tuple[str, ...] = ()
    docs: tuple[str, ...] = ()
    tsconfigs: tuple[tuple[str, ...], ...] = ()
    ee: tuple[str, ...] = ()
    ee_specifiers: tuple[str, ...] = ()

    def module_of(self, specifier: str) -> str | None:
        """The module that a legacy specifier names; None for any other specifier.

        Segments count as a whole.  A source file ending and `/index` are dropped, `.`, `..` and empty segments are
        resolved; None, too, where `..` leaves the tree.
        """
        for root in self.roots:
            if specifier == root:
                return ""
            if specifier.startswith(root) and specifier[len(root)] == "/":
                return normalize_module(specifier[len(root) + 1 :])
        return None

    def module_at(self, path: str) -> str | None:
        """The module at a workspace path in the legacy tree, with or without its ending; None outside the tree."""
        if path == self.tree:
            return ""
        if path.startswith(self.tree + "/"):
            return normalize_module(path[len(self.tree) + 1 :])
        return None

    def row_for(self, module: str) -> ModuleRow | None:
        """The most specific row for a module: an exact one, else the pattern with the longest text before its `*`.

        Where those are equally long, the longer pattern counts, as for the keys of `exports` (Node,
        PATTERN_KEY_COMPARE).
        """
        exact = self._exact.get(module)
        if exact is not None:
            return exact
        return next((row for row in self._patterns if matched_by(row.module, module) is not None), None)

    def candidates(self, module: str) -> tuple[str, ...]:
        """The specifiers to try for a module, best first, none twice; empty where no row speaks of it.

        For each target of its row: the target itself, the `*` filled in; and if there was a `*`, then each barrel
        that encloses it, nearest first, down to the directory that holds the `*`.  What would be legacy again, where
        a package holds both, is left out.
        """
        if module not in self._candidates:
            self._candidates[module] = self._expanded(module)
        return self._candidates[module]

    def _expanded(self, module: str) -> tuple[str, ...]:
        row = self.row_for(module)
        if row is None:
            return ()
        star = matched_by(row.module, module)
        expanded = dict.fromkeys(candidate for target in row.to for candidate in _expand(target, star or ""))
        return tuple(candidate for candidate in expanded if self.module_of(candidate) is None)

    def moved_names(self, module: str) -> Mapping[str, NameRow]:
        """The exports of a module that went another way than the module, by the name it exported them under."""
        return self._names.get(module, {})

    def note(self, module: str, name: str | None = None) -> str | None:
        """What the table has to say to a reader about a module, or about one of its exports."""
        if name is not None:
            moved = self.moved_names(module).get(name)
            if moved is not None and moved.note is not None:
                return moved.note
        row = self.row_for(module)
        return None if row is None else row.note

    def split(self, specifier: str) -> tuple[TargetPackage, str] | None:
        """The target package that a specifier names, and the subpath as in its `exports`: "." or "./x"."""
        for package in self.packages:
            if specifier == package.name:
                return package, "."
            if specifier.startswith(package.name + "/"):
                return package, "." + specifier[len(package.name) :]
        return None

    @cached_property
    def needles(self) -> tuple[str, ...]:
        """Strings such that each legacy specifier, and each path into the legacy tree from the root, holds one."""
        texts = (*self.roots, self.tree)
        shared = _common_ending(texts)
        if shared:
            return (shared,)
        return tuple(sorted(text for text in set(texts) if not any(other in text for other in set(texts) - {text})))

    def is_core(self, path: str) -> bool:
        """Whether a file is shipped without EE."""
        return self._core.match(path)

    def is_ee(self, path: str) -> bool:
        """Whether a path lies in EE code: in a directory of it, or in the canonical package."""
        return any(path == place or path.startswith(f"{place}/") for place in (*self.ee, self.canonical.directory))

    def is_ee_specifier(self, specifier: str) -> bool:
        """Whether a specifier stands for EE code by its name alone."""
        names = (*self.ee_specifiers, self.canonical.name)
        return any(specifier == name or specifier.startswith(f"{name}/") for name in names)

    def is_doc(self, path: str) -> bool:
        """Whether a file is documentation, which is never touched."""
        return self._docs.match(path)

    @cached_property
    def _candidates(self) -> dict[str, tuple[str, ...]]:
        return {}  # by module; each is asked for again and again

    @cached_property
    def _exact(self) -> Mapping[str, ModuleRow]:
        return {row.module: row for row in self.modules if "*" not in row.module}

    @cached_property
    def _patterns(self) -> tuple[ModuleRow, ...]:
        patterns = (row for row in self.modules if "*" in row.module)
        return tuple(sorted(patterns, key=lambda row: (-row.module.index("*"), -len(row.module))))

    @cached_property
    def _names(self) -> Mapping[str, Mapping[str, NameRow]]:
        names: dict[str, dict[str, NameRow]] = {}
        for row in self.names:
            names.setdefault(row.module, {})[row.name] = row
        return names

    @cached_property
    def _core(self) -> Globs:
        return Globs(self.core)

    @cached_property
    def _docs(self) -> Globs:
        return Globs(self.docs)


def normalize_module(path: str) -> str | None:
    """A path below the legacy tree as a module; None where `..` leaves the tree.

    "runtime/index.ts", "runtime/" and "./runtime" are all "runtime".  One `/index` is dropped, as resolution adds one.
    """
    module = posixpath.normpath(path.lstrip("/"))
    if module == ".":
        return ""
    if module == ".." or module.startswith("../"):
        return None
    directory, name = posixpath.split(module)
    stem = next((name.removesuffix(ending) for ending in _ENDINGS if name.endswith(ending) and name != ending), name)
    return directory if stem == "index" else posixpath.join(directory, stem)


def matched_by(pattern: str, module: str) -> str | None:
    """What the `*` of a pattern stands for in a module; "" for a pattern without one; None where it does not match."""
    before, star, after = pattern.partition("*")
    if not star:
        return "" if pattern == module else None
    if len(module) <= len(before) + len(after) or not (module.startswith(before) and module.endswith(after)):
        return None
    return module[len(before) : len(module) - len(after)]


def _expand(target: str, star: str) -> Iterator[str]:
    if "*" not in target:
        yield target
        return
    base = target[: target.index("*")].rpartition("/")[0]
    candidate = target.replace("*", star)
    while len(candidate) > len(base):
        yield candidate
        candidate = candidate.rpartition("/")[0]
    yield base


def _common_ending(texts: tuple[str, ...]) -> str:
    """The longest ending of whole segments that all texts share, if it is at least two segments long."""
    shared: list[str] = []
    for column in zip(*(reversed(text.split("/")) for text in texts)):
        if len(set(column)) > 1:
            break
        shared.append(column[0])
    return "/".join(reversed(shared)) if len(shared) > 1 else ""
