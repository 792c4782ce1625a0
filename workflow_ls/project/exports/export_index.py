"""The names that a module exports, including re-exports across files and packages.

Follows ECMA-262, 16.2.1.7 (GetExportedNames, ResolveExport): a module's own exports win over stars, a star does not
re-export `default`, and a name that two stars export from different declarations is ambiguous and so not exported.
As in TypeScript, a name can be a value, a type, or both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from workflow_ls.project.exports.declared_globals import DeclaredGlobals
from workflow_ls.project.exports.namespace_members import NamespaceMembers
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
    sources: tuple[str, ...]


@record
class _Place:
    """Where a module lies among those that it re-exports.

    `circle` are the modules that re-export it in a circle, itself among them.  `depth` is how many modules lie one
    below the other down to one that is computed with all modules below it; 0 for such a module.
    """

    circle: frozenset[str] = frozenset()
    depth: int = 0

    @property
    def is_alone(self) -> bool:
        """Whether the exports are computed from all modules below, and not from the exports of the next ones."""
        return self.depth == 0


_DEEPEST = 30  # each takes several calls inside each other, of which Python allows a thousand


class _CircleError(Exception):
    """A module re-exports itself, by way of others."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class ExportIndex(Component):
    """The exports of the modules of a workspace."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)
        self.resolver = database.component(Resolver)
        self.globals = database.component(DeclaredGlobals)
        self.members = database.component(NamespaceMembers)
        self._pending: set[str] = set()  # the modules that are being placed, each for the one before

    @query
    def exports(self, path: str) -> ModuleExports:
        """The exports of the module at `path` (a file, symbolic links resolved)."""
        self._place_sources(path)
        if self._place(path).is_alone:
            return _Computation(self.opened, path).result()
        opened = self.opened(path)
        return _Joined(opened, {source: self.exports(source) for source in opened.sources}, self.opened).result()

    def _place_sources(self, path: str) -> None:
        """Place the modules that a module re-exports, the deepest first, so that the calls do not nest deeply."""
        keeps = self.database.keeps
        todo, seen = [(path, False)], {path}
        while todo:
            current, is_open = todo.pop()
            if is_open:
                if not self._place(current).is_alone:
                    self.exports(current)
                continue
            new = [s for s in self.opened(current).sources if s not in seen and not keeps(ExportIndex._place, (s,))]
            seen.update(new)
            todo += (((current, True),) if current != path else ()) + tuple((source, False) for source in new)

    @query
    def _place(self, path: str) -> _Place:
        """Where a module lies among those that it re-exports."""
        if path in self._pending:
            raise _CircleError(path)
        self._pending.add(path)
        recorder = self.database.recorder
        before = recorder.count()
        try:
            places = [self._place(source) for source in self.opened(path).sources]
        except _CircleError as circle:
            if circle.path != path:
                raise
        else:
            shared = next((place.circle for place in places if path in place.circle), None)
            depth = 1 + max((place.depth for place in places), default=0)
            if shared is not None or depth < _DEEPEST:
                return _Place(shared or frozenset(), 0 if shared else depth)
        finally:
            self._pending.discard(path)
        recorder.forget(before)  # the modules themselves decide whether there is a circle, and how deep they lie
        return _Place(self._circle(path))

    def _circle(self, path: str) -> frozenset[str]:
        """The modules that a module re-exports and that re-export it, at any depth."""
        users, seen, todo = dict[str, list[str]](), {path}, [path]
        while todo:
            current = todo.pop()
            for source in self.opened(current).sources:
                users.setdefault(source, []).append(current)
                if source not in seen:
                    seen.add(source)
                    todo.append(source)
        circle, todo = set[str](), [path]
        while todo:
            new = set(users.get(todo.pop(), ())) - circle
            circle |= new
            todo += new
        return frozenset(circle)

    def reaches(self, path: str, target: str) -> bool:
        """Whether the module at `path` is `target`, or re-exports anything from it at any depth."""
        return target in self._reached(path)

    @query
    def _reached(self, path: str) -> frozenset[str]:
        seen, todo = {path}, [path]
        while todo:
            for source in self.re_exported(todo.pop()):
                if source not in seen:
                    seen.add(source)
                    todo.append(source)
        return frozenset(seen)

    @query
    def re_exported(self, path: str) -> tuple[str, ...]:
        """The files of the direct re-exports of a module; nothing is asked of these files."""
        if not self.sources.may_re_export(path):
            return ()
        syntax = self.sources.shape(path)
        named = (self.target(each.specifier, path) for each in syntax.exports if each.specifier is not None)
        found = dict.fromkeys(target for target in named if target is not None)
        stars = (self.target(star.specifier, path) for star in sorted(syntax.stars, key=lambda star: star.type_only))
        found.update(dict.fromkeys(target for target in stars if target is not None and target != path))
        return tuple(found)

    @query
    def opened(self, path: str) -> _Opened:
        """The exports of a module by itself, with the files of its re-exports."""
        syntax = self.sources.shape(path)
        targets = {specifier: self.target(specifier, path) for specifier in syntax.specifiers}
        declared: Found = {}
        named = list[tuple[Export, str | None]]()
        for export in syntax.exports:
            if export.specifier is None:
                meaning, origin = self._declared(path, export)
                if meaning is not None:
                    _merge(declared, export.name, origin, meaning)
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
        sources = dict.fromkeys(target for _, target in named if target is not None)
        sources.update(dict.fromkeys(target for target, _ in stars))
        parts = OrderedMapping(declared), tuple(named), tuple(stars), tuple(hidden), tuple(sources)
        return _Opened(syntax.opaque, explicit, *parts)

    def _declared(self, path: str, export: Export) -> tuple[Meaning | None, Origin]:
        """What a declaration of a module means, None for nothing, and where that is declared."""
        meaning, origin = Meaning(export.value, export.type), Origin(path, export.source or export.name)
        if export.member is None:
            return meaning, origin
        member = self.members.member(path, export.member, self.target)
        if member is None:
            return meaning, Origin(export.member.specifier, export.name)  # a module that can't be read
        if not (member.value or member.type):
            return None, origin
        return _limited(Meaning(member.value, member.type), meaning), Origin(member.path, member.name)

    def target(self, specifier: str, path: str) -> str | None:
        """The file of a module that the module at `path` re-exports; None if there is none."""
        found = self.resolver.resolve(specifier, path)
        if found is None:
            # Without an alias in this project, a legacy specifier may resolve through the alias of another project.
            module = self.table.module_of(specifier)
            return None if module is None else self.resolver.legacy_file(module)
        return found


class _Joined:
    """Joins the exports of a module from those of the modules that it re-exports, none of which re-exports it."""

    def __init__(
        self, opened: _Opened, sources: Mapping[str, ModuleExports], open_source: Callable[[str], _Opened]
    ) -> None:
        self._opened = opened
        self._sources = sources
        self._open = open_source
        self._names: dict[str, Meaning] = {}
        self._origins: dict[str, Origin] = {}
        self._ambiguous: set[str] = set()

    def result(self) -> ModuleExports:
        """The exports of the module."""
        opened, hidden = self._opened, dict.fromkeys(self._opened.hidden)
        for name, origins in opened.declared.items():
            for origin, meaning in origins.items():
                self._add(name, origin, meaning)
        for export, target in opened.named:
            self._add_named(export, target, Meaning(export.value, export.type))
        for target, type_only in opened.stars:
            self._add_star(self._sources[target], type_only=type_only)
            hidden.update(dict.fromkeys(self._sources[target].unresolved))
        for export, target in opened.named:
            self._assume(export, target)
        ambiguous = frozenset(self._ambiguous)
        return ModuleExports(OrderedMapping(self._names), self._origins, ambiguous, tuple(hidden), opened.opaque)

    def _add(self, name: str, origin: Origin, meaning: Meaning) -> None:
        if self._origins.get(name, origin) != origin:
            self._refuse(name)
        elif name not in self._ambiguous and name not in self._origins:
            self._origins[name], self._names[name] = origin, meaning

    def _refuse(self, name: str) -> None:
        self._ambiguous.add(name)
        self._origins.pop(name, None)
        self._names.pop(name, None)

    def _add_named(self, export: Export, target: str | None, limit: Meaning) -> None:
        if target is None:
            # The module can't be read, so the re-export itself is the only evidence of the name.
            self._add(export.name, Origin(export.specifier or "", export.source or "*"), limit)
            return
        source = self._sources[target]
        if export.source is None or source.opaque is not None:
            self._add(export.name, Origin(target, export.source or "*"), limit)
        elif export.source in source.ambiguous:
            self._refuse(export.name)
        elif export.source in source.origins:
            meaning = _limited(source.names[export.source], limit)
            self._add(export.name, source.origins[export.source], meaning)

    def _add_star(self, source: ModuleExports, *, type_only: bool) -> None:
        """Add the names of a star re-export, those of thousands at once, and few one by one."""
        explicit, limit = self._opened.explicit, Meaning(not type_only, True)
        for name in source.ambiguous - explicit - {"default"}:
            self._refuse(name)
        known = source.names.keys() & self._names.keys()
        for name in known - explicit - {"default"}:
            self._add(name, source.origins[name], source.names[name])
        skipped = (source.names.keys() & (explicit | self._ambiguous)) | known | {"default"}
        names, origins = dict(source.names), dict(source.origins)
        for name in skipped & names.keys():
            del names[name], origins[name]
        self._names.update({name: _limited(meaning, limit) for name, meaning in names.items()} if type_only else names)
        self._origins.update(origins)

    def _assume(self, export: Export, target: str | None) -> None:
        """Assume the name of a re-export that an unreadable star may export."""
        if target is None or export.source in (None, "default") or export.name in self._origins:
            return  # a star does not re-export `default`
        source = self._sources[target]
        is_known = export.source in source.origins or export.source in source.ambiguous
        if source.unresolved and not is_known and export.source not in self._open(target).explicit:
            self._add(export.name, Origin(target, export.source or ""), Meaning(export.value, export.type))


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
