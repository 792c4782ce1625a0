"""The exports of a module from those of the modules that it re-exports, where there is no circle."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from workflow_ls.project.exports.module_exports import Meaning, ModuleExports, OpenedModule, Origin, limited
from workflow_ls.records import OrderedMapping
from workflow_ls.syntax.exports.module_syntax import Export


class JoinedExports:
    """Joins the exports of a module from those of the modules that it re-exports, none of which re-exports it."""

    def __init__(
        self, opened: OpenedModule, sources: Mapping[str, ModuleExports], open_source: Callable[[str], OpenedModule]
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
            meaning = limited(source.names[export.source], limit)
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
        self._names.update({name: limited(meaning, limit) for name, meaning in names.items()} if type_only else names)
        self._origins.update(origins)

    def _assume(self, export: Export, target: str | None) -> None:
        """Assume the name of a re-export that an unreadable star may export."""
        if target is None or export.source in (None, "default") or export.name in self._origins:
            return  # a star does not re-export `default`
        source = self._sources[target]
        is_known = export.source in source.origins or export.source in source.ambiguous
        if source.unresolved and not is_known and export.source not in self._open(target).explicit:
            self._add(export.name, Origin(target, export.source or ""), Meaning(export.value, export.type))
