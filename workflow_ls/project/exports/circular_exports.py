"""The exports of a module whose re-exports may form circles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from workflow_ls.project.exports.module_exports import Found, Meaning, ModuleExports, OpenedModule, Origin, limited
from workflow_ls.records import OrderedMapping, field, record
from workflow_ls.syntax.exports.module_syntax import Export


@record(frozen=False)
class _PartialModule:
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
    def start(cls, opened: OpenedModule) -> _PartialModule:
        """A module before any names are propagated."""
        found = {name: dict(origins) for name, origins in opened.declared.items()}
        hidden = dict.fromkeys(opened.hidden)
        return cls(opened.opaque, opened.explicit, list(opened.named), list(opened.stars), found, hidden)

    @property
    def sources(self) -> Iterator[str]:
        """The files of its direct re-exports."""
        yield from (target for _, target in self.named if target is not None)
        yield from (target for target, _ in self.stars)


class CircularExports:
    """Computes the exports of one module from its re-exports at any depth.

    It iterates to a fixed point, since star re-exports may form cycles, and each module of a cycle gets its full set.
    """

    def __init__(self, opened: Callable[[str], OpenedModule], path: str) -> None:
        self._opened = opened
        self._path = path
        self._modules: dict[str, _PartialModule] = {}
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
                module = self._modules[current] = _PartialModule.start(self._opened(current))
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

    def _pass(self, module: _PartialModule) -> bool:
        """Add the names that the modules of the re-exports have so far; whether any is new."""
        changed = False
        for export, target in module.named:
            limit = Meaning(export.value, export.type)
            for origin, meaning in self._origins(export, target, limit).items():
                changed |= _take(module.found, export.name, origin, limited(meaning, limit))
        for target, type_only in module.stars:
            source = self._modules[target]
            limit = Meaning(not type_only, True)
            for name, origins in source.found.items():
                if name != "default" and name not in module.explicit:
                    for origin, meaning in origins.items():
                        changed |= _take(module.found, name, origin, limited(meaning, limit))
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

    def _assume(self, module: _PartialModule) -> bool:
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

    def _close(self, module: _PartialModule) -> ModuleExports:
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


def _take(found: Found, name: str, origin: Origin, meaning: Meaning) -> bool:
    """Add a re-exported name; whether it is new.  The first of two re-exports of one declaration decides its meaning.

    If the first is `export type`, the name is a type only, whatever the second exports (TypeScript).  In a circle of
    re-exports, the first is the one that is visited first.
    """
    origins = found.setdefault(name, {})
    return origin not in origins and origins.setdefault(origin, meaning) is meaning
