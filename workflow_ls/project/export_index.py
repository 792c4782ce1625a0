"""The names that a module exports, re-exports followed across files and packages.

Follows ECMA-262, 16.2.1.7 (GetExportedNames, ResolveExport): own exports win over stars, `default` does not pass a
star, a name that two stars bring from different places is ambiguous and so not exported.  TypeScript's types are a
second meaning of each name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from workflow_ls.project.resolver import legacy_file, resolve
from workflow_ls.records import field, record
from workflow_ls.syntax.exports.finder import Export

if TYPE_CHECKING:
    from workflow_ls.project.workspace import Workspace


class Meaning(NamedTuple):
    """What an exported name can be used as."""

    value: bool
    type: bool


class Origin(NamedTuple):
    """The declaration behind a name: its file and its name there ("*" for a namespace object)."""

    path: str
    name: str


@record
class ModuleExports:
    """The exports of a module.

    `names` maps each name to its meaning; what is exported for types only, and is none, has neither.  `ambiguous`
    are names that two stars disagree on.  `unresolved` are specifiers of star re-exports, here or in a module that a
    star leads to, that lead to no module whose exports can be read: names may hide behind them.  `opaque` is as in
    ModuleSyntax.  `origins` tells where a name is declared.
    """

    names: Mapping[str, Meaning]
    origins: Mapping[str, Origin]
    ambiguous: frozenset[str] = frozenset()
    unresolved: tuple[str, ...] = ()
    opaque: str | None = None


Found = dict[str, dict[Origin, Meaning]]


@record(frozen=False)
class _Module:
    """A module under computation: its re-exports, and what has been found so far.

    `named` are its own re-exports with the modules they lead to, `stars` the modules behind its stars, with whether
    types alone pass.  `found` are the names, `hidden` the specifiers that names may hide behind.
    """

    opaque: str | None = None
    own: frozenset[str] = frozenset()
    named: list[tuple[Export, str | None]] = field(default_factory=list)
    stars: list[tuple[str, bool]] = field(default_factory=list)
    found: Found = field(default_factory=dict)
    hidden: dict[str, None] = field(default_factory=dict)

    @property
    def sources(self) -> Iterator[str]:
        yield from (target for _, target in self.named if target is not None)
        yield from (target for target, _ in self.stars)


class ExportIndex:
    """Computes and remembers the exports of the modules of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._modules: dict[str, _Module] = {}
        self._done: dict[str, ModuleExports] = {}
        self._edges: dict[str, tuple[str, ...]] = {}
        self._assumed: set[Origin] = set()

    def exports(self, path: str) -> ModuleExports:
        """The exports of the module at `path` (a file, symbolic links resolved)."""
        if path not in self._done:
            if path not in self._modules:
                self._compute(path)
            self._done[path] = self._close(self._modules[path])
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
            known = self._modules.get(path)
            module = self._open(path) if known is None else known
            self._edges[path] = tuple(dict.fromkeys(module.sources))
        return self._edges[path]

    def _compute(self, path: str) -> None:
        """Open all modules that the answer depends on, then pass names along until nothing new arrives.

        A fixed point, not a recursion: star re-exports may form cycles, and each module of a cycle gets its full set.
        """
        order = self._open_all(path)
        users: dict[str, list[str]] = {}
        for current in order:
            for source in set(self._modules[current].sources):
                users.setdefault(source, []).append(current)
        self._settle(order, users)
        for current in order:
            if self._assume(self._modules[current]):
                self._settle(users.get(current, ()), users)

    def _open_all(self, path: str) -> list[str]:
        """The modules to compute, each after those it re-exports from as far as there is no cycle."""
        order, todo = dict[str, None](), [path]
        new = {path}
        while todo:
            current = todo[-1]
            if current not in self._modules:
                self._modules[current] = self._open(current)
                before = [source for source in self._modules[current].sources if source not in self._modules]
                todo += before
                new.update(before)
            else:
                todo.pop()
                if current in new:
                    order[current] = None
        return list(order)

    def _open(self, path: str) -> _Module:
        syntax = self._workspace.syntax(path)
        module = _Module(syntax.opaque, frozenset(export.name for export in syntax.exports))
        targets = {specifier: self._target(specifier, path) for specifier in syntax.specifiers}
        for export in syntax.exports:
            if export.specifier is None:
                origin = Origin(path, export.source or export.name)
                _merge(module.found, export.name, origin, Meaning(export.value, export.type))
            else:
                module.named.append((export, targets[export.specifier]))
        for star in sorted(syntax.stars, key=lambda star: star.type_only):
            target = targets[star.specifier]
            if target is None or self._workspace.syntax(target).opaque is not None:
                module.hidden[star.specifier] = None
            if target is not None and target != path:
                module.stars.append((target, star.type_only))
        return module

    def _target(self, specifier: str, path: str) -> str | None:
        found = resolve(self._workspace, specifier, path)
        if found is None:
            # Where nothing here leads to the legacy tree, an alias of another project may.
            module = self._workspace.table.module_of(specifier)
            return None if module is None else legacy_file(self._workspace, module)
        return found

    def _settle(self, paths: Iterable[str], users: Mapping[str, Sequence[str]]) -> None:
        todo = dict.fromkeys(paths)
        while todo:
            current = next(iter(todo))
            del todo[current]
            if self._pass(self._modules[current]):
                todo.update(dict.fromkeys(users.get(current, ())))

    def _pass(self, module: _Module) -> bool:
        """Take over what the modules behind a module's re-exports have now; whether anything is new."""
        changed = False
        for export, target in module.named:
            limit = Meaning(export.value, export.type)
            for origin, meaning in self._origins(export, target, limit).items():
                changed |= _take(module.found, export.name, origin, _limited(meaning, limit))
        for target, type_only in module.stars:
            source = self._modules[target]
            limit = Meaning(not type_only, True)
            for name, origins in source.found.items():
                if name != "default" and name not in module.own:
                    for origin, meaning in origins.items():
                        changed |= _take(module.found, name, origin, _limited(meaning, limit))
            changed |= not source.hidden.keys() <= module.hidden.keys()
            module.hidden |= source.hidden
        return changed

    def _origins(self, export: Export, target: str | None, limit: Meaning) -> Mapping[Origin, Meaning]:
        if target is None:
            # The module is not here to look into; that it exports the name is what this file says.
            return {Origin(export.specifier or "", export.source or "*"): limit}
        if export.source is None or self._modules[target].opaque is not None:
            return {Origin(target, export.source or "*"): limit}
        return self._modules[target].found.get(export.source, {})

    def _assume(self, module: _Module) -> bool:
        """Count as exported what a re-export spells out and what may hide behind a star; whether there is any."""
        changed = False
        for export, target in module.named:
            if target is None or export.source in (None, "default") or export.name in module.found:
                continue  # `default` does not come through a star
            source = self._modules[target]
            if source.hidden and export.source not in source.own and export.source not in source.found:
                origin = Origin(target, export.source)
                self._assumed.add(origin)
                changed |= _take(module.found, export.name, origin, Meaning(export.value, export.type))
        return changed

    def _is_refuted(self, origin: Origin) -> bool:
        """Whether a name that was assumed in a module has turned up there in a circle of re-exports, after all."""
        return origin in self._assumed and bool(self._modules[origin.path].found.get(origin.name, {}).keys() - {origin})

    def _close(self, module: _Module) -> ModuleExports:
        clear: dict[str, tuple[Origin, Meaning]] = {}
        for name, origins in module.found.items():
            found = [origin for origin in origins if not self._is_refuted(origin)]
            if len(found) == 1:
                clear[name] = found[0], origins[found[0]]
        return ModuleExports(
            {name: meaning for name, (_, meaning) in clear.items()},
            {name: origin for name, (origin, _) in clear.items()},
            frozenset(module.found.keys() - clear.keys()),
            tuple(module.hidden),
            module.opaque,
        )


def _merge(found: Found, name: str, origin: Origin, meaning: Meaning) -> None:
    """Add a declaration: those of one name in one module add up."""
    before = found.setdefault(name, {}).get(origin, Meaning(value=False, type=False))
    found[name][origin] = Meaning(before.value or meaning.value, before.type or meaning.type)


def _take(found: Found, name: str, origin: Origin, meaning: Meaning) -> bool:
    """Add what a re-export brings; whether it is new.  Of two ways to one declaration the first decides.

    So `export type` on the first way makes it a type only, whatever the second would let through (TypeScript).  Among
    modules that re-export each other in a circle, the first is the one that is met first.
    """
    origins = found.setdefault(name, {})
    return origin not in origins and origins.setdefault(origin, meaning) is meaning


def _limited(meaning: Meaning, limit: Meaning) -> Meaning:
    return Meaning(meaning.value and limit.value, meaning.type and limit.type)
