"""Where a walk through what files load may lead at the most, found without parsing: few files need be parsed then."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple

from workflow_ls.syntax.runtime_imports import scan_imports
from workflow_ls.vfs.files import is_source

if TYPE_CHECKING:
    from workflow_ls.project.module_graph import Loading
    from workflow_ls.syntax.parser import Source

MAX_FILES = 8000
"""How many files are sketched for one start before that is given up."""


class Sketch(NamedTuple):
    """What a file may load: `modules` by identity and by bare specifier, the `files` among them, and unknown ones."""

    modules: frozenset[str]
    files: tuple[str, ...]
    open: bool


class Sketches:
    """Sketches the files of a workspace, and remembers them."""

    def __init__(self, loading: Loading) -> None:
        self._loading = loading
        self._known: dict[str, Sketch] = {}

    def forget(self, path: str) -> None:
        """Drop what the file at `path` may load."""
        self._known.pop(path, None)

    def region(self, start: Source, wanted: Collection[str]) -> Mapping[str, int] | None:
        """The files by way of which a walk from a file may come to a wanted module, or to what can't be followed.

        Each has its distance, in files.  Modules are named by identity or by bare specifier.  None where there are too
        many files to tell.
        """
        users: dict[str, list[str]] = defaultdict(list)
        goals = deque[str]()
        seen, todo = {start.path}, [start.path]
        while todo:
            path = todo.pop()
            # The first is the one at hand, which may have changed since it was met on the way from another.
            sketch = self._read(path, start.text) if path == start.path else self._sketch(path)
            if sketch.open or not sketch.modules.isdisjoint(wanted):
                goals.append(path)
            for file in sketch.files:
                users[file].append(path)
                if file not in seen:
                    seen.add(file)
                    todo.append(file)
            if len(seen) > MAX_FILES:
                return None
        region = dict.fromkeys(goals, 0)
        while goals:
            file = goals.popleft()
            for user in users[file]:
                if user not in region:
                    region[user] = region[file] + 1
                    goals.append(user)
        return region

    def _sketch(self, path: str) -> Sketch:
        if path not in self._known:
            loaded = is_source(path) and "node_modules" not in path.split("/")
            text = self._loading.workspace.files.read(path) if loaded else b""
            self._known[path] = self._read(path, text)
        return self._known[path]

    def _read(self, path: str, text: bytes | None) -> Sketch:
        callees = self._loading.workspace.settings.callees
        specifiers, unknown = (frozenset[str](), True) if text is None else scan_imports(text, callees)
        modules, files = set(specifiers), dict[str, None]()
        views = (False, True) if text is not None and b"require" in text else (False,)
        for specifier in specifiers:
            for required in views:
                identity, file = self._loading.identity(specifier, path, required=required)
                modules.add(identity)
                if file is not None:
                    files[file] = None
            unknown = unknown or self._loading.is_open(specifier, file, path)
        return Sketch(frozenset(modules), tuple(files), unknown)
