"""The files of a workspace as they will be: some gone, some with other texts, some new."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping, Sequence

from workflow_ls.workspace.files import Files, Kind, MemoryFiles, Query, parents


class CutFiles:
    """Files without those that are `gone`, and with `texts` in the place of others, or beside them; implements `Files`.

    A directory goes with the last file in it.
    """

    def __init__(self, below: Files, gone: Collection[str], texts: Mapping[str, bytes]) -> None:
        self._below = below
        self._gone = frozenset(gone) - texts.keys()
        self._texts = MemoryFiles(texts)
        self._paths = texts.keys()
        self._emptied = self._find_emptied()

    def read(self, path: str) -> bytes | None:
        if path in self._paths:
            return self._texts.read(path)
        return None if self._is_gone(path) else self._below.read(path)

    def kind(self, path: str) -> Kind | None:
        found = self._texts.kind(path)
        return found or (None if self._is_gone(path) else self._below.kind(path))

    def entries(self, path: str) -> Sequence[str]:
        names = {name for name in self._below.entries(path) if not self._is_gone(posixpath.join(path, name))}
        return sorted(names | set(self._texts.entries(path)))

    def real(self, path: str) -> str | None:
        if path in self._paths:
            return path
        found = None if self._is_gone(path) else self._below.real(path)
        if found is not None and not self._is_gone(found):
            return found
        return path if self._texts.kind(path) is not None else None

    def search(self, queries: Sequence[Query]) -> Sequence[str]:
        found = (path for path in self._below.search(queries) if path not in self._paths and path not in self._gone)
        return sorted({*found, *self._texts.search(queries)})

    def _is_gone(self, path: str) -> bool:
        return path in self._gone or path in self._emptied

    def _find_emptied(self) -> frozenset[str]:
        emptied: set[str] = set()
        above = {parent for path in self._gone for parent in parents(path) if parent}
        for directory in sorted(above, key=lambda path: (-path.count("/"), path)):
            inside = (posixpath.join(directory, name) for name in self._below.entries(directory))
            if self._texts.kind(directory) is None and all(p in self._gone or p in emptied for p in inside):
                emptied.add(directory)
        return frozenset(emptied)
