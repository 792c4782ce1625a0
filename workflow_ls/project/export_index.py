"""The names that a module exports, including re-exports across files and packages.

Follows ECMA-262, 16.2.1.7 (GetExportedNames, ResolveExport): a module's own exports win over stars, a star does not
re-export `default`, and a name that two stars export from different declarations is ambiguous and so not exported.
As in TypeScript, a name can be a value, a type, or both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from workflow_ls.project.declared_globals import DeclaredGlobals
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.resolver import Resolver
from workflow_ls.project.source_index import Sources
from workflow_ls.records import OrderedMapping, field, record
from workflow_ls.syntax.exports.export_finder import Export


class Meaning(NamedTuple):
    """Whether an exported name can be used as a value, and as a type."""

    value: bool
    type: bool


class Origin(NamedTuple):
    """The declaration of a name: its file and its name in that file ("*" for a namespace object)."""

    path: str
    name: str


@record
class ModuleExports:
    """The exports of a module.

    `names` maps each name to its meaning; a value that is exported with `export type` has neither.  `ambiguous` are the
    names that two stars export from different declarations.  `unresolved` are the specifiers of star re-exports, direct
    or transitive, whose modules can't be read: they may export further names.  `opaque` is as in ModuleSyntax.
    `origins` maps each name to its declaration.
    """

    names: Mapping[str, Meaning]
    origins: Mapping[str, Origin]
    ambiguous: frozenset[str] = frozenset()
    unresolved: tuple[str, ...] = ()
    opaque: str | None = None


Found = dict[str, dict[Origin, Meaning]]


@record(frozen=False)
class _Module:
    """A module under computation: its re-exports, and the names found so far.

    `named` are its named re-exports with the files of their modules.  `stars` are the files of its star re-exports, and
    whether each is `export type *`.  `explicit` are the names that it exports other than by stars, `found` all
    names so far, and `hidden` the specifiers of star re-exports that may export further names.
    """

    opaque: str | None = None
    explicit: frozenset[str] = frozenset()
    named: list[tuple[Export, str | None]] = field(default_factory=list)
    stars: list[tuple[str, bool]] = field(default_factory=list)
    found: Found = field(default_factory=dict)
    hidden: dict[str, None] = field(default_factory=dict)

    @classmethod
    def start(cls, opened: _Opened) -> _Module:
        """A module before any names are propagated."""
        found = {name: dict(origins) for name, origins in opened.declared.items()}
        hidden = dict.fromkeys(opened.hidden)
        return cls(opened.opaque, opened.explicit, list(opened.named), list(opened.stars), found, hidden)

    @property
    def sources(self) -> Iterator[str]:
        """The files of its direct re-exports."""
        yield from (target for _, target in self.named if target is not None)
        yield from (target for target, _ in self.stars)


@record
class _Opened:
    """The exports of a module by itself, with the files of its re-exports; the fields are those of `_Module`."""

    opaque: str | None
    explicit: frozenset[str]
    declared: Mapping[str, Mapping[Origin, Meaning]]
    named: tuple[tuple[Export, str | None], ...]
    stars: tuple[tuple[str, bool], ...]
    hidden: tuple[str, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """The files of its direct re-exports."""
        named = (target for _, target in self.named if target is not None)
        return tuple(dict.fromkeys((*named, *(target for target, _ in self.stars))))


class ExportIndex(Component):
    """The exports of the modules of a workspace."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)
        self.resolver = database.component(Resolver)
        self.globals = database.component(DeclaredGlobals)

    @query
    def exports(self, path: str) -> ModuleExports:
        """The exports of the module at `path` (a file, symbolic links resolved)."""
        return _Computation(self.opened, path).result()

    def reaches(self, path: str, target: str) -> bool:
        """Whether the module at `path` is `target`, or re-exports anything from it at any depth."""
        return target in self._reached(path)

    @query
    def _reached(self, path: str) -> frozenset[str]:
        seen, todo = {path}, [path]
        while todo:
            for source in self.opened(todo.pop()).sources:
                if source not in seen:
                    seen.add(source)
                    todo.append(source)
        return frozenset(seen)

    def re_exported(self, path: str) -> tuple[str, ...]:
        """The files of the direct re-exports of a module."""
        return self.opened(path).sources

    @query
    def opened(self, path: str) -> _Opened:
        """The exports of a module by itself, with the files of its re-exports."""
        syntax = self.sources.shape(path)
        targets = {specifier: self.target(specifier, path) for specifier in syntax.specifiers}
        declared: Found = {}
        named = list[tuple[Export, str | None]]()
        for export in syntax.exports:
            if export.specifier is None:
                origin = Origin(path, export.source or export.name)
                _merge(declared, export.name, origin, Meaning(export.value, export.type))
            else:
                named.append((export, targets[export.specifier]))
        stars, hidden = list[tuple[str, bool]](), dict[str, None]()
        for star in sorted(syntax.stars, key=lambda star: star.type_only):
            target = targets[star.specifier]
            if target is None or self.sources.shape(target).opaque is not None:
                hidden[star.specifier] = None
            if target is not None and target != path:
                stars.append((target, star.type_only))
        for export in syntax.undeclared:
            known = self.globals.names().get(export.source or "")
            if known is not None:
                meaning = Meaning(known.value and export.value, known.type)
                _merge(declared, export.name, Origin(path, export.source or export.name), meaning)
        explicit = frozenset(export.name for export in (*syntax.undeclared, *syntax.exports))
        return _Opened(syntax.opaque, explicit, OrderedMapping(declared), tuple(named), tuple(stars), tuple(hidden))

    def target(self, specifier: str, path: str) -> str | None:
        """The file of a module that the module at `path` re-exports; None if there is none."""
        found = self.resolver.resolve(specifier, path)
        if found is None:
            # Without an alias in this project, a legacy specifier may resolve through the alias of another project.
            module = self.table.module_of(specifier)
            return None if module is None else self.resolver.legacy_file(module)
        return found


class _Computation:
    """Computes the exports of one module from its re-exports at any depth.

    It iterates to a fixed point, since star re-exports may form cycles, and each module of a cycle gets its full set.
    """

    def __init__(self, opened: Callable[[str], _Opened], path: str) -> None:
        self._opened = opened
        self._path = path
        self._modules: dict[str, _Module] = {}
        self._assumed: set[Origin] = set()

    def result(self) -> ModuleExports:
        """Open all modules that the result depends on, then propagate names until none is new."""
        order = self._open_all()
        users: dict[str, list[str]] = {}
        for current in order:
            for source in set(self._modules[current].sources):
                users.setdefault(source, []).append(current)
        self._propagate(order, users)
        for current in order:
            if self._assume(self._modules[current]):
                self._propagate(users.get(current, ()), users)
        return self._close(self._modules[self._path])

    def _open_all(self) -> list[str]:
        """The modules to compute, each after the modules of its re-exports, except in a cycle."""
        order, todo = dict[str, None](), [self._path]
        while todo:
            current = todo[-1]
            if current not in self._modules:
                module = self._modules[current] = _Module.start(self._opened(current))
                todo += [source for source in module.sources if source not in self._modules]
            else:
                todo.pop()
                order[current] = None
        return list(order)

    def _propagate(self, paths: Iterable[str], users: Mapping[str, Sequence[str]]) -> None:
        todo = dict.fromkeys(paths)
        while todo:
            current = next(iter(todo))
            del todo[current]
            if self._pass(self._modules[current]):
                todo.update(dict.fromkeys(users.get(current, ())))

    def _pass(self, module: _Module) -> bool:
        """Add the names that the modules of the re-exports have so far; whether any is new."""
        changed = False
        for export, target in module.named:
            limit = Meaning(export.value, export.type)
            for origin, meaning in self._origins(export, target, limit).items():
                changed |= _take(module.found, export.name, origin, _limited(meaning, limit))
        for target, type_only in module.stars:
            source = self._modules[target]
            limit = Meaning(not type_only, True)
            for name, origins in source.found.items():
                if name != "default" and name not in module.explicit:
                    for origin, meaning in origins.items():
                        changed |= _take(module.found, name, origin, _limited(meaning, limit))
            changed |= not source.hidden.keys() <= module.hidden.keys()
            module.hidden |= source.hidden
        return changed

    def _origins(self, export: Export, target: str | None, limit: Meaning) -> Mapping[Origin, Meaning]:
        if target is None:
            # The module can't be read, so the re-export itself is the only evidence of the name.
            return {Origin(export.specifier or "", export.source or "*"): limit}
        if export.source is None or self._modules[target].opaque is not None:
            return {Origin(target, export.source or "*"): limit}
        return self._modules[target].found.get(export.source, {})

    def _assume(self, module: _Module) -> bool:
        """Assume the names of re-exports that an unreadable star may export; whether any name is new."""
        changed = False
        for export, target in module.named:
            if target is None or export.source in (None, "default") or export.name in module.found:
                continue  # a star does not re-export `default`
            source = self._modules[target]
            if source.hidden and export.source not in source.explicit and export.source not in source.found:
                origin = Origin(target, export.source)
                self._assumed.add(origin)
                changed |= _take(module.found, export.name, origin, Meaning(export.value, export.type))
        return changed

    def _is_refuted(self, origin: Origin) -> bool:
        """Whether a name that was assumed in a module was found in it later, through a circle of re-exports."""
        return origin in self._assumed and bool(self._modules[origin.path].found.get(origin.name, {}).keys() - {origin})

    def _close(self, module: _Module) -> ModuleExports:
        clear: dict[str, tuple[Origin, Meaning]] = {}
        for name, origins in module.found.items():
            found = [origin for origin in origins if not self._is_refuted(origin)]
            if len(found) == 1:
                clear[name] = found[0], origins[found[0]]
        return ModuleExports(
            OrderedMapping({name: meaning for name, (_, meaning) in clear.items()}),
            {name: origin for name, (origin, _) in clear.items()},
            frozenset(module.found.keys() - clear.keys()),
            tuple(module.hidden),
            module.opaque,
        )


def _merge(found: Found, name: str, origin: Origin, meaning: Meaning) -> None:
    """Add a declaration; the meanings of several declarations of one name in one module are joined."""
    before = found.setdefault(name, {}).get(origin, Meaning(value=False, type=False))
    found[name][origin] = Meaning(before.value or meaning.value, before.type or meaning.type)


def _take(found: Found, name: str, origin: Origin, meaning: Meaning) -> bool:
    """Add a re-exported name; whether it is new.  The first of two re-exports of one declaration decides its meaning.

    If the first is `export type`, the name is a type only, whatever the second exports (TypeScript).  In a circle of
    re-exports, the first is the one that is visited first.
    """
    origins = found.setdefault(name, {})
    return origin not in origins and origins.setdefault(origin, meaning) is meaning


def _limited(meaning: Meaning, limit: Meaning) -> Meaning:
    return Meaning(meaning.value and limit.value, meaning.type and limit.type)
