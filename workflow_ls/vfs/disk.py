"""The files of a workspace on disk."""

# Paths are strings here: pathlib would cost more than the look-ups themselves.
# ruff: noqa: PTH116, PTH118

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from workflow_ls.vfs.files import Kind, Query, parents
from workflow_ls.vfs.git_process import is_inside, is_utf8
from workflow_ls.vfs.interruption import checkpoint
from workflow_ls.vfs.search import Search, start

# The entries of a directory by name; the target of a link is resolved on demand.
_Listing = dict[str, Literal["file", "directory", "link"]]


class DiskFiles:
    """The files below a directory, with a lazily filled cache of its structure.

    Directory listings, links and search results are cached until `reread`.  Contents are not cached, since their
    derived data is.  A path whose links lead out of the root is absent; so are circular links, devices, pipes, and
    names that are not UTF-8.
    """

    def __init__(self, root: str | os.PathLike[str], *, searched: bool = True) -> None:
        """`root` may be a symbolic link; a path that is not a directory is an empty workspace.

        Without `searched`, a search finds nothing, but files can be read by path.
        """
        self.searched = searched
        self._root = os.path.realpath(root)
        self._listings: dict[str, _Listing] = {}  # of real directories
        self._directories: dict[str, str | None] = {"": ""}  # a directory's path, links included -> its real path
        # The path of a link in its real directory -> the real path of its target.
        self._links: dict[str, str | None] = {}
        self._stamps: dict[str, tuple[int, int] | None] = {}  # of the files that were read, by real path
        self._searches: dict[tuple[Query, ...], Search] = {}
        self._found: dict[tuple[Query, ...], Sequence[str]] = {}

    @property
    def root(self) -> str:
        """The real path of the directory."""
        return self._root

    def read(self, path: str) -> bytes | None:
        real = self._real_file(path)
        if real is None:
            return None
        absolute = self._absolute(real)
        if real not in self._stamps:
            self._stamps[real] = _stamp(absolute)
        checkpoint()
        try:
            return _read(absolute)
        except OSError:
            return None

    def size(self, path: str) -> int | None:
        """The current size of a file in bytes; None if there is no such file."""
        real = self._real_file(path)
        if real is None:
            return None
        try:
            return os.stat(self._absolute(real), follow_symlinks=False).st_size
        except OSError:
            return None

    def kind(self, path: str) -> Kind | None:
        if not path:
            return "directory"
        # This runs for each path that a module might have, so the common cases come first.
        parent, slash, name = path.rpartition("/")
        directory = self._directories.get(parent) if parent or not slash else None
        found = self._listings[directory].get(name) if directory in self._listings else "link"
        if found != "link":
            return found
        real = self.real(path)
        return None if real is None else self._kind_at(real)

    def entries(self, path: str) -> Sequence[str]:
        directory = self._directory(path)
        return () if directory is None else sorted(self._listing(directory))

    def listing(self, path: str) -> Mapping[str, str]:
        directory = self._directory(path)
        return {} if directory is None else self._listing(directory)

    def links(self) -> Mapping[str, str | None]:
        return self._links

    def real(self, path: str) -> str | None:
        if not path:
            return ""
        parent, slash, name = path.rpartition("/")
        directory = self._directory(parent) if parent or not slash else None
        return None if directory is None else self._enter(directory, name)

    def search(self, queries: Sequence[Query]) -> Sequence[str]:
        if not self.searched:
            return ()
        self.stream_search(queries)
        return self._found[tuple(queries)]

    def stream_search(self, queries: Sequence[Query], on_found: Callable[[str], object] | None = None) -> None:
        """Run the search of a later `search` to its end, and call `on_found` with paths as they are found.

        Paths that are already known, or found without git, are not passed to `on_found`.
        """
        key = tuple(queries)
        if key not in self._found:
            search = self._searches.pop(key, None) or start(self._root, key)
            self._found[key] = tuple(search.result(on_found))

    def prefetch(self, queries: Sequence[Query]) -> None:
        """Start a search in the background, for a later `search` with the same queries."""
        key = tuple(queries)
        if key not in self._found and key not in self._searches:
            self._searches[key] = start(self._root, key)

    def outdated(self, paths: Iterable[str] | None = None) -> list[str]:
        """Those of some paths, or of all that were read, whose file changed since it was first read, or is gone.

        What counts is the first time after the last `reread` of the file.
        """
        places = [(path, self.real(path)) for path in paths] if paths is not None else [(p, p) for p in self._stamps]
        return [
            path for path, real in places if real in self._stamps and self._stamps[real] != _stamp(self._absolute(real))
        ]

    def reread(self, paths: Iterable[str]) -> None:
        """Drop the cached structure at these paths, where something was created, changed or deleted, or below them."""
        changed: set[str] = set()
        for path in paths:
            parent, _, name = path.rpartition("/")
            changed |= {path, self.real(path) or path, _join(self._directory(parent) or parent, name)}
        # The directories that contain a new file may be new as well.
        above = {parent for path in changed for parent in parents(path)}
        trees = changed.intersection(self._listings)
        below = (file for file in self._stamps if not trees.isdisjoint(parents(file))) if trees else ()
        for file in (*changed, *below):
            self._stamps.pop(file, None)
        for directory in list(self._listings):
            if directory in above or directory in changed or not changed.isdisjoint(parents(directory)):
                del self._listings[directory]
        self._directories = {"": ""}
        self._links = {}
        self._found = {}
        searches, self._searches = self._searches, {}
        for search in searches.values():
            search.cancel()

    def _real_file(self, path: str) -> str | None:
        """The real path of a file; None if there is none."""
        real = self.real(path)
        return real if real is not None and self._kind_at(real) == "file" else None

    def _directory(self, path: str) -> str | None:
        """The real path of a directory; None if there is none."""
        if path in self._directories:
            return self._directories[path]
        known, names = path, list[str]()
        while known not in self._directories:
            known, slash, name = known.rpartition("/")
            if slash and not known:
                return None
            names.append(name)
        real = self._directories[known]
        while names and real is not None:
            found = self._enter(real, names.pop())
            real = found if found is not None and self._kind_at(found) == "directory" else None
        self._directories[path] = real
        return real

    def _enter(self, directory: str, name: str) -> str | None:
        """The real path of the entry `name` of a real directory; None if there is none."""
        found = self._listing(directory).get(name)
        path = _join(directory, name)
        if found == "link":
            return self._follow(path)
        return None if found is None else path

    def _kind_at(self, real: str) -> Kind | None:
        parent, _, name = real.rpartition("/")
        found = self._listing(parent).get(name) if real else "directory"
        return None if found == "link" else found

    def _listing(self, directory: str) -> _Listing:
        listing = self._listings.get(directory)
        if listing is None:
            checkpoint()
            listing = self._listings[directory] = _list(self._absolute(directory))
        return listing

    def _follow(self, link: str) -> str | None:
        if link not in self._links:
            self._links[link] = self._destination(link)
        return self._links[link]

    def _destination(self, link: str) -> str | None:
        try:
            target = os.path.realpath(self._absolute(link), strict=True)
        except OSError:
            return None
        if not is_inside(target, self._root):
            return None
        relative = target[len(self._root) :].replace(os.sep, "/").strip("/")
        return None if self._kind_at(relative) is None else relative

    def _absolute(self, real: str) -> str:
        return f"{self._root}/{real}" if real and self._root != "/" else os.path.join(self._root, real)


def _stamp(path: str) -> tuple[int, int] | None:
    """What differs after a file was written: the time and the size; None where there is no file."""
    try:
        found = os.stat(path, follow_symlinks=False)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _list(directory: str) -> _Listing:
    listing: _Listing = {}
    try:
        with os.scandir(directory) as entries:
            for entry in entries:
                if is_utf8(entry.name):
                    if entry.is_symlink():
                        listing[entry.name] = "link"
                    elif entry.is_dir():
                        listing[entry.name] = "directory"
                    elif entry.is_file():
                        listing[entry.name] = "file"
    except OSError:
        pass
    return listing


# The path was resolved, and is a regular file; a link or pipe at this point was created later.
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


LARGEST = 200_000_000  # bytes; a larger file is not hand-written text, and would exhaust the memory


def _read(path: str) -> bytes:
    # Creating a file object takes as long as reading a small file.
    descriptor = os.open(path, _FLAGS)
    try:
        pieces, size = list[bytes](), 0
        while piece := os.read(descriptor, 1 << 16):
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST:
                raise OSError(f"{path} is too large to read")
        return b"".join(pieces)
    finally:
        os.close(descriptor)


def _join(directory: str, name: str) -> str:
    return f"{directory}/{name}" if directory else name
