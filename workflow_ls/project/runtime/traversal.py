"""What a file loads at run time, at any depth: a walk over the module graph that ends once its question is answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from heapq import heappop, heappush
from typing import NamedTuple

from workflow_ls.project.runtime.module_graph import ImportEdge, ModuleGraph
from workflow_ls.syntax.runtime_imports import LoadKind

MAX_FILES = 2000
"""The number of files after which a traversal gives up."""


class Reached(NamedTuple):
    """A module that a traversal reached, by the import `edge` of the file `path`."""

    path: str
    edge: ImportEdge


class Traversal:
    """A lazy breadth-first traversal of the module graph from a file.

    `replaced` are the ids of modules that never run, since mocks replace them.  Without `requires`, modules imported by
    `require` do not count.  With `late`, only modules imported while files run count, and the modules that they import.
    `within` limits the traversal to these files, besides the first, and maps each to its distance from the goal; the
    nearest to the goal is visited first.  None admits all files, in the order of imports.
    """

    def __init__(
        self,
        modules: ModuleGraph,
        start: str,
        *,
        replaced: Collection[str] = (),
        requires: bool = True,
        late: bool = False,
        within: Mapping[str, int] | None = None,
    ) -> None:
        self._modules = modules
        self._replaced = replaced
        self._requires = requires
        self._within = within
        self._reached: dict[str, Reached] = {}
        self._specifiers: set[str] = set()
        self._required: dict[str, Reached] = {}
        self._todo: list[tuple[int, int, str, bool]] = [(0, 0, start, not late)]
        self._seen = {(start, not late)}
        self.unresolved: str | None = None

    @property
    def reached(self) -> tuple[Reached, ...]:
        """The modules that count and were reached so far, each by its first import, in the order of the traversal."""
        return tuple(self._reached.values())

    def reaches(self, module_id: str, specifier: str) -> bool | None:
        """Whether the traversal reaches a module; None if that is unknown.

        A module also counts as reached if its bare `specifier` is imported: two configurations may resolve it to
        different files, but a runner uses only one of them.  The answer is unknown after an unresolved import, or after
        too many files.  The traversal stops as soon as the answer is known.
        """
        while module_id not in self._reached and specifier not in self._specifiers:
            if self.unresolved is not None:
                return None
            if not self._todo:
                return False
            if len(self._seen) > MAX_FILES:
                return None
            _, _, path, late = heappop(self._todo)
            self._step(path, late)
        return True

    def required(self, module_id: str) -> Reached | None:
        """The `require` of a module that did not count, if the traversal has reached one."""
        return self._required.get(module_id)

    def _step(self, path: str, late: bool) -> None:
        imports = self._modules.imports(path)
        for edge in imports.edges:
            if edge.kind is LoadKind.REQUIRE and not self._requires:
                self._required.setdefault(edge.module_id, Reached(path, edge))
                continue
            counts = late or edge.kind is not LoadKind.STATIC
            if counts and edge.kind is not LoadKind.ACTUAL:
                self._reached.setdefault(edge.module_id, Reached(path, edge))
                if not edge.specifier.startswith("."):
                    self._specifiers.add(edge.specifier)
            if edge.kind is not LoadKind.ACTUAL and edge.module_id in self._replaced:
                continue
            if self._modules.may_be_unresolved(edge.specifier, edge.path, path):
                self.unresolved = edge.specifier
            elif edge.path is not None:
                self._enter(edge.path, counts)
        if imports.unresolved is not None:
            self.unresolved = imports.unresolved

    def _enter(self, path: str, late: bool) -> None:
        distance = 0 if self._within is None else self._within.get(path)
        if distance is not None and (path, late) not in self._seen:
            self._seen.add((path, late))
            heappush(self._todo, (distance, len(self._seen), path, late))
