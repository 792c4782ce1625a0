"""What a member of an imported namespace is: `Kind` in `import { Codes } from 'x'; export import a = Codes.Kind`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.source_index import Sources
from workflow_ls.records import replace
from workflow_ls.syntax.exports.entity_names import Entity, ImportedMember
from workflow_ls.syntax.exports.export_finder import entity_of

_LONGEST = 100  # imports on the way

FindModule = Callable[[str, str], "str | None"]
"""The file of the module that a specifier names, from a file."""


class Member(NamedTuple):
    """A member of a namespace: whether it is a value and a type, and the file and the dotted name that declare it."""

    value: bool
    type: bool
    path: str
    name: str


class NamespaceMembers(Component):
    """The members of namespaces that modules import from each other.

    The way to one leads through the texts of the modules alone, and not through their exports: these depend on it.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)

    def member(self, path: str, wanted: ImportedMember, find: FindModule) -> Member | None:
        """What a member is that the file `path` imports; one without meanings leads nowhere.

        None if a module on the way can't be read.
        """
        for _ in range(_LONGEST):
            target = find(wanted.specifier, path)
            found = None if target is None else self._step(target, wanted, find)
            if not isinstance(found, ImportedStep):
                return found
            path, wanted = found.path, found.member
        return Member(value=False, type=False, path=path, name="")

    def _step(self, path: str, wanted: ImportedMember, find: FindModule) -> Member | ImportedStep | None:
        """A member of a module that is found in it, or where another one has it."""
        if self.sources.shape(path).opaque is not None:
            return None
        name, members = wanted.name, wanted.members
        if name is None and not members:
            return Member(value=True, type=True, path=path, name="*")
        if name is None:
            name, members = members[0], members[1:]
        places = dict.fromkeys(self._exported(path, name, find))
        if None in places and len(places) == 1:
            return None
        place = next((place for place in places if place is not None), None)
        if place is None:
            return Member(value=False, type=False, path=path, name=name)
        if isinstance(place, ImportedStep):
            joined = replace(place.member, members=(*place.member.members, *members))
            return place._replace(member=joined)
        entity = self._entity(place.path, (place.name, *members), wanted.only_namespace)
        if entity.member is not None:
            return ImportedStep(place.path, entity.member)
        if entity.imported is not None:
            binding = entity.imported
            return ImportedStep(place.path, ImportedMember(binding.specifier, binding.name, (), wanted.only_namespace))
        return Member(entity.value, entity.type, place.path, ".".join((place.name, *members)))

    def _exported(self, path: str, name: str, find: FindModule) -> Iterator[ImportedStep | _Place | None]:
        """Where a module has what it exports under a name; None for a star that may bring it and can't be read."""
        todo, seen = [path], {path}
        while todo:
            current = todo.pop()
            shape = self.sources.shape(current)
            named = [export for export in shape.exports if export.name == name]
            for export in named:
                if export.specifier is not None:
                    yield ImportedStep(current, ImportedMember(export.specifier, export.source, ()))
                elif export.member is not None:
                    yield ImportedStep(current, export.member)
                else:
                    yield _Place(current, export.source or name)
            for star in shape.stars if not named and name != "default" else ():
                target = find(star.specifier, current)
                if target is None or self.sources.shape(target).opaque is not None:
                    yield None
                elif target not in seen:
                    seen.add(target)
                    todo.append(target)

    @query
    def _entity(self, path: str, names: tuple[str, ...], only_namespace: bool) -> Entity:
        """What dotted names are in a file."""
        source = self.sources.source(path)
        return Entity(value=False, type=False) if source is None else entity_of(source, names, only_namespace)


class ImportedStep(NamedTuple):
    """A member that the file `path` imports."""

    path: str
    member: ImportedMember


class _Place(NamedTuple):
    path: str
    name: str
