"""The names that a module exports, including re-exports across files and packages.

Follows ECMA-262, 16.2.1.7 (GetExportedNames, ResolveExport): a module's own exports win over stars, a star does not
re-export `default`, and a name that two stars export from different declarations is ambiguous and so not exported.
As in TypeScript, a name can be a value, a type, or both.
"""

from __future__ import annotations

from workflow_ls.project.exports.circular_exports import CircularExports
from workflow_ls.project.exports.declared_globals import DeclaredGlobals
from workflow_ls.project.exports.joined_exports import JoinedExports
from workflow_ls.project.exports.module_exports import (
    Found,
    Meaning,
    ModuleExports,
    OpenedModule,
    Origin,
    limited,
    merge,
)
from workflow_ls.project.exports.namespace_members import NamespaceMembers
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.resolver import Resolver
from workflow_ls.project.source_index import Sources
from workflow_ls.records import OrderedMapping, record
from workflow_ls.syntax.exports.module_syntax import Export


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
            return CircularExports(self.opened, path).result()
        opened = self.opened(path)
        return JoinedExports(opened, {source: self.exports(source) for source in opened.sources}, self.opened).result()

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
    def opened(self, path: str) -> OpenedModule:
        """The exports of a module by itself, with the files of its re-exports."""
        syntax = self.sources.shape(path)
        targets = {specifier: self.target(specifier, path) for specifier in syntax.specifiers}
        declared: Found = {}
        named = list[tuple[Export, str | None]]()
        for export in syntax.exports:
            if export.specifier is None:
                meaning, origin = self._declared(path, export)
                if meaning is not None:
                    merge(declared, export.name, origin, meaning)
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
                merge(declared, export.name, Origin(path, export.source or export.name), meaning)
        explicit = frozenset(export.name for export in (*syntax.undeclared, *syntax.exports))
        sources = dict.fromkeys(target for _, target in named if target is not None)
        sources.update(dict.fromkeys(target for target, _ in stars))
        parts = OrderedMapping(declared), tuple(named), tuple(stars), tuple(hidden), tuple(sources)
        return OpenedModule(syntax.opaque, explicit, *parts)

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
        return limited(Meaning(member.value, member.type), meaning), Origin(member.path, member.name)

    def target(self, specifier: str, path: str) -> str | None:
        """The file of a module that the module at `path` re-exports; None if there is none."""
        found = self.resolver.resolve(specifier, path)
        if found is None:
            # Without an alias in this project, a legacy specifier may resolve through the alias of another project.
            module = self.table.module_of(specifier)
            return None if module is None else self.resolver.legacy_file(module)
        return found
