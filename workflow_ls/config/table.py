"""The mapping table: the targets of each legacy module, and the paths and globs of the migration.

A module is named by its path below the legacy tree: "" for the root, "runtime/types" for a file or folder.  The table
only proposes candidates: whether one exists, and exports the imported names, depends on the workspace.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from functools import cached_property

from workflow_ls.config.module_names import (
    common_ending,
    expand,
    is_alias,
    matched_by,
    may_meet,
    normalize_module,
    package_name,
    without_ending,
)
from workflow_ls.config.table_records import LegacyPart, ModuleRow, NameRow, TargetPackage
from workflow_ls.records import field, record
from workflow_ls.vfs.files import is_within
from workflow_ls.vfs.searching.globs import Globs


@record(slots=False)
class Table:
    """A valid mapping table.

    `packages` are all packages that a row may target, the canonical one first.  `roots` are the legacy specifiers of
    `tree`, the legacy folder, which `legacy_package` contains.  With several `parts`, `roots` are those of all, and
    `tree` is the directory that contains their folders and files, and much else ("" for the root): modules are named by
    their paths below it, and `in_tree` says what belongs to it.  `tsconfigs` are the files that must have the canonical
    alias: of each entry, the first that exists.  `ee` are the directories of EE code, `ee_specifiers` its specifiers,
    which cover everything below them.  `server_packages` are the specifiers, or patterns with one `*`, of what
    only servers run.  `aliases` are the first parts of targets that no package has, and that are aliases.
    `installed` are the packages among the targets that the workspace does not contain, and that its manifests declare.
    `is_builtin` says that the rows that come with the tool are in force.  Paths are relative to the
    workspace root.
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
    server_packages: tuple[str, ...] = ()
    is_builtin: bool = field(default=False, compare=False)
    parts: tuple[LegacyPart, ...] = ()
    aliases: frozenset[str] = frozenset()
    installed: frozenset[str] = frozenset()

    def is_alias(self, specifier: str) -> bool:
        """Whether a target is an alias of configurations, so that it depends on the importing file where it leads."""
        return is_alias(specifier) or package_name(specifier) in self.aliases

    @property
    def legacy_module(self) -> str:
        """What messages call a module that moves: of workflows only while the built-in rows are in force."""
        return "legacy workflow module" if self.is_builtin else "legacy module"

    @property
    def moving_module(self) -> str:
        """What messages call a module that moves or has moved."""
        return "workflow module" if self.is_builtin else "module of this move"

    @property
    def moving_import(self) -> str:
        """What editors call an import that is to be rewritten."""
        return "workflow import" if self.is_builtin else "legacy import"

    def module_of(self, specifier: str) -> str | None:
        """The module that a legacy specifier names; None for any other specifier.

        Only whole segments match.  A source file ending and `/index` are dropped, `.`, `..` and empty segments are
        resolved; None, too, if `..` leaves the tree.
        """
        for root, tree in self._trees_by_root:
            if specifier == root:
                return self._moving(self._below(tree))
            if specifier.startswith(root) and specifier[len(root)] == "/":
                below = posixpath.join(self._below(tree), specifier[len(root) + 1 :])
                return self._moving(self._normalized(below, tree))
        return None

    def module_at(self, path: str) -> str | None:
        """The module at a workspace path in the legacy tree, with or without its ending; None outside the tree."""
        for part in self.legacy_parts:
            if path == part.tree or (part.is_file and without_ending(path) == without_ending(part.tree)):
                return self._moving(self._below(part.tree))
            if path.startswith(f"{part.tree}/"):
                return self._moving(normalize_module(path[len(self.tree) + 1 :] if self.tree else path))
        return None

    def stays(self, module: str) -> bool:
        """Whether a module stays where it is, apart from the names for which there are rows."""
        if not self.has_staying:
            return False
        row = self.row_for(module)
        return row is not None and row.stays

    def _moving(self, module: str | None) -> str | None:
        """A module of which anything moves; None for any other."""
        return None if module is None or (self.stays(module) and module not in self._names) else module

    @cached_property
    def has_staying(self) -> bool:
        """Whether any module stays, so that the legacy folders hold files that do not move."""
        return any(row.stays for row in self.modules)

    @property
    def may_be_left(self) -> bool:
        """Whether modules may leave the legacy folders one by one, so that other files there still name their paths.

        The folder of the built-in table moves as a whole.
        """
        return self.has_staying or not self.is_builtin

    def in_tree(self, path: str) -> bool:
        """Whether a path is in the legacy tree, and does not stay there."""
        inside = any(
            path == part.tree
            or path.startswith(f"{part.tree}/")
            or (part.is_file and without_ending(path) == without_ending(part.tree))
            for part in self.legacy_parts
        )
        if not inside or not self.has_staying:
            return inside
        return not self.stays(normalize_module(path[len(self.tree) + 1 :] if self.tree else path) or "")

    def is_within_roots(self, specifier: str, path: str) -> bool:
        """Whether a specifier or a path is in what the table calls legacy, be it that it stays there."""
        named = any(f"{specifier}/".startswith(f"{root}/") for root in self.roots)
        return named or any(is_within(path, tree) for tree in self.trees)

    def path_of(self, specifier: str) -> str:
        """The path that a legacy specifier spells, from the root."""
        root, tree = next(pair for pair in self._trees_by_root if f"{specifier}/".startswith(f"{pair[0]}/"))
        return without_ending(tree) + specifier[len(root) :]

    def specifier_of(self, module: str) -> str:
        """The first of the specifiers of a module."""
        return self.specifiers_of(module)[0]

    def specifiers_of(self, module: str) -> tuple[str, ...]:
        """The specifiers of a module, or of a pattern of modules: those by the roots of the part that contains it."""
        for part in self.legacy_parts:
            below = self._below(part.tree)
            if module == below:
                return part.roots
            if not below or module.startswith(f"{below}/"):
                rest = module[len(below) + 1 :] if below else module
                return tuple(f"{root}/{rest}" for root in part.roots)
        return tuple(posixpath.join(root, module) for root in self.roots)

    def tree_of(self, module: str) -> str:
        """The legacy folder or file that a module is of."""
        specifier = self.specifier_of(module)
        parts = (part for part in self.legacy_parts if any(f"{specifier}/".startswith(f"{r}/") for r in part.roots))
        return next((part.tree for part in parts), self.tree)

    @cached_property
    def legacy_parts(self) -> tuple[LegacyPart, ...]:
        """The folders and files that are legacy: one, unless the table has several."""
        return self.parts or (LegacyPart(self.roots, self.tree, self.legacy_package),)

    @cached_property
    def trees(self) -> tuple[str, ...]:
        """The folders and files that are legacy."""
        return tuple(part.tree for part in self.legacy_parts)

    def is_named(self, module: str) -> bool:
        """Whether a module, or a pattern of modules, has a specifier: it is in one of the legacy folders."""
        return self.module_of(self.specifier_of(module)) == module

    @cached_property
    def folders(self) -> tuple[str, ...]:
        """The folders to search for what is legacy: its own, and those of its files."""
        found = (posixpath.dirname(part.tree) if part.is_file else part.tree for part in self.legacy_parts)
        return tuple(dict.fromkeys(found))

    @cached_property
    def _trees_by_root(self) -> tuple[tuple[str, str], ...]:
        """Each root with its folder; a root below another comes first."""
        found = ((root, part.tree) for part in self.legacy_parts for root in part.roots)
        return tuple(sorted(found, key=lambda pair: -len(pair[0]))) if self.parts else tuple(found)

    def _below(self, tree: str) -> str:
        """The module of a legacy folder or file."""
        if tree == self.tree:
            return ""
        return normalize_module(tree[len(self.tree) + 1 :] if self.tree else tree) or ""

    def _normalized(self, path: str, tree: str) -> str | None:
        """A module by its path; None if `..` leaves its folder."""
        module = normalize_module(path)
        below = self._below(tree)
        is_inside = module is not None and (not below or module == below or module.startswith(f"{below}/"))
        return module if is_inside else None

    def row_for(self, module: str) -> ModuleRow | None:
        """The most specific row for a module: an exact one, else the pattern with the longest text before its `*`.

        Of two with equally long texts, the longer pattern wins, as for the keys of `exports` (Node,
        PATTERN_KEY_COMPARE).
        """
        exact = self._exact.get(module)
        if exact is not None:
            return exact
        return next((row for row in self._patterns if matched_by(row.module, module) is not None), None)

    def is_own_place(self, path: str) -> bool:
        """Whether a path is where the modules were or are: in the legacy tree, its build's output, or a package."""
        homes = [package.directory for package in self.packages]
        if self.in_tree(path) or any(path == home or path.startswith(f"{home}/") for home in homes):
            return True
        old = self.legacy_package.directory if self.legacy_package is not None else None
        return old is not None and path.startswith((f"{old}/dist/", f"{old}/build/"))

    def has_moved(self, module: str) -> bool:
        """Whether a row moves a module; for a pattern ("runtime/*"), whether one moves any of its, and none stays."""
        before, star, _ = module.partition("*")
        if not star:
            return bool(self.candidates(module))
        fixed = ((*row.module.partition("*")[:2], row) for row in self.modules)
        rows = [row for m, s, row in fixed if may_meet(m, s != "", before)]
        return any(row.to for row in rows) and not any(row.stays for row in rows)

    def candidates(self, module: str) -> tuple[str, ...]:
        """The specifiers to try for a module, best first, none twice; empty if no row matches it.

        For each target of its row: the target, with the `*` replaced; and if it had a `*`, each barrel that encloses
        it, nearest first, up to the directory that contains the `*`.  Legacy specifiers are left out: a package may
        contain both.
        """
        if module not in self._candidates:
            self._candidates[module] = self._expanded(module)
        return self._candidates[module]

    def _expanded(self, module: str) -> tuple[str, ...]:
        row = self.row_for(module)
        if row is None:
            return ()
        star = matched_by(row.module, module)
        expanded = dict.fromkeys(candidate for target in row.to for candidate in expand(target, star or ""))
        return tuple(candidate for candidate in expanded if self.module_of(candidate) is None)

    def moved_names(self, module: str) -> Mapping[str, NameRow]:
        """The exports that left a module or were renamed, by the name that the module exported."""
        return self._names.get(module, {})

    def note(self, module: str, name: str | None = None) -> str | None:
        """The note of the table on a module, or on one of its exports."""
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
        """Search texts: every legacy specifier, and every path from the root into the legacy tree, contains one."""
        texts = (*self.roots, *map(without_ending, self.trees))
        shared = common_ending(texts)
        if shared:
            return (shared,)
        return tuple(sorted(text for text in set(texts) if not any(other in text for other in set(texts) - {text})))

    def is_core(self, path: str) -> bool:
        """Whether a file is shipped without EE."""
        return self._core.match(path)

    def is_ee(self, path: str) -> bool:
        """Whether a path is in EE code: in one of its directories, or in the canonical package."""
        return any(path == place or path.startswith(f"{place}/") for place in (*self.ee, self.canonical.directory))

    def is_ee_specifier(self, specifier: str) -> bool:
        """Whether a specifier names EE code, whatever it resolves to."""
        names = (*self.ee_specifiers, self.canonical.name)
        return any(specifier == name or specifier.startswith(f"{name}/") for name in names)

    def is_server_only(self, specifier: str) -> bool:
        """Whether a specifier names a package, or a part of one, that only servers run."""
        exact, patterns = self._server_packages
        parts = specifier.split("/")
        names = ("/".join(parts[:count]) for count in range(1, len(parts) + 1))
        return any(name in exact or any(matched_by(pattern, name) for pattern in patterns) for name in names)

    def is_doc(self, path: str) -> bool:
        """Whether a file is documentation, which is never changed."""
        return self._docs.match(path)

    @cached_property
    def _candidates(self) -> dict[str, tuple[str, ...]]:
        return {}  # by module; one module has many references

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
    def _server_packages(self) -> tuple[frozenset[str], tuple[str, ...]]:
        """Those that are written in full, and the patterns."""
        patterns = tuple(pattern for pattern in self.server_packages if "*" in pattern)
        return frozenset(self.server_packages).difference(patterns), patterns

    @cached_property
    def _core(self) -> Globs:
        return Globs(self.core)

    @cached_property
    def _docs(self) -> Globs:
        return Globs(self.docs)
