"""Files on disk with a record of all that was read, so that a later run can check whether any of it changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workflow_ls.vfs.disk import DiskFiles
from workflow_ls.vfs.files import Files, Query


class RecordedDisk(DiskFiles):
    """The files below a directory; each file is read from the disk once, and its content is kept.

    A result that is computed from these files alone depends only on what `fingerprint` covers.
    """

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self._contents: dict[str, bytes | None] = {}

    @property
    def read_count(self) -> int:
        """How many files were looked up so far."""
        return len(self._contents)

    def read(self, path: str) -> bytes | None:
        if path not in self._contents:
            self._contents[path] = super().read(path)
        return self._contents[path]

    def text_read(self, path: str) -> bytes | None:
        """The text of a file if it was read so far."""
        return self._contents.get(path)

    def reread(self, paths: Iterable[str]) -> None:
        super().reread(paths)
        self._contents.clear()

    def outdated(self, paths: Iterable[str] | None = None) -> list[str]:
        """Those of some paths, or of all that were read, whose file has another text now, or is gone, or has come.

        The texts themselves are compared: two writes may leave the same time and size.
        """
        now = DiskFiles(self.root, searched=False)
        read = self._contents if paths is None else [path for path in paths if path in self._contents]
        return [path for path in read if now.read(path) != self._contents[path]]

    def looked_at(self) -> list[str]:
        """The real paths of the directories that were listed, and of the files that were read."""
        return [*self._listings, *self._texts]

    def has_moved_on(self) -> bool:
        """Whether a file that was read has another signature now, or a link that was followed leads elsewhere."""
        return bool(self._texts.outdated()) or any(self._destination(link) != at for link, at in self._links.items())

    def found_otherwise(self) -> list[str]:
        """The files that only one of two searches finds: the one that was made, and the same one now."""
        now = DiskFiles(self.root)
        for queries in self.found_so_far():
            now.prefetch(queries)
        return sorted(
            {
                path
                for queries in self.found_so_far()
                for path in {*self.found_so_far()[queries]} ^ {*now.search(queries)}
            }
        )

    def became(self, after: Files) -> bool:
        """Whether all that was read, listed or searched for so far is on the disk now as `after` has it."""
        now, searches = DiskFiles(self.root), self.found_so_far()
        for queries in searches:
            now.prefetch(queries)
        if any(now.read(path) != after.read(path) for path in list(self._contents)):
            return False
        if any([*now.entries(directory)] != [*after.entries(directory)] for directory in list(self._listings)):
            return False
        return all(set(now.search(queries)) == set(after.search(queries)) for queries in searches)

    def fingerprint(self) -> Mapping[str, object]:
        """The paths and searches that were looked up so far, and digests of the results, as JSON data."""
        paths: dict[str, list[str]] = {
            "directories": sorted(self._listings),
            "links": sorted(self._links),
            "files": sorted(self._contents),
        }
        searches = [[list(query) for query in queries] for queries in self.found_so_far()]
        return {**paths, "digest": self._digest(**paths), "searches": searches, "found": self._digest_of_searches()}

    def matches(self, fingerprint: Any) -> bool:
        """Whether a `fingerprint` (as read from JSON) still holds; False for malformed data.

        What is read for the comparison is kept for later look-ups.
        """
        try:
            searches = [
                tuple(Query(tuple(endings), tuple(needles), under) for endings, needles, under in queries)
                for queries in fingerprint["searches"]
            ]
            for queries in searches:
                self.prefetch(queries)
            paths = {name: [str(path) for path in fingerprint[name]] for name in ("directories", "links", "files")}
            # A directory that has become a link may lead outside the root.
            if any(self.real(path) != path for path in paths["directories"]):
                return False
            if self._digest(**paths) != fingerprint["digest"]:
                return False
            for queries in searches:
                self.search(queries)
            # A result that lacks something is not kept, and what can't be read now may have been readable then.
            return bool(self._digest_of_searches() == fingerprint["found"]) and not self.unreadable()
        except (LookupError, TypeError, ValueError):
            return False

    def _digest(self, directories: Iterable[str], links: Iterable[str], files: Iterable[str]) -> str:
        return _digest(
            piece
            for pieces in (
                (repr(sorted(self._listing(directory).items())).encode() for directory in directories),
                (repr(self._follow(link)).encode() for link in links),
                (b"" if text is None else b"%d:" % len(text) + text for text in map(self.read, files)),
            )
            for piece in pieces
        )

    def _digest_of_searches(self) -> str:
        return _digest(path.encode() + b"\0" for found in self.found_so_far().values() for path in (*found, ""))


def _digest(pieces: Iterator[bytes]) -> str:
    from hashlib import blake2b

    digest = blake2b(digest_size=32)
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
