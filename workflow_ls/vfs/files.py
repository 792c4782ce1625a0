"""The files of a workspace, as the core sees them: an interface, and an implementation in memory.

Paths are relative to the workspace root, use `/`, and are normalised; the root itself is "".  What lies outside the
root does not exist.  `disk.py` holds the implementation that reads the disk.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, KeysView, Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

Kind = Literal["file", "directory"]

JAVASCRIPT_EXTENSIONS = (".js", ".jsx", ".mjs", ".cjs")
SOURCE_EXTENSIONS = (".ts", ".tsx", ".mts", ".cts", *JAVASCRIPT_EXTENSIONS)

EMITTED_EXTENSIONS: Mapping[str, str] = {
    **dict.fromkeys((".ts", ".tsx", ".d.ts"), ".js"),
    **dict.fromkeys((".mts", ".d.mts"), ".mjs"),
    **dict.fromkeys((".cts", ".d.cts"), ".cjs"),
}
"""The extension that an import of a TypeScript file writes, which is that of the JavaScript file emitted for it.

Other files are imported by their own extension (TypeScript, getJSExtensionForFile).
"""


class Query(NamedTuple):
    """Which files to look for: those below `under`, with one of the endings, that hold any of the needles.

    `endings` are file name endings ("package.json", ".ts").  No needle means every file with such an ending.
    """

    endings: tuple[str, ...]
    needles: tuple[str, ...] = ()
    under: str = ""

    def matches(self, path: str, data: bytes) -> bool:
        """Whether a file answers the query; where files are ignored or installed is for the search to say."""
        return (
            path.endswith(self.endings)
            and (not self.under or path.startswith(self.under + "/"))
            and (not self.needles or any(needle.encode() in data for needle in self.needles))
        )


class Files(Protocol):
    """Read access to a workspace; nothing here raises for a file that is absent, unreadable or outside the root."""

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None where there is no such file, or it cannot be read."""

    def kind(self, path: str) -> Kind | None:
        """What is at `path`, symbolic links followed; None for nothing, or for something outside the root."""

    def entries(self, path: str) -> Sequence[str]:
        """The names in a directory, sorted; empty where there is none."""

    def listing(self, path: str) -> Mapping[str, str]:
        """What a directory holds, by name: "file", "directory" or "link"; empty where there is none.

        A file that is laid over a link, or a directory, makes it another value: what counts is whether it is the same.
        """

    def links(self) -> Mapping[str, str | None]:
        """The symbolic links that were followed so far, with the real path behind each, None for none."""

    def real(self, path: str) -> str | None:
        """The path with symbolic links resolved; None where it leads out of the root, round in circles, or nowhere."""

    def search(self, queries: Sequence[Query]) -> Sequence[str]:
        """The files that answer any of the queries, sorted, without what `.gitignore` excludes or `node_modules`."""


class MemoryFiles:
    """A workspace held in memory: the tests' one, and the base of others."""

    def __init__(self, files: Mapping[str, bytes | str], links: Mapping[str, str] | None = None) -> None:
        """`files` maps paths to contents; `links` maps the path of a symbolic link to what it stands for."""
        self._files: dict[str, bytes] = {}
        self._links = dict(links or {})
        self._directories: dict[str, dict[str, int]] = {"": {}}  # the names in each, and how many paths lead by each
        for path, data in files.items():
            self.put(path, data.encode() if isinstance(data, str) else data)
        for path in self._links:
            self._count(path, 1)

    @property
    def paths(self) -> KeysView[str]:
        """The paths of the files."""
        return self._files.keys()

    def put(self, path: str, data: bytes) -> None:
        """Add a file, or give it another content."""
        if path not in self._files:
            self._count(path, 1)
        self._files[path] = data

    def drop(self, path: str) -> None:
        """Remove a file; a directory goes with the last one in it."""
        if self._files.pop(path, None) is not None:
            self._count(path, -1)

    def _count(self, path: str, change: int) -> None:
        while path:
            parent, _, name = path.rpartition("/")
            names = self._directories.setdefault(parent, {})
            names[name] = names.get(name, 0) + change
            if not names[name]:
                del names[name]
                if not names and parent:
                    del self._directories[parent]
            path = parent

    def read(self, path: str) -> bytes | None:
        real = self.real(path)
        return None if real is None else self._files.get(real)

    def kind(self, path: str) -> Kind | None:
        real = self.real(path)
        if real is None:
            return None
        if real in self._files:
            return "file"
        return "directory" if real in self._directories else None

    def entries(self, path: str) -> Sequence[str]:
        real = self.real(path)
        return sorted(self._directories.get(real, ())) if real is not None else ()

    def listing(self, path: str) -> Mapping[str, str]:
        prefix = f"{path}/" if path else ""
        return {
            name: "link" if prefix + name in self._links else self.kind(prefix + name) or "link"
            for name in self.entries(path)
        }

    def links(self) -> Mapping[str, str | None]:
        return {link: self.real(link) for link in self._links}

    def real(self, path: str) -> str | None:
        for _ in range(40 if self._links else 1):
            link = self._link_at_or_above(path) if self._links else None
            if link is None:
                return path if path in self._files or path in self._directories else None
            path = posixpath.normpath(self._links[link] + path[len(link) :])
            if path.startswith(("..", "/")):
                return None
        return None

    def _link_at_or_above(self, path: str) -> str | None:
        return next((link for link in self._links if path == link or path.startswith(link + "/")), None)

    def search(self, queries: Sequence[Query]) -> Sequence[str]:
        return sorted(
            path
            for path, data in self._files.items()
            if "node_modules" not in path.split("/") and any(query.matches(path, data) for query in queries)
        )


_DOTS = ("./", "../")


def join(directory: str, relative: str) -> str | None:
    """`relative` seen from `directory`, normalised; None where that leaves the root."""
    above, rest = directory, relative
    while rest.startswith(_DOTS):
        if rest[1] == ".":
            if not above:
                return None
            above = above.rpartition("/")[0]
        rest = rest.partition("/")[2]
    if rest and rest[0] not in "./" and rest[-1] != "/" and "/." not in rest and "//" not in rest:
        return f"{above}/{rest}" if above else rest
    joined = posixpath.normpath(posixpath.join(directory, relative))
    if joined == ".":
        return ""
    return None if joined.startswith(("../", "/")) or joined == ".." else joined


def is_within(path: str, directory: str) -> bool:
    """Whether `path` is `directory` or lies below it."""
    return not directory or path == directory or path.startswith(directory + "/")


def is_source(path: str) -> bool:
    """Whether a file is TypeScript or JavaScript, by its ending."""
    return path.endswith(SOURCE_EXTENSIONS)


def is_configuration(path: str) -> bool:
    """Whether a file is a manifest or a configuration of TypeScript, by its name."""
    name = posixpath.basename(path)
    return name == "package.json" or (name.startswith(("tsconfig", "jsconfig")) and name.endswith(".json"))


def parents(path: str) -> Iterable[str]:
    """The directories that hold `path`, nearest first, the root ("") last."""
    while path:
        path = path.rpartition("/")[0]
        yield path
