"""The names that a module exports, re-exports followed across files and packages.

Follows ECMA-262, 16.2.1.7 (GetExportedNames, ResolveExport): own exports win over stars, `default` does not pass a
star, a name that two stars bring from different places is ambiguous and so not exported.  TypeScript's types are a
second meaning of each name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from workflow_ls.syntax.exports import Export
from workflow_ls.workspace.resolve import resolve

if TYPE_CHECKING:
    from workflow_ls.workspace.model import Workspace


class Meaning(NamedTuple):
    """What an exported name can be used as."""

    value: bool
    type: bool


class Origin(NamedTuple):
    """The declaration behind a name: its file and its name there ("*" for a namespace object)."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class ModuleExports:
    """The exports of a module.

    `names` maps each name to its meaning.  `ambiguous` are names that two stars disagree on.  `unresolved` are
    specifiers of star re-exports that lead to no readable module: names may hide behind them.  `opaque` is as in
    ModuleSyntax.  `origins` tells where a name is declared.
    """

    names: Mapping[str, Meaning]
    origins: Mapping[str, Origin]
    ambiguous: frozenset[str] = frozenset()
    unresolved: tuple[str, ...] = ()
    opaque: str | None = None


Found = dict[str, dict[Origin, Meaning]]


@dataclass(slots=True)
class _Module:
    """A module under computation: its own exports resolved to modules, and the names found so far."""

    own: list[tuple[Export, str | None]] = field(default_factory=list)
    stars: list[tuple[str, bool]] = field(default_factory=list)
    found: Found = field(default_factory=dict)
    unresolved: list[str] = field(default_factory=list)


class ExportIndex:
    """Computes and remembers the exports of the modules of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._done: dict[str, ModuleExports] = {}
        self._modules: dict[str, _Module] = {}
        self._edges: dict[str, tuple[str, ...]] = {}

    def exports(self, path: str) -> ModuleExports:
        """The exports of the module at `path` (a file, symbolic links resolved)."""
        if path not in self._done:
            self._compute(path)
        return self._done[path]

    def reaches(self, path: str, target: str) -> bool:
        """Whether the module at `path` is `target`, or re-exports anything from it at any depth."""
        seen, todo = {path}, [path]
        while todo:
            current = todo.pop()
            if current == target:
                return True
            for edge in self.re_exported(current):
                if edge not in seen:
                    seen.add(edge)
                    todo.append(edge)
        return False

    def re_exported(self, path: str) -> tuple[str, ...]:
        """The files that a module re-exports from directly."""
        if path not in self._edges:
            syntax = self._workspace.syntax(path)
            targets = (resolve(self._workspace, specifier, path) for specifier in sorted(syntax.specifiers))
            self._edges[path] = tuple(target for target in targets if target is not None)
        return self._edges[path]

    def _compute(self, path: str) -> None:
        """Collect all modules that the answer depends on, then pass names along until nothing new arrives.

        A fixed point, not a recursion: star re-exports may form cycles, and each module of a cycle gets its full set.
        """
        order, todo = list[str](), [path]
        while todo:
            current = todo.pop()
            if current in self._modules or current in self._done:
                continue
            module = self._modules[current] = self._open(current)
            order.append(current)
            todo += [target for _, target in module.own if target is not None]
            todo += [target for target, _ in module.stars]
        order.reverse()  # leaves first: one pass suffices where there is no cycle
        changed = True
        while changed:
            changed = False
            for current in order:
                changed |= self._pass(current)
        for current in order:
            self._done[current] = self._close(current)

    def _open(self, path: str) -> _Module:
        syntax, module = self._workspace.syntax(path), _Module()
        for export in syntax.exports:
            if export.specifier is None:
                _add(module.found, export.name, Origin(path, export.name), Meaning(export.value, export.type))
                continue
            module.own.append((export, resolve(self._workspace, export.specifier, path)))
        for star in syntax.stars:
            target = resolve(self._workspace, star.specifier, path)
            if target is None:
                module.unresolved.append(star.specifier)
            elif target != path:
                module.stars.append((target, star.type_only))
        return module

    def _pass(self, path: str) -> bool:
        module = self._modules[path]
        changed = False
        own_names = {export.name for export in self._workspace.syntax(path).exports}
        for export, target in module.own:
            limit = Meaning(export.value, export.type)
            if target is None:
                # The module is not here to look into; that it exports the name is what this file says.
                origins = {Origin(export.specifier or "", export.source or "*"): limit}
            elif export.source is None:
                origins = {Origin(target, "*"): limit}
            elif self._workspace.syntax(target).opaque is not None:
                origins = {Origin(target, export.source): limit}
            else:
                origins = self._found(target).get(export.source, {})
            for origin, meaning in origins.items():
                changed |= _add(module.found, export.name, origin, _limited(meaning, limit))
        for target, type_only in module.stars:
            limit = Meaning(not type_only, True)
            for name, origins in self._found(target).items():
                if name != "default" and name not in own_names:
                    for origin, meaning in origins.items():
                        changed |= _add(module.found, name, origin, _limited(meaning, limit))
        return changed

    def _found(self, path: str) -> Found:
        if path in self._modules:
            return self._modules[path].found
        done = self._done[path]
        return {name: {done.origins[name]: meaning} for name, meaning in done.names.items()}

    def _close(self, path: str) -> ModuleExports:
        module = self._modules[path]
        clear = {name: origins for name, origins in module.found.items() if len(origins) == 1}
        unresolved = dict.fromkeys(module.unresolved)
        for target, _ in module.stars:
            if target in self._done:
                unresolved |= dict.fromkeys(self._done[target].unresolved)
        return ModuleExports(
            {name: next(iter(origins.values())) for name, origins in clear.items()},
            {name: next(iter(origins)) for name, origins in clear.items()},
            frozenset(module.found.keys() - clear.keys()),
            tuple(unresolved),
            self._workspace.syntax(path).opaque,
        )


def _add(found: Found, name: str, origin: Origin, meaning: Meaning) -> bool:
    origins = found.setdefault(name, {})
    before = origins.get(origin)
    after = meaning if before is None else Meaning(before.value or meaning.value, before.type or meaning.type)
    origins[origin] = after
    return after != before


def _limited(meaning: Meaning, limit: Meaning) -> Meaning:
    return Meaning(meaning.value and limit.value, meaning.type and limit.type)
