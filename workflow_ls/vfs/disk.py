"""The files of a workspace on disk."""

# Paths are strings here: pathlib would cost more than the look-ups themselves.
# ruff: noqa: PTH116, PTH118

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence

from workflow_ls.vfs.disk_reads import Listing, list_directory, read_file
from workflow_ls.vfs.files import Kind, Query, parents
from workflow_ls.vfs.git.git_process import is_inside
from workflow_ls.vfs.git.linked_worktrees import is_linked_worktree
from workflow_ls.vfs.interruption import checkpoint
from workflow_ls.vfs.readings import Readings
from workflow_ls.vfs.searching.known_searches import KnownSearches


class DiskFiles:
    """The files below a directory, with a lazily filled cache of its structure.

    Directory listings, links and search results are cached until `reread`.  Contents are not cached, since their
    derived data is.  A path whose links lead out of the root is absent; so are circular links, devices, pipes, and
    names that are not UTF-8.  A linked work tree below the root is an empty directory.
    """

    def __init__(self, root: str | os.PathLike[str], *, searched: bool = True, lasting: bool = False) -> None:
        """`root` may be a symbolic link; a path that is not a directory is an empty workspace.

        Without `searched`, a search finds nothing, but files can be read by path.  Of `lasting` files, a look at what
        is outdated costs a signature where nothing changed.
        """
        self.searched = searched
        self._lasting = lasting
        self._root = os.path.realpath(root)
        self._listings: dict[str, Listing] = {}  # of real directories
        self._directories: dict[str, str | None] = {"": ""}  # a directory's path, links included -> its real path
        # The path of a link in its real directory -> the real path of its target.
        self._links: dict[str, str | None] = {}
        self._texts = Readings(self._absolute, read_file, lambda found: hash(found[0]))
        self._scans = Readings(self._absolute, list_directory, lambda found: hash(frozenset(found[0].items())))
        self._searches = KnownSearches(self._root, lambda path: read_file(self._absolute(path))[0])
        self._unreadable: dict[str, str] = {}  # by real path; what a search met has no other

    @property
    def root(self) -> str:
        """The real path of the directory."""
        return self._root

    def read(self, path: str) -> bytes | None:
        real = self._real_file(path)
        if real is None:
            return None
        checkpoint()
        text, reason = self._texts.read(real)
        if reason is not None:
            self._note(real, reason)
        elif self._unreadable:
            self._unreadable.pop(real, None)
        return text

    def unreadable(self) -> Mapping[str, str]:
        return dict(sorted(self._unreadable.items()))

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
        return self._searches.found[tuple(queries)]

    def stream_search(self, queries: Sequence[Query], on_found: Callable[[str], object] | None = None) -> None:
        """Run the search of a later `search` to its end, and call `on_found` with paths as they are found.

        Paths that are already known, or found without git, are not passed to `on_found`.
        """
        self._unreadable.update(self._searches.run(tuple(queries), on_found))

    def prefetch(self, queries: Sequence[Query]) -> None:
        """Start a search in the background, for a later `search` with the same queries."""
        self._searches.prefetch(tuple(queries))

    def join(self, searches: Iterable[tuple[Query, ...]]) -> None:
        """Start one search in the place of these later searches, all of which have needles and no directory."""
        if self.searched:
            self._searches.join(searches)

    def know(self, found: Mapping[tuple[Query, ...], Sequence[str]]) -> None:
        """Take it that these searches find this."""
        self._searches.know(found)

    def listed(self) -> Mapping[str, Mapping[str, str]]:
        """The directories that were listed so far, by their real paths."""
        return self._listings

    def found_so_far(self) -> Mapping[tuple[Query, ...], Sequence[str]]:
        """What was searched for so far, and found."""
        return self._searches.found

    def read_so_far(self) -> list[tuple[bool, str]]:
        """The real paths of the files that were read, and of the directories that were listed.

        Each comes with whether it is a directory.
        """
        return [*((False, path) for path in self._texts), *((True, path) for path in self._scans)]

    def outdated(self, paths: Iterable[str] | None = None) -> list[str]:
        """Those of some paths, or of all that were read, whose file changed since it was first read, or is gone.

        What counts is the first time after the last `reread` of the file.
        """
        if paths is None:
            return self._texts.outdated()
        places = ((path, self.real(path)) for path in paths)
        return [path for path, real in places if real is not None and self._texts.differs(real)]

    def outdated_entries(self, directories: Iterable[str] | None = None) -> list[str]:
        """What came, went, or became something else in some directories, or in all that were listed so far.

        What counts is the last `reread` of the directory; of `lasting` files also the last call that returned it.
        """
        found = list[str]()
        listed: Iterable[str]
        if self._lasting:
            listed = self._scans.outdated() if directories is None else filter(self._scans.differs, directories)
        else:
            listed = self._listings if directories is None else directories
        for directory in list(listed):
            self._scans.forget(directory)
            before, (now, _) = self._listings.get(directory, {}), self._list_now(directory)
            names = dict.fromkeys(name for name, _ in before.items() ^ now.items())
            found += (_join(directory, name) for name in names)
            links = (_join(directory, name) for name, kind in now.items() if kind == "link" and name not in names)
            found += (link for link in links if link in self._links and self._links[link] != self._destination(link))
        return found

    def reread(self, paths: Iterable[str]) -> None:
        """Drop the cached structure at these paths, where something was created, changed or deleted, or below them."""
        changed: set[str] = set()
        for path in paths:
            parent, _, name = path.rpartition("/")
            changed |= {path, self.real(path) or path, _join(self._directory(parent) or parent, name)}
        # The directories that contain a new file may be new as well.
        above = {parent for path in changed for parent in parents(path)}
        trees = changed.intersection(self._listings)
        below = [file for file in self._texts if not trees.isdisjoint(parents(file))] if trees else []
        for file in (*changed, *below):
            self._texts.forget(file)
        for directory in list(self._listings):
            if directory in above or directory in changed or not changed.isdisjoint(parents(directory)):
                del self._listings[directory]
                self._scans.forget(directory)
        self._directories = {"": ""}
        self._links = {}
        self._searches.forget()
        # What is looked at anew is noted anew, by searches too.
        self._unreadable = {
            path: reason
            for path, reason in self._unreadable.items()
            if path in self._texts or path.removeprefix(".") in self._listings
        }

    def cancel_searches(self) -> None:
        """End what was started in the background; what was found is forgotten, too."""
        self._searches.forget()

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

    def _listing(self, directory: str) -> Listing:
        listing = self._listings.get(directory)
        if listing is None:
            checkpoint()
            listing, reason = self._list_now(directory)
            self._listings[directory] = listing
            self._note(directory or ".", reason)
        return listing

    def _list_now(self, directory: str) -> tuple[Listing, str | None]:
        absolute = self._absolute(directory)
        listing, reason = self._scans.read(directory) if self._lasting else list_directory(absolute)
        if ".git" in listing and directory and is_linked_worktree(absolute):
            listing = {}
        return listing, reason

    def _note(self, path: str, reason: str | None) -> None:
        if reason is not None:
            self._unreadable[path] = reason

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


def _join(directory: str, name: str) -> str:
    return f"{directory}/{name}" if directory else name
