"""The files of a workspace: the interface that the core uses, and an implementation in memory.

Paths are relative to the workspace root, use `/`, and are normalised; the root itself is "".  Paths outside the root
do not exist.  `disk.py` is the implementation on disk.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, KeysView, Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple, Protocol

Kind = Literal["file", "directory"]

JAVASCRIPT_EXTENSIONS = (".js", ".jsx", ".mjs", ".cjs")
SOURCE_EXTENSIONS = (".ts", ".tsx", ".mts", ".cts", *JAVASCRIPT_EXTENSIONS)

SCRIPT_HOSTS = (".vue", ".svelte", ".astro")
"""The endings of files that hold scripts among other things."""

CODE_EXTENSIONS = (*SOURCE_EXTENSIONS, *SCRIPT_HOSTS)
"""The endings of files that are code, or hold some."""

EMITTED_EXTENSIONS: Mapping[str, str] = {
    **dict.fromkeys((".ts", ".tsx", ".d.ts"), ".js"),
    **dict.fromkeys((".mts", ".d.mts"), ".mjs"),
    **dict.fromkeys((".cts", ".d.cts"), ".cjs"),
}
"""The extension of a TypeScript file in an import, which is that of the emitted JavaScript file.

Imports of other files contain the extension of the file (TypeScript, getJSExtensionForFile).
"""

# TypeScript reads what is marked as UTF-16, where a needle is other bytes.
_CODECS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}

MARKS = tuple(_CODECS)
"""The first two bytes of a text in UTF-16; UTF-8 holds neither of them anywhere."""


def is_utf16(start: bytes) -> bool:
    """Whether a text that starts with these bytes is marked as UTF-16."""
    return start[:2] in _CODECS


def encodings(needle: str, start: bytes) -> tuple[bytes, ...]:
    """The bytes to search for in a file that starts with `start`: the needle in UTF-8, and in UTF-16 if it is that."""
    codec = _CODECS.get(start[:2])
    return (needle.encode(),) if codec is None else (needle.encode(), needle.encode(codec))


def holds_any(data: bytes, needles: Iterable[str]) -> bool:
    """Whether a text holds any of the needles."""
    return any(encoded in data for encoded in encoded_needles(tuple(needles), data))


def encoded_needles(needles: tuple[str, ...], data: bytes) -> tuple[bytes, ...]:
    """The bytes to search for in a text, as `encodings`, for several needles."""
    return _all_encodings(needles, data[:2] if is_utf16(data) else b"")


@lru_cache(maxsize=256)
def _all_encodings(needles: tuple[str, ...], start: bytes) -> tuple[bytes, ...]:
    return tuple(encoded for needle in needles for encoded in encodings(needle, start))


class Query(NamedTuple):
    """A search for the files below `under` with one of the endings that contain any of the needles.

    `endings` are file name endings ("package.json", ".ts").  Without needles, all files with such an ending match.
    """

    endings: tuple[str, ...]
    needles: tuple[str, ...] = ()
    under: str = ""

    def matches(self, path: str, data: bytes) -> bool:
        """Whether a file matches the query; the search itself excludes ignored and installed files."""
        return self.admits(path) and (not self.needles or holds_any(data, self.needles))

    def admits(self, path: str) -> bool:
        """Whether a file with one of the needles, where the query has any, matches it."""
        return path.endswith(self.endings) and (not self.under or path.startswith(self.under + "/"))


class Files(Protocol):
    """Read access to a workspace; no method raises for a file that is absent, unreadable or outside the root."""

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None if there is no such file, or it cannot be read."""

    def kind(self, path: str) -> Kind | None:
        """The kind of the entry at `path`, symbolic links followed; None if it is absent or outside the root."""

    def entries(self, path: str) -> Sequence[str]:
        """The names in a directory, sorted; empty if there is no such directory."""

    def listing(self, path: str) -> Mapping[str, str]:
        """The entries of a directory by name: "file", "directory" or "link"; empty if there is no such directory.

        A text that lies over a link, or over a directory, has another value: only whether it stays the same counts.
        """

    def links(self) -> Mapping[str, str | None]:
        """The symbolic links that were followed so far, with their real paths; None for a link without a target."""

    def real(self, path: str) -> str | None:
        """The path with symbolic links resolved; None if it is absent, circular, or outside the root."""

    def search(self, queries: Sequence[Query]) -> Sequence[str]:
        """The files that match any of the queries, sorted, without ignored files and `node_modules`."""

    def unreadable(self) -> Mapping[str, str]:
        """What could not be read so far, with the reason: files, and directories ("." is the root), sorted by path."""


class MemoryFiles:
    """A workspace in memory, for tests and for the contents of edited files."""

    def __init__(self, files: Mapping[str, bytes | str], links: Mapping[str, str] | None = None) -> None:
        """`files` maps paths to contents; `links` maps symbolic links to the paths of their targets."""
        self._files: dict[str, bytes] = {}
        self._links = dict(links or {})
        self._directories: dict[str, dict[str, int]] = {"": {}}  # the names in each, with the number of files below
        self._listings: dict[str, Mapping[str, str]] = {}  # as long as no file comes or goes
        for path, data in files.items():
            self.put(path, data.encode() if isinstance(data, str) else data)
        for path in self._links:
            self._count(path, 1)

    @property
    def paths(self) -> KeysView[str]:
        """The paths of the files."""
        return self._files.keys()

    def put(self, path: str, data: bytes) -> None:
        """Add a file, or replace its content."""
        if path not in self._files:
            self._count(path, 1)
        self._files[path] = data

    def drop(self, path: str) -> None:
        """Remove a file; a directory is removed with its last file."""
        if self._files.pop(path, None) is not None:
            self._count(path, -1)

    def _count(self, path: str, change: int) -> None:
        if self._links:
            self._listings.clear()  # a link may lead to what changes
        while path:
            parent, _, name = path.rpartition("/")
            self._listings.pop(parent, None)
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
        if path not in self._listings:
            prefix = f"{path}/" if path else ""
            self._listings[path] = {
                name: "link" if prefix + name in self._links else self.kind(prefix + name) or "link"
                for name in self.entries(path)
            }
        return self._listings[path]

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

    def unreadable(self) -> Mapping[str, str]:
        return {}

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
    """The normalised path of `relative` from `directory`; None if it is outside the root."""
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


def with_endings(files: Files, stem: str, endings: Iterable[str]) -> Iterator[str]:
    """The existing files whose path is `stem` with one of the endings, in the order of the endings."""
    directory, slash, name = stem.rpartition("/")
    listing = files.listing(directory)
    for ending in endings:
        kind = listing.get(name + ending)
        if kind == "file" or (kind not in (None, "directory") and files.kind(stem + ending) == "file"):
            yield f"{directory}{slash}{name}{ending}"


def files_below(files: Files, directory: str) -> Iterator[str]:
    """The files in a directory and below it, without those of installed packages and of git."""
    todo = [directory]
    while todo:
        folder = todo.pop()
        for name, kind in files.listing(folder).items():
            path = posixpath.join(folder, name)
            if kind == "directory" and name not in ("node_modules", ".git"):
                todo.append(path)
            elif kind == "file":
                yield path


def in_other_case(files: Files, path: str) -> str | None:
    """The one existing path that differs from `path`, which does not exist, in letter case only; else None."""
    found = ""
    for name in path.split("/"):
        names = files.entries(found)
        alike = [name] if name in names else [each for each in names if each.casefold() == name.casefold()]
        if len(alike) != 1:
            return None
        found = f"{found}/{alike[0]}" if found else alike[0]
    return found if found != path else None


def is_within(path: str, directory: str) -> bool:
    """Whether `path` is `directory` or below it."""
    return not directory or path == directory or path.startswith(directory + "/")


def is_source(path: str) -> bool:
    """Whether a file is TypeScript or JavaScript, by its ending."""
    return path.endswith(SOURCE_EXTENSIONS)


def holds_code(path: str) -> bool:
    """Whether a file is TypeScript or JavaScript, or holds scripts among other things, by its ending."""
    return path.endswith(CODE_EXTENSIONS)


def is_script_host(path: str) -> bool:
    """Whether a file holds scripts among other things, by its ending."""
    return path.endswith(SCRIPT_HOSTS)


_JSON_CONFIGURATIONS = frozenset({"package.json", "babel.config.json", ".babelrc", ".babelrc.json"})
_IMPORT_MAPS = frozenset({"deno.json", "deno.jsonc", "import_map.json", "import-map.json", "importmap.json"})


def is_configuration(path: str) -> bool:
    """Whether a file is a manifest, an import map, or a configuration of TypeScript, Jest, Babel or SWC in JSON."""
    name = posixpath.basename(path)
    return (
        name in _JSON_CONFIGURATIONS
        or name in _IMPORT_MAPS
        or name.endswith(".swcrc")
        or (name.startswith(("tsconfig", "jsconfig", "jest")) and name.endswith(".json"))
    )


def parents(path: str) -> Iterable[str]:
    """The directories that contain `path`, nearest first, the root ("") last."""
    while path:
        path = path.rpartition("/")[0]
        yield path
